//! Where an issuer's keys come from, and when they are read again. While that fails, the old ones stay good.

use std::{
    fs,
    io::Read as _,
    net::IpAddr,
    path::PathBuf,
    str::FromStr,
    sync::{Arc, Mutex, PoisonError, Weak},
    thread,
    time::{Duration, Instant, SystemTime},
};

use anyhow::{Context, bail};
use arc_swap::ArcSwap;
use rustls::crypto::aws_lc_rs;
use ureq::{
    Agent,
    http::Uri,
    tls::{Certificate, RootCerts, TlsConfig},
};

use super::keys::KeySet;

/// How often a file is looked at.
const LOOK: Duration = Duration::from_secs(2);
/// And for a key that is not known.
const LOOK_FOR_KEY: Duration = Duration::from_millis(100);
/// How often a URL is fetched.
const FETCH: Duration = Duration::from_secs(3600);
/// After a failure.
const FETCH_AGAIN: Duration = Duration::from_secs(60);
/// And for a key that is not known: anybody can name one.
const FETCH_FOR_KEY: Duration = Duration::from_secs(30);
/// How long fetching may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// How large a set may be, in bytes.
const LARGEST: u64 = 512 * 1024;

/// Where keys are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum KeySource {
    File(PathBuf),
    Url(String),
}

impl FromStr for KeySource {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if !text.contains("://") {
            return Ok(Self::File(text.into()));
        }
        let url = text.parse::<Uri>().map_err(|_| format!("'{text}' is no URL"))?;
        let host = url.host().unwrap_or_default();
        let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
        let is_local = host == "localhost" || address.is_ok_and(|ip| ip.is_loopback());
        match url.scheme_str() {
            Some("https") => Ok(Self::Url(text.to_owned())),
            Some("http") if is_local => Ok(Self::Url(text.to_owned())),
            _ => Err(format!(
                "'{text}' is no URL of https: whoever changes the keys on their way signs in as anybody"
            )),
        }
    }
}

/// The keys of an issuer, as of when they were last read.
pub(super) struct Keys {
    source: KeySource,
    agent: Agent,
    set: ArcSwap<KeySet>,
    turn: Mutex<Turn>,
}

/// When the keys were read at a request's wish.
#[derive(Default)]
struct Turn {
    last: Option<Instant>,
    /// Of the file as it was read.
    stamp: Option<Stamp>,
    /// Why the file could not be read, which is told once.
    error: Option<String>,
}

type Stamp = (Option<SystemTime>, u64);

impl Keys {
    /// Reads the keys. A URL that cannot be reached is fetched later.
    ///
    /// # Errors
    /// Where there are none in the file.
    pub(super) fn open(source: KeySource) -> anyhow::Result<Arc<Self>> {
        let agent = agent(&source)?;
        let keys =
            Arc::new(Self { source, agent, set: ArcSwap::default(), turn: Mutex::new(Turn::default()) });
        match &keys.source {
            KeySource::File(path) => {
                keys.read_file(path)?;
                keys.lock().last = Some(Instant::now());
            }
            KeySource::Url(url) => {
                let is_there = keys.fetch(url);
                let weak = Arc::downgrade(&keys);
                thread::Builder::new().name("keys".into()).spawn(move || fetch_forever(&weak, is_there))?;
            }
        }
        Ok(keys)
    }

    pub(super) fn set(&self) -> Arc<KeySet> {
        self.set.load_full()
    }

    /// Whether it is time to read the keys again, for a token whose key is known or is not. Only one caller
    /// at a time is told so.
    pub(super) fn is_due(&self, is_known: bool) -> bool {
        let pause = match (&self.source, is_known) {
            (KeySource::File(_), true) => LOOK,
            (KeySource::File(_), false) => LOOK_FOR_KEY,
            (KeySource::Url(_), true) => return false,
            (KeySource::Url(_), false) => FETCH_FOR_KEY,
        };
        let mut turn = self.lock();
        let is_due = turn.last.is_none_or(|last| last.elapsed() >= pause);
        if is_due {
            turn.last = Some(Instant::now());
        }
        is_due
    }

