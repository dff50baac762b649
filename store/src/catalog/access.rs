//! What callers prove themselves by, and what they were granted.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};

use odata::Timestamp;

use crate::model::{Fingerprint, Grant, Principal, Right, Rights, Scope, Session, Token, TokenId, UserId};

/// Tokens, sessions, passwords and grants.
#[derive(Clone, Default)]
pub struct Access {
    tokens: HashMap<Fingerprint, Arc<Token>>,
    sessions: HashMap<Fingerprint, Arc<Session>>,
    passwords: HashMap<UserId, Arc<str>>,
    grants: BTreeMap<Principal, BTreeMap<Scope, Right>>,
    blocked: HashSet<UserId>,
    secret: Option<[u8; 32]>,
}

impl std::fmt::Debug for Access {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Access")
    }
}

impl Access {
    /// Whether there are or were tokens or passwords. Where there never were, an open local server trusts
    /// every caller; taking the last one back does not open it.
    #[must_use]
    pub fn is_configured(&self) -> bool {
        !self.tokens.is_empty() || !self.passwords.is_empty()
    }

    /// The token with that fingerprint, if it and its user are good at that time.
    #[must_use]
    pub fn token(&self, fingerprint: &Fingerprint, now: Timestamp) -> Option<&Arc<Token>> {
        self.tokens.get(fingerprint).filter(|t| t.is_good(now) && !self.is_blocked(t.user))
    }

    /// All tokens, in the order of their numbers.
    #[must_use]
    pub fn tokens(&self) -> Vec<Arc<Token>> {
        let mut tokens: Vec<_> = self.tokens.values().cloned().collect();
        tokens.sort_by_key(|t| t.id);
        tokens
    }

    /// The session with that fingerprint, if it and its user are good at that time.
    #[must_use]
    pub fn session(&self, fingerprint: &Fingerprint, now: Timestamp) -> Option<&Arc<Session>> {
        self.sessions.get(fingerprint).filter(|s| now < s.expires && !self.is_blocked(s.user))
    }

    /// The hash of a user's password, as a PHC string.
    #[must_use]
    pub fn password(&self, user: UserId) -> Option<&Arc<str>> {
        self.passwords.get(&user)
    }

    /// Whether a user may not call at all.
    #[must_use]
    pub fn is_blocked(&self, user: UserId) -> bool {
        self.blocked.contains(&user)
    }

    /// What is granted to each principal.
    pub fn grants(&self) -> impl Iterator<Item = (Principal, Grant)> {
        self.grants.iter().flat_map(|(principal, grants)| {
            grants.iter().map(|(scope, right)| (*principal, Grant { scope: *scope, right: *right }))
        })
    }

    /// What a user may do: what was granted to them and to everyone.
    #[must_use]
    pub fn rights_of(&self, user: UserId) -> Rights {
        let of = |principal| self.grants.get(&principal).into_iter().flatten();
        let all = of(Principal::Everyone).chain(of(Principal::User(user)));
        Rights::Granted(all.map(|(scope, right)| Grant { scope: *scope, right: *right }).collect())
    }

    /// What a token may do.
    #[must_use]
    pub fn rights_of_token(&self, token: &Token) -> Rights {
        match &token.grants {
            Some(grants) => Rights::Granted(grants.as_slice().into()),
            None => self.rights_of(token.user),
        }
    }

    /// The server's secret, which request digests and cookies are bound by.
    #[must_use]
    pub const fn secret(&self) -> Option<&[u8; 32]> {
        self.secret.as_ref()
    }

    pub(crate) fn put_token(&mut self, token: Token) {
        self.tokens.insert(token.fingerprint, Arc::new(token));
    }

    pub(crate) fn change_token(&mut self, id: TokenId, change: impl FnOnce(&mut Token)) -> bool {
        let token = self.tokens.values_mut().find(|t| t.id == id);
        token.map(|token| change(Arc::make_mut(token))).is_some()
    }

    pub(crate) fn put_session(&mut self, session: Session) {
        self.sessions.retain(|_, s| session.created < s.expires);
        self.sessions.insert(session.fingerprint, Arc::new(session));
    }

    pub(crate) fn end_session(&mut self, fingerprint: &Fingerprint) {
        self.sessions.remove(fingerprint);
    }

    pub(crate) fn end_sessions_of(&mut self, user: UserId) {
        self.sessions.retain(|_, s| s.user != user);
    }

    pub(crate) fn put_password(&mut self, user: UserId, hash: &str) {
        self.passwords.insert(user, hash.into());
    }

    pub(crate) fn set_grant(&mut self, principal: Principal, scope: Scope, right: Option<Right>) {
        let grants = self.grants.entry(principal).or_default();
        match right {
            Some(right) => grants.insert(scope, right),
            None => grants.remove(&scope),
        };
    }

    pub(crate) fn set_blocked(&mut self, user: UserId, blocked: bool) {
        if blocked {
            self.blocked.insert(user);
        } else {
            self.blocked.remove(&user);
        }
    }

    pub(crate) const fn put_secret(&mut self, secret: [u8; 32]) {
        self.secret = Some(secret);
    }
}
