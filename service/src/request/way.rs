//! By which way a request came: its client, and where that client sees the service. The connection tells it,
//! and what proxies say of it counts where they are trusted.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use ipnet::IpNet;

use super::{Headers, RawHeaders};

/// Where the client sees the service: what absolute URLs begin with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Origin(String);

impl Origin {
    fn new(scheme: Scheme, host: &str) -> Self {
        let scheme = match scheme {
            Scheme::Http => "http",
            Scheme::Https => "https",
        };
        Self(format!("{scheme}://{host}"))
    }

    #[cfg(test)]
    pub(crate) fn of(text: &str) -> Self {
        Self(text.to_owned())
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether what is sent there cannot be read on its way.
    pub(crate) fn is_https(&self) -> bool {
        self.0.starts_with("https://")
    }

    /// The host as the client named it, with the port if it named one.
    pub(crate) fn host(&self) -> &str {
        self.0.split_once("://").map_or("", |(_, host)| host)
    }
}

/// The proxies whose word counts.
#[derive(Clone, Debug, Default)]
pub(crate) struct Proxies(pub(crate) Vec<IpNet>);

impl Proxies {
    fn trust(&self, address: IpAddr) -> bool {
        self.0.iter().any(|net| net.contains(&address))
    }
}

/// What the connection tells of a request.
pub(crate) struct Arrival<'a> {
    pub(crate) headers: &'a dyn RawHeaders,
    /// The host in the request's target; it overrides Host (RFC 9112 section 3.2.2, RFC 9113 section 8.3.1).
    pub(crate) target: Option<&'a str>,
    pub(crate) peer: Option<IpAddr>,
    pub(crate) is_tls: bool,
}

/// The way of a request.
#[derive(Clone, Debug)]
pub(crate) struct Way {
    pub(crate) origin: Origin,
    /// The address of the client, as far as it is known.
    pub(crate) client: IpAddr,
    /// Whether the peer is a proxy whose word counts.
    pub(crate) from_proxy: bool,
    /// Whether that proxy told the host that the client named.
    pub(crate) is_host_told: bool,
}

/// Why the way of a request cannot be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WayError {
    /// Host comes twice, cannot be read, or is nowhere.
    Host,
    /// What the proxy says cannot be read, or contradicts itself.
    Proxy,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scheme {
    Http,
    Https,
}

impl Way {
    /// What is known of a request whose way cannot be told.
    pub(crate) fn unknown(arrival: &Arrival<'_>) -> Self {
        let scheme = if arrival.is_tls { Scheme::Https } else { Scheme::Http };
        Self {
            origin: Origin::new(scheme, "localhost"),
            client: client_of(arrival.peer),
            from_proxy: false,
            is_host_told: false,
        }
    }

    /// Reads the way of a request.
    ///
    /// # Errors
    /// Where it has two meanings: a proxy before this server may have seen the other.
    pub(crate) fn read(arrival: &Arrival<'_>, proxies: &Proxies) -> Result<Self, WayError> {
        let headers = Headers(arrival.headers);
        let host = headers.host().map_err(|()| WayError::Host)?;
        let host = arrival.target.or(host).filter(|host| !host.is_empty());
        if host.is_some_and(|host| !is_host(host)) {
            return Err(WayError::Host);
        }
        let peer = client_of(arrival.peer);
        let from_proxy = arrival.peer.is_some() && proxies.trust(peer);
        let told = if from_proxy { Told::read(&headers, peer, proxies)? } else { Told::default() };
        let scheme = told.scheme.unwrap_or(if arrival.is_tls { Scheme::Https } else { Scheme::Http });
        Ok(Self {
            origin: Origin::new(scheme, told.host.as_deref().or(host).unwrap_or("localhost")),
            client: told.client.unwrap_or(peer),
            from_proxy,
            is_host_told: told.host.is_some(),
        })
    }
}

/// An address as it is compared: one of IPv4 that comes by IPv6 is one of IPv4.
fn client_of(peer: Option<IpAddr>) -> IpAddr {
    peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.to_canonical())
}

