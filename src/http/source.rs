use crate::devices::hints;
use crate::places::{Place, Places};
use crate::text::one_line;
use axum::http::HeaderMap;
use axum::http::Uri;
use axum::http::header::{HOST, HeaderName, USER_AGENT};
use ipnet::IpNet;
use std::net::IpAddr;
use url::{Host, Url};

/// Characters of a user agent that are kept.
const MAX_USER_AGENT: usize = 300;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// What proxies add, beside `X-Forwarded-…`.
const PROXY_MARKS: &[&str] = &[
    "forwarded",
    "via",
    "x-real-ip",
    "x-client-ip",
    "x-cluster-client-ip",
    "x-original-host",
    "true-client-ip",
    "cf-connecting-ip",
    "fastly-client-ip",
];

/// Whoever holds the other end of the connection; none on a Unix socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer(pub Option<IpAddr>);

/// Where a request comes from: the same for limiter, log and pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The client's address; none when it can't be told.
    pub address: Option<IpAddr>,
    /// The program, as it names itself, bounded and without control characters,
    /// and what its client hints add.
    pub user_agent: String,
    /// Where the address is.
    pub place: Place,
}

impl Source {
    /// Derived from the connection and, behind trusted proxies, one header.
    pub fn of(peer: Peer, headers: &HeaderMap, trusted: &[IpNet], places: &Places) -> Self {
        Self::new(client_address(peer, headers, trusted), user_agent(headers), places)
    }

    /// From what is known of it.
    pub fn new(address: Option<IpAddr>, user_agent: String, places: &Places) -> Self {
        let place = address.map_or(Place::Unknown, |address| places.of(address));
        Self { address, user_agent, place }
    }

    /// The address as text.
    pub fn address_text(&self) -> Option<String> {
        self.address.map(|address| address.to_string())
    }
}

/// Whether a request was made by a program on this machine, and by nobody else
/// through it: peer and Host are loopback, and no proxy has left its mark.
pub(super) fn is_on_this_machine(peer: Peer, uri: &Uri, headers: &HeaderMap) -> bool {
    let is_marked = headers.keys().any(|name| {
        let name = name.as_str();
        name.starts_with("x-forwarded") || PROXY_MARKS.contains(&name)
    });
    let mut hosts = headers.get_all(HOST).iter().map(|host| host.to_str().unwrap_or(""));
    let host = match (uri.authority(), hosts.next(), hosts.next()) {
        (Some(authority), _, _) => authority.as_str(),
        (None, Some(host), None) => host,
        _ => return false,
    };
    let host = Url::parse(&format!("http://{host}/"));
    !is_marked
        && peer.0.is_some_and(|address| address.to_canonical().is_loopback())
        && host.is_ok_and(|url| match url.host() {
            Some(Host::Domain(domain)) => domain == "localhost" || domain.ends_with(".localhost"),
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        })
}

/// Right to left over the hops that trusted proxies have noted. What can't be
/// read makes the client unknown, never trusted.
pub(super) fn client_address(peer: Peer, headers: &HeaderMap, trusted: &[IpNet]) -> Option<IpAddr> {
    let peer = peer.0?.to_canonical();
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(&address));
    if !is_trusted(peer) {
        return Some(peer);
    }
    let values = headers.get_all(FORWARDED_FOR).iter().rev();
    let hops = values.flat_map(|value| value.as_bytes().rsplit(|byte| *byte == b','));
    let mut client = None;
    for hop in hops {
        // Only the hops that are looked at must be readable: the client writes
        // the others.
        let address: IpAddr = std::str::from_utf8(hop).ok()?.trim().parse().ok()?;
        let address = address.to_canonical();
        client = Some(address);
        if !is_trusted(address) {
            break;
        }
    }
    client
}

fn user_agent(headers: &HeaderMap) -> String {
    let Some(value) = headers.get(USER_AGENT) else { return String::new() };
    let mut agent = one_line(&String::from_utf8_lossy(value.as_bytes()), MAX_USER_AGENT);
    hints::note(&mut agent, headers);
    agent
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn seen(peer: &str, forwarded: &[&str], trusted: &[&str]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append(FORWARDED_FOR, HeaderValue::from_str(value).unwrap());
        }
        let trusted: Vec<IpNet> = trusted.iter().map(|network| network.parse().unwrap()).collect();
        let peer = Peer(Some(peer.parse().unwrap()));
        Source::of(peer, &headers, &trusted, &Places::new(&[])).address_text()
    }

    /// PW-04: without a trusted peer no header is believed.
    #[test]
    fn pw_04_strangers_headers_are_ignored() {
        assert_eq!(seen("198.51.100.1", &["203.0.113.9"], &[]).unwrap(), "198.51.100.1");
        assert_eq!(
            seen("198.51.100.1", &["203.0.113.9"], &["10.0.0.0/8"]).unwrap(),
            "198.51.100.1"
        );
        assert_eq!(seen("::ffff:198.51.100.1", &[], &[]).unwrap(), "198.51.100.1");
    }

    #[test]
    fn pw_04_hops_are_walked_from_the_right() {
        let trusted = &["10.0.0.0/8", "192.0.2.0/24"];
        assert_eq!(seen("10.0.0.1", &["203.0.113.9"], trusted).unwrap(), "203.0.113.9");
        assert_eq!(
            seen("10.0.0.1", &["1.1.1.1, 203.0.113.9, 192.0.2.5"], trusted).unwrap(),
            "203.0.113.9"
        );
        assert_eq!(seen("10.0.0.1", &["1.1.1.1", "203.0.113.9"], trusted).unwrap(), "203.0.113.9");
        assert_eq!(seen("10.0.0.1", &["10.0.0.7, 10.0.0.8"], trusted).unwrap(), "10.0.0.7");
        assert_eq!(
            seen("::ffff:10.0.0.1", &["::ffff:203.0.113.9"], trusted).unwrap(),
            "203.0.113.9"
        );
    }

    /// PW-05: garbage from the trusted proxy makes the client unknown.
    #[test]
    fn pw_05_garbage_is_unknown() {
        let trusted = &["10.0.0.0/8"];
        for value in
            ["unknown", "", "203.0.113.9:80", "fe80::1%eth0", "1.2.3.4, x", "010.0.0.1", "_hidden"]
        {
            assert_eq!(seen("10.0.0.1", &[value], trusted), None, "{value:?}");
        }
        assert_eq!(seen("10.0.0.1", &[], trusted), None);
    }

    #[test]
    fn lg_01_user_agents_are_one_short_line() {
        let mut headers = HeaderMap::new();
        let nasty = format!("a\tb\u{202e}c\u{2028}{}", "x".repeat(64 * 1024));
        headers.insert(USER_AGENT, HeaderValue::from_bytes(nasty.as_bytes()).unwrap());
        let text = Source::of(Peer(None), &headers, &[], &Places::new(&[])).user_agent;
        assert_eq!(text.chars().count(), MAX_USER_AGENT);
        assert!(text.starts_with("a\u{fffd}b\u{fffd}c\u{fffd}x"));
    }
}
