//! The keys: their names, what they mean, and how each value is read.

use super::{LogFormat, PolicyPreset, PublicUrl, SignUp};
use ipnet::IpNet;
use portcullis_db::Target;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;
use url::Url;

/// One thing that an operator can set.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// In `portcullis.toml`; in the environment it is `PORTCULLIS_` and this in
    /// capitals.
    pub name: &'static str,
    /// The value without one being set; empty where there is none.
    pub default: &'static str,
    /// What can stand there.
    pub allowed: &'static str,
    /// What it does.
    pub meaning: &'static str,
    /// Whether the value can come from a file named by `…_FILE`.
    pub secret: bool,
}

const fn key(
    name: &'static str,
    default: &'static str,
    allowed: &'static str,
    meaning: &'static str,
) -> Key {
    Key { name, default, allowed, meaning, secret: false }
}

/// Every key, in the order of the documentation.
pub const KEYS: &[Key] = &[
    key(
        "listen",
        "127.0.0.1:8080",
        "an address and a port, such as 0.0.0.0:8080",
        "Where people and programs connect.",
    ),
    key(
        "public_url",
        "",
        "https:// and a host (http:// for localhost only), nothing after the port",
        "The address that others use. Links are built from it. Needed once `listen` is not loopback.",
    ),
    key(
        "metrics_listen",
        "",
        "an address and a port, such as 127.0.0.1:9464",
        "Where metrics are read. Nowhere by default.",
    ),
    Key {
        secret: true,
        ..key(
            "database_url",
            "",
            "sqlite:FILE or postgres://USER:PASSWORD@HOST/DATABASE",
            "The database. By default a SQLite file in `data_dir`.",
        )
    },
    key("data_dir", "portcullis-data", "a folder", "Where the files of this server live."),
    key(
        "key_file",
        "",
        "a file",
        "The key file. By default `portcullis.key` in `data_dir`. Every node needs the same one.",
    ),
    key(
        "trusted_proxies",
        "",
        "addresses and networks with commas between, such as 10.0.0.0/8, 192.0.2.7",
        "Peers whose X-Forwarded-For is believed. None by default.",
    ),
    key(
        "application_networks",
        "",
        "addresses and networks with commas between, such as 10.1.0.0/16, fd00:1::/32",
        "Networks of your own in which applications may be told that a session has ended. Without it only public addresses.",
    ),
    Key {
        secret: true,
        ..key(
            "smtp_url",
            "",
            "smtp:// or smtps://, USER:PASSWORD@ if need be, a host, perhaps a port, and after \
             smtp:// perhaps ?starttls=required (the default) or ?starttls=never",
            "The server that takes mail. Without one mail waits. `smtp://` is port 587 with STARTTLS, `smtps://` port 465.",
        )
    },
    key(
        "mail_from",
        "",
        "an address, or a name and an address, such as Portcullis <security@example.com>",
        "Whom mail comes from. Needed once `smtp_url` is set.",
    ),
    key(
        "smtp_ca_file",
        "",
        "a PEM file of certificates",
        "Authorities to trust for the mail server, beside the public ones.",
    ),
    Key {
        secret: true,
        ..key(
            "sms_url",
            "",
            "https:// and a host (http:// for localhost only), perhaps a path and a query",
            "The webhook that takes text messages as JSON, signed. Codes by SMS are offered once `sms_countries` is set, too.",
        )
    },
    Key {
        secret: true,
        ..key(
            "sms_secret",
            "",
            "24 to 64 bytes in Base64, perhaps after whsec_; make one with: openssl rand -base64 32",
            "The key that messages to `sms_url` are signed with (Standard Webhooks). Needed once that is set.",
        )
    },
    key(
        "sms_countries",
        "",
        "ISO 3166 codes of countries with commas between, such as DE, GB",
        "Countries whose numbers are sent text messages. None by default.",
    ),
    key(
        "sms_daily_limit",
        "1000",
        "a number from 1 to 1000000",
        "Text messages in a day (UTC) at most, half of them to numbers not proved yet. Then none is sent, and administrators are told.",
    ),
    key(
        "sms_ca_file",
        "",
        "a PEM file of certificates",
        "Authorities to trust for `sms_url`, beside the public ones.",
    ),
    key(
        "geoip_database",
        "",
        "files with commas between, such as /var/lib/portcullis/city.mmdb",
        "Files in the MaxMind DB format of any vendor that know the places of addresses, the best first. Without one countries are known.",
    ),
    key("product_name", "Portcullis", "1 to 60 characters", "The name on every page."),
    key(
        "password_policy",
        "standard",
        "standard or nist",
        "`standard`: 12 characters of four kinds. `nist`: 15 characters of any kind.",
    ),
    key(
        "password_pepper",
        "on",
        "on or off",
        "Hash new passwords with a key that is not in the database.",
    ),
    key(
        "common_passwords_file",
        "",
        "a file with one password or one SHA-1 in hexadecimal a line",
        "Refused passwords, beside the embedded list.",
    ),
    key(
        "argon2_memory_kib",
        "47104",
        "a number from 8 to 4194304",
        "Memory of one password hashing, in KiB.",
    ),
    key("argon2_iterations", "1", "a number from 1 to 1000", "Passes of one password hashing."),
    key("argon2_parallelism", "1", "a number from 1 to 64", "Lanes of one password hashing."),
    key(
        "hashing_threads",
        "",
        "a number from 1 to 256",
        "Threads that hash passwords. By default one a processor.",
    ),
    key(
        "hashing_queue",
        "64",
        "a number from 1 to 100000",
        "Hashings that may wait. One more is answered 503.",
    ),
    key(
        "check_memory_mib",
        "64",
        "a number of MiB from 0 to 1048576, or 0 for none",
        "What checks of tokens and sessions remember at most. With 0 each asks the database.",
    ),
    key(
        "session_idle",
        "7days",
        "a duration from 1min to 400days, such as 12h or 7days",
        "A session unused for so long ends.",
    ),
    key(
        "session_absolute",
        "30days",
        "a duration from 1min to 400days, such as 12h or 30days",
        "A session this old ends.",
    ),
    key(
        "session_limit",
        "100",
        "a number from 1 to 10000",
        "Sessions an account may have. The oldest ends.",
    ),
    key(
        "log_retention_days",
        "400",
        "a number of days from 1 to 36500, or 0 for ever",
        "Events of the security log that are older are removed, a few at a time.",
    ),
    key(
        "token_max_lifetime_days",
        "365",
        "a number of days from 1 to 36500, or 0 for ever",
        "Personal access tokens live so long at most. With 0 they may have no expiry.",
    ),
    key(
        "sign_up",
        "closed",
        "closed or open",
        "`open`: whoever proves an e-mail address can make an account. `closed`: nobody but you.",
    ),
    key(
        "totp_issuer",
        "",
        "1 to 60 characters",
        "What authenticator apps call this product. By default its name.",
    ),
    key(
        "trust_browsers",
        "on",
        "on or off",
        "Whether people can choose to be asked for a second factor only every 30 days on a browser.",
    ),
    key("log_format", "text", "text or json", "How log lines look."),
    key("log_level", "info", "error, warn, info, debug or trace", "How much is logged."),
];

