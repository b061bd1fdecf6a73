use axum::extract::ConnectInfo;
use axum::http::{Extensions, HeaderMap};
use ipnet::IpNet;
use std::net::{IpAddr, SocketAddr};

/// Whose address Portcullis is told: that decides about access tokens which are limited
/// to some networks.
///
/// The address of the connection is read from axum's `ConnectInfo<SocketAddr>`, which
/// is there when the application is served by
/// `router.into_make_service_with_connect_info::<SocketAddr>()`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum EndUser {
    /// Nobody's. Limited tokens are refused.
    #[default]
    Untold,
    /// That of the connection: for an application that no proxy stands before.
    Connected,
    /// The client that these proxies name in `X-Forwarded-For`, read from the right and
    /// no further than they are. Whoever else connects is the end user.
    Behind(Vec<IpNet>),
}

impl EndUser {
    /// None where it is not to be told or can't be made out.
    pub(crate) fn address(&self, headers: &HeaderMap, extensions: &Extensions) -> Option<IpAddr> {
        let peer = || {
            let ConnectInfo(peer) = extensions.get::<ConnectInfo<SocketAddr>>()?;
            Some(peer.ip().to_canonical())
        };
        match self {
            Self::Untold => None,
            Self::Connected => peer(),
            Self::Behind(proxies) => behind(peer()?, headers, proxies),
        }
    }
}

fn behind(peer: IpAddr, headers: &HeaderMap, proxies: &[IpNet]) -> Option<IpAddr> {
    let is_proxy = |address: &IpAddr| proxies.iter().any(|network| network.contains(address));
    if !is_proxy(&peer) {
        return Some(peer);
    }
    let values = headers.get_all("x-forwarded-for").iter().collect::<Vec<_>>();
    let hops = values.into_iter().rev().flat_map(|value| value.as_bytes().rsplit(|b| *b == b','));
    let mut client = None;
    for hop in hops {
        // Only what a proxy of ours has written is read; the rest is the client's own.
        let address: IpAddr = std::str::from_utf8(hop).ok()?.trim().parse().ok()?;
        let address = address.to_canonical();
        client = Some(address);
        if !is_proxy(&address) {
            break;
        }
    }
    client
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn told(end_user: &EndUser, peer: Option<&str>, forwarded: &[&str]) -> Option<String> {
        let (mut headers, mut extensions) = (HeaderMap::new(), Extensions::new());
        for value in forwarded {
            headers.append("x-forwarded-for", HeaderValue::from_str(value).unwrap());
        }
        if let Some(peer) = peer {
            let peer = SocketAddr::new(peer.parse().unwrap(), 4711);
            extensions.insert(ConnectInfo(peer));
        }
        end_user.address(&headers, &extensions).map(|address| address.to_string())
    }

    #[test]
    fn nothing_is_told_unless_it_is_configured() {
        assert_eq!(told(&EndUser::default(), Some("192.0.2.1"), &["203.0.113.9"]), None);
        assert_eq!(told(&EndUser::Connected, None, &["203.0.113.9"]), None);
    }

    #[test]
    fn a_header_of_a_stranger_is_not_believed() {
        let connected = told(&EndUser::Connected, Some("::ffff:192.0.2.1"), &["203.0.113.9"]);
        assert_eq!(connected.unwrap(), "192.0.2.1");
        let behind = EndUser::Behind(vec!["10.0.0.0/8".parse().unwrap()]);
        assert_eq!(told(&behind, Some("192.0.2.1"), &["203.0.113.9"]).unwrap(), "192.0.2.1");
        assert_eq!(told(&behind, None, &["203.0.113.9"]), None);
    }

    #[test]
    fn proxies_are_read_from_the_right() {
        let behind = EndUser::Behind(vec!["10.0.0.0/8".parse().unwrap()]);
        let of = |forwarded: &[&str]| told(&behind, Some("10.0.0.1"), forwarded);
        assert_eq!(of(&["203.0.113.9"]).unwrap(), "203.0.113.9");
        assert_eq!(of(&["1.1.1.1, 203.0.113.9, 10.0.0.7"]).unwrap(), "203.0.113.9");
        assert_eq!(of(&["1.1.1.1", "203.0.113.9"]).unwrap(), "203.0.113.9");
        assert_eq!(of(&["rubbish, 203.0.113.9"]).unwrap(), "203.0.113.9");
        for unreadable in ["rubbish", "", "203.0.113.9:80", "010.0.0.1"] {
            assert_eq!(of(&[unreadable]), None, "{unreadable:?}");
        }
        assert_eq!(of(&[]), None);
    }
}