/// What a trusted proxy says of the request that it was sent. Of several values the last one counts: the peer
/// wrote it, and those before it may be the client's own.
#[derive(Default)]
struct Told {
    scheme: Option<Scheme>,
    host: Option<String>,
    client: Option<IpAddr>,
}

impl Told {
    fn read(headers: &Headers<'_>, peer: IpAddr, proxies: &Proxies) -> Result<Self, WayError> {
        let by_name = Self {
            scheme: last(headers.forwarded_proto()).map(|text| scheme(&text)).transpose()?,
            host: last(headers.forwarded_host()).map(host).transpose()?,
            client: headers.forwarded_for().map(|list| client(list.split(','), peer, proxies)),
        };
        let Some(list) = headers.forwarded() else { return Ok(by_name) };
        let standard = Self::read_standard(&list, peer, proxies)?;
        // A proxy writes one kind, and may let the other pass as a client sent it.
        Ok(Self {
            scheme: agreed(by_name.scheme, standard.scheme)?,
            host: agreed(by_name.host, standard.host)?,
            client: agreed(by_name.client, standard.client)?,
        })
    }

    /// `Forwarded: for=192.0.2.1;proto=https;host=lists.example, for=…` (RFC 7239).
    fn read_standard(list: &str, peer: IpAddr, proxies: &Proxies) -> Result<Self, WayError> {
        let elements = split_quoted(list, ',').ok_or(WayError::Proxy)?;
        let mut told = Self::default();
        let mut hops = Vec::new();
        for (at, element) in elements.iter().enumerate() {
            for pair in split_quoted(element, ';').ok_or(WayError::Proxy)? {
                let Some((name, value)) = pair.split_once('=') else { continue };
                let value = unquote(value.trim());
                let is_last = at + 1 == elements.len();
                match name.trim().to_ascii_lowercase().as_str() {
                    "for" => hops.push(value),
                    "proto" if is_last => told.scheme = Some(scheme(&value)?),
                    "host" if is_last => told.host = Some(host(value)?),
                    _ => {}
                }
            }
        }
        if !hops.is_empty() {
            told.client = Some(client(hops.iter().map(String::as_str), peer, proxies));
        }
        Ok(told)
    }
}

fn agreed<T: PartialEq>(one: Option<T>, other: Option<T>) -> Result<Option<T>, WayError> {
    match (one, other) {
        (Some(one), Some(other)) if one != other => Err(WayError::Proxy),
        (one, other) => Ok(one.or(other)),
    }
}

fn last(list: Option<String>) -> Option<String> {
    list.and_then(|list| list.rsplit(',').next().map(|value| value.trim().to_owned()))
}

fn scheme(text: &str) -> Result<Scheme, WayError> {
    match text.to_ascii_lowercase().as_str() {
        "http" => Ok(Scheme::Http),
        "https" => Ok(Scheme::Https),
        _ => Err(WayError::Proxy),
    }
}

fn host(text: String) -> Result<String, WayError> {
    if is_host(&text) { Ok(text) } else { Err(WayError::Proxy) }
}

/// Of the addresses that a request came by, the nearest that is no trusted proxy. Those before it are the
/// client's word. Where a proxy hides an address, it stands for it.
fn client<'a>(hops: impl DoubleEndedIterator<Item = &'a str>, peer: IpAddr, proxies: &Proxies) -> IpAddr {
    let mut nearest = peer;
    for hop in hops.rev() {
        let Some(address) = address(hop.trim()) else { return nearest };
        nearest = address;
        if !proxies.trust(nearest) {
            return nearest;
        }
    }
    nearest
}

/// An address that may have a port, and brackets round one of IPv6.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    let address = bare.parse::<IpAddr>().or_else(|_| text.parse::<SocketAddr>().map(|a| a.ip())).ok()?;
    Some(address.to_canonical())
}