    /// Reads the keys again; takes time.
    pub(super) fn read_again(&self) {
        match &self.source {
            KeySource::File(path) => {
                let error = self.read_file(path).err().map(|error| format!("{error:#}"));
                let told = std::mem::replace(&mut self.lock().error, error.clone());
                if let Some(error) = error.filter(|error| told.as_ref() != Some(error)) {
                    tracing::warn!(error, "the keys of JWTs stay as they are");
                }
            }
            KeySource::Url(url) => {
                self.fetch(url);
            }
        }
    }

    fn read_file(&self, path: &PathBuf) -> anyhow::Result<()> {
        let unread = || format!("--jwt-keys {}", path.display());
        let found = fs::metadata(path).with_context(unread)?;
        let stamp = (found.modified().ok(), found.len());
        if self.lock().stamp == Some(stamp) {
            return Ok(());
        }
        // What is broken is not read, nor told of, again and again.
        self.lock().stamp = Some(stamp);
        let mut text = Vec::new();
        fs::File::open(path)
            .and_then(|file| file.take(LARGEST).read_to_end(&mut text))
            .with_context(unread)?;
        self.set.store(Arc::new(KeySet::parse(&text).map_err(anyhow::Error::msg).with_context(unread)?));
        Ok(())
    }

    /// Fetches the keys, and tells whether they came.
    fn fetch(&self, url: &str) -> bool {
        let fetched = || -> anyhow::Result<KeySet> {
            let mut answer =
                self.agent.get(url).header("Accept", "application/jwk-set+json, application/json").call()?;
            if answer.status() != 200 {
                bail!("it answers {}", answer.status());
            }
            let text = answer.body_mut().with_config().limit(LARGEST).read_to_vec()?;
            KeySet::parse(&text).map_err(anyhow::Error::msg)
        };
        match fetched() {
            Ok(set) => self.set.store(Arc::new(set)),
            Err(error) => {
                tracing::warn!(url, error = format!("{error:#}"), "the keys of JWTs cannot be fetched");
                return false;
            }
        }
        true
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Turn> {
        self.turn.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Fetches the keys each hour, until nobody needs them.
fn fetch_forever(keys: &Weak<Keys>, mut is_there: bool) {
    loop {
        thread::sleep(if is_there { FETCH } else { FETCH_AGAIN });
        let Some(keys) = keys.upgrade() else { return };
        if let KeySource::Url(url) = &keys.source {
            is_there = keys.fetch(url);
        }
    }
}

/// A client that trusts whom this machine trusts, and goes nowhere else than it was sent.
fn agent(source: &KeySource) -> anyhow::Result<Agent> {
    let mut config = Agent::config_builder()
        .timeout_global(Some(PATIENCE))
        .max_redirects(0)
        .http_status_as_error(false)
        .user_agent(concat!("matchlist/", env!("CARGO_PKG_VERSION")));
    if let KeySource::Url(url) = source {
        if url.starts_with("https:") {
            let found = rustls_native_certs::load_native_certs();
            if found.certs.is_empty() {
                bail!(
                    "--jwt-keys: this machine trusts no certificates; install ca-certificates, or set SSL_CERT_FILE"
                );
            }
            let roots: Vec<_> =
                found.certs.iter().map(|cert| Certificate::from_der(cert).to_owned()).collect();
            let tls = TlsConfig::builder()
                .root_certs(RootCerts::new_with_certs(&roots))
                .unversioned_rustls_crypto_provider(Arc::new(aws_lc_rs::default_provider()));
            config = config.tls_config(tls.build());
        } else {
            config = config.proxy(None);
        }
    }
    Ok(config.build().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_come_from_a_file_or_from_where_nobody_can_change_them_on_their_way() {
        let url = |text: &str| KeySource::from_str(text);
        assert_eq!(url("keys/jwks.json"), Ok(KeySource::File("keys/jwks.json".into())));
        for good in [
            "https://id.example/keys",
            "http://localhost:8080/keys",
            "http://127.0.0.1/k",
            "http://[::1]:1/k",
        ] {
            assert_eq!(url(good), Ok(KeySource::Url(good.into())));
        }
        for bad in [
            "http://id.example/keys",
            "http://localhost.evil.example/",
            "file:///keys",
            "ftp://a/b",
            "https://",
        ] {
            assert!(url(bad).is_err(), "{bad}");
        }
    }
}
