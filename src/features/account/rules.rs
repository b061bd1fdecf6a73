//! What an address, a name and a time zone are.

use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};
use jiff::tz::TimeZone;

/// Longest path of RFC 5321 §4.5.3.1.3, less its brackets.
const MAX_ADDRESS: usize = 254;
const MAX_LOCAL_PART: usize = 64;
/// Longest name, in characters.
pub const MAX_NAME: usize = 100;

/// An e-mail address: as typed, and in the canonical form that accounts are
/// unique by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmailAddress {
    typed: String,
    canonical: String,
}

/// A text that is not an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is not an e-mail address")]
pub struct NotAnAddress;

impl EmailAddress {
    /// Trimmed; the domain by UTS-46 to lower-case A-labels; the local part
    /// ASCII only, in lower case, with its dots and plus tags.
    pub fn parse(text: &str) -> Result<Self, NotAnAddress> {
        let typed = text.trim();
        let (local, domain) = typed.rsplit_once('@').ok_or(NotAnAddress)?;
        if typed.len() > MAX_ADDRESS || !is_local_part(local) {
            return Err(NotAnAddress);
        }
        let domain = Uts46::new()
            .to_ascii(domain.as_bytes(), AsciiDenyList::STD3, Hyphens::Check, DnsLength::Verify)
            .map_err(|_| NotAnAddress)?;
        let canonical = format!("{}@{domain}", local.to_ascii_lowercase());
        if canonical.len() > MAX_ADDRESS {
            return Err(NotAnAddress);
        }
        Ok(Self { typed: typed.to_owned(), canonical })
    }

    /// As its owner typed it.
    pub fn typed(&self) -> &str {
        &self.typed
    }

    /// Whether another spelling is the same address.
    pub fn is_same_as(&self, typed: &str) -> bool {
        Self::parse(typed).is_ok_and(|other| other.canonical == self.canonical)
    }

    /// What it is unique by.
    pub fn canonical(&self) -> &str {
        &self.canonical
    }
}

/// The keys of all addresses that begin as somebody has typed: from the first
/// one on, up to but without the second.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRange {
    /// The first key that can be meant.
    pub from: Vec<u8>,
    /// The first one beyond.
    pub to: Vec<u8>,
}

impl KeyRange {
    /// None where nothing was typed. A whole address is looked for in its
    /// canonical form; the beginning of one in lower case.
    pub fn of_prefix(typed: &str) -> Option<Self> {
        let typed = typed.trim();
        let from = match EmailAddress::parse(typed) {
            Ok(whole) if !typed.is_ascii() => whole.canonical.into_bytes(),
            _ => typed.to_ascii_lowercase().into_bytes(),
        };
        let mut to = from.clone();
        // The end of a range of bytes: the last one that can grow does. UTF-8 has no 0xFF.
        let last = to.last_mut()?;
        *last = last.saturating_add(1);
        Some(Self { from, to })
    }
}

/// A dot-atom of RFC 5322 §3.2.3; quoted local parts are of no use to people.
fn is_local_part(local: &str) -> bool {
    const SPECIAL: &str = "!#$%&'*+-/=?^_`{|}~";
    (1..=MAX_LOCAL_PART).contains(&local.len())
        && local.split('.').all(|atom| {
            !atom.is_empty()
                && atom.chars().all(|c| c.is_ascii_alphanumeric() || SPECIAL.contains(c))
        })
}

/// A person's name: anything that can be written in a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name(String);

/// Why a text is not a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAName {
    /// There is nothing.
    #[error("there is nothing")]
    Empty,
    /// It is longer than [`MAX_NAME`].
    #[error("it is longer than {MAX_NAME} characters")]
    TooLong,
}

