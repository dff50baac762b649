//! Names of hosts: those under which the server is reached, those of this machine, and those of a page's
//! origin.

use std::{net::IpAddr, str::FromStr};

use super::Origin;

/// The names under which a server is reached. None: any.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names(pub(crate) Vec<Name>);

/// A name under which a server is reached, on one port or on any.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Name {
    name: String,
    port: Option<String>,
}

impl Names {
    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a Host in small letters is one of the names.
    pub(crate) fn have(&self, host: &str, is_https: bool) -> bool {
        let (name, port) = split_port(host);
        let port = port.unwrap_or(if is_https { "443" } else { "80" });
        self.0.iter().any(|own| own.name == name && own.port.as_deref().is_none_or(|own| own == port))
    }
}

impl FromStr for Name {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let lower = text.to_ascii_lowercase();
        let (name, port) = split_port(&lower);
        let bare = name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        let is_name = match bare {
            Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
            None => {
                !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b".-_".contains(&b))
            }
        };
        let is_port = port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port != 0));
        if is_name && is_port {
            Ok(Self { name: name.to_owned(), port: port.map(str::to_owned) })
        } else {
            Err(format!("'{text}' is no host, such as lists.example, lists.example:8443 or [::1]"))
        }
    }
}

/// Whether a Host names this machine: `localhost`, a name under it, or an address of the loopback.
pub(crate) fn is_local(host: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b".-_:[]".contains(&b);
    if !host.bytes().all(plain) {
        return false;
    }
    let (name, _) = split_port(host);
    let address = name.trim_start_matches('[').trim_end_matches(']');
    name == "localhost"
        || name.ends_with(".localhost")
        || address.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// Whether a page's origin is the one that the request went to. A request without TLS may have come by a proxy
/// that ended it and did not say so.
pub(crate) fn is_own(origin: &str, own: &Origin) -> bool {
    let host = own.host().to_ascii_lowercase();
    let (default_port, rest) = match origin.split_once("://") {
        Some(("http", rest)) if !own.is_https() => ("80", rest),
        Some(("https", rest)) => ("443", rest),
        _ => return false,
    };
    let (name, port) = split_port(rest);
    let (own_name, own_port) = split_port(&host);
    name == own_name && port.unwrap_or(default_port) == own_port.unwrap_or(default_port)
}

/// A host and its port; brackets of an IPv6 address are kept.
fn split_port(host: &str) -> (&str, Option<&str>) {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) && !name.ends_with(':') => {
            (name, Some(port).filter(|p| !p.is_empty()))
        }
        _ => (host, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_of_this_machine() {
        let local =
            ["localhost", "localhost:8080", "127.0.0.1:8080", "[::1]:8080", "127.1.2.3", "a.localhost:1"];
        assert!(local.into_iter().all(is_local));
        let foreign = [
            "",
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.evil.example:80",
            "evil.example/.localhost",
            "evil.example?.localhost",
            "10.0.0.1",
            "[::2]",
        ];
        assert!(!foreign.into_iter().any(is_local));
    }

    #[test]
    fn own_origins() {
        let is_own = |origin: &str, own: &str| is_own(origin, &Origin::of(own));
        assert!(is_own("http://127.0.0.1:8080", "http://127.0.0.1:8080"));
        assert!(is_own("http://localhost", "http://LOCALHOST:80"));
        assert!(is_own("https://localhost", "http://localhost"));
        assert!(is_own("https://localhost", "https://localhost:443"));
        assert!(!is_own("http://localhost", "https://localhost"));
        assert!(!is_own("http://localhost:3000", "http://localhost:8080"));
        assert!(!is_own("null", "http://localhost:8080"));
        assert!(!is_own("http://evil.example", "http://localhost:8080"));
        assert!(!is_own("http://127.0.0.1:8080", "http://localhost:8080"));
    }

    #[test]
    fn a_name_without_a_port_is_reached_on_any() {
        let names = |texts: &[&str]| Names(texts.iter().map(|text| text.parse().unwrap()).collect());
        let any = names(&["Lists.example", "[::1]"]);
        for host in ["lists.example", "lists.example:8443", "[::1]:8080"] {
            assert!(any.have(host, true), "{host}");
        }
        for host in
            ["", "lists.example.evil", "evil.example", "lists.example@evil", "[::2]", "lists.example:x"]
        {
            assert!(!any.have(host, true), "{host}");
        }
        let one = names(&["lists.example:443"]);
        assert!(one.have("lists.example", true) && one.have("lists.example:443", false));
        assert!(!one.have("lists.example", false) && !one.have("lists.example:8443", true));
        for text in ["", ":80", "a b", "a/b", "https://a", "a:0", "a:99999", "a:b", "[::g]", "*"] {
            assert!(text.parse::<Name>().is_err(), "{text}");
        }
    }
}
