//! Days as a reader lives them.

use super::{Language, Moment, Text};
use crate::time::Timestamp;
use jiff::civil::{Date, Weekday};

/// A date as a field of a form sends it, and nothing else that reads as one.
pub fn typed_day(text: &str) -> Option<Date> {
    text.parse::<Date>().ok().filter(|day| day.to_string() == text)
}

impl Text {
    /// The reader's day of a moment.
    pub fn day_of(&self, at: Timestamp) -> Date {
        let instant = jiff::Timestamp::from_millisecond(at.millis()).unwrap_or_default();
        instant.to_zoned_datetime(self.zone.clone()).date()
    }

    /// Today, for the reader.
    pub fn today(&self) -> Date {
        self.day_of(self.now)
    }

    /// The first moment of a day; none where the calendar ends.
    pub fn start_of(&self, day: Date) -> Option<Timestamp> {
        // Where no clock shows midnight, the first moment after.
        let start = day.to_zoned_datetime(self.zone.clone()).ok()?;
        Some(Timestamp::from_millis(start.timestamp().as_millisecond()))
    }

    /// A day as a heading.
    pub fn day_heading(&self, day: Date) -> String {
        let today = self.today();
        if day == today {
            return self.say("day-today").to_string();
        }
        if today.yesterday().is_ok_and(|yesterday| day == yesterday) {
            return self.say("day-yesterday").to_string();
        }
        let weekday = match day.weekday() {
            Weekday::Monday => self.say("day-monday"),
            Weekday::Tuesday => self.say("day-tuesday"),
            Weekday::Wednesday => self.say("day-wednesday"),
            Weekday::Thursday => self.say("day-thursday"),
            Weekday::Friday => self.say("day-friday"),
            Weekday::Saturday => self.say("day-saturday"),
            Weekday::Sunday => self.say("day-sunday"),
        };
        let date = match self.language {
            Language::EnglishUnitedStates => day.strftime("%b %-d, %Y"),
            Language::EnglishUnitedKingdom | Language::Pseudo => day.strftime("%-d %b %Y"),
        };
        format!("{weekday}, {date}")
    }

    /// A day without its year.
    pub fn short_day(&self, day: Date) -> String {
        match self.language {
            Language::EnglishUnitedStates => day.strftime("%b %-d").to_string(),
            Language::EnglishUnitedKingdom | Language::Pseudo => day.strftime("%-d %b").to_string(),
        }
    }

    /// A moment under the heading of its day: the time of day stands for how
    /// long ago it was.
    pub fn time_of_day(&self, at: Timestamp) -> Moment {
        let instant = jiff::Timestamp::from_millisecond(at.millis()).unwrap_or_default();
        let zoned = instant.to_zoned_datetime(self.zone.clone());
        let relative = match self.language {
            Language::EnglishUnitedStates => zoned.strftime("%-I:%M %p").to_string(),
            Language::EnglishUnitedKingdom | Language::Pseudo => {
                zoned.strftime("%H:%M").to_string()
            }
        };
        Moment { relative, ..self.moment(at) }
    }
}
