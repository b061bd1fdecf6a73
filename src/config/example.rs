//! The example configuration: every key, commented out, with what can stand there.

use super::{KEYS, Key};
use std::fmt::Write;

/// What stands in the example for a key that has no default.
const SAMPLES: &[(&str, &str)] = &[
    ("public_url", "https://accounts.example.com"),
    ("database_url", "postgres://portcullis@db.internal/portcullis"),
    ("key_file", "/etc/portcullis/portcullis.key"),
    ("trusted_proxies", "127.0.0.1"),
    ("application_networks", "10.1.0.0/16"),
    ("common_passwords_file", "/etc/portcullis/refused-passwords.txt"),
    ("hashing_threads", "4"),
    ("smtp_url", "smtps://mail.internal"),
    ("smtp_ca_file", "/etc/portcullis/mail-ca.pem"),
    ("sms_url", "https://sms.internal/send"),
    ("sms_secret", "whsec_bWFrZSBvbmUgb2YgeW91ciBvd24sIG5vdCB0aGlz"),
    ("sms_ca_file", "/etc/portcullis/sms-ca.pem"),
    ("mail_from", "accounts@example.com"),
    ("totp_issuer", "Acme"),
];

const HEAD: &str = "\
# Portcullis reads this file as portcullis.toml in its working folder, or where --config or
# PORTCULLIS_CONFIG says. A variable of the environment counts more than a line here. A key
# that is unknown or has a bad value is refused at the start, with its place.
#
# Every key stands below. To set one, take the # before its name away and change the value.
";

/// A configuration file with every key, each commented out. Without the marks it
/// is a file that the program accepts.
pub fn example() -> String {
    let mut text = HEAD.to_owned();
    for key in KEYS {
        describe(&mut text, key);
    }
    text
}

fn describe(text: &mut String, key: &Key) {
    let variable = format!("PORTCULLIS_{}", key.name.to_ascii_uppercase());
    let environment = if key.secret {
        format!("{variable}, or {variable}_FILE with the name of a file that holds it")
    } else {
        variable
    };
    let standing = match key.default {
        "" => "An example:".to_owned(),
        default => format!("Default: {default}"),
    };
    // Writing to a text can't fail.
    let _ = write!(
        text,
        "\n# {}\n# Allowed: {}\n# Environment: {environment}\n# {standing}\n#{} = {}\n",
        key.meaning,
        key.allowed,
        key.name,
        value(key)
    );
}

/// As TOML writes it.
fn value(key: &Key) -> String {
    let sample = SAMPLES.iter().find(|(name, _)| *name == key.name).map(|(_, sample)| *sample);
    let text = match sample {
        _ if !key.default.is_empty() => key.default,
        Some(sample) => sample,
        None => key.allowed.split_once("such as ").map_or("", |(_, sample)| sample),
    };
    match text.parse() {
        Ok(number) => toml::Value::Integer(number),
        Err(_) => toml::Value::String(text.to_owned()),
    }
    .to_string()
}
