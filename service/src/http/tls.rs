//! The server's certificate: read from its files at the start, and again when they change.

use std::{
    fs,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant, SystemTime},
};

use anyhow::{Context, bail};
use arc_swap::ArcSwap;
use rustls::{
    ServerConfig,
    crypto::{CryptoProvider, aws_lc_rs},
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
};

/// How often the files are looked at.
const LOOK: Duration = Duration::from_secs(2);

/// The files of a certificate and of its key.
#[derive(Clone, Debug)]
pub(crate) struct TlsFiles {
    pub(crate) certificate: PathBuf,
    pub(crate) key: PathBuf,
}

/// When each file was changed.
type Stamp = [Option<SystemTime>; 2];

impl TlsFiles {
    /// What TLS is served with: versions 1.2 and 1.3, as the library chooses.
    ///
    /// # Errors
    /// Where the files are not there, or do not belong together.
    pub(crate) fn config(self) -> anyhow::Result<ServerConfig> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let current = self.read(&provider)?;
        let state = Mutex::new((self.stamp(), Instant::now()));
        let resolver = Resolver {
            files: self,
            provider: provider.clone(),
            current: ArcSwap::from_pointee(current),
            state,
        };
        let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
        Ok(config.with_no_client_auth().with_cert_resolver(Arc::new(resolver)))
    }

    fn read(&self, provider: &CryptoProvider) -> anyhow::Result<CertifiedKey> {
        let Self { certificate, key } = self;
        let cert_error = || format!("--tls-cert {}", certificate.display());
        let chain = CertificateDer::pem_file_iter(certificate).with_context(cert_error)?;
        let chain = chain.collect::<Result<Vec<_>, _>>().with_context(cert_error)?;
        if chain.is_empty() {
            bail!("--tls-cert {}: there is no certificate in it", certificate.display());
        }
        let private =
            PrivateKeyDer::from_pem_file(key).with_context(|| format!("--tls-key {}", key.display()))?;
        CertifiedKey::from_der(chain, private, provider).with_context(|| {
            format!("{} is no key of the certificate in {}", key.display(), certificate.display())
        })
    }

    fn stamp(&self) -> Stamp {
        [&self.certificate, &self.key].map(|path| fs::metadata(path).and_then(|found| found.modified()).ok())
    }
}

#[derive(Debug)]
struct Resolver {
    files: TlsFiles,
    provider: Arc<CryptoProvider>,
    current: ArcSwap<CertifiedKey>,
    /// Of the files as they were read, and when they were looked at.
    state: Mutex<(Stamp, Instant)>,
}

impl Resolver {
    fn look(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.1.elapsed() < LOOK {
            return;
        }
        state.1 = Instant::now();
        let stamp = self.files.stamp();
        if stamp == state.0 {
            return;
        }
        // One file may be there before the other: the next look reads again.
        match self.files.read(&self.provider) {
            Ok(read) => {
                self.current.store(Arc::new(read));
                state.0 = stamp;
                tracing::info!("the certificate was read again");
            }
            Err(error) => {
                tracing::warn!(error = format!("{error:#}"), "the certificate stays as it is");
            }
        }
    }
}

impl ResolvesServerCert for Resolver {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        self.look();
        Some(self.current.load_full())
    }
}
