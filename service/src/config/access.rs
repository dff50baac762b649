//! `matchlist serve`: by whom callers are vouched for, and how the server is reached.

use std::{net::IpAddr, path::PathBuf};

use clap::Args;
use ipnet::IpNet;

use crate::request::Name;

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
