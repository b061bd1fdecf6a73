//! Hours as the days of whoever reads: the database adds up what lies between days
//! that are a day apart, and leaves a quarter of an hour here and there to be moved.

use super::Counts;
use crate::time::Timestamp;
use std::time::Duration;

const HOUR: Duration = Duration::from_hours(1);
pub(super) const DAY: Duration = Duration::from_hours(24);

/// Where within an hour days begin that don't begin with one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quarter {
    /// At a quarter past.
    First,
    /// At half past.
    Second,
    /// At three quarters.
    Third,
}

impl Quarter {
    /// None at the full hour.
    const fn of(at: Timestamp) -> Option<Self> {
        match at.millis().rem_euclid(3_600_000) / 900_000 {
            1 => Some(Self::First),
            2 => Some(Self::Second),
            3 => Some(Self::Third),
            _ => None,
        }
    }

    pub(super) const fn after(self) -> Duration {
        Duration::from_mins(match self {
            Self::First => 15,
            Self::Second => 30,
            Self::Third => 45,
        })
    }
}

/// Days in a row, each as long as the Earth's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    /// The first one's place among all days.
    first: usize,
    /// How many.
    days: usize,
    /// The hour in which the first one begins.
    pub from: Timestamp,
    /// The hour in which the next span does.
    pub until: Timestamp,
    /// Where in that hour.
    pub quarter: Option<Quarter>,
}

/// Twenty-four hours of a span, from its first hour on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Block {
    /// How many came before it.
    pub index: i64,
    /// All sign-ins.
    pub all: Counts,
    /// Of these, the ones of its first hour that came before the quarter.
    pub early: Counts,
}

/// Clocks are changed between two spans.
pub(super) fn spans(starts: &[Timestamp]) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    let mut before = None;
    for (index, start) in starts.iter().enumerate() {
        let follows = before.is_some_and(|before: Timestamp| before.plus(DAY) == *start);
        before = Some(*start);
        let from = start.start_of(HOUR);
        match spans.last_mut() {
            Some(span) if follows => span.days += 1,
            last => {
                if let Some(span) = last {
                    span.until = from;
                }
                let until = Timestamp::from_millis(i64::MAX);
                let quarter = Quarter::of(*start);
                spans.push(Span { first: index, days: 1, from, until, quarter });
            }
        }
    }
    spans
}

impl Span {
    /// Adds what is in its blocks to all days.
    pub(super) fn count(&self, blocks: &[Block], days: &mut [Counts]) {
        for block in blocks {
            let index = usize::try_from(block.index).unwrap_or(0);
            // A day of twenty-five hours goes on in a block of its own.
            let day = self.first + index.min(self.days.saturating_sub(1));
            let is_early = self.quarter.is_some() && index < self.days;
            let early = block.early.only(is_early);
            if let Some(own) = days.get_mut(day) {
                *own = own.and(block.all.without(early));
            }
            // What is before the first day is not shown.
            if let Some(before) = day.checked_sub(1).and_then(|day| days.get_mut(day)) {
                *before = before.and(early);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::{Date, date};
    use jiff::tz::TimeZone;
    use proptest::prelude::*;

    fn starts(zone: &str, today: Date) -> Vec<Timestamp> {
        let zone = TimeZone::get(zone).unwrap();
        let days = std::iter::successors(Some(today), |day| day.yesterday().ok());
        let start = |day: Date| {
            let start = day.to_zoned_datetime(zone.clone()).unwrap().timestamp();
            Timestamp::from_millis(start.as_millisecond())
        };
        let mut starts: Vec<Timestamp> = days.take(28).map(start).collect();
        starts.reverse();
        starts
    }

    /// What the database would say of these sign-ins.
    fn blocks(span: &Span, sign_ins: &[Timestamp]) -> Vec<Block> {
        let within = |at: &&Timestamp| (span.from..span.until).contains(*at);
        let block = |at: &Timestamp| {
            let since = at.millis() - span.from.millis();
            let one = Counts { succeeded: 1, refused: 0 };
            let quarter = span.quarter.map_or(Duration::ZERO, Quarter::after);
            let is_early = u128::try_from(since % 86_400_000).unwrap() < quarter.as_millis();
            Block { index: since / 86_400_000, all: one, early: one.only(is_early) }
        };
        sign_ins.iter().filter(within).map(block).collect()
    }

    fn counted(starts: &[Timestamp], sign_ins: &[Timestamp]) -> Vec<i64> {
        let mut days = vec![Counts::default(); starts.len()];
        for span in spans(starts) {
            span.count(&blocks(&span, sign_ins), &mut days);
        }
        days.iter().map(|day| day.succeeded).collect()
    }

    fn expected(starts: &[Timestamp], sign_ins: &[Timestamp]) -> Vec<i64> {
        let ends = starts.iter().skip(1).copied().chain([Timestamp::from_millis(i64::MAX)]);
        let own = |(from, until): (&Timestamp, Timestamp)| {
            sign_ins.iter().filter(|at| (*from..until).contains(*at)).count()
        };
        starts.iter().zip(ends).map(own).map(|count| i64::try_from(count).unwrap()).collect()
    }

    /// Days begin at a whole hour, half past, a quarter to; clocks go forward and back, in
    /// one place by half an hour.
    const CASES: [(&str, Date); 8] = [
        ("UTC", date(2026, 3, 10)),
        ("Europe/Berlin", date(2026, 4, 10)),
        ("Europe/Berlin", date(2026, 11, 3)),
        ("Asia/Kolkata", date(2026, 3, 10)),
        ("Asia/Kathmandu", date(2026, 3, 10)),
        ("America/St_Johns", date(2026, 11, 10)),
        ("Australia/Lord_Howe", date(2026, 4, 10)),
        ("Australia/Lord_Howe", date(2026, 10, 20)),
    ];

    #[test]
    fn days_end_at_the_readers_midnight() {
        for (zone, today) in CASES {
            let starts = starts(zone, today);
            let before = |at: &Timestamp| at.minus(Duration::from_millis(1));
            let all: Vec<Timestamp> = starts.iter().flat_map(|at| [before(at), *at]).collect();
            assert_eq!(counted(&starts, &all), expected(&starts, &all), "{zone} {today}");
        }
    }

    #[test]
    fn most_months_are_one_span() {
        assert_eq!(spans(&starts("Asia/Kathmandu", date(2026, 3, 10))).len(), 1);
        assert_eq!(spans(&starts("Europe/Berlin", date(2026, 11, 3))).len(), 2);
        assert!(spans(&[]).is_empty());
    }

    proptest! {
        #[test]
        fn every_sign_in_is_in_its_day(
            case in 0..CASES.len(),
            minutes in proptest::collection::vec(-60_i64..28 * 24 * 60, 0..60),
        ) {
            let (zone, today) = CASES[case];
            let starts = starts(zone, today);
            let at = |minutes: &i64| {
                Timestamp::from_millis(starts[0].millis() + minutes * 60_000)
            };
            let all: Vec<Timestamp> = minutes.iter().map(at).collect();
            prop_assert_eq!(counted(&starts, &all), expected(&starts, &all));
        }
    }
}
