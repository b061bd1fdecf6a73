//! Why a message was not sent, in words that may stand in a log.

use lettre::transport::smtp::Error;
use std::error::Error as _;

/// So much of what a server says is enough.
const LONGEST: usize = 300;

/// A message that was not sent. The texts hold no address and no password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// It may go another time: the server, the line or the settings are at fault.
    Later(String),
    /// It will never go: the server has refused this recipient or message.
    Never(String),
}

impl Failure {
    /// The reason, for the operator.
    pub fn reason(&self) -> &str {
        match self {
            Self::Later(reason) | Self::Never(reason) => reason,
        }
    }

    /// What happened while `doing`, whatever it was: another time.
    pub(super) fn later(doing: &str, error: &Error, private: &[&str]) -> Self {
        Self::Later(words(doing, error, private))
    }

    /// The same where a 5xx is the server's last word.
    pub(super) fn verdict(doing: &str, error: &Error, private: &[&str]) -> Self {
        // Sign-in asked for only now (RFC 4954 §6) is the settings' fault.
        let of_sign_in =
            error.status().is_some_and(|code| [530, 534, 535, 538].contains(&u16::from(code)));
        let words = words(doing, error, private);
        if error.is_permanent() && !of_sign_in { Self::Never(words) } else { Self::Later(words) }
    }
}

fn words(doing: &str, error: &Error, private: &[&str]) -> String {
    // The innermost error says it; those around it say only that there is one.
    let mut innermost = error.source();
    while let Some(inner) = innermost.and_then(std::error::Error::source) {
        innermost = Some(inner);
    }
    let said = innermost.map_or_else(|| error.to_string(), ToString::to_string);
    let code = error.status().map(|code| format!("{code} ")).unwrap_or_default();
    let heard = error.status().is_some() || error.is_response();
    tidy(&format!("{doing}: {code}{said}"), private, heard)
}

/// One line without addresses and without words that hold something private;
/// what was `heard` from a server can hold it encoded.
fn tidy(text: &str, private: &[&str], heard: bool) -> String {
    text.split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .map(
            |word| {
                if is_private(word, private) || (heard && looks_encoded(word)) {
                    "…"
                } else {
                    word
                }
            },
        )
        .collect::<Vec<_>>()
        .join(" ")
        .chars()
        .take(LONGEST)
        .collect()
}

fn is_private(word: &str, private: &[&str]) -> bool {
    let lower = word.to_lowercase();
    word.contains('@')
        || private.iter().any(|text| {
            let text = text.to_lowercase();
            !text.is_empty()
                && lower.match_indices(&text).any(|(at, _)| stands_alone(&lower, at, text.len()))
        })
}

/// So that a person called "a" does not blacken every word with an "a" in it.
fn stands_alone(word: &str, at: usize, length: usize) -> bool {
    let part = |c: char| c.is_alphanumeric();
    let before = word.get(..at).and_then(|before| before.chars().next_back());
    let after = word.get(at.saturating_add(length)..).and_then(|after| after.chars().next());
    !before.is_some_and(part) && !after.is_some_and(part)
}

/// Base64, in which a server may repeat the password that it was sent.
fn looks_encoded(word: &str) -> bool {
    let word = word.trim_matches(|c: char| "\"'`<>()[].,;:?!".contains(c));
    let mixed = word
        .as_bytes()
        .windows(2)
        .any(|pair| matches!(pair, [a, b] if a.is_ascii_lowercase() && b.is_ascii_uppercase()));
    word.len() >= 8
        && (mixed || word.ends_with('='))
        && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_server_says_is_one_short_line_without_addresses() {
        let private = ["mira", "hunter2"];
        for (said, shown) in [
            ("550 5.1.1 <mira@example.com>: unknown", "550 5.1.1 … unknown"),
            ("550 MIRA: no such user", "550 … no such user"),
            ("550 admiral unknown", "550 admiral unknown"),
            ("550\u{1b}[31m red\r\nBcc: x\u{0}", "550 [31m red Bcc: x"),
            ("500 what is AUTH PLAIN AG1pcmEAaHVudGVyMg==?", "500 what is AUTH PLAIN …"),
            ("535 (hunter2) is wrong", "535 … is wrong"),
            ("535 Authentication credentials invalid", "535 Authentication credentials invalid"),
        ] {
            assert_eq!(tidy(said, &private, true), shown);
        }
        assert_eq!(tidy(&"ü ".repeat(400), &private, true).chars().count(), 300);
    }
}
