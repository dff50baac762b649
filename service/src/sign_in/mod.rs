//! From a login and a password to a session, and its end.

mod throttle;

use std::{net::IpAddr, sync::Arc, time::Duration};

use odata::Timestamp;
use store::{
    StoreError,
    model::{Fingerprint, Session, UserId, fold},
    plan::{AccessChange, Action, WritePlan},
};
use tokio::sync::Semaphore;

use crate::{
    access::{SessionSecret, is_password},
    ports::{Rules, Store},
    request::SignInForm,
};
use throttle::Throttle;

/// How many passwords are hashed at once: each takes 19 MiB and a processor.
const AT_ONCE: usize = 2;
/// How many more may wait for it.
const WAITING: usize = 64;

/// Why somebody is not signed in.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SignInError {
    /// The form was sent by a page of another site.
    #[error("This form was not sent by the sign-in page of this server. Please sign in here.")]
    ForeignPage,
    /// It cannot be read.
    #[error("The form could not be read. Please try again.")]
    NotReadable,
    /// There is no such user, or the password is another one. Which of both is not told.
    #[error("The name or the password is not right.")]
    Wrong,
    /// It was tried too often.
    #[error("That was tried too often. Please wait {} and try again.", seconds(*.0))]
    TooOften(Duration),
    /// Too many are signing in.
    #[error("Too many people are signing in right now. Please try again in a moment.")]
    Busy,
    /// The system or the store failed.
    #[error("The server failed. Please try again.")]
    Failed(StoreError),
}

fn seconds(wait: Duration) -> String {
    match whole_seconds(wait) {
        1 => "a second".into(),
        n => format!("{n} seconds"),
    }
}

/// A wait in seconds, rounded up: one that ends too early is refused again.
pub(crate) fn whole_seconds(wait: Duration) -> u64 {
    wait.as_millis().div_ceil(1000).try_into().unwrap_or(u64::MAX)
}

impl From<StoreError> for SignInError {
    fn from(error: StoreError) -> Self {
        Self::Failed(error)
    }
}

/// A try to sign in.
pub(crate) struct Attempt {
    pub(crate) form: SignInForm,
    /// Where it comes from.
    pub(crate) address: Option<IpAddr>,
    /// The session that the browser has. It ends: what a browser was given before must not become
    /// somebody's session.
    pub(crate) shown: Option<Fingerprint>,
}

/// Where people sign in.
pub(crate) struct Desk {
    throttle: Throttle,
    /// Held by all that hash a password or wait for it.
    places: Arc<Semaphore>,
    /// Held by those that hash one.
    turns: Arc<Semaphore>,
}

impl Desk {
    pub(crate) fn new() -> Self {
        Self {
            throttle: Throttle::new(),
            places: Arc::new(Semaphore::new(AT_ONCE + WAITING)),
            turns: Arc::new(Semaphore::new(AT_ONCE)),
        }
    }

    /// Signs somebody in: a new session, which the browser is to know by its secret.
    ///
    /// # Errors
    /// Where they are not who they say they are, or it cannot be told now.
    pub(crate) async fn sign_in<S: Store>(
        &self,
        store: &S,
        rules: &Rules,
        attempt: Attempt,
    ) -> Result<SessionSecret, SignInError> {
        let Attempt { form, address, shown } = attempt;
        let catalog = store.catalog();
        // One account has several names.
        let user = catalog.resolve_logon(&form.login).ok();
        let account = user.as_ref().map_or_else(|| fold(&form.login), |user| user.login.clone());
        self.throttle.check(&account, address).map_err(SignInError::TooOften)?;
        let user = user.map_or(UserId(0), |user| user.id);
        let hash = catalog.access().password(user).cloned();
        if !self.compare(store, form.password, hash.clone()).await? {
            // Never what was typed: it may be the password.
            tracing::warn!(user = user.0, ?address, "a sign-in failed");
            return Err(SignInError::Wrong);
        }
        let hash = hash.ok_or(SignInError::Wrong)?;
        if let Some(shown) = shown {
            end(store, rules, shown).await?;
        }
        let secret = SessionSecret::new().map_err(|e| StoreError::Internal(e.to_string()))?;
        let created = rules.now();
        let expires = Timestamp::from_unix(created.unix().saturating_add(rules.session_seconds));
        let expires = expires.unwrap_or(created);
        let session = Session { fingerprint: secret.fingerprint(), user, created, expires };
        match change(store, AccessChange::AddSession(session, hash)).await {
            // Blocked, or given another password meanwhile.
            Err(StoreError::StaleCatalog) => return Err(SignInError::Wrong),
            other => other?,
        }
        self.throttle.note_success(&account, address);
        tracing::info!(user = user.0, ?address, "a user signed in");
        Ok(secret)
    }

    /// Compares a password with a hash; takes as long where there is none.
    async fn compare<S: Store>(
        &self,
        store: &S,
        password: String,
        hash: Option<Arc<str>>,
    ) -> Result<bool, SignInError> {
        let place = self.places.clone().try_acquire_owned().map_err(|_| SignInError::Busy)?;
        let turn = self.turns.clone().acquire_owned().await.map_err(|_| SignInError::Busy)?;
        let work = move || {
            // Held to the end of the work: a client that goes away does not end it.
            let _held = (place, turn);
            is_password(&password, hash.as_deref())
        };
        Ok(store.compute(work).await?)
    }
}

/// Ends a session, if there is one.
///
/// # Errors
/// Where the store fails.
pub(crate) async fn end<S: Store>(store: &S, rules: &Rules, shown: Fingerprint) -> Result<(), StoreError> {
    match store.catalog().access().session(&shown, rules.now()) {
        Some(_) => change(store, AccessChange::EndSession(shown)).await,
        None => Ok(()),
    }
}

async fn change<S: Store>(store: &S, change: AccessChange) -> Result<(), StoreError> {
    let action = Action::ChangeAccess(change);
    store.write(WritePlan { caller: UserId::LOCAL_OWNER, repeat: None, action }).await.map(drop)
}
