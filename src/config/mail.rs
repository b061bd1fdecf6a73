//! How mail is sent: the server's URL, the sender, and whom to trust.

use crate::secret::SecretText;
use lettre::message::Mailbox;
use lettre::transport::smtp::client::{Certificate, CertificateStore, TlsParametersBuilder};
use percent_encoding::percent_decode_str;
use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::path::{Path, PathBuf};
use url::{Host, Url};

/// Amazon's metadata service, which has an address of its own in IPv6.
const METADATA_V6: Ipv6Addr = Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254);

/// The server that takes our mail.
#[derive(Debug, Clone)]
pub struct SmtpConfig {
    /// Its name or address.
    pub host: Host,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub security: SmtpSecurity,
    /// As whom to sign in, if at all.
    pub credentials: Option<SmtpCredentials>,
    /// Certificates to trust beside the public ones.
    pub authorities: Option<Authorities>,
}

impl fmt::Display for SmtpConfig {
    /// Without user and password, for what is said and logged.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (scheme, query) = match self.security {
            SmtpSecurity::Tls => ("smtps", ""),
            SmtpSecurity::StartTls => ("smtp", ""),
            SmtpSecurity::Plain => ("smtp", "?starttls=never"),
        };
        write!(f, "{scheme}://{}:{}{query}", self.host, self.port)
    }
}

/// How a connection to the mail server is protected. There is no "if it offers
/// to": whoever can read the line can strip the offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SmtpSecurity {
    /// TLS from the first byte.
    Tls,
    /// TLS by STARTTLS, or nothing is sent.
    StartTls,
    /// None.
    Plain,
}

/// A name and a password at the mail server.
#[derive(Debug, Clone)]
pub struct SmtpCredentials {
    /// The name.
    pub user: SecretText,
    /// The password.
    pub password: SecretText,
}

/// Certificates of a file that the operator trusts.
#[derive(Debug, Clone)]
pub struct Authorities {
    path: PathBuf,
    certificate: Certificate,
}

impl Authorities {
    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// All of them.
    pub const fn certificate(&self) -> &Certificate {
        &self.certificate
    }
}

/// Reads `smtp_url`. No reason repeats a part of the text: a password with an
/// unencoded `/`, `?` or `#` in it can stand anywhere in there.
pub(super) fn smtp_url(text: &str) -> Result<SmtpConfig, String> {
    let url = Url::parse(text).map_err(|error| {
        format!("{error} (in user and password, anything but letters and digits is written as %XX)")
    })?;
    let tls = match url.scheme() {
        "smtp" => false,
        "smtps" => true,
        _ => return Err("it starts with neither smtp:// nor smtps://".into()),
    };
    let host = match url.host_str() {
        None | Some("") => return Err("it has no host".into()),
        // Once more, by the rules of the web: a number in disguise is a number.
        Some(host) => Host::parse(host).map_err(|error| format!("its host: {error}"))?,
    };
    if is_forbidden(&host) {
        return Err("its host is a link-local or metadata address, where no mail server is".into());
    }
    if !matches!(url.path(), "" | "/") || url.fragment().is_some() {
        return Err("it must end after the host and port, or with ?starttls=never".into());
    }
    let security = security(&url, tls)?;
    let credentials = credentials(&url)?;
    if security == SmtpSecurity::Plain && credentials.is_some() && !is_loopback(&host) {
        return Err("a password is not sent without TLS, except to localhost".into());
    }
    let port = url.port().unwrap_or(if tls { 465 } else { 587 });
    if port == 0 {
        return Err("its port is 0".into());
    }
    Ok(SmtpConfig { host, port, security, credentials, authorities: None })
}

fn security(url: &Url, tls: bool) -> Result<SmtpSecurity, String> {
    let mut security = if tls { SmtpSecurity::Tls } else { SmtpSecurity::StartTls };
    for (number, (name, value)) in url.query_pairs().enumerate() {
        if name != "starttls" || number > 0 {
            return Err("after the ? only starttls can stand, once".into());
        }
        if tls {
            return Err("smtps:// has TLS from the start; starttls is for smtp://".into());
        }
        security = match value.as_ref() {
            "required" => SmtpSecurity::StartTls,
            "never" => SmtpSecurity::Plain,
            _ => return Err("starttls is neither required nor never".into()),
        };
    }
    Ok(security)
}

fn credentials(url: &Url) -> Result<Option<SmtpCredentials>, String> {
    let user = url.username();
    let password = url.password().unwrap_or_default();
    if user.is_empty() && password.is_empty() {
        return Ok(None);
    }
    let read = |text: &str| {
        let decoded = percent_decode_str(text).decode_utf8().ok()?;
        // A zero byte ends a field of SASL PLAIN, and a line break a command.
        (!decoded.is_empty() && !decoded.chars().any(char::is_control))
            .then(|| SecretText::new(decoded.into_owned()))
    };
    match (read(user), read(password)) {
        (Some(user), Some(password)) => Ok(Some(SmtpCredentials { user, password })),
        _ => Err("user and password come together, as UTF-8 without control characters".into()),
    }
}

pub(super) fn is_loopback(host: &Host) -> bool {
    match host {
        Host::Domain(domain) => domain == "localhost",
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.to_canonical().is_loopback(),
    }
}

pub(super) fn is_forbidden(host: &Host) -> bool {
    match host {
        Host::Domain(_) => false,
        Host::Ipv4(address) => is_forbidden_address((*address).into()),
        Host::Ipv6(address) => is_forbidden_address((*address).into()),
    }
}

/// Link-local networks, where clouds answer with the secrets of a machine; also
/// asked of what a name resolves to.
pub(crate) fn is_forbidden_address(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => address.is_link_local(),
        IpAddr::V6(address) => address.is_unicast_link_local() || address == METADATA_V6,
    }
}

/// Reads `mail_from`.
pub(super) fn mailbox(text: &str) -> Result<Mailbox, String> {
    if text.chars().any(char::is_control) {
        return Err("it has control characters".into());
    }
    let mailbox: Mailbox = text.trim().parse().map_err(|_| "this is not one mailbox".to_owned())?;
    if mailbox.email.to_string().is_ascii() {
        Ok(mailbox)
    } else {
        Err("its address is not ASCII; write the domain as xn--…".into())
    }
}

/// Reads `smtp_ca_file`, and the file.
pub(super) fn authorities(text: &str) -> Result<Authorities, String> {
    let path = Path::new(text);
    let pem = std::fs::read(path).map_err(|error| format!("{text} can't be read: {error}"))?;
    let broken = || format!("{text} holds no certificate, or one that can't be understood");
    if !pem.windows(27).any(|bytes| bytes == b"-----BEGIN CERTIFICATE-----") {
        return Err(broken());
    }
    let certificate = Certificate::from_pem(&pem).map_err(|_| broken())?;
    // Only what TLS can be set up with is a certificate; the host is none of it.
    TlsParametersBuilder::new("localhost".into())
        .certificate_store(CertificateStore::None)
        .add_root_certificate(certificate.clone())
        .build()
        .map_err(|_| broken())?;
    Ok(Authorities { path: path.to_owned(), certificate })
}
