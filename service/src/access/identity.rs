//! Somebody for whom another vouches, and which user that is.

use store::{
    Catalog,
    model::{User, UserId, fold},
};

use super::AccessError;

/// How another names a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    /// Who vouches.
    pub(crate) by: Voucher,
    /// The login: a claim, an e-mail address, `DOMAIN\name`, or what the voucher alone understands.
    pub(crate) login: String,
    /// The name to show, for a user that is not there yet.
    pub(crate) name: Option<String>,
    /// The e-mail address, likewise, if the voucher has checked it.
    pub(crate) email: Option<String>,
}

/// Who vouches for somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Voucher {
    /// The issuer of JWTs.
    Issuer,
    /// A trusted proxy.
    Proxy,
}

impl Identity {
    /// The user that is meant; one that is not there yet has the Id 0.
    ///
    /// # Errors
    /// Where the login is none, or the local owner's: that is who sits at the server.
    pub(crate) fn user(&self, catalog: &Catalog) -> Result<User, AccessError> {
        let refused = |why: &str| {
            tracing::info!(why, "a user that another vouches for is refused");
            AccessError::BadCredentials
        };
        if self.login.trim() != self.login || self.login.chars().any(char::is_control) {
            return Err(refused("the login is not a plain text"));
        }
        let user = catalog.resolve_logon(&self.login).or_else(|_| catalog.resolve_logon(&self.own_claim()));
        let mut user = user.map_err(|_| refused("the login is empty or too long"))?;
        if user.id == UserId::LOCAL_OWNER {
            return Err(refused("nobody else signs in as the local owner"));
        }
        if user.id == UserId(0) {
            if let Some(name) = self.name.as_deref().map(str::trim).filter(|name| is_name(name)) {
                name.clone_into(&mut user.title);
            }
            // An address names a user, so that nobody gets one that another has.
            if let Some(email) = self.email.as_deref().filter(|email| is_email(email))
                && catalog.user_by_email(email).is_none()
            {
                email.clone_into(&mut user.email);
            }
        }
        Ok(user)
    }

    /// The claim of a login that only the voucher understands. It has a case, and logins have none: capital
    /// letters are written by their numbers.
    fn own_claim(&self) -> String {
        let kind = match self.by {
            Voucher::Issuer => "jwt",
            Voucher::Proxy => "proxy",
        };
        let mut claim = format!("i:05.t|{kind}|");
        for c in self.login.chars() {
            let mut text = [0; 4];
            let text = c.encode_utf8(&mut text);
            if c == '%' || fold(text) != *text {
                claim.extend(text.bytes().map(|byte| format!("%{byte:02x}")));
            } else {
                claim.push(c);
            }
        }
        claim
    }
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.chars().count() <= 255 && !name.chars().any(char::is_control)
}

fn is_email(email: &str) -> bool {
    let plain = |c: char| !c.is_control() && !c.is_whitespace() && c != '|';
    email.len() <= 254 && email.contains('@') && email.chars().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn login(text: &str) -> Result<String, AccessError> {
        let identity = Identity { by: Voucher::Issuer, login: text.into(), name: None, email: None };
        identity.user(&Catalog::default()).map(|user| user.login)
    }

    #[test]
    fn a_login_that_is_no_claim_becomes_one_of_its_voucher() {
        for (text, claim) in [
            ("ann@example.test", "i:0#.f|membership|ann@example.test"),
            ("CORP\\ann", "i:0#.w|corp\\ann"),
            ("i:0#.w|corp\\ann", "i:0#.w|corp\\ann"),
            ("1234567890", "i:05.t|jwt|1234567890"),
            ("auth0|5f7c", "i:05.t|jwt|auth0|5f7c"),
            ("aB%", "i:05.t|jwt|a%42%25"),
        ] {
            assert_eq!(login(text), Ok(claim.to_owned()), "{text}");
        }
        for text in ["", " ", " ann", "ann ", "a\nb", "a|", &"x".repeat(300)] {
            assert_eq!(login(text), Err(AccessError::BadCredentials), "{text:?}");
        }
    }
}
