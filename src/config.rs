//! One typed configuration, from `portcullis.toml` and the environment.
//!
//! Every key is a text with one parser, wherever it was written, so that a bad
//! value is refused with the key, the place and what is allowed.

mod example;
mod keys;
mod mail;
mod outward;
mod sms;
mod sources;

pub use example::example;
pub use keys::{KEYS, Key};
pub(crate) use mail::is_forbidden_address;
pub use mail::{Authorities, SmtpConfig, SmtpCredentials, SmtpSecurity};
pub use outward::Outward;
pub use sms::{Countries, Country, SmsAuthorities, SmsConfig, SmsSecret};
pub use sources::{ConfigError, Environment};

use ipnet::IpNet;
use lettre::message::Mailbox;
use portcullis_db::Target;
use sources::Values;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;
use url::Url;

/// Everything that an operator can set.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where people and programs connect.
    pub listen: SocketAddr,
    /// Where metrics are read, if anywhere.
    pub metrics_listen: Option<SocketAddr>,
    /// The address that links are built from; never taken from a request.
    pub public_url: PublicUrl,
    /// The database.
    pub database: Target,
    /// Where files of this server live.
    pub data_dir: PathBuf,
    /// The key file.
    pub key_file: PathBuf,
    /// Peers whose forwarding headers are believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Where applications may have the server send something.
    pub outward: Outward,
    /// The server that takes mail, if any; with it there is a sender.
    pub smtp: Option<SmtpConfig>,
    /// Whom mail comes from.
    pub mail_from: Option<Mailbox>,
    /// The carrier that takes text messages, if any; with it there is a secret.
    pub sms: Option<SmsConfig>,
    /// The key that messages to the carrier are signed with.
    pub sms_secret: Option<SmsSecret>,
    /// The countries whose numbers are sent text messages.
    pub sms_countries: Countries,
    /// Text messages that are sent in a day at most.
    pub sms_daily_limit: i64,
    /// Files that know the places of addresses.
    pub geoip_database: Vec<PathBuf>,
    /// The name on every page.
    pub product_name: String,
    /// What a new password must be.
    pub password_policy: PolicyPreset,
    /// Whether passwords are hashed with a key that is not in the database.
    pub password_pepper: bool,
    /// A list of refused passwords, beside the embedded one.
    pub common_passwords_file: Option<PathBuf>,
    /// Cost of a password's hash.
    pub argon2: Argon2Cost,
    /// Threads that hash passwords.
    pub hashing_threads: usize,
    /// Hashings that may wait; one more is answered 503.
    pub hashing_queue: usize,
    /// Bytes that checks remember at most; nothing is remembered where it is none.
    pub check_memory: u64,
    /// A session unused for so long ends.
    pub session_idle: Duration,
    /// A session this old ends.
    pub session_absolute: Duration,
    /// Sessions an account may have; the oldest ends.
    pub session_limit: i64,
    /// Events of the security log are kept for so long; none for ever.
    pub log_retention: Option<Duration>,
    /// Access tokens live so long at most; none where they need not expire.
    pub token_max_lifetime: Option<Duration>,
    /// Who can make an account.
    pub sign_up: SignUp,
    /// What authenticator apps call the product.
    pub totp_issuer: String,
    /// Whether a browser can be trusted to need no second factor for a while.
    pub trust_browsers: bool,
    /// Lines of text, or of JSON.
    pub log_format: LogFormat,
    /// How much is logged.
    pub log_level: tracing::Level,
}

/// The address that the outside uses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl {
    origin: String,
    secure: bool,
}

impl PublicUrl {
    /// Scheme, host and port, as a browser sends it in `Origin`.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Whether it is `https`, so that cookies can be `Secure`.
    pub const fn secure(&self) -> bool {
        self.secure
    }

    /// The host's name; none where it is a number.
    pub fn domain(&self) -> Option<&str> {
        let host = self.origin.split_once("://")?.1;
        let host = host.rsplit_once(':').map_or(host, |(host, _)| host);
        let is_name = host.ends_with(|c: char| c.is_ascii_alphabetic());
        is_name.then_some(host)
    }