pub(super) fn socket_address(text: &str) -> Result<SocketAddr, String> {
    if let Some(port) = text.strip_prefix("localhost:") {
        let port = port.parse().map_err(|_| "the port is a number from 0 to 65535".to_owned())?;
        return Ok(SocketAddr::from(([127, 0, 0, 1], port)));
    }
    text.parse().map_err(|_| "this is not an address with a port".to_owned())
}

#[expect(clippy::unnecessary_wraps, reason = "every key is read by the same kind of function")]
pub(super) fn path(text: &str) -> Result<PathBuf, String> {
    Ok(PathBuf::from(text))
}

/// Several files; spaces around a name are not part of it.
pub(super) fn files(text: &str) -> Result<Vec<PathBuf>, String> {
    if text.trim().is_empty() {
        return Ok(Vec::new());
    }
    let names = text.split(',').map(str::trim);
    names
        .map(|name| if name.is_empty() { Err("a comma too many".into()) } else { Ok(name.into()) })
        .collect()
}

pub(super) fn database_url(text: &str) -> Result<Target, String> {
    Target::from_str(text).map_err(|error| error.to_string())
}

pub(super) fn public_url(text: &str) -> Result<PublicUrl, String> {
    let url = Url::parse(text).map_err(|error| error.to_string())?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err("it starts with neither https:// nor http://".into());
    }
    PublicUrl::from_url(&url)
}

