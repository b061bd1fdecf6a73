use super::ApplicationKind;
use crate::config::Outward;
use url::{Host, Url};

/// Longest address.
const MAX_ADDRESS: usize = 500;

/// Loopback addresses whose port an application on a device can't know before it
/// listens (RFC 8252 §7.3).
const LOOPBACK_LITERALS: &[&str] = &["http://127.0.0.1", "http://[::1]"];

/// What an address of an application is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AddressKind {
    /// A browser goes there with the code of a sign-in.
    Return,
    /// A browser goes there after signing out.
    AfterSignOut,
    /// The gate stands before it.
    Gate,
}

impl AddressKind {
    /// All there are.
    pub const ALL: &[Self] = &[Self::Return, Self::AfterSignOut, Self::Gate];

    /// As stored.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Return => "return",
            Self::AfterSignOut => "after-sign-out",
            Self::Gate => "gate",
        }
    }

    /// The one that a tag names.
    pub fn from_tag(tag: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.tag() == tag)
    }
}

/// Why a text is no address that can be registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotAnAddress {
    /// It is no URL.
    Unreadable,
    /// It is longer than any that is needed.
    TooLong,
    /// The same address is usually written like this.
    Spelling(String),
    /// Neither https, nor http on this machine.
    Insecure,
    /// A scheme of one's own is for public applications, and has a dot in it.
    Scheme,
    /// Behind the address stands a fragment.
    Fragment,
    /// A user or password stands in it.
    User,
    /// An asterisk stands in it, and no address stands for several.
    Wildcard,
    /// An origin is a scheme, a host and perhaps a port.
    Path,
    /// It is a network that the server does not send anything to.
    Network,
}

/// An address that a browser may be sent to with the code of a sign-in, or after
/// signing out. Exact: no part of it stands for anything else.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ReturnAddress(String);

