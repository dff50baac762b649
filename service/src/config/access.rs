//! `matchlist serve`: by whom callers are vouched for, and how the server is reached.

use std::{net::IpAddr, path::PathBuf};

use clap::{Args, builder::NonEmptyStringValueParser};
use ipnet::IpNet;

use crate::{
    access::{Algorithm, KeySource},
    request::Name,
};

#[derive(Debug, Args)]
pub(crate) struct Reach {
    /// A name under which the server is reached, such as lists.example or lists.example:8443; may be
    /// repeated. Requests for another Host are refused.
    #[arg(long = "host", value_name = "NAME[:PORT]")]
    pub(crate) hosts: Vec<Name>,
    /// A proxy whose X-Forwarded-For, -Host and -Proto and Forwarded count, such as 10.0.0.5 or 10.0.0.0/24;
    /// may be repeated.
    #[arg(long = "trust-proxy", value_name = "ADDR|CIDR", value_parser = network)]
    pub(crate) proxies: Vec<IpNet>,
    /// The header in which a trusted proxy names the user that has signed in to it, such as X-Remote-User.
    #[arg(long, value_name = "HEADER", requires = "proxies", value_parser = header)]
    pub(crate) trust_header: Option<String>,
    /// The server's certificate and those that lead to its authority, in a file of PEM.
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub(crate) tls_cert: Option<PathBuf>,
    /// The key of that certificate, in a file of PEM.
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub(crate) tls_key: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Jwt {
    /// Who issues the JWTs that are taken as bearer tokens: their 'iss'.
    #[arg(long, value_name = "ISS", requires_all = ["jwt_audience", "jwt_keys"], value_parser = NonEmptyStringValueParser::new())]
    pub(crate) jwt_issuer: Option<String>,
    /// For whom they are issued, one of their 'aud'; may be repeated.
    #[arg(long, value_name = "AUD", requires = "jwt_issuer", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) jwt_audience: Vec<String>,
    /// The issuer's keys, a JWK set: a file, which is read again when it changes, or a URL of https, or of
    /// http on this machine.
    #[arg(long, value_name = "FILE|URL", requires = "jwt_issuer")]
    pub(crate) jwt_keys: Option<KeySource>,
    /// An algorithm by which they may be signed; may be repeated. [default: RS256 and ES256]
    #[arg(long = "jwt-algorithm", value_name = "ALG", requires = "jwt_issuer", value_parser = algorithm)]
    pub(crate) jwt_algorithms: Vec<Algorithm>,
    /// The claim that names the user.
    #[arg(long, value_name = "CLAIM", default_value = "sub", requires = "jwt_issuer")]
    pub(crate) jwt_login: String,
    /// How many seconds the issuer's clock may be off.
    #[arg(long, value_name = "SECONDS", default_value_t = 60, requires = "jwt_issuer", value_parser = clap::value_parser!(u32).range(..=3600))]
    pub(crate) jwt_clock_skew: u32,
}

fn network(text: &str) -> Result<IpNet, String> {
    let net =
        text.parse::<IpNet>().or_else(|_| text.parse::<IpAddr>().map(|a| IpNet::from(a.to_canonical())));
    let net = net.map_err(|_| {
        format!("'{text}' is no address, such as 10.0.0.5, and no network, such as 10.0.0.0/24")
    })?;
    if net.prefix_len() == 0 {
        return Err(format!("'{text}' is every address there is: anybody could say to be anybody"));
    }
    Ok(net.trunc())
}

/// The name of a header, in small letters.
fn header(text: &str) -> Result<String, String> {
    const TAKEN: [&str; 7] =
        ["authorization", "cookie", "forwarded", "host", "content-type", "content-length", "accept"];
    let name = text.to_ascii_lowercase();
    let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
    if name.is_empty() || !name.bytes().all(plain) {
        return Err(format!("'{text}' is no header, such as X-Remote-User"));
    }
    if TAKEN.contains(&name.as_str()) || name.starts_with("x-forwarded-") {
        return Err(format!("'{text}' means something else"));
    }
    Ok(name)
}

fn algorithm(text: &str) -> Result<Algorithm, String> {
    let known = text.parse::<Algorithm>().ok().filter(|_| !text.starts_with("HS"));
    known.ok_or_else(|| {
        format!("'{text}' is none of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384 and EdDSA")
    })
}