    /// The full address of a path of ours.
    pub fn link(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }
}

/// The presets of design §4.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PolicyPreset {
    /// 12 characters of four kinds: the help page's own rules.
    Standard,
    /// 15 characters and no composition (NIST SP 800-63B-4 §3.1.1.2).
    Nist,
}

/// Who can make an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignUp {
    /// Only the operator and administrators.
    Closed,
    /// Whoever proves an address.
    Open,
}

/// Argon2id's parameters (RFC 9106).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Argon2Cost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over it.
    pub iterations: u32,
    /// Lanes.
    pub parallelism: u32,
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For a person at a terminal.
    Text,
    /// For a log processor.
    Json,
}

impl Config {
    /// Reads the file, if there is one, and the environment over it.
    pub fn load(file: Option<&Path>, environment: &Environment) -> Result<Self, ConfigError> {
        let values = sources::read(file, environment)?;
        Self::from_values(&values)
    }

    /// Whether nobody but this machine's own users can be here, so that a page
    /// can stand in for what is not set.
    pub const fn is_local(&self) -> bool {
        self.listen.ip().is_loopback() && !self.public_url.secure()
    }

    /// Whether text messages can be offered to anybody: countries are set, and
    /// there is a carrier or, on the developer's own machine, the page for one.
    pub fn sms_offered(&self) -> bool {
        !self.sms_countries.is_empty() && (self.sms.is_some() || self.is_local())
    }

    /// Whether numbers of a country get text messages.
    pub fn sms_reaches(&self, country: Country) -> bool {
        self.sms_offered() && self.sms_countries.has(country)
    }

    fn from_values(values: &Values) -> Result<Self, ConfigError> {
        let listen: SocketAddr = values.parse("listen", keys::socket_address)?;
        let data_dir: PathBuf = values.parse("data_dir", keys::path)?;
        let database = match values.optional("database_url", keys::database_url)? {
            Some(database) => database,
            None => Target::Sqlite(data_dir.join("portcullis.db")),
        };
        let public_url = public_url(values, listen)?;
        let product_name: String = values.parse("product_name", keys::name)?;
        let totp_issuer = values.optional("totp_issuer", keys::name)?;
        let totp_issuer = totp_issuer.unwrap_or_else(|| product_name.clone());
        let (smtp, mail_from) = mail(values)?;
        let (sms, sms_secret) = sms(values)?;
        let session_idle = values.parse("session_idle", keys::duration)?;
        let session_absolute = values.parse("session_absolute", keys::duration)?;
        Ok(Self {
            listen,
            metrics_listen: values.optional("metrics_listen", keys::socket_address)?,
            outward: Outward::new(
                values.parse("application_networks", keys::networks)?,
                !public_url.secure(),
            ),
            public_url,
            database,
            key_file: values
                .optional("key_file", keys::path)?
                .unwrap_or_else(|| data_dir.join("portcullis.key")),
            data_dir,
            trusted_proxies: values.parse("trusted_proxies", keys::networks)?,
            smtp,
            mail_from,
            sms,
            sms_secret,
            sms_countries: values.parse("sms_countries", sms::sms_countries)?,
            sms_daily_limit: values.parse("sms_daily_limit", keys::between(1, 1_000_000))?,
            geoip_database: values.parse("geoip_database", keys::files)?,
            product_name,
            password_policy: values.parse("password_policy", keys::policy)?,
            password_pepper: values.parse("password_pepper", keys::on_off)?,
            common_passwords_file: values.optional("common_passwords_file", keys::path)?,
            argon2: Argon2Cost {
                memory_kib: values.parse("argon2_memory_kib", keys::between(8, 4_194_304))?,
                iterations: values.parse("argon2_iterations", keys::between(1, 1_000))?,
                parallelism: values.parse("argon2_parallelism", keys::between(1, 64))?,
            },
            hashing_threads: values.parse("hashing_threads", keys::threads)?,
            hashing_queue: values.parse("hashing_queue", keys::between(1, 100_000))?,
            check_memory: values.parse::<u64>("check_memory_mib", keys::between(0, 1_048_576))?
                << 20,
            session_idle: session_idle.min(session_absolute),
            session_absolute,
            session_limit: values.parse("session_limit", keys::between(1, 10_000))?,
            log_retention: values.parse("log_retention_days", keys::days)?,
            token_max_lifetime: values.parse("token_max_lifetime_days", keys::days)?,
            sign_up: values.parse("sign_up", keys::sign_up)?,
            totp_issuer,
            trust_browsers: values.parse("trust_browsers", keys::on_off)?,
            log_format: values.parse("log_format", keys::log_format)?,
            log_level: values.parse("log_level", keys::log_level)?,
        })
    }
}