/// Splits a list whose values may be quoted.
fn split_quoted(list: &str, at: char) -> Option<Vec<&str>> {
    let (mut parts, mut start) = (Vec::new(), 0);
    let (mut quoted, mut escaped) = (false, false);
    for (position, c) in list.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ if c == at && !quoted => {
                parts.push(&list[start..position]);
                start = position + c.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(&list[start..]);
    (!quoted).then_some(parts)
}

fn unquote(value: &str) -> String {
    let inner = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    inner.map_or_else(|| value.to_owned(), |inner| inner.replace('\\', ""))
}

/// Whether a text can be a host with a port: it is copied into answers.
fn is_host(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b':' | b'[' | b']');
    !text.is_empty() && text.len() <= 260 && text.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Lines(&'static [(&'static str, &'static str)]);

    impl RawHeaders for Lines {
        fn lines<'a>(&'a self, name: &str) -> Box<dyn Iterator<Item = &'a [u8]> + 'a> {
            let name = name.to_owned();
            Box::new(self.0.iter().filter(move |(n, _)| *n == name).map(|(_, v)| v.as_bytes()))
        }
    }

    /// The origin and the client of a request from 10.0.0.9, where 10.0.0.0/24 is trusted.
    fn read(lines: &'static [(&'static str, &'static str)]) -> Result<(String, String), WayError> {
        let headers = Lines(lines);
        let peer = Some("10.0.0.9".parse().unwrap());
        let arrival = Arrival { headers: &headers, target: None, peer, is_tls: false };
        let proxies = Proxies(vec!["10.0.0.0/24".parse().unwrap()]);
        Way::read(&arrival, &proxies).map(|way| (way.origin.0, way.client.to_string()))
    }

    fn told(lines: &'static [(&'static str, &'static str)]) -> (String, String) {
        read(lines).unwrap()
    }

    #[test]
    fn the_client_is_the_nearest_address_that_is_no_trusted_proxy() {
        for (chain, client) in [
            ("203.0.113.7", "203.0.113.7"),
            ("198.51.100.1, 203.0.113.7", "203.0.113.7"),
            ("198.51.100.1, 203.0.113.7, 10.0.0.3", "203.0.113.7"),
            ("10.0.0.4, 203.0.113.7, 10.0.0.3", "203.0.113.7"),
            ("10.0.0.4, 10.0.0.3", "10.0.0.4"),
            ("203.0.113.7:4711", "203.0.113.7"),
            ("2001:db8::1", "2001:db8::1"),
            ("[2001:db8::1]:4711", "2001:db8::1"),
            ("::ffff:203.0.113.7", "203.0.113.7"),
            ("203.0.113.7, unknown", "10.0.0.9"),
            ("203.0.113.7, unknown, 10.0.0.3", "10.0.0.3"),
            ("", "10.0.0.9"),
        ] {
            let headers: &'static [_] = Vec::leak(vec![("host", "h"), ("x-forwarded-for", chain)]);
            assert_eq!(told(headers), ("http://h".into(), client.into()), "{chain}");
        }
    }

    #[test]
    fn the_standard_header_tells_the_same() {
        let value = "for=198.51.100.1;host=evil, for=\"[2001:db8::1]:4711\";Proto=HTTPS;host=\"lists.example:8443\";by=_x";
        let headers: &'static [_] = Vec::leak(vec![("host", "h"), ("forwarded", value)]);
        assert_eq!(told(headers), ("https://lists.example:8443".into(), "2001:db8::1".into()));
        assert_eq!(read(&[("forwarded", "for=\"1")]), Err(WayError::Proxy));
    }

    #[test]
    fn the_last_value_counts_and_two_kinds_must_agree() {
        let appended = &[("x-forwarded-host", "evil, lists.example"), ("x-forwarded-proto", "http,https")];
        assert_eq!(told(appended).0, "https://lists.example");
        let agree = &[("x-forwarded-host", "lists.example"), ("forwarded", "host=lists.example;proto=https")];
        assert_eq!(told(agree).0, "https://lists.example");
        let contradict = &[("x-forwarded-host", "lists.example"), ("forwarded", "host=evil")];
        assert_eq!(read(contradict), Err(WayError::Proxy));
        assert_eq!(
            read(&[("x-forwarded-for", "1.1.1.1"), ("forwarded", "for=2.2.2.2")]),
            Err(WayError::Proxy)
        );
        assert_eq!(read(&[("x-forwarded-proto", "javascript")]), Err(WayError::Proxy));
        assert_eq!(read(&[("x-forwarded-host", "a/b\"c")]), Err(WayError::Proxy));
    }
}
