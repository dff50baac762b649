//! The pages by which people sign in and out. They work without scripts, and allow none.

use odata::path::SitePath;

use super::{Reply, sign_in_status};
use crate::{
    request::{ReturnUrl, return_query},
    sign_in::SignInError,
};

const PAGE: &str = include_str!("../../assets/sign_in.html");
const SIGN_OUT: &str = include_str!("../../assets/sign_out.html");
const STYLE: &str = include_str!("../../assets/matchlist.css");

/// Nothing but the form itself: no script, no frame, and no base that would send it elsewhere.
const POLICY: &str =
    "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// The sign-in page; after a try that failed it tells why, and keeps the login.
pub(crate) fn sign_in_page(failed: Option<(&SignInError, &str)>) -> Reply {
    let Some((error, login)) = failed else {
        return page(
            200,
            &PAGE
                .replace("{title}", "")
                .replace("{error}", "")
                .replace("{login}", "")
                .replace("{login-extra}", " autofocus")
                .replace("{password-extra}", ""),
        );
    };
    let told = format!(
        "<div class=\"error\" role=\"alert\" id=\"error\"><strong>You are not signed in.</strong> {}</div>",
        escape(&error.to_string())
    );
    let invalid = " aria-describedby=\"error\"";
    let (at_login, at_password) = match login {
        "" => (format!("{invalid} autofocus"), invalid.to_owned()),
        _ => (invalid.to_owned(), format!("{invalid} autofocus")),
    };
    // What a user typed comes last, as it may read as one of the others.
    let body = PAGE
        .replace("{title}", "Error: ")
        .replace("{error}", &told)
        .replace("{login-extra}", &at_login)
        .replace("{password-extra}", &at_password)
        .replace("{login}", &escape(login));
    let (status, retry_after) = sign_in_status(error);
    let reply = page(status, &body);
    match retry_after {
        Some(seconds) => reply.with("Retry-After", seconds.to_string()),
        None => reply,
    }
}

/// The page with a button that signs out.
pub(crate) fn sign_out_page() -> Reply {
    page(200, SIGN_OUT)
}

/// The style of both.
pub(crate) fn sign_in_style() -> Reply {
    let reply = Reply::new(200)
        .with("Content-Type", "text/css;charset=utf-8")
        .with("Cache-Control", "public, max-age=3600");
    Reply { body: STYLE.as_bytes().to_vec(), ..reply }
}

/// Sends a browser that has signed in to where it wanted to go.
pub(crate) fn signed_in(back: &ReturnUrl, cookie: String) -> Reply {
    go(303, back.as_str().to_owned()).with("Set-Cookie", cookie)
}

/// Sends a browser that has signed out to the sign-in page.
pub(crate) fn signed_out(site: &SitePath, cookie: String) -> Reply {
    go(303, sign_in_address(site)).with("Set-Cookie", cookie)
}

/// Sends a browser that asked for a page to the sign-in page, which leads back.
pub(crate) fn to_sign_in(site: &SitePath, path_and_query: &str) -> Reply {
    go(302, format!("{}?{}", sign_in_address(site), return_query(path_and_query)))
}

fn sign_in_address(site: &SitePath) -> String {
    format!("{}/_layouts/15/signin", site.encoded())
}

fn go(status: u16, location: String) -> Reply {
    Reply::new(status).with("Location", location).with("Cache-Control", "no-store")
}

fn page(status: u16, html: &str) -> Reply {
    let reply = Reply::new(status)
        .with("Content-Type", "text/html;charset=utf-8")
        .with("Cache-Control", "no-store")
        .with("Content-Security-Policy", POLICY)
        .with("X-Frame-Options", "DENY")
        // Not 'no-referrer': with that a browser sends the form with 'Origin: null'.
        .with("Referrer-Policy", "same-origin")
        .with("Cross-Origin-Opener-Policy", "same-origin")
        .with("Cross-Origin-Resource-Policy", "same-origin");
    Reply { body: html.as_bytes().to_vec(), ..reply }
}

fn escape(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut html, c| {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            c => html.push(c),
        }
        html
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_is_text_and_nothing_else() {
        let reply = sign_in_page(Some((&SignInError::Wrong, "\"><script>'&{error}")));
        let html = String::from_utf8(reply.body).unwrap();
        assert!(html.contains("value=\"&quot;&gt;&lt;script&gt;&#39;&amp;{error}\""), "{html}");
        assert!(!html.contains("<script>"));
    }

    #[test]
    fn no_placeholder_is_left() {
        for reply in [sign_in_page(None), sign_in_page(Some((&SignInError::Busy, ""))), sign_out_page()] {
            let html = String::from_utf8(reply.body).unwrap();
            assert!(!html.contains(['{', '}']), "{html}");
        }
    }
}