pub(super) fn networks(text: &str) -> Result<Vec<IpNet>, String> {
    text.split(',')
        .map(str::trim)
        .filter(|entry| !entry.is_empty())
        .map(|entry| {
            if let Ok(address) = entry.parse::<IpAddr>() {
                return Ok(IpNet::from(address));
            }
            let network: IpNet =
                entry.parse().map_err(|_| format!("{entry:?} is no address and no network"))?;
            if network.trunc() == network {
                Ok(network)
            } else {
                Err(format!("{entry} has bits beyond its length; {} was meant?", network.trunc()))
            }
        })
        .collect()
}

pub(super) fn name(text: &str) -> Result<String, String> {
    let name = text.trim();
    if (1..=60).contains(&name.chars().count()) && !name.chars().any(char::is_control) {
        Ok(name.to_owned())
    } else {
        Err("it is empty, too long, or has control characters".into())
    }
}

pub(super) fn policy(text: &str) -> Result<PolicyPreset, String> {
    match text {
        "standard" => Ok(PolicyPreset::Standard),
        "nist" => Ok(PolicyPreset::Nist),
        _ => Err("there is no such preset".into()),
    }
}

pub(super) fn on_off(text: &str) -> Result<bool, String> {
    match text {
        "on" | "true" => Ok(true),
        "off" | "false" => Ok(false),
        _ => Err("it is neither on nor off".into()),
    }
}

pub(super) fn between<N>(least: N, most: N) -> impl Fn(&str) -> Result<N, String>
where
    N: FromStr + PartialOrd + Copy,
{
    move |text| {
        text.parse()
            .ok()
            .filter(|number| (least..=most).contains(number))
            .ok_or_else(|| "this is not such a number".to_owned())
    }
}

pub(super) fn threads(text: &str) -> Result<usize, String> {
    if text.is_empty() {
        return Ok(std::thread::available_parallelism().map_or(2, usize::from));
    }
    between(1, 256)(text)
}

pub(super) fn days(text: &str) -> Result<Option<Duration>, String> {
    let days: u64 = between(0, 36_500)(text)?;
    Ok((days > 0).then(|| Duration::from_hours(24 * days)))
}

pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let duration = humantime::parse_duration(text).map_err(|error| error.to_string())?;
    if (60..=400 * 86_400).contains(&duration.as_secs()) {
        Ok(duration)
    } else {
        Err("it is too short or too long".into())
    }
}

pub(super) fn sign_up(text: &str) -> Result<SignUp, String> {
    match text {
        "closed" => Ok(SignUp::Closed),
        "open" => Ok(SignUp::Open),
        _ => Err("it is neither closed nor open".into()),
    }
}

pub(super) fn log_format(text: &str) -> Result<LogFormat, String> {
    match text {
        "text" => Ok(LogFormat::Text),
        "json" => Ok(LogFormat::Json),
        _ => Err("there is no such format".into()),
    }
}

pub(super) fn log_level(text: &str) -> Result<tracing::Level, String> {
    text.parse().map_err(|_| "there is no such level".to_owned())
}