impl ReturnAddress {
    /// One that an application of this kind may register.
    pub fn parse(text: &str, kind: ApplicationKind) -> Result<Self, NotAnAddress> {
        let url = read(text)?;
        match url.scheme() {
            "https" => {}
            "http" if is_loopback(&url) => {}
            "http" => return Err(NotAnAddress::Insecure),
            scheme if kind == ApplicationKind::Public && scheme.contains('.') => {}
            _ => return Err(NotAnAddress::Scheme),
        }
        Ok(Self(text.to_owned()))
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether what is presented is what was registered: byte by byte, but for the port of
/// a loopback address of a public application.
pub(in crate::features::applications) fn is_registered(
    registered: &str,
    presented: &str,
    kind: ApplicationKind,
) -> bool {
    registered == presented
        || kind == ApplicationKind::Public
            && without_port(registered)
                .is_some_and(|registered| without_port(presented) == Some(registered))
}

/// A loopback address as its beginning and what comes after its port.
fn without_port(address: &str) -> Option<(&'static str, &str)> {
    for literal in LOOPBACK_LITERALS {
        let Some(rest) = address.strip_prefix(literal) else { continue };
        let rest = match rest.strip_prefix(':') {
            None => rest,
            Some(port) => {
                let end = port.find(['/', '?']).unwrap_or(port.len());
                let (digits, rest) = port.split_at_checked(end)?;
                let number: u16 = digits.parse().ok()?;
                if number == 0 || number.to_string() != digits {
                    return None;
                }
                rest
            }
        };
        if rest.is_empty() || rest.starts_with(['/', '?']) {
            return Some((literal, rest));
        }
    }
    None
}

/// Scheme, host and port that the gate stands before.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct GateOrigin(String);

impl GateOrigin {
    /// `https://host`, with a port where it is not the usual one; http on this machine.
    pub fn parse(text: &str) -> Result<Self, NotAnAddress> {
        let url = read(text)?;
        match url.scheme() {
            "https" => {}
            "http" if is_loopback(&url) => {}
            _ => return Err(NotAnAddress::Insecure),
        }
        if url.path() != "/" || url.query().is_some() {
            return Err(NotAnAddress::Path);
        }
        let origin = text.strip_suffix('/').unwrap_or(text);
        if origin == text {
            Ok(Self(text.to_owned()))
        } else {
            Err(NotAnAddress::Spelling(origin.to_owned()))
        }
    }

    /// The origin.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Where an application hears that a session of its own has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogoutUrl(String);

impl LogoutUrl {
    /// One that the server may send something to (attack PL-04).
    pub fn parse(text: &str, allowed: &Outward) -> Result<Self, NotAnAddress> {
        let url = read(text)?;
        match url.scheme() {
            "https" => {}
            "http" if is_loopback(&url) => {}
            _ => return Err(NotAnAddress::Insecure),
        }
        if allowed.may_send(&url) { Ok(Self(text.to_owned())) } else { Err(NotAnAddress::Network) }
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether a URL's host is this very machine.
fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// A URL in the spelling that every program makes of it, so that what is compared byte
/// by byte is what was meant.
pub(super) fn read(text: &str) -> Result<Url, NotAnAddress> {
    if text.len() > MAX_ADDRESS {
        return Err(NotAnAddress::TooLong);
    }
    if text.contains('*') {
        return Err(NotAnAddress::Wildcard);
    }
    let url = Url::parse(text).map_err(|_| NotAnAddress::Unreadable)?;
    if url.fragment().is_some() {
        return Err(NotAnAddress::Fragment);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(NotAnAddress::User);
    }
    if matches!(url.scheme(), "http" | "https") && url.port() == Some(0) {
        return Err(NotAnAddress::Unreadable);
    }
    let usual = url.as_str();
    let bare = usual.strip_suffix('/').filter(|_| url.path() == "/" && url.query().is_none());
    if usual == text || bare == Some(text) {
        Ok(url)
    } else {
        Err(NotAnAddress::Spelling(usual.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ApplicationKind::{Confidential, Public};

    #[test]
    fn good_addresses_stay_as_they_are_typed() {
        for (text, kind) in [
            ("https://app.example.com", Confidential),
            ("https://app.example.com/", Confidential),
            ("https://app.example.com/callback?from=portcullis", Confidential),
            ("https://app.example.com:8443/callback", Confidential),
            ("http://localhost:3000/callback", Confidential),
            ("http://127.0.0.1:3000/callback", Confidential),
            ("http://[::1]:3000/callback", Public),
            ("com.example.app:/callback", Public),
            ("com.example.app://callback", Public),
        ] {
            assert_eq!(ReturnAddress::parse(text, kind).unwrap().as_str(), text);
        }
    }

    #[test]
    fn what_could_be_somewhere_else_is_refused() {
        use NotAnAddress::{
            Fragment, Insecure, Scheme, Spelling, TooLong, Unreadable, User, Wildcard,
        };
        let usual = |text: &str| Spelling(text.to_owned());
        for (text, kind, why) in [
            ("", Confidential, Unreadable),
            ("/callback", Confidential, Unreadable),
            ("app.example.com", Confidential, Unreadable),
            ("http://app.example.com/", Confidential, Insecure),
            ("http://localhost.example.com/", Confidential, Insecure),
            ("http://127.0.0.1.example.com/", Public, Insecure),
            ("https://*.example.com/", Confidential, Wildcard),
            ("https://app.example.com/#a", Confidential, Fragment),
            ("https://app.example.com/#", Confidential, Fragment),
            ("https://app.example.com@evil.example/", Confidential, User),
            ("https://:secret@app.example.com/", Confidential, User),
            ("com.example.app:/callback", Confidential, Scheme),
            ("javascript:alert(1)", Public, Scheme),
            ("data:text/html,x", Public, Scheme),
            ("myapp://callback", Public, Scheme),
            ("https://APP.example.com/", Confidential, usual("https://app.example.com/")),
            ("HTTPS://app.example.com/", Confidential, usual("https://app.example.com/")),
            ("https://app.example.com:443/", Confidential, usual("https://app.example.com/")),
            ("https://app.example.com/a/../b", Confidential, usual("https://app.example.com/b")),
            ("https://app.example.com\\b", Confidential, usual("https://app.example.com/b")),
            ("https:app.example.com", Confidential, usual("https://app.example.com/")),
            (" https://app.example.com/", Confidential, usual("https://app.example.com/")),
            ("https://app.exa\tmple.com/", Confidential, usual("https://app.example.com/")),
            ("https://bücher.example/", Confidential, usual("https://xn--bcher-kva.example/")),
            ("https://app.example.com:0/", Confidential, Unreadable),
            (&format!("https://app.example.com/{}", "a".repeat(500)), Confidential, TooLong),
        ] {
            assert_eq!(ReturnAddress::parse(text, kind), Err(why), "{text}");
        }
    }

    #[test]
    fn only_the_port_of_a_public_application_s_loopback_address_is_free() {
        let registered = "http://127.0.0.1/callback";
        for (presented, kind, is) in [
            ("http://127.0.0.1/callback", Confidential, true),
            ("http://127.0.0.1:4000/callback", Confidential, false),
            ("http://127.0.0.1:4000/callback", Public, true),
            ("http://127.0.0.1:65535/callback", Public, true),
            ("http://127.0.0.1:65536/callback", Public, false),
            ("http://127.0.0.1:0/callback", Public, false),
            ("http://127.0.0.1:04000/callback", Public, false),
            ("http://127.0.0.1:/callback", Public, false),
            ("http://127.0.0.1:4000/callback/", Public, false),
            ("http://127.0.0.1:4000/other", Public, false),
            ("http://127.0.0.1:4000@evil.example/callback", Public, false),
            ("http://127.0.0.1.evil.example/callback", Public, false),
            ("http://127.0.0.12/callback", Public, false),
            ("http://[::1]:4000/callback", Public, false),
            ("https://127.0.0.1:4000/callback", Public, false),
        ] {
            assert_eq!(is_registered(registered, presented, kind), is, "{presented}");
        }
        let on_port = "http://127.0.0.1:9000/callback?a=b";
        assert!(is_registered(on_port, "http://127.0.0.1:1/callback?a=b", Public));
        assert!(!is_registered(on_port, "http://127.0.0.1:1/callback?a=c", Public));
        let named = "http://localhost:3000/callback";
        assert!(!is_registered(named, "http://localhost:3001/callback", Public));
        assert!(!is_registered("https://a.example/cb", "https://a.example/CB", Public));
    }

    #[test]
    fn an_origin_is_nothing_but_one() {
        for good in
            ["https://app.example.com", "https://app.example.com:8443", "http://localhost:3000"]
        {
            assert_eq!(GateOrigin::parse(good).unwrap().as_str(), good);
        }
        let spelling = |text: &str| Err(NotAnAddress::Spelling(text.to_owned()));
        assert_eq!(
            GateOrigin::parse("https://app.example.com/"),
            spelling("https://app.example.com")
        );
        assert_eq!(GateOrigin::parse("https://app.example.com/a"), Err(NotAnAddress::Path));
        assert_eq!(
            GateOrigin::parse("https://app.example.com?a"),
            Err(NotAnAddress::Spelling("https://app.example.com/?a".into()))
        );
        assert_eq!(GateOrigin::parse("http://app.example.com"), Err(NotAnAddress::Insecure));
        assert_eq!(GateOrigin::parse("com.example.app:/a"), Err(NotAnAddress::Insecure));
    }
}
