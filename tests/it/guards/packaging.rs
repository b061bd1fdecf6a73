//! What is shipped beside the program says what the program does.

use super::source::files;
use portcullis::config::{Config, Environment, KEYS, example};
use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;

fn text_of(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Settings stand behind a mark alone, words behind a mark and a blank.
fn setting(line: &str) -> Option<&str> {
    line.strip_prefix('#').filter(|rest| rest.starts_with(|c: char| c.is_ascii_lowercase()))
}

#[test]
fn the_example_configuration_is_the_programs() {
    assert!(
        text_of("portcullis.example.toml") == example(),
        "run: cargo run -- config example > packaging/portcullis.example.toml"
    );
}

#[test]
fn the_reference_of_events_is_the_programs() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/events.md");
    let written = std::fs::read_to_string(path).unwrap_or_default();
    let reference = portcullis::features::security_log::reference();
    assert!(written.trim_end() == reference.trim_end(), "run: cargo xtask events");
}

#[test]
fn the_example_changes_nothing_until_a_mark_is_taken_away() {
    let text = example();
    assert!(text.lines().all(|line| line.is_empty() || line.starts_with('#')), "{text}");
    let written: Vec<&str> =
        text.lines().filter_map(setting).map(|line| line.split_once(" = ").unwrap().0).collect();
    let keys: Vec<&str> = KEYS.iter().map(|key| key.name).collect();
    assert_eq!(written, keys);
}

/// All at once, and each alone.
#[test]
fn every_line_of_the_example_can_be_used() {
    let settings: Vec<String> = example().lines().filter_map(setting).map(str::to_owned).collect();
    for line in &settings {
        let empty = line.ends_with(" = \"\"");
        assert!(!empty, "give this key a sample in src/config/example.rs: {line}");
    }
    for lines in settings.iter().map(std::slice::from_ref).chain([&settings[..]]) {
        // A file that is read at the start, and what a mail server or
        // carrier can't be without.
        let authority = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/mail/authority.pem");
        let mut lines = lines
            .join("\n")
            .replace("/etc/portcullis/mail-ca.pem", authority)
            .replace("/etc/portcullis/sms-ca.pem", authority);
        if lines.contains("smtp_url") && !lines.contains("mail_from") {
            lines.push_str("\nmail_from = \"accounts@example.com\"");
        }
        if lines.contains("sms_url") && !lines.contains("sms_secret") {
            lines.push_str("\nsms_secret = \"MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\"");
        }
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(lines.as_bytes()).unwrap();
        let read = Config::load(Some(file.path()), &Environment::new());
        assert!(read.is_ok(), "{}\n{lines}", read.unwrap_err());
    }
}

/// A variable of ours that a file names, also as a part of a longer word.
fn variables(text: &str) -> BTreeSet<String> {
    let part = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    text.match_indices("PORTCULLIS_")
        .map(|(at, _)| text[at..].chars().take_while(|c| part(*c)).collect())
        .collect()
}

#[test]
fn packages_name_only_variables_that_there_are() {
    let mut known = BTreeSet::from(["PORTCULLIS_CONFIG".to_owned()]);
    for key in KEYS {
        let variable = format!("PORTCULLIS_{}", key.name.to_uppercase());
        if key.secret {
            known.insert(format!("{variable}_FILE"));
        }
        known.insert(variable);
    }
    for name in ["portcullis.service", "Containerfile"] {
        let named = variables(&text_of(name));
        assert!(!named.is_empty(), "{name} names no variable");
        let unknown: Vec<_> = named.difference(&known).collect();
        assert!(unknown.is_empty(), "{name} names {unknown:?}, which are no keys");
    }
}

/// The time that systemd waits is longer than a shutdown can take, as the guide has it.
#[test]
fn systemd_waits_for_the_shutdown() {
    let unit = text_of("portcullis.service");
    let wait: u64 = unit
        .lines()
        .find_map(|line| line.strip_prefix("TimeoutStopSec="))
        .and_then(|seconds| seconds.parse().ok())
        .unwrap();
    assert!(wait > 30 + 10 + 5, "{wait}");
}

/// A COPY of something that is not there, or is kept out, fails only where images are built.
#[test]
fn what_the_container_is_built_from_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let ignored = std::fs::read_to_string(root.join(".containerignore")).unwrap();
    let let_in: BTreeSet<&str> =
        ignored.lines().filter_map(|line| line.strip_prefix('!')).collect();
    assert!(ignored.lines().any(|line| line == "*"), "the rest stays out");
    let mut copied = 0;
    for line in text_of("Containerfile").lines() {
        let Some(words) = line.strip_prefix("COPY ") else { continue };
        let words: Vec<&str> = words.split_whitespace().collect();
        if words[0].starts_with("--from=") {
            continue;
        }
        for source in &words[..words.len() - 1] {
            copied += 1;
            assert!(root.join(source).exists(), "there is no {source}");
            assert!(let_in.contains(source), "{source} is kept out by .containerignore");
        }
    }
    assert!(copied >= 5, "{copied}");
    // What the program takes into itself must be among them.
    for file in files("src", ".rs") {
        let code = file.code();
        for marker in ["include_str!(\"", "include_bytes!(\""] {
            for (at, _) in code.match_indices(marker) {
                let path = code[at + marker.len()..].split('"').next().unwrap();
                let own = path.trim_start_matches("../").split('/').next().unwrap();
                assert!(let_in.contains(own), "{} takes in {path}", file.path);
            }
        }
    }
    let docker = std::fs::read_to_string(root.join(".dockerignore")).unwrap();
    assert_eq!(docker, ignored, "the two are one list under two names");
}