/// A server without a sender could send nothing, so that is said at the start.
fn mail(values: &Values) -> Result<(Option<SmtpConfig>, Option<Mailbox>), ConfigError> {
    let from = values.optional("mail_from", mail::mailbox)?;
    let authorities = values.optional("smtp_ca_file", mail::authorities)?;
    let smtp = values.optional("smtp_url", mail::smtp_url)?;
    if smtp.is_some() && from.is_none() {
        return Err(ConfigError::missing(
            "mail_from",
            "`smtp_url` is set, so mail needs a sender, such as \
             Portcullis <security@example.com>",
        ));
    }
    Ok((smtp.map(|smtp| SmtpConfig { authorities, ..smtp }), from))
}

/// A carrier could not tell our messages from anybody's without a signature.
fn sms(values: &Values) -> Result<(Option<SmsConfig>, Option<SmsSecret>), ConfigError> {
    let authorities = values.optional("sms_ca_file", sms::authorities)?;
    let secret = values.optional("sms_secret", sms::sms_secret)?;
    let sms = values.optional("sms_url", sms::sms_url)?;
    if sms.is_some() && secret.is_none() {
        return Err(ConfigError::missing(
            "sms_secret",
            "`sms_url` is set, so messages to it need a key that they are signed with. Make one: \
             openssl rand -base64 32",
        ));
    }
    Ok((sms.map(|sms| SmsConfig { authorities, ..sms }), secret))
}

/// Links need an address that the outside can use: it is guessed only where
/// nothing but this machine can connect.
fn public_url(values: &Values, listen: SocketAddr) -> Result<PublicUrl, ConfigError> {
    if let Some(url) = values.optional("public_url", keys::public_url)? {
        return Ok(url);
    }
    if listen.ip().is_loopback() {
        let origin = match listen.port() {
            80 => "http://localhost".to_owned(),
            port => format!("http://localhost:{port}"),
        };
        return Ok(PublicUrl { origin, secure: false });
    }
    Err(ConfigError::missing(
        "public_url",
        &format!(
            "the server listens on {listen}, where others can connect, so links need the address \
             that they use, such as https://accounts.example.com"
        ),
    ))
}

impl PublicUrl {
    fn from_url(url: &Url) -> Result<Self, String> {
        if url.host_str().is_none() {
            return Err("it has no host".into());
        }
        if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
            return Err("it must end after the host and port".into());
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("it must not carry a user name".into());
        }
        let secure = url.scheme() == "https";
        if !secure && !is_loopback(url) {
            return Err(
                "http:// is accepted for localhost only; put a TLS proxy in front and use \
                        https://"
                    .into(),
            );
        }
        Ok(Self { origin: url.origin().ascii_serialization(), secure })
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(domain)) => domain == "localhost" || domain.ends_with(".localhost"),
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// A database's address without its password, for what is said and logged. The
/// query goes as a whole, because a password can stand there too.
pub(crate) fn without_password(target: &Target) -> String {
    match target {
        Target::Sqlite(path) => format!("sqlite:{}", path.display()),
        Target::Postgres(url) => Url::parse(url).map_or_else(
            |_| "postgres://…".into(),
            |mut url| {
                url.set_query(None);
                let hidden = url.password().is_none() || url.set_password(Some("***")).is_ok();
                if hidden { url.to_string() } else { "postgres://…".into() }
            },
        ),
    }
}
