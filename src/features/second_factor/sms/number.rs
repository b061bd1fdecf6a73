//! A mobile phone's number: one spelling, of a kind and a country that are
//! served.

use crate::config::{Countries, Country};
use phonenumber::metadata::DATABASE;
use phonenumber::{Mode, Type};
use std::fmt;

/// Longer than any way to write a number.
const LONGEST: usize = 40;
/// So many digits are shown of a number that is not shown.
const SHOWN: usize = 4;

/// A number that can get text messages. It is never printed by accident.
#[derive(Clone, PartialEq, Eq)]
pub struct PhoneNumber {
    e164: String,
    international: String,
    country: Country,
}

impl fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PhoneNumber(…)")
    }
}

/// Why a number is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// It can't be read as a number, or no such number is given out.
    #[error("this is not a phone number")]
    Invalid,
    /// It has no country's code, and could be from several.
    #[error("the country's code is missing")]
    NoCountry,
    /// It is from a country that is not served.
    #[error("the country is not served")]
    Country,
    /// It is no mobile phone's: landline, premium rate, shared cost, pager …
    #[error("this is not a mobile phone's number")]
    NotMobile,
}

impl PhoneNumber {
    /// Reads what somebody typed. Without a country's code it is from the
    /// default country.
    pub fn parse(
        typed: &str,
        default_country: Option<Country>,
        allowed: &Countries,
    ) -> Result<Self, NumberError> {
        let text = tidy(typed).ok_or(NumberError::Invalid)?;
        if !text.starts_with('+') && default_country.is_none() {
            return Err(NumberError::NoCountry);
        }
        Self::read(&text, default_country, |country| allowed.has(country))
    }

    /// Reads a number that was stored, whether or not its country is served
    /// still.
    pub fn from_e164(stored: &str) -> Option<Self> {
        let is_plain = stored.strip_prefix('+').is_some_and(|digits| {
            !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
        });
        let number = is_plain.then(|| Self::read(stored, None, |_| true))?.ok()?;
        (number.e164 == stored).then_some(number)
    }

    fn read(
        text: &str,
        default_country: Option<Country>,
        is_served: impl Fn(Country) -> bool,
    ) -> Result<Self, NumberError> {
        let number = phonenumber::parse(default_country.map(Country::id), text)
            .map_err(|_| NumberError::Invalid)?;
        if number.extension().is_some() {
            return Err(NumberError::Invalid);
        }
        let plan = number.metadata(&DATABASE).ok_or(NumberError::Invalid)?;
        // Plans of no country, such as satellite phones', have no letters.
        let country = plan.id().parse().map_err(|_| NumberError::Country)?;
        let country = Country::from_id(country);
        match number.number_type(&DATABASE) {
            Type::Unknown => return Err(NumberError::Invalid),
            _ if !is_served(country) => return Err(NumberError::Country),
            Type::Mobile | Type::FixedLineOrMobile => {}
            _ => return Err(NumberError::NotMobile),
        }
        let e164 = number.format().mode(Mode::E164).to_string();
        // One that is read in another way than it is written could reach others.
        let again = phonenumber::parse(None, &e164).map_err(|_| NumberError::Invalid)?;
        if again.format().mode(Mode::E164).to_string() != e164
            || again.country().id() != Some(country.id())
        {
            return Err(NumberError::Invalid);
        }
        let international = number.format().mode(Mode::International).to_string();
        Ok(Self { e164, international, country })
    }

    /// The one spelling that is stored, compared and dialled: `+447400123456`.
    pub fn e164(&self) -> &str {
        &self.e164
    }

    /// As people write it: `+44 7400 123456`.
    pub fn international(&self) -> String {
        self.international.clone()
    }

    /// As much as tells whose it is to whoever knows it: `+44 •••• ••3456`.
    pub fn masked(&self) -> String {
        let (code, rest) = self.international.split_once(' ').unwrap_or((&self.international, ""));
        let digits = rest.chars().filter(char::is_ascii_digit).count();
        let hidden = digits - SHOWN.min(digits / 2);
        let mut seen = 0;
        let masked = rest.chars().map(|c| {
            seen += usize::from(c.is_ascii_digit());
            if c.is_ascii_digit() && seen <= hidden { '•' } else { c }
        });
        format!("{code} {}", masked.collect::<String>())
    }

    /// Where it is from.
    pub const fn country(&self) -> Country {
        self.country
    }

    /// All but the last four digits: what numbers bought in a row share.
    pub(super) fn block(&self) -> &str {
        self.e164.get(..self.e164.len().saturating_sub(4)).unwrap_or(&self.e164)
    }
}

