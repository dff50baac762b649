//! The addresses by which people sign in and out.

use std::net::IpAddr;

use actix_web::{HttpRequest, http::Method, web::Payload};
use odata::path::SitePath;

use super::{
    Served, body, cookie,
    door::is_own_page,
    routes::{Lines, raw},
};
use crate::{
    pipeline,
    render::{self, Reply},
    request::{Headers, RawRequest, RequestError, ReturnUrl, SignInForm},
    sign_in::{self, Attempt, SignInError},
};

/// The largest form: a login and a password, percent-encoded.
const FORM: usize = 16 * 1024;

/// Answers at the sign-in page's address; the answer to a request whose body was not read is an error.
pub(super) async fn sign_in(
    request: &HttpRequest,
    payload: &mut Payload,
    served: &Served,
) -> Result<Reply, Reply> {
    let lines = Lines(request.headers());
    let head = raw(request, &lines, &[]);
    match *request.method() {
        Method::GET | Method::HEAD => return Err(render::sign_in_page(None)),
        Method::POST => {}
        _ => return Err(refuse_method(&head)),
    }
    // A page of another site must not sign a browser in as somebody else.
    if !is_own_page(request) {
        return Err(render::sign_in_page(Some((&SignInError::ForeignPage, ""))));
    }
    let form = body::read(request, payload, FORM).await;
    let form = form.map_err(|refusal| pipeline::refuse(&head, refusal))?;
    let Some(form) = SignInForm::parse(Headers(&lines).content_type(), &form) else {
        return Ok(render::sign_in_page(Some((&SignInError::NotReadable, ""))));
    };
    let login = form.login.clone();
    let attempt = Attempt { form, address: client(request, &head), shown: head.session };
    Ok(match served.desk.sign_in(&served.bridge, &served.rules, attempt).await {
        Ok(secret) => {
            let cookie = cookie::keep(&secret, is_secure(&head));
            render::signed_in(&ReturnUrl::of_query(head.query), cookie)
        }
        Err(error) => {
            if let SignInError::Failed(cause) = &error {
                tracing::error!(%cause, "a sign-in failed");
            }
            render::sign_in_page(Some((&error, &login)))
        }
    })
}

/// Answers at the sign-out page's address.
pub(super) async fn sign_out(request: &HttpRequest, served: &Served, site: &SitePath) -> Reply {
    let lines = Lines(request.headers());
    let head = raw(request, &lines, &[]);
    match *request.method() {
        Method::GET | Method::HEAD => return render::sign_out_page(),
        Method::POST => {}
        _ => return refuse_method(&head),
    }
    if !is_own_page(request) {
        return render::sign_in_page(Some((&SignInError::ForeignPage, "")));
    }
    if let Some(shown) = head.session
        && let Err(error) = sign_in::end(&served.bridge, &served.rules, shown).await
    {
        return pipeline::refuse(&head, error);
    }
    render::signed_out(site, cookie::forget(is_secure(&head)))
}

fn refuse_method(head: &RawRequest<'_>) -> Reply {
    let method = head.method.to_owned();
    let resource = "sign-in page".to_owned();
    pipeline::refuse(head, RequestError::Method { method, resource, allowed: &["GET", "HEAD", "POST"] })
}

fn is_secure(head: &RawRequest<'_>) -> bool {
    Headers(head.headers).origin(head.from_proxy).is_secure()
}

/// Where the client is. Of what came before the nearest proxy, that one alone knows.
fn client(request: &HttpRequest, head: &RawRequest<'_>) -> Option<IpAddr> {
    let forwarded = Headers(head.headers).forwarded_for().filter(|_| head.from_proxy);
    forwarded.or_else(|| request.peer_addr().map(|peer| peer.ip()))
}
