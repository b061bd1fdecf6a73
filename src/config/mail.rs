//! The mail server, as an operator names it.

use crate::secret::SecretText;
use lettre::message::Mailbox;
use std::net::{IpAddr, Ipv6Addr};
use url::{Host, Url};

/// How the connection to the mail server is kept private.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SmtpTls {
    /// TLS from the first byte (RFC 8314).
    Implicit,
    /// STARTTLS (RFC 3207), without which nothing is sent.
    StartTls,
    /// None: for a server on this machine, or one that is reached by a network
    /// that the operator trusts.
    None,
}

/// A mail server.
#[derive(Debug, Clone)]
pub struct SmtpConfig {
    /// Its name, which its certificate must have, or its address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is kept private.
    pub tls: SmtpTls,
    /// User name and password, if it wants them.
    pub credentials: Option<(SecretText, SecretText)>,
}

pub(super) fn smtp_url(text: &str) -> Result<SmtpConfig, String> {
    let url = Url::parse(text).map_err(|error| error.to_string())?;
    let (tls, port) = match url.scheme() {
        "smtp" => (starttls(&url)?, 587),
        "smtps" => (SmtpTls::Implicit, 465),
        _ => return Err("it starts with neither smtp:// nor smtps://".into()),
    };
    if url.scheme() == "smtps" && url.query().is_some() {
        return Err("with smtps:// nothing stands behind the port".into());
    }
    if !matches!(url.path(), "" | "/") || url.fragment().is_some() {
        return Err("it must end after the host, the port and ?starttls=…".into());
    }
    // No scheme of the URL standard's own: a number is not yet read as an address.
    let name = url.host_str().filter(|name| !name.is_empty()).ok_or("it has no host")?;
    let host = Host::parse(name).map_err(|error| error.to_string())?;
    if let Some(address) = address(&host).filter(|address| is_link_local(*address)) {
        return Err(format!("{address} is a link-local address, where no mail server is"));
    }
    let decode = |part: &str| {
        let text = percent_encoding::percent_decode_str(part).decode_utf8();
        text.map(|text| SecretText::new(text.into_owned()))
            .map_err(|_| "user name and password must be UTF-8, percent-encoded".to_owned())
    };
    let credentials = match (url.username(), url.password()) {
        ("", None) => None,
        (user, Some(password)) if !user.is_empty() => Some((decode(user)?, decode(password)?)),
        _ => return Err("a user name and a password come together".into()),
    };
    if tls == SmtpTls::None && credentials.is_some() && !is_loopback(&host) {
        return Err("with starttls=never the password would cross the network in the open".into());
    }
    let host = match host {
        Host::Ipv6(address) => address.to_string(),
        other => other.to_string(),
    };
    Ok(SmtpConfig { host, port: url.port().unwrap_or(port), tls, credentials })
}

fn starttls(url: &Url) -> Result<SmtpTls, String> {
    let mut tls = SmtpTls::StartTls;
    for (name, value) in url.query_pairs() {
        tls = match (name.as_ref(), value.as_ref()) {
            ("starttls", "required") => SmtpTls::StartTls,
            ("starttls", "never") => SmtpTls::None,
            ("starttls", _) => return Err("starttls is required or never".into()),
            (other, _) => return Err(format!("there is nothing called {other:?} to set here")),
        };
    }
    Ok(tls)
}

const fn address(host: &Host) -> Option<IpAddr> {
    match host {
        Host::Ipv4(address) => Some(IpAddr::V4(*address)),
        Host::Ipv6(address) => Some(IpAddr::V6(*address)),
        Host::Domain(_) => None,
    }
}

/// Where clouds keep what their machines must not tell (PL-04).
fn is_link_local(address: IpAddr) -> bool {
    /// Of one cloud, in the range of private addresses.
    const METADATA: Ipv6Addr = Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254);
    match address.to_canonical() {
        IpAddr::V4(address) => address.is_link_local(),
        IpAddr::V6(address) => address.is_unicast_link_local() || address == METADATA,
    }
}