impl Name {
    /// Control characters and runs of white space become one space.
    pub fn parse(text: &str) -> Result<Self, NotAName> {
        let name = text
            .split(|c: char| c.is_whitespace() || c.is_control() || is_invisible(c))
            .filter(|word| !word.is_empty())
            .collect::<Vec<_>>()
            .join(" ");
        match name.chars().count() {
            0 => Err(NotAName::Empty),
            1..=MAX_NAME => Ok(Self(name)),
            _ => Err(NotAName::TooLong),
        }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Characters that turn the direction of what stands beside a name.
const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// A time zone of the IANA database, by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeZoneName(String);

impl TimeZoneName {
    /// Coordinated universal time.
    pub fn utc() -> Self {
        Self("UTC".into())
    }

    /// A name that the database has, in its own spelling.
    pub fn parse(text: &str) -> Option<Self> {
        let zone = TimeZone::get(text).ok()?;
        zone.iana_name().map(|name| Self(name.to_owned()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Every name that can be chosen, in order.
    pub fn all() -> Vec<String> {
        let mut names: Vec<String> = jiff::tz::db()
            .available()
            .map(|name| name.as_str().to_owned())
            .filter(|name| name == "UTC" || (name.contains('/') && !name.starts_with("Etc/")))
            .collect();
        names.sort_unstable();
        names
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_is_a_range_of_keys() {
        let within = |typed: &str, email: &str| {
            let range = KeyRange::of_prefix(typed).unwrap();
            let key = EmailAddress::parse(email).unwrap().canonical().as_bytes().to_vec();
            (range.from..range.to).contains(&key)
        };
        assert_eq!(KeyRange::of_prefix("  "), None);
        for typed in ["m", " MIRA ", "mira@ex", "mira@example.com", "Mira@Example.com"] {
            assert!(within(typed, "mira@example.com"), "{typed}");
        }
        assert!(within("mira@bücher.example", "mira@xn--bcher-kva.example"));
        for typed in ["n", "mirb", "mira@example.com.", "mıra", "ä", "\u{10FFFF}", "mira%", "_"] {
            assert!(!within(typed, "mira@example.com"), "{typed}");
        }
    }
    use proptest::prelude::*;

    fn canonical(text: &str) -> Option<String> {
        EmailAddress::parse(text).ok().map(|email| email.canonical)
    }

    #[test]
    fn one_address_has_one_canonical_form() {
        for spelling in [
            "alice@example.com",
            " Alice@EXAMPLE.com ",
            "ALICE@example.com",
            "alice@ｅｘａｍｐｌｅ.com",
            "alice@example。com",
        ] {
            assert_eq!(canonical(spelling).as_deref(), Some("alice@example.com"), "{spelling}");
        }
        assert_eq!(canonical("a@bücher.example"), canonical("a@xn--bcher-kva.example"));
        assert_eq!(canonical("a@bu\u{308}cher.example"), canonical("a@bücher.example"));
    }

    /// PW-02: what is not the same account is no account at all.
    #[test]
    fn pw_02_look_alikes_are_no_addresses() {
        for text in [
            "",
            "@",
            "alice",
            "alice@",
            "@example.com",
            "ａlice@example.com",
            "alıce@example.com",
            "al\u{200b}ice@example.com",
            "ﬁ@example.com",
            "alice@example.com.",
            "alice@exa mple.com",
            "alice@@example.com",
            "al ice@example.com",
            ".alice@example.com",
            "alice.@example.com",
            "a..b@example.com",
            "alice@-example.com",
            "alice@exam_ple.com",
            "alice@x,eve@example.com",
            "alice@example.com\r\ncc: eve@example.com",
            "\"alice\"@example.com",
            "\u{212a}@example.com",
        ] {
            assert_eq!(canonical(text), None, "{text:?}");
        }
    }

    #[test]
    fn names_are_one_line() {
        assert_eq!(Name::parse("  Mira \n\t Okafor\u{202e} ").unwrap().as_str(), "Mira Okafor");
        assert_eq!(Name::parse(" \u{0} "), Err(NotAName::Empty));
        assert_eq!(Name::parse(&"x".repeat(101)), Err(NotAName::TooLong));
        assert!(Name::parse(&"é".repeat(100)).is_ok());
    }

    #[test]
    fn zones_are_those_of_the_database() {
        assert_eq!(TimeZoneName::parse("europe/brussels").unwrap().as_str(), "Europe/Brussels");
        assert!(TimeZoneName::parse("Europe/Atlantis").is_none());
        assert!(TimeZoneName::parse("../etc/passwd").is_none());
        assert!(TimeZoneName::all().len() > 400);
        assert!(TimeZoneName::all().iter().all(|name| TimeZoneName::parse(name).is_some()));
    }

    proptest! {
        #[test]
        fn a_canonical_address_is_its_own_canonical_form(text in "\\PC{0,20}@\\PC{0,20}") {
            if let Ok(email) = EmailAddress::parse(&text) {
                let again = EmailAddress::parse(email.canonical()).unwrap();
                prop_assert_eq!(again.canonical(), email.canonical());
                prop_assert!(email.canonical().is_ascii());
            }
        }
    }
}
