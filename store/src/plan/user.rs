//! Users: which one an address or a login names, and how one is made.

use odata::path::UserKey;

use super::PlanError;
use crate::{
    Catalog,
    model::{User, UserId, fold},
};

/// How long a login may be.
const LOGIN_MAX: usize = 251;

impl Catalog {
    /// The user that a URL names.
    ///
    /// # Errors
    /// [`PlanError::UserNotFound`].
    pub fn resolve_user(&self, caller: UserId, key: &UserKey) -> Result<&User, PlanError> {
        let found = match key {
            UserKey::Current => self.user(caller),
            UserKey::Id(id) => self.user(UserId(*id)),
            UserKey::Login(login) => self.user_by_login(login),
            UserKey::Email(email) if email.is_empty() => None,
            UserKey::Email(email) => self.user_by_email(email),
        };
        found.map(AsRef::as_ref).ok_or(PlanError::UserNotFound)
    }

    /// The user that a login or an e-mail address names; where there is none, one to be made, whose Id is
    /// 0. Known are claims (`i:0#.f|membership|ann@example.test`), e-mail addresses and `DOMAIN\name`.
    ///
    /// # Errors
    /// Where the text is none of these.
    pub fn resolve_logon(&self, logon: &str) -> Result<User, PlanError> {
        let logon = logon.trim();
        if let Some(user) = self.user_by_login(logon).or_else(|| self.user_by_email(logon)) {
            return Ok(User::clone(user));
        }
        let unknown = || PlanError::Refused {
            reason: format!(
                "The specified user {} could not be found. A user is named by a claim \
                 (i:0#.f|membership|ann@example.test), an e-mail address or DOMAIN\\name.",
                logon.chars().take(80).collect::<String>()
            ),
        };
        if logon.encode_utf16().count() > LOGIN_MAX || logon.chars().any(|c| c.is_control()) {
            return Err(unknown());
        }
        let (login, name) = if let Some((claim, name)) = logon.rsplit_once('|') {
            let known = claim.starts_with(['i', 'I', 'c', 'C']) && claim.get(1..2) == Some(":");
            (fold(logon), Some(name).filter(|n| known && !n.is_empty()).ok_or_else(unknown)?)
        } else if is_email(logon) {
            (fold(&format!("i:0#.f|membership|{logon}")), logon)
        } else if is_account(logon) {
            (fold(&format!("i:0#.w|{logon}")), logon)
        } else {
            return Err(unknown());
        };
        if let Some(user) = self.user_by_login(&login) {
            return Ok(User::clone(user));
        }
        let email = if is_email(name) { name.to_owned() } else { String::new() };
        Ok(User { id: UserId(0), login, title: name.to_owned(), email })
    }
}

/// Whether it has the look of an e-mail address; only its owner knows more.
fn is_email(text: &str) -> bool {
    let sides = text.split_once('@');
    let plain = |part: &str| !part.is_empty() && !part.contains(['@', '|', '\\', ' ']);
    sides.is_some_and(|(name, host)| plain(name) && plain(host))
}

/// `DOMAIN\name`.
fn is_account(text: &str) -> bool {
    let plain = |part: &str| !part.is_empty() && !part.contains(['\\', '|', ' ', '@']);
    text.split_once('\\').is_some_and(|(domain, name)| plain(domain) && plain(name))
}
