use crate::text::Text;
use std::fmt;
use std::sync::LazyLock;

/// The names are the list: a country that has none is not known.
static CODES: LazyLock<Vec<CountryCode>> = LazyLock::new(|| {
    let lines = include_str!("../../locales/en/countries.ftl").lines();
    let names = lines.filter_map(|line| line.strip_prefix("country-")?.split_once(" ="));
    let mut codes: Vec<CountryCode> =
        names.filter_map(|(code, _)| code.as_bytes().try_into().ok().map(CountryCode)).collect();
    codes.sort_unstable();
    codes
});

/// A country, as ISO 3166-1 names it with two letters, and Kosovo.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CountryCode([u8; 2]);

impl CountryCode {
    /// By its two capital letters.
    pub fn from_letters(letters: [u8; 2]) -> Option<Self> {
        CODES.binary_search(&Self(letters)).ok().map(|_| Self(letters))
    }

    /// By its two letters, in capitals or not.
    pub fn from_code(text: &str) -> Option<Self> {
        let letters: [u8; 2] = text.as_bytes().try_into().ok()?;
        Self::from_letters(letters.map(|letter| letter.to_ascii_uppercase()))
    }

    /// All that have a name.
    pub fn all() -> &'static [Self] {
        &CODES
    }

    /// The two letters.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// What it is called.
    pub fn say(self, text: &Text) -> String {
        text.say(format!("country-{}", self.code())).to_string()
    }
}

impl fmt::Debug for CountryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}
