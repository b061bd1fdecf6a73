//! The names that people know: "Safari", not "Mobile Safari UI/WKWebView"; "macOS",
//! not "Mac OS X"; and no version that every browser of that kind claims.

use super::Named;
use super::hints::Hints;
use super::patterns::Family;
use crate::text::one_line;

/// Characters of a name that are kept.
const MAX_NAME: usize = 40;
/// Digits of a version's number that are kept.
const MAX_NUMBER: usize = 8;

/// What stands in the names of programs that no person looks at.
const PROGRAMS: &[&str] =
    &["bot", "crawl", "spider", "slurp", "http", "headless", "monitor", "preview", "fetch"];

fn named(name: &str, version: Option<String>) -> Named {
    Named { name: one_line(name.trim(), MAX_NAME), version }
}

/// The first number of a version.
fn number(text: &str) -> Option<String> {
    let digits: String = text.chars().take_while(char::is_ascii_digit).take(MAX_NUMBER).collect();
    (!digits.is_empty()).then_some(digits)
}

/// Whether it presents itself as browsers do.
pub(super) fn looks_like_browser(agent: &str) -> bool {
    (agent.starts_with("Mozilla/") || agent.starts_with("Opera/")) && !says_program(agent)
}

fn says_program(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    PROGRAMS.iter().any(|word| text.contains(word))
        || text.contains("compatible; ") && {
            // Old Internet Explorers say it, too.
            !text.contains("msie") && !text.contains("trident")
        }
}

/// Whether what was recognised is no browser.
pub(super) fn is_program(browser: &Named, agent: &str) -> bool {
    says_program(&browser.name) || !looks_like_browser(agent)
}

pub(super) fn browser(found: Option<Family>, agent: &str, hints: &Hints) -> Option<Named> {
    if let Some(brand) = &hints.brand {
        let (name, version) = match brand.rsplit_once(' ') {
            Some((name, version)) if number(version).is_some() => (name, number(version)),
            _ => (brand.as_str(), None),
        };
        return Some(named(name, version));
    }
    let found = found?;
    // Nothing of the kind "Mozilla 5" or "Other".
    if matches!(found.name.as_str(), "Other" | "Mozilla") || found.name.trim().is_empty() {
        return None;
    }
    // An app's, not the browser's that comes with Android.
    if found.name == "Android" && !looks_like_browser(agent) {
        return None;
    }
    let version = found.major.as_deref().and_then(number);
    let name = match found.name.as_str() {
        "Mobile Safari UI/WKWebView" | "Safari" | "Mobile Safari" => "Safari",
        "Android" => "Android Browser",
        "Chrome Mobile WebView" => "Android WebView",
        "IE" | "IE Mobile" => "Internet Explorer",
        _ if agent.starts_with("git/") => "git",
        other => other,
    };
    let words = name.split(' ').filter(|word| !matches!(*word, "Mobile" | "iOS" | "Tablet"));
    let name: Vec<&str> = words.collect();
    let name = if name.is_empty() { found.name } else { name.join(" ") };
    Some(named(&name, version))
}

/// What is not recognised: the first product that it names.
pub(super) fn program(agent: &str) -> Option<Named> {
    let (name, version) = match agent.split_once('/') {
        Some((name, rest)) => (name, number(rest.trim_start_matches('v'))),
        None => (agent, None),
    };
    let program = named(name, version);
    (!program.name.is_empty()).then_some(program)
}

pub(super) fn system(found: Option<Family>, agent: &str, hints: &Hints) -> Option<Named> {
    let found = found?;
    let major = found.major.as_deref().and_then(number);
    let (name, version) = match found.name.as_str() {
        "Other" => return None,
        "Windows" => ("Windows", windows(found.major.as_deref(), hints)),
        "Mac OS X" => ("macOS", mac(&found, hints)),
        "Android" => ("Android", android(major, agent, hints)),
        "iOS" if agent.contains("iPad") => ("iPadOS", major),
        "Chrome OS" => ("ChromeOS", None),
        // A kernel's version, or a distribution's that nobody keeps right.
        "Linux" | "Ubuntu" | "Fedora" | "Debian" => (found.name.as_str(), None),
        other => (other, major),
    };
    Some(named(name, version))
}

/// Windows 11 says that it is Windows 10; its hints begin at 13.
fn windows(version: Option<&str>, hints: &Hints) -> Option<String> {
    let hinted = hints.version_of("Windows").and_then(number);
    match (hinted.and_then(|number| number.parse::<u32>().ok()), version) {
        (Some(13..), _) => Some("11".to_owned()),
        (Some(1..13), _) => Some("10".to_owned()),
        // Either, so neither is said.
        (_, Some("10") | None) => None,
        (_, Some(other)) => Some(one_line(other, MAX_NUMBER)),
    }
}

/// Every browser claims 10.15 since there is a macOS 11.
fn mac(found: &Family, hints: &Hints) -> Option<String> {
    if let Some(version) = hints.version_of("macOS").and_then(number) {
        return Some(version);
    }
    let (major, minor) =
        (number(found.major.as_deref()?)?, found.minor.as_deref().and_then(number));
    match (major.as_str(), minor) {
        ("10", Some(minor)) if minor == "15" => None,
        ("10", Some(minor)) => Some(format!("10.{minor}")),
        ("10", None) => None,
        _ => Some(major),
    }
}

/// Chrome says "Android 10; K" on every phone.
fn android(major: Option<String>, agent: &str, hints: &Hints) -> Option<String> {
    let hinted = hints.version_of("Android").and_then(number);
    hinted.or_else(|| major.filter(|_| !agent.contains("Android 10; K")))
}
