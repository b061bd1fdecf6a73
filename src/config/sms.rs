//! How text messages are sent: the carrier's webhook, the key that signs what
//! it gets, whom to trust, and the countries that are served.

use super::mail::{is_forbidden, is_loopback};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use phonenumber::country;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use url::{Host, Url};
use zeroize::Zeroizing;

/// The program that takes our text messages.
#[derive(Clone)]
pub struct SmsConfig {
    /// Its name or address.
    pub host: Host,
    /// Its port.
    pub port: u16,
    /// Whether the line is protected by TLS.
    pub tls: bool,
    /// What is asked for there; it can hold a secret.
    pub path: String,
    /// Certificates to trust beside the public ones.
    pub authorities: Option<SmsAuthorities>,
}

impl fmt::Display for SmsConfig {
    /// Without path and query, where a secret can stand.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.tls { "https" } else { "http" };
        write!(f, "{scheme}://{}:{}", self.host, self.port)
    }
}

impl fmt::Debug for SmsConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SmsConfig({self}/…, {:?})", self.authorities)
    }
}

/// Certificates of a file that the operator trusts.
#[derive(Clone)]
pub struct SmsAuthorities {
    path: PathBuf,
    certificates: Vec<CertificateDer<'static>>,
}

impl SmsAuthorities {
    /// All of them.
    pub fn certificates(&self) -> &[CertificateDer<'static>] {
        &self.certificates
    }
}

impl fmt::Debug for SmsAuthorities {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SmsAuthorities({})", self.path.display())
    }
}

/// The key that our messages to the carrier are signed with.
#[derive(Clone)]
pub struct SmsSecret(Zeroizing<Vec<u8>>);

impl SmsSecret {
    /// The bytes, for the signature.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for SmsSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SmsSecret(…)")
    }
}

/// A country, as ISO 3166-1 names it with two letters.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Country(country::Id);

impl Country {
    /// By its two letters, in capitals or not.
    pub fn from_code(text: &str) -> Option<Self> {
        text.to_ascii_uppercase().parse().ok().map(Self)
    }

    /// The two letters.
    pub fn code(&self) -> &str {
        self.0.as_ref()
    }

    pub(crate) const fn id(self) -> country::Id {
        self.0
    }

    pub(crate) const fn from_id(id: country::Id) -> Self {
        Self(id)
    }
}

impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// The countries whose numbers are served; none unless the operator says so.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Countries(BTreeMap<String, Country>);

impl Countries {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a country is among them.
    pub fn has(&self, country: Country) -> bool {
        self.0.contains_key(country.code())
    }

    /// All of them, by their letters.
    pub fn iter(&self) -> impl Iterator<Item = Country> {
        self.0.values().copied()
    }

    /// The only one, where a number without a country's code can only be from.
    pub fn only(&self) -> Option<Country> {
        let mut all = self.iter();
        all.next().filter(|_| all.next().is_none())
    }
}

impl FromIterator<Country> for Countries {
    fn from_iter<T: IntoIterator<Item = Country>>(countries: T) -> Self {
        Self(countries.into_iter().map(|one| (one.code().to_owned(), one)).collect())
    }
}

impl fmt::Display for Countries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all: Vec<&str> = self.0.keys().map(String::as_str).collect();
        f.write_str(&all.join(", "))
    }
}

/// Reads `sms_url`. No reason repeats a part of the text: a key can stand in it.
pub(super) fn sms_url(text: &str) -> Result<SmsConfig, String> {
    let url = Url::parse(text).map_err(|error| error.to_string())?;
    let tls = match url.scheme() {
        "https" => true,
        "http" => false,
        _ => return Err("it starts with neither https:// nor http://".into()),
    };
    let host = url.host().ok_or("it has no host")?.to_owned();
    if is_forbidden(&host) {
        return Err("its host is a link-local or metadata address, where no carrier is".into());
    }
    if !tls && !is_loopback(&host) {
        return Err("http:// is accepted for localhost only; codes need https://".into());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("it must not carry a user name; messages are signed with sms_secret".into());
    }
    if url.fragment().is_some() {
        return Err("it must not have a fragment".into());
    }
    let port = url.port_or_known_default().filter(|port| *port > 0).ok_or("its port is 0")?;
    let path = url
        .query()
        .map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()));
    Ok(SmsConfig { host, port, tls, path, authorities: None })
}

/// Reads `sms_secret`, as the Standard Webhooks specification writes keys.
pub(super) fn sms_secret(text: &str) -> Result<SmsSecret, String> {
    let text = text.trim();
    let key = STANDARD
        .decode(text.strip_prefix("whsec_").unwrap_or(text))
        .map(Zeroizing::new)
        .map_err(|_| "it is not Base64".to_owned())?;
    if (24..=64).contains(&key.len()) {
        Ok(SmsSecret(key))
    } else {
        Err("it is too short or too long".into())
    }
}

/// Reads `sms_countries`.
pub(super) fn sms_countries(text: &str) -> Result<Countries, String> {
    text.split(',')
        .map(str::trim)
        .filter(|entry| !entry.is_empty())
        .map(|entry| {
            Country::from_code(entry).ok_or_else(|| format!("there is no country {entry:?}"))
        })
        .collect()
}

/// Reads `sms_ca_file`, and the file.
pub(super) fn authorities(text: &str) -> Result<SmsAuthorities, String> {
    let path = Path::new(text);
    let pem = std::fs::read(path).map_err(|error| format!("{text} can't be read: {error}"))?;
    let broken = || format!("{text} holds no certificate, or one that can't be understood");
    let certificates = CertificateDer::pem_slice_iter(&pem)
        .collect::<Result<Vec<_>, _>>()
        .map_err(|_| broken())?;
    let mut store = RootCertStore::empty();
    if certificates.is_empty() || certificates.iter().any(|one| store.add(one.clone()).is_err()) {
        return Err(broken());
    }
    Ok(SmsAuthorities { path: path.to_owned(), certificates })
}
