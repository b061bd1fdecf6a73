//! How a backup code looks, and how one is typed.

use std::fmt::Write;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// So many a set.
pub const SET: usize = 10;
/// Symbols of a code, each of five bits: 80 bits (NIST SP 800-63B-4 §4.2.1.1
/// asks for 64).
const SYMBOLS: usize = 16;
const GROUP: usize = 4;
/// Fewer are worth a warning.
pub const FEW: i64 = 3;

/// Digits and letters without those that are taken for one another.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// A backup code.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct BackupCode(String);

impl BackupCode {
    /// A new one, from random bytes.
    pub fn from_random(bytes: [u8; SYMBOLS]) -> Self {
        Self(
            bytes
                .iter()
                .filter_map(|byte| ALPHABET.get(usize::from(byte & 31)))
                .map(|symbol| char::from(*symbol))
                .collect(),
        )
    }

    /// Reads what somebody typed: in either case, grouped as they like, and with
    /// the letters that look like a digit taken for it.
    pub fn parse(typed: &str) -> Option<Self> {
        let mut code = String::with_capacity(SYMBOLS);
        for symbol in typed.chars() {
            let symbol = match symbol.to_ascii_lowercase() {
                '-' | ' ' | '\t' | '\u{a0}' | '\u{2013}' => continue,
                'o' => '0',
                'i' | 'l' => '1',
                symbol => symbol,
            };
            let known = u8::try_from(symbol).is_ok_and(|byte| ALPHABET.contains(&byte));
            if !known || code.len() == SYMBOLS {
                return None;
            }
            code.push(symbol);
        }
        (code.len() == SYMBOLS).then_some(Self(code))
    }

    /// Without its dashes, to be hashed or sealed.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// In groups, to be read.
    pub fn grouped(&self) -> String {
        let mut text = String::with_capacity(SYMBOLS + SYMBOLS / GROUP);
        for (place, symbol) in self.0.chars().enumerate() {
            if place > 0 && place % GROUP == 0 {
                text.push('-');
            }
            // Writing to a text can't fail.
            let _ = text.write_char(symbol);
        }
        text
    }
}

impl std::fmt::Debug for BackupCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("BackupCode(…)")
    }
}

/// Whether so many left deserve a warning.
pub const fn is_few(left: i64) -> bool {
    left <= FEW
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_code_is_read_however_it_is_typed(seed: u64, upper: bool, separator in "[- ]?") {
            let code = BackupCode::from_random(Random::seeded(seed).bytes());
            let mut typed = code.grouped().replace('-', &separator).replace('0', "O").replace('1', "l");
            if upper {
                typed = typed.to_uppercase();
            }
            let read = BackupCode::parse(&format!(" {typed} "));
            prop_assert!(read == Some(code));
        }

        #[test]
        fn other_texts_are_no_codes(typed in "\\PC{0,40}") {
            if let Some(code) = BackupCode::parse(&typed) {
                prop_assert_eq!(code.reveal().len(), SYMBOLS);
            }
        }
    }

    #[test]
    fn too_short_too_long_and_strange_are_refused() {
        let code = BackupCode::from_random(Random::seeded(1).bytes());
        let text = code.reveal();
        for typed in ["", &text[1..], &format!("{text}0"), &text.replace(&text[..1], "u"), "٠"] {
            assert_eq!(BackupCode::parse(typed), None, "{typed}");
        }
        assert_eq!(code.grouped().len(), 19);
        assert!(!format!("{code:?}").contains(&text[..4]));
    }
}
