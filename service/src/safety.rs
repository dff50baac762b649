//! Whether it is safe to start: who reaches the server, and by what its callers are told apart.

use std::net::SocketAddr;

use anyhow::anyhow;
use store::sqlite::Location;

use crate::config::Serve;

/// What of the command line decides who may do what.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Safety {
    listen: SocketAddr,
    is_insecure: bool,
    /// Whether JWTs, or a proxy's word, tell callers apart.
    is_vouched: bool,
    has_tls: bool,
    has_proxy: bool,
}

impl Safety {
    pub(crate) fn of(config: &Serve) -> Self {
        Self {
            listen: config.listen,
            is_insecure: config.insecure,
            is_vouched: config.jwt.jwt_issuer.is_some() || config.reach.trust_header.is_some(),
            has_tls: config.reach.tls_cert.is_some(),
            has_proxy: !config.reach.proxies.is_empty(),
        }
    }

    const fn is_local(&self) -> bool {
        self.listen.ip().is_loopback()
    }

    /// Whether callers are trusted as the local owner while the database has no tokens and no passwords.
    pub(crate) const fn may_be_open(&self) -> bool {
        !self.is_vouched && (self.is_local() || self.is_insecure)
    }

    /// Whether it may be safe, before the database is opened: it could have tokens or passwords.
    pub(crate) fn may_find_sign_in(&self, place: &Location) -> bool {
        let is_there = match place {
            Location::Folder(folder) => folder.join("matchlist.db").exists(),
            Location::Temporary => false,
        };
        self.is_local() || self.is_insecure || self.is_vouched || is_there
    }

    /// Checks that callers are told apart where other machines reach the server, and tells what is not safe.
    ///
    /// # Errors
    /// Where anybody could do anything.
    pub(crate) fn check(&self, has_sign_in: bool) -> anyhow::Result<()> {
        let has_sign_in = has_sign_in || self.is_vouched;
        let address = self.listen;
        if !has_sign_in && !self.is_local() {
            if !self.is_insecure {
                return Err(self.refuse());
            }
            tracing::warn!(%address, "anybody who reaches this address may read and change everything");
        } else if !has_sign_in && self.has_proxy {
            tracing::warn!(
                "no sign-in is configured: whomever the proxy lets through may read and change everything"
            );
        } else if !self.is_local() && !self.has_tls && !self.has_proxy {
            tracing::warn!(%address, "tokens and passwords travel in clear: see --tls-cert, or --trust-proxy for a proxy that has TLS");
        }
        Ok(())
    }

    pub(crate) fn refuse(&self) -> anyhow::Error {
        anyhow!(
            "{} is reached by other machines, and no sign-in is configured: anybody could read and change \
             everything. Make a token ('matchlist token create'), listen on 127.0.0.1, or say --insecure.",
            self.listen
        )
    }
}
