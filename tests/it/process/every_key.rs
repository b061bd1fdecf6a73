//! Every key has a good and a bad value; a key without them fails here until it
//! gets them.

use super::program::Site;
use crate::support::Backend;
use portcullis::config::{Config, Environment, KEYS, Key};
use std::io::Write;

/// What can't stand there, and a word of the reason; none for a key of which
/// every text is a value.
type Bad = Option<(&'static str, &'static str)>;

/// A key, what can stand there, and what can't.
const SAMPLES: &[(&str, &str, Bad)] = &[
    ("listen", "127.0.0.1:8081", Some(("localhost", "not an address with a port"))),
    ("public_url", "https://id.example.com", Some(("id.example.com", "relative URL"))),
    ("metrics_listen", "[::1]:9464", Some(("9464", "not an address with a port"))),
    ("database_url", "sqlite:a.db", Some(("mysql://x", "starts with sqlite: or postgres://"))),
    ("data_dir", "elsewhere", None),
    ("key_file", "elsewhere/a.key", None),
    ("trusted_proxies", "10.0.0.0/8, 192.0.2.7", Some(("10.0.0.1/8", "10.0.0.0/8 was meant?"))),
    ("application_networks", "10.1.0.0/16", Some(("app.internal", "no address and no network"))),
    ("product_name", "Acme", Some(("a\u{7}b", "control characters"))),
    ("password_policy", "nist", Some(("strict", "no such preset"))),
    ("password_pepper", "off", Some(("maybe", "neither on nor off"))),
    ("common_passwords_file", "list.txt", None),
    ("argon2_memory_kib", "8", Some(("7", "not such a number"))),
    ("argon2_iterations", "2", Some(("0", "not such a number"))),
    ("argon2_parallelism", "64", Some(("65", "not such a number"))),
    ("hashing_threads", "4", Some(("many", "not such a number"))),
    ("hashing_queue", "1", Some(("-1", "not such a number"))),
    ("check_memory_mib", "0", Some(("64MiB", "not such a number"))),
    ("session_idle", "12h", Some(("12", "time unit needed"))),
    ("session_absolute", "400days", Some(("401days", "too short or too long"))),
    ("session_limit", "1", Some(("10001", "not such a number"))),
    ("log_retention_days", "0", Some(("forever", "not such a number"))),
    ("token_max_lifetime_days", "0", Some(("never", "not such a number"))),
    ("sign_up", "open", Some(("maybe", "neither closed nor open"))),
    (
        "smtp_url",
        "smtps://u:p@mail.example.com",
        Some(("http://x", "neither smtp:// nor smtps://")),
    ),
    ("mail_from", "Acme <a@example.com>", Some(("Acme", "not one mailbox"))),
    ("smtp_ca_file", "tests/it/mail/authority.pem", Some(("missing.pem", "can't be read"))),
    ("geoip_database", "v4.mmdb, v6.mmdb", Some(("v4.mmdb,", "a comma too many"))),
    ("totp_issuer", "Acme", Some(("a\u{7}b", "control characters"))),
    ("trust_browsers", "off", Some(("maybe", "neither on nor off"))),
    (
        "sms_url",
        "https://sms.example.com/send?key=1",
        Some(("http://sms.example.com", "for localhost only")),
    ),
    ("sms_secret", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", Some(("MfKQ", "too short"))),
    ("sms_countries", "gb, DE", Some(("GB, XX", "there is no country \"XX\""))),
    ("sms_daily_limit", "50", Some(("0", "not such a number"))),
    ("sms_ca_file", "tests/it/mail/authority.pem", Some(("missing.pem", "can't be read"))),
    ("log_format", "json", Some(("xml", "no such format"))),
    ("log_level", "trace", Some(("loud", "no such level"))),
];

/// What must be set beside a key.
const BESIDE: &[(&str, &str, &str)] = &[
    ("smtp_url", "mail_from", "b@example.com"),
    ("smtp_ca_file", "smtp_url", "smtp://x.example"),
    ("smtp_ca_file", "mail_from", "b@example.com"),
    ("sms_url", "sms_secret", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
    ("sms_ca_file", "sms_url", "https://x.example"),
    ("sms_ca_file", "sms_secret", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
];

/// The variables of what must be set beside a key.
fn beside(key: &Key) -> Environment {
    BESIDE
        .iter()
        .filter(|(name, ..)| *name == key.name)
        .map(|(_, other, value)| {
            (format!("PORTCULLIS_{}", other.to_uppercase()), (*value).to_owned())
        })
        .collect()
}

fn sample(key: &Key) -> (&'static str, Bad) {
    let found = SAMPLES.iter().find(|(name, ..)| *name == key.name);
    let (_, good, bad) =
        found.unwrap_or_else(|| panic!("add a good and a bad sample of the key {}", key.name));
    (good, *bad)
}

fn variable(key: &Key) -> String {
    format!("PORTCULLIS_{}", key.name.to_uppercase())
}

fn file_of(lines: &str) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(lines.as_bytes()).unwrap();
    file
}

#[test]
fn a_good_value_is_taken_from_either_place() {
    for key in KEYS {
        let (good, _) = sample(key);
        let beside = beside(key);
        let mut environment = beside.clone();
        environment.insert(variable(key), good.to_owned());
        let of_environment = Config::load(None, &environment).unwrap();
        let file = file_of(&format!("{} = {good:?}\n", key.name));
        let of_file = Config::load(Some(file.path()), &beside).unwrap();
        let default = Config::load(None, &beside).unwrap();
        assert_eq!(format!("{of_environment:?}"), format!("{of_file:?}"), "{}", key.name);
        assert_ne!(format!("{of_environment:?}"), format!("{default:?}"), "{}", key.name);
    }
    assert_eq!(SAMPLES.len(), KEYS.len(), "a sample of a key that is no more");
}

#[test]
fn a_bad_value_names_key_place_reason_and_what_is_allowed() {
    for key in KEYS {
        let Some((bad, reason)) = sample(key).1 else { continue };
        let environment = Environment::from([(variable(key), bad.to_owned())]);
        let error = Config::load(None, &environment).unwrap_err().to_string();
        let wants = [
            format!("environment variable {}: ", variable(key)),
            format!("`{}` can't be used: ", key.name),
            reason.to_owned(),
            format!("Allowed is {}.", key.allowed),
        ];
        for want in &wants {
            assert!(error.contains(want), "{want:?} is not in {error:?}");
        }
        let text = bad.replace('\u{7}', "\\u0007");
        let file = file_of(&format!("# A comment.\n\n{} = \"{text}\"\n", key.name));
        let error = Config::load(Some(file.path()), &Environment::new()).unwrap_err().to_string();
        let place = format!("{}, line 3: ", file.path().display());
        for want in [&place, &wants[1], &wants[2], &wants[3]] {
            assert!(error.contains(want), "{want:?} is not in {error:?}");
        }
    }
}

/// What the library says is what the program says, with exit code 2.
#[test]
fn the_program_refuses_a_bad_value() {
    let mut site = Site::new(Backend::Sqlite);
    site.set("session_idle", "soon");
    for args in [&["serve"][..], &["doctor"], &["account", "list"], &["migrate"]] {
        let ran = site.run(args).ended(2);
        ran.says("environment variable PORTCULLIS_SESSION_IDLE: `session_idle` can't be used")
            .says("Allowed is a duration from 1min to 400days");
    }
    let ran = site.run(&["doctor", "--json"]).ended(2);
    assert!(ran.json()["error"].as_str().unwrap().contains("`session_idle` can't be used"));
    assert!(!site.path("portcullis-data").exists());
}
