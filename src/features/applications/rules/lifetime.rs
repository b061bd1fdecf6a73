use std::time::Duration;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// How long a session of an application lives at most. It never outlives the session
/// at Portcullis that it is a child of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct SessionLifetime(Duration);

/// A text that is no lifetime, or one out of bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotALifetime;

impl SessionLifetime {
    /// What is offered.
    pub const CHOICES: &[Self] = &[
        Self::seconds(HOUR),
        Self::seconds(8 * HOUR),
        Self::seconds(DAY),
        Self::seconds(7 * DAY),
        Self::seconds(30 * DAY),
    ];

    /// Where nothing else is chosen.
    pub const DEFAULT: Self = Self::seconds(7 * DAY);

    const fn seconds(seconds: u64) -> Self {
        Self(Duration::from_secs(seconds))
    }

    /// A number with `m`, `h` or `d`: from five minutes to a year.
    pub fn parse(text: &str) -> Result<Self, NotALifetime> {
        let unit = match text.chars().next_back() {
            Some('m') => MINUTE,
            Some('h') => HOUR,
            Some('d') => DAY,
            _ => return Err(NotALifetime),
        };
        let digits = text.get(..text.len().saturating_sub(1)).unwrap_or_default();
        if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
            return Err(NotALifetime);
        }
        let number: u64 = digits.parse().map_err(|_| NotALifetime)?;
        let seconds = number.checked_mul(unit).ok_or(NotALifetime)?;
        if (5 * MINUTE..=366 * DAY).contains(&seconds) {
            Ok(Self::seconds(seconds))
        } else {
            Err(NotALifetime)
        }
    }

    /// From what is stored.
    pub fn from_millis(millis: i64) -> Option<Self> {
        u64::try_from(millis).ok().map(|millis| Self(Duration::from_millis(millis)))
    }

    /// As stored.
    pub fn millis(self) -> i64 {
        i64::try_from(self.0.as_millis()).unwrap_or(i64::MAX)
    }

    /// So long.
    pub const fn duration(self) -> Duration {
        self.0
    }

    /// As it is typed: in the largest unit that says it exactly.
    pub fn text(self) -> String {
        let (number, unit) = self.in_units();
        format!("{number}{unit}")
    }

    /// A number, and `d`, `h` or `m`.
    pub const fn in_units(self) -> (u64, char) {
        match self.0.as_secs() {
            seconds if seconds.is_multiple_of(DAY) => (seconds / DAY, 'd'),
            seconds if seconds.is_multiple_of(HOUR) => (seconds / HOUR, 'h'),
            seconds => (seconds / MINUTE, 'm'),
        }
    }
}

/// How long the old secrets still prove an application after a new one was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overlap {
    /// Not at all.
    None,
    /// For an hour.
    Hour,
    /// For a day.
    Day,
    /// For a week.
    Week,
}

impl Overlap {
    /// All there are.
    pub const ALL: &[Self] = &[Self::Day, Self::Week, Self::Hour, Self::None];

    /// As it is typed.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::None => "now",
            Self::Hour => "1h",
            Self::Day => "1d",
            Self::Week => "7d",
        }
    }

    /// The one that a tag names.
    pub fn from_tag(tag: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|overlap| overlap.tag() == tag)
    }

    /// So long.
    pub const fn duration(self) -> Duration {
        Duration::from_secs(match self {
            Self::None => 0,
            Self::Hour => HOUR,
            Self::Day => DAY,
            Self::Week => 7 * DAY,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lifetimes_read_back_and_have_bounds() {
        for lifetime in SessionLifetime::CHOICES {
            assert_eq!(SessionLifetime::parse(&lifetime.text()), Ok(*lifetime));
            assert_eq!(SessionLifetime::from_millis(lifetime.millis()), Some(*lifetime));
        }
        assert_eq!(SessionLifetime::parse("90m").unwrap().text(), "90m");
        assert_eq!(SessionLifetime::parse("48h").unwrap().text(), "2d");
        for wrong in [
            "",
            "d",
            "4m",
            "367d",
            "1",
            "1w",
            "-1d",
            "+1d",
            "1.5h",
            "1 d",
            "१d",
            "99999999999999999999d",
        ] {
            assert_eq!(SessionLifetime::parse(wrong), Err(NotALifetime), "{wrong}");
        }
    }
}
