//! What is asked for, and how often.

use crate::features::account::Account;
use crate::features::security_log::Area;
use crate::features::security_log::export::{FORMATS, Format, Wanted, Whose};
use crate::text::days::typed_day;
use crate::time::Timestamp;
use jiff::civil::Date;
use std::time::Duration;

/// An account may have so many exports at once …
pub const AT_ONCE: u32 = 10;
/// … and one more each time that so long has passed.
pub const EVERY: Duration = Duration::from_mins(6);

/// Whether an account may export logs that are not its own.
pub const fn may_read_every_log(account: &Account) -> bool {
    account.may_audit() && account.password_change_required_at.is_none()
}

/// What was typed into the form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Typed {
    /// The format's tag.
    pub format: String,
    /// The first day, or nothing.
    pub from: String,
    /// The last day, or nothing.
    pub until: String,
    /// The areas that are ticked.
    pub areas: Vec<Area>,
}

impl Default for Typed {
    fn default() -> Self {
        let format = Format::Csv.tag().to_owned();
        Self { format, from: String::new(), until: String::new(), areas: Area::ALL.to_vec() }
    }
}

impl Typed {
    /// From the fields of the form; a box that is not ticked sends nothing.
    pub fn read(fields: &[(String, String)]) -> Self {
        let text = |name: &str| {
            fields.iter().find(|(own, _)| own == name).map_or("", |(_, value)| value.as_str())
        };
        let ticked = |area: &Area| fields.iter().any(|(own, _)| *own == field_of(*area));
        Self {
            format: text("format").to_owned(),
            from: text("from").trim().to_owned(),
            until: text("until").trim().to_owned(),
            areas: Area::ALL.iter().copied().filter(ticked).collect(),
        }
    }

    /// What it asks for; `start_of` is the first moment of a day where the reader is.
    pub fn wanted(
        &self,
        whose: Whose,
        start_of: impl Fn(Date) -> Option<Timestamp>,
        now: Timestamp,
    ) -> Result<(Wanted, Format), Wrong> {
        let format = FORMATS.into_iter().find(|format| format.tag() == self.format);
        let day = |text: &str| match text {
            "" => Ok(None),
            _ => typed_day(text).map(Some).ok_or(()),
        };
        let (from, until) = (day(&self.from), day(&self.until));
        let backwards = matches!((from, until), (Ok(Some(from)), Ok(Some(until))) if until < from);
        let wrong = Wrong {
            format: format.is_none(),
            from: from.is_err(),
            until: until.is_err(),
            backwards,
            areas: self.areas.is_empty(),
        };
        let (Some(format), Ok(from), Ok(until)) = (format, from, until) else { return Err(wrong) };
        if backwards || self.areas.is_empty() {
            return Err(wrong);
        }
        // The last day is in it to its end.
        let until = until.map(|until| until.tomorrow().unwrap_or(until));
        let wanted = Wanted {
            whose,
            from: from.and_then(&start_of),
            until: until.and_then(&start_of).unwrap_or(now),
            areas: self.areas.clone(),
        };
        Ok((wanted, format))
    }
}

/// What is wrong with what was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "one a field")]
pub struct Wrong {
    /// There is no such format.
    pub format: bool,
    /// The first day is no date.
    pub from: bool,
    /// The last day is no date.
    pub until: bool,
    /// The last day is before the first.
    pub backwards: bool,
    /// No area is ticked.
    pub areas: bool,
}

/// The name of an area's box.
pub fn field_of(area: Area) -> String {
    format!("area-{}", area.tag())
}

/// The event's detail: what was exported, and nothing personal. `more` is how many
/// events there are, or where they begin.
pub fn detail(wanted: &Wanted, format: Format, more: &str) -> String {
    let moment = |at: Timestamp| {
        jiff::Timestamp::from_millisecond(at.millis())
            .map_or_else(|_| at.millis().to_string(), |at| at.strftime("%FT%TZ").to_string())
    };
    let areas = if wanted.areas.len() == Area::ALL.len() {
        "all".to_owned()
    } else {
        wanted.areas.iter().map(|area| area.tag()).collect::<Vec<_>>().join(",")
    };
    format!(
        "format={} from={} until={} areas={areas} {more}",
        format.tag(),
        wanted.from.map_or_else(|| "start".to_owned(), moment),
        if wanted.until == Wanted::OPEN { "open".to_owned() } else { moment(wanted.until) }
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::tz::TimeZone;

    const NOW: Timestamp = Timestamp::from_millis(1_795_510_800_000);

    fn in_zone(name: &str) -> impl Fn(Date) -> Option<Timestamp> {
        let zone = TimeZone::get(name).unwrap();
        move |day| {
            let start = day.to_zoned_datetime(zone.clone()).ok()?;
            Some(Timestamp::from_millis(start.timestamp().as_millisecond()))
        }
    }

    fn typed(from: &str, until: &str) -> Typed {
        Typed { from: from.into(), until: until.into(), ..Typed::default() }
    }

    #[test]
    fn days_are_whole_days_of_the_readers_zone() {
        let zone = in_zone("America/New_York");
        let asked = typed("2026-11-01", "2026-11-01").wanted(Whose::Installation, &zone, NOW);
        let (wanted, _) = asked.unwrap();
        // The day on which clocks go back there has 25 hours.
        let hours = (wanted.until.millis() - wanted.from.unwrap().millis()) / 3_600_000;
        assert_eq!(hours, 25);
    }

    #[test]
    fn what_is_wrong_is_said_of_each_field() {
        let zone = in_zone("UTC");
        for (from, until) in [("x", ""), ("", "2026-02-30"), ("2026-1-1", ""), ("20260101", "")] {
            let wrong = typed(from, until).wanted(Whose::Installation, &zone, NOW).unwrap_err();
            assert_eq!((wrong.from, wrong.until), (!from.is_empty(), !until.is_empty()));
        }
        let backwards = typed("2026-02-02", "2026-02-01").wanted(Whose::Installation, &zone, NOW);
        assert!(backwards.unwrap_err().backwards);
        let nothing = Typed { areas: vec![], ..Typed::default() };
        assert!(nothing.wanted(Whose::Installation, &zone, NOW).unwrap_err().areas);
    }
}