/// Digits and perhaps a `+` before them. Only what separates digits may stand
/// between: no letters, no extension, no digits of other scripts.
fn tidy(typed: &str) -> Option<String> {
    let typed = typed.trim();
    if typed.len() > LONGEST {
        return None;
    }
    // "+44 (0)7400 123456": the zero is dialled at home only.
    let home = if typed.starts_with('+') { typed.replacen("(0)", "", 1) } else { typed.into() };
    let mut text = String::new();
    for c in home.chars() {
        match c {
            '+' if text.is_empty() => text.push(c),
            '0'..='9' => text.push(c),
            ' ' | '\u{a0}' | '\u{202f}' | '-' | '.' | '(' | ')' | '/' => {}
            _ => return None,
        }
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn countries(codes: &[&str]) -> Countries {
        codes.iter().map(|code| Country::from_code(code).unwrap()).collect()
    }

    fn parse(typed: &str) -> Result<PhoneNumber, NumberError> {
        let allowed = countries(&["GB", "DE", "US", "FR", "IT"]);
        PhoneNumber::parse(typed, Country::from_code("GB"), &allowed)
    }

    #[test]
    fn however_it_is_typed_it_is_one_number() {
        for typed in [
            "+447400123456",
            "+44 7400 123456",
            " +44 (0)7400 123456 ",
            "+44-7400-123-456",
            "07400 123456",
            "07400\u{a0}123456",
            "(07400) 123.456",
            "00447400123456",
        ] {
            let number = parse(typed).unwrap_or_else(|error| panic!("{typed}: {error}"));
            assert_eq!(number.e164(), "+447400123456", "{typed}");
            assert_eq!(number.international(), "+44 7400 123456");
            assert_eq!(number.masked(), "+44 •••• ••3456");
            assert_eq!(number.country().code(), "GB");
            assert_eq!(number.block(), "+44740012");
            assert_eq!(format!("{number:?}"), "PhoneNumber(…)");
        }
        for (typed, country) in [
            ("+49 1512 3456789", "DE"),
            ("+33 6 31 96 65 43", "FR"),
            ("+1 520-878-2491", "US"),
            ("+39 312 345 6789", "IT"),
        ] {
            let number = parse(typed).unwrap_or_else(|error| panic!("{typed}: {error}"));
            assert_eq!(number.country().code(), country);
            assert_eq!(PhoneNumber::from_e164(number.e164()), Some(number));
        }
    }

    #[test]
    fn mf_24_what_costs_more_than_a_text_message_is_refused() {
        use NumberError::{Country, Invalid, NotMobile};
        for (typed, why) in [
            ("+44 9012 345 678", NotMobile), // premium rate
            ("+44 844 012 3456", NotMobile), // shared cost
            ("+44 800 123 4567", NotMobile), // toll-free
            ("+44 7640 123456", NotMobile),  // pager
            ("+44 70 1234 5678", NotMobile), // personal number
            ("+44 56 1234 5678", NotMobile), // VoIP
            ("+44 121 234 5678", NotMobile), // landline
            ("+1 800 723 3456", NotMobile),
            ("+1 900 234 5678", NotMobile),
            ("+870 773 111 632", Country), // satellite
            ("+881 612 345 678", Country),
            ("+882 16 12345678", Country),
            ("+979 123 456 789", Country), // international premium rate
            ("+800 1234 5678", Country),
            ("+44 7797 712345", Country), // Jersey
            ("+1 345 949 2311", Country), // Cayman Islands
            ("+1 613 782 7274", Country), // Canada
            ("+7 912 345 67 89", Country),
            ("+999 123456", Invalid),
            ("+44", Invalid),
            ("+44 7400 12345", Invalid),
            ("+44 7400 1234567", Invalid),
        ] {
            assert_eq!(parse(typed).unwrap_err(), why, "{typed}");
        }
    }

    #[test]
    fn what_is_not_a_number_is_none() {
        for typed in [
            "",
            "+",
            "0",
            "abc",
            "1-800-FLOWERS",
            "+44 7400 123456 ext. 5",
            "+44 7400 123456;ext=5",
            "٠٧٤٠٠١٢٣٤٥٦",
            "+44 7400 123456,+44 7400 123457",
            "tel:+447400123456",
            "+44 7400 123456\n",
            "++447400123456",
            "+44+7400123456",
            "+44 7400 123456\u{0}",
            "+4474001234560000000000000000000000000000000000000",
        ] {
            let got = parse(typed);
            let is_trimmed = typed.ends_with('\n');
            assert!(got.is_err() != is_trimmed, "{typed:?}: {got:?}");
        }
        // The library reads no plan whose mobile numbers begin with a zero.
        let ivory = PhoneNumber::parse("+2250701234567", None, &countries(&["CI"]));
        assert_eq!(ivory, Err(NumberError::Invalid));
        let allowed = countries(&["GB"]);
        let without = PhoneNumber::parse("07400 123456", None, &allowed);
        assert_eq!(without, Err(NumberError::NoCountry));
        assert_eq!(
            PhoneNumber::parse("+447400123456", None, &Countries::default()),
            Err(NumberError::Country)
        );
        for stored in ["447400123456", "+44 7400 123456", "+440740012345", "+441212345678", ""] {
            assert_eq!(PhoneNumber::from_e164(stored), None, "{stored}");
        }
    }

    proptest! {
        #[test]
        fn nothing_that_is_typed_breaks_it(typed in "\\PC{0,60}") {
            let _ = parse(&typed);
        }

        #[test]
        fn what_is_taken_is_taken_again_and_hides_itself(digits in "[0-9]{4,14}", plus: bool) {
            let typed = if plus { format!("+{digits}") } else { digits };
            let Ok(number) = parse(&typed) else { return Ok(()) };
            prop_assert!(number.e164().len() <= 16);
            prop_assert_eq!(PhoneNumber::from_e164(number.e164()), Some(number.clone()));
            prop_assert_eq!(parse(&number.international()).unwrap(), number.clone());
            let shown = number.masked().chars().filter(char::is_ascii_digit).count();
            let all = number.e164().len() - 1;
            prop_assert!(shown + 2 <= all, "{} of {}", shown, all);
            prop_assert!(number.masked().contains('•'));
        }

        #[test]
        fn spaces_change_nothing(national in 7_400_000_000_u64..7_600_000_000, at in 1_usize..9) {
            let plain = format!("+44{national}");
            let spaced = format!("{} {}", &plain[..at + 2], &plain[at + 2..]);
            prop_assert_eq!(parse(&plain), parse(&spaced));
        }
    }
}