fn is_loopback(host: &Host) -> bool {
    match host {
        Host::Domain(name) => name == "localhost",
        _ => address(host).is_some_and(|address| address.to_canonical().is_loopback()),
    }
}

pub(super) fn mailbox(text: &str) -> Result<Mailbox, String> {
    if text.chars().any(char::is_control) {
        return Err("it has control characters".into());
    }
    text.parse().map_err(|_| "this is not an address, with or without a name before it".to_owned())
}

/// Without one being set: an address of the host that people know.
pub(super) fn default_mailbox(product: &str, origin: &str) -> Option<Mailbox> {
    let url = Url::parse(origin).ok()?;
    let address = match url.host()? {
        Host::Domain(domain) => format!("no-reply@{domain}"),
        Host::Ipv4(_) | Host::Ipv6(_) => "no-reply@localhost".into(),
    };
    Some(Mailbox::new(Some(product.to_owned()), address.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (String, u16, SmtpTls, Option<String>) {
        let smtp = smtp_url(text).unwrap();
        let user = smtp
            .credentials
            .map(|(user, password)| format!("{} {}", user.reveal(), password.reveal()));
        (smtp.host, smtp.port, smtp.tls, user)
    }

    #[test]
    fn urls_of_mail_servers() {
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(
            read("smtp://mail.example.com"),
            ("mail.example.com".into(), 587, SmtpTls::StartTls, None)
        );
        assert_eq!(
            read("smtps://me%40x:p%3Aw@mail.example.com"),
            ("mail.example.com".into(), 465, SmtpTls::Implicit, some("me@x p:w"))
        );
        assert_eq!(
            read("smtp://a:b@localhost:25?starttls=never"),
            ("localhost".into(), 25, SmtpTls::None, some("a b"))
        );
        assert_eq!(read("smtp://[::1]:2525").0, "::1");
        assert_eq!(read("smtp://10.0.0.7?starttls=never").2, SmtpTls::None);
    }

    #[test]
    fn what_can_t_be_one() {
        for (text, reason) in [
            ("mail.example.com", "relative URL"),
            ("http://mail.example.com", "neither smtp:// nor smtps://"),
            ("smtp://", "host"),
            ("smtp://mail.example.com/inbox", "must end after"),
            ("smtp://mail.example.com?starttls=maybe", "required or never"),
            ("smtp://mail.example.com?tls=off", "nothing called \"tls\""),
            ("smtps://mail.example.com?starttls=never", "nothing stands behind"),
            ("smtp://a:b@mail.example.com?starttls=never", "in the open"),
            ("smtp://a@mail.example.com", "come together"),
            ("smtp://mail.example.com:99999", "port"),
        ] {
            let error = smtp_url(text).unwrap_err();
            assert!(error.contains(reason), "{text}: {error}");
        }
    }

    #[test]
    fn pl_04_addresses_that_tell_a_cloud_s_secrets_are_refused() {
        for host in [
            "169.254.169.254",
            "169.254.1.1:25",
            "[fe80::1]",
            "[::ffff:169.254.169.254]",
            "[::ffff:a9fe:a9fe]",
            "2852039166",
            "0xa9fea9fe",
            "[fd00:ec2::254]",
        ] {
            for scheme in ["smtp", "smtps"] {
                let error = smtp_url(&format!("{scheme}://{host}")).unwrap_err();
                assert!(error.contains("link-local"), "{host}: {error}");
            }
        }
    }

    #[test]
    fn senders() {
        assert_eq!(mailbox("Acme <a@example.com>").unwrap().email.to_string(), "a@example.com");
        assert!(mailbox("a@example.com").is_ok());
        for text in ["Acme", "a@x\r\nBcc: b@x", "a@x, b@x", "<>"] {
            assert!(mailbox(text).is_err(), "{text}");
        }
        let own = default_mailbox("Acme", "https://id.example.com").unwrap();
        assert_eq!(own.to_string(), "Acme <no-reply@id.example.com>");
    }

    #[test]
    fn a_configuration_prints_no_password() {
        let smtp = smtp_url("smtp://me:hunter2@mail.example.com").unwrap();
        assert!(!format!("{smtp:?}").contains("hunter2"));
    }
}
