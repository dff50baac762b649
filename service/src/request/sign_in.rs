//! What the sign-in page sends: a form, and where to go afterwards.

use form_urlencoded::{byte_serialize, parse};

/// The longest login and the longest address to go to, in bytes.
const LONGEST: usize = 2048;

/// A login and a password.
pub(crate) struct SignInForm {
    pub(crate) login: String,
    pub(crate) password: String,
}

impl SignInForm {
    /// Reads a form; `None` where it is none, or has not one login and one password.
    pub(crate) fn parse(content_type: Option<&str>, body: &[u8]) -> Option<Self> {
        let essence = content_type?.split(';').next()?.trim();
        if !essence.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            return None;
        }
        let login = only(body, "login")?.trim().to_owned();
        let password = only(body, "password")?;
        (login.len() <= LONGEST).then_some(Self { login, password })
    }
}

fn only(form: &[u8], name: &str) -> Option<String> {
    let mut values = parse(form).filter(|(key, _)| key == name).map(|(_, value)| value.into_owned());
    let first = values.next()?;
    values.next().is_none().then_some(first)
}

/// Where a browser goes after signing in: a path of this server and no other place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ReturnUrl(String);

impl ReturnUrl {
    /// Reads `ReturnUrl`, or SharePoint's `Source`, of a query. What could lead elsewhere leads to `/`.
    pub(crate) fn of_query(query: &str) -> Self {
        let given = only(query.as_bytes(), "ReturnUrl").or_else(|| only(query.as_bytes(), "Source"));
        given.and_then(|text| Self::parse(&text)).unwrap_or_else(|| Self("/".into()))
    }

    /// Browsers take `\` for `/`, drop control characters, and take `//` for a host.
    fn parse(text: &str) -> Option<Self> {
        let path = text.split(['?', '#']).next()?;
        let leads_elsewhere = !path.starts_with('/')
            || path.contains("//")
            || text.contains('\\')
            || text.chars().any(char::is_control)
            || text.len() > LONGEST;
        (!leads_elsewhere).then(|| Self(in_ascii(text)))
    }

    /// As it stands in `Location`.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

fn in_ascii(text: &str) -> String {
    let mut ascii = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'!'..=b'~' => ascii.push(char::from(byte)),
            other => ascii.push_str(&format!("%{other:02X}")),
        }
    }
    ascii
}

/// The query of the sign-in page that leads back to a path with its query.
pub(crate) fn return_query(path_and_query: &str) -> String {
    format!("ReturnUrl={}", byte_serialize(path_and_query.as_bytes()).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_path_of_this_server_is_gone_to() {
        let of = |query: &str| ReturnUrl::of_query(query).0;
        let back = "/sites/a/SitePages/b c.html?x=1&y=//#z";
        assert_eq!(of(&return_query(back)), "/sites/a/SitePages/b%20c.html?x=1&y=//#z");
        assert_eq!(of("Source=%2Fsites%2Fa"), "/sites/a");
        assert_eq!(of("ReturnUrl=/%C3%A5"), "/%C3%A5");
        for elsewhere in [
            "",
            "x=1",
            "ReturnUrl=",
            "ReturnUrl=https://evil.example/",
            "ReturnUrl=//evil.example/",
            "ReturnUrl=%2F%2Fevil.example",
            "ReturnUrl=/%5Cevil.example",
            "ReturnUrl=%5C%5Cevil.example",
            "ReturnUrl=/%09/evil.example",
            "ReturnUrl=%09//evil.example",
            "ReturnUrl=/.//evil.example",
            "ReturnUrl=/%0D%0ASet-Cookie:%20a=b",
            "ReturnUrl=/%C2%85x",
            "ReturnUrl=javascript:alert(1)",
            "ReturnUrl=evil.example",
            "ReturnUrl=%20//evil.example",
            "ReturnUrl=/a&ReturnUrl=/b",
        ] {
            assert_eq!(of(elsewhere), "/", "{elsewhere}");
        }
        assert_eq!(of(&format!("ReturnUrl=/{}", "a".repeat(LONGEST))), "/");
    }

    #[test]
    fn a_form_has_one_login_and_one_password() {
        let read = |body: &str| {
            let form =
                SignInForm::parse(Some("application/x-www-form-urlencoded; charset=utf-8"), body.as_bytes());
            form.map(|form| (form.login, form.password))
        };
        assert_eq!(
            read("login=+ann%40a.example&password=+p+%26"),
            Some(("ann@a.example".into(), " p &".into()))
        );
        for wrong in
            ["", "login=a", "password=b", "login=a&login=b&password=c", "login=a&password=b&password=c"]
        {
            assert_eq!(read(wrong), None, "{wrong}");
        }
        assert!(SignInForm::parse(Some("text/plain"), b"login=a&password=b").is_none());
        assert!(SignInForm::parse(None, b"login=a&password=b").is_none());
    }
}
