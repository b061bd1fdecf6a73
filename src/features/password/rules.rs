//! What a password is, and what a new one must be. The page's script follows
//! the same rules; both are tested with the same vectors.

use crate::config::PolicyPreset;
use crate::secret::SecretText;
use crate::time::Timestamp;
use std::fmt;
use std::time::Duration;
use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};

/// Bytes; longer input is refused before hashing.
pub const MAX_BYTES: usize = 1024;

/// A password as it is compared: NFKC, not PRECIS, which would refuse
/// characters that people use (NIST SP 800-63B-4 §3.1.1.2).
#[derive(Clone)]
pub struct Password(SecretText);

/// Longer than [`MAX_BYTES`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooLong;

impl Password {
    /// Normalises and bounds what was typed. Nothing is trimmed: a space counts.
    pub fn parse(typed: &str) -> Result<Self, TooLong> {
        if typed.len() > MAX_BYTES {
            return Err(TooLong);
        }
        let normalised: String = typed.nfkc().collect();
        if normalised.len() > MAX_BYTES {
            return Err(TooLong);
        }
        Ok(Self(SecretText::new(normalised)))
    }

    /// The normalised text: look where it goes.
    pub fn reveal(&self) -> &str {
        self.0.reveal()
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

/// A rule that a new password can break.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// Long enough, in code points.
    Length,
    /// An upper-case letter (Lu).
    Uppercase,
    /// A lower-case letter (Ll).
    Lowercase,
    /// A decimal number (Nd).
    Number,
    /// Something that is neither letter nor number; a space counts.
    Special,
    /// On no list of common and breached passwords.
    Uncommon,
}

impl Rule {
    /// Its name in pages and test vectors.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Length => "length",
            Self::Uppercase => "uppercase",
            Self::Lowercase => "lowercase",
            Self::Number => "number",
            Self::Special => "special",
            Self::Uncommon => "uncommon",
        }
    }

    /// The message that states it as a requirement.
    pub const fn requirement_key(self) -> &'static str {
        match self {
            Self::Length => "requirement-length",
            Self::Uppercase => "requirement-uppercase",
            Self::Lowercase => "requirement-lowercase",
            Self::Number => "requirement-number",
            Self::Special => "requirement-special",
            Self::Uncommon => "requirement-uncommon",
        }
    }

    /// The message that says that it was broken.
    pub const fn broken_key(self) -> &'static str {
        match self {
            Self::Length => "password-rule-length",
            Self::Uppercase => "password-rule-uppercase",
            Self::Lowercase => "password-rule-lowercase",
            Self::Number => "password-rule-number",
            Self::Special => "password-rule-special",
            Self::Uncommon => "password-rule-common",
        }
    }
}

/// The rules of an installation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// Code points.
    pub minimum: usize,
    /// Whether all four kinds of character are needed.
    pub composition: bool,
}

impl Policy {
    /// The rules of a preset.
    pub const fn of(preset: PolicyPreset) -> Self {
        match preset {
            PolicyPreset::Standard => Self { minimum: 12, composition: true },
            PolicyPreset::Nist => Self { minimum: 15, composition: false },
        }
    }

    /// The rules, in the order in which they are shown.
    pub fn rules(self) -> Vec<Rule> {
        let mut rules = vec![Rule::Length];
        if self.composition {
            rules.extend([Rule::Uppercase, Rule::Lowercase, Rule::Number, Rule::Special]);
        }
        rules.push(Rule::Uncommon);
        rules
    }

    /// The rules that can be judged by the password alone and that it breaks.
    pub fn broken(self, password: &Password) -> Vec<Rule> {
        let text = password.reveal();
        let any = |is: fn(char) -> bool| text.chars().any(is);
        self.rules()
            .into_iter()
            .filter(|rule| match rule {
                Rule::Length => text.chars().count() < self.minimum,
                Rule::Uppercase => {
                    !any(|c| c.general_category() == GeneralCategory::UppercaseLetter)
                }
                Rule::Lowercase => {
                    !any(|c| c.general_category() == GeneralCategory::LowercaseLetter)
                }
                Rule::Number => !any(|c| c.general_category() == GeneralCategory::DecimalNumber),
                Rule::Special => !any(is_special),
                Rule::Uncommon => false,
            })
            .collect()
    }
}

fn is_special(c: char) -> bool {
    !matches!(
        c.general_category_group(),
        GeneralCategoryGroup::Letter | GeneralCategoryGroup::Number
    )
}

/// When a change happens. Each has a time of its own, because it is what tells
/// one from another.
pub fn next_change(now: Timestamp, last: Timestamp) -> Timestamp {
    now.max(last.plus(Duration::from_millis(1)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[derive(serde::Deserialize)]
    struct Vector {
        password: String,
        minimum: usize,
        composition: bool,
        unmet: Vec<String>,
    }

    /// The same file is tested against the page's script in a browser.
    #[test]
    fn the_vectors_hold() {
        let vectors: Vec<Vector> =
            serde_json::from_str(include_str!("../../../tests/vectors/password-policy.json"))
                .unwrap();
        assert!(vectors.len() >= 40);
        for vector in vectors {
            let policy = Policy { minimum: vector.minimum, composition: vector.composition };
            let broken: Vec<_> = policy
                .broken(&Password::parse(&vector.password).unwrap())
                .into_iter()
                .map(|rule| rule.id().to_owned())
                .collect();
            assert_eq!(broken, vector.unmet, "{:?}", vector.password);
        }
    }

    /// PW-17: however it is typed, it is the same password.
    #[test]
    fn pw_17_normal_forms_are_one() {
        let composed = Password::parse("pässwörd ﬁne ½ Å").unwrap();
        let decomposed = Password::parse("pa\u{308}sswo\u{308}rd ﬁne ½ A\u{30a}").unwrap();
        assert_eq!(composed.reveal(), decomposed.reveal());
    }

    #[test]
    fn length_is_bounded_before_and_after_normalising() {
        assert!(Password::parse(&"x".repeat(1024)).is_ok());
        assert!(Password::parse(&"x".repeat(1025)).is_err());
        // One character that NFKC makes eighteen.
        assert!(Password::parse(&"\u{fdfa}".repeat(341)).is_err());
    }

    proptest! {
        #[test]
        fn normalising_is_stable(text in "\\PC{0,60}") {
            if let Ok(password) = Password::parse(&text) {
                let again = Password::parse(password.reveal()).unwrap();
                prop_assert_eq!(again.reveal(), password.reveal());
            }
        }

        #[test]
        fn more_characters_never_break_a_rule(text in "\\PC{0,40}", more in "[a-z]{1,10}") {
            let policy = Policy::of(PolicyPreset::Standard);
            let shorter = policy.broken(&Password::parse(&text).unwrap());
            // A space between, so that NFKC composes nothing across the seam.
            let longer = policy.broken(&Password::parse(&format!("{text} {more}")).unwrap());
            prop_assert!(longer.iter().all(|rule| shorter.contains(rule)));
        }
    }
}
