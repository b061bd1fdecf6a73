//! What the Security Log's pages work out: days, and how many sign-ins in each.

use crate::features::security_log::counts::Counts;
use crate::places::Place;
use crate::time::Timestamp;
use jiff::civil::Date;
use std::cmp::Reverse;

/// Days that a chart shows.
pub const DAYS: usize = 28;

/// A day's sign-ins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day {
    /// The day.
    pub date: Date,
    /// Its first moment.
    pub start: Timestamp,
    /// Its sign-ins.
    pub counts: Counts,
}

/// The sign-ins of some days.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SignIns {
    /// Each day, the oldest first.
    pub days: Vec<Day>,
    /// Where they came from, the most first: countries, or what stands for one.
    pub countries: Vec<(Place, Counts)>,
}

impl SignIns {
    /// Of the days up to this one, with nothing in them.
    pub fn empty(today: Date, start_of: impl Fn(Date) -> Option<Timestamp>) -> Self {
        let before = std::iter::successors(Some(today), |day| day.yesterday().ok());
        let day = |date| Some(Day { date, start: start_of(date)?, counts: Counts::default() });
        let mut days: Vec<Day> = before.take(DAYS).map_while(day).collect();
        days.reverse();
        Self { days, countries: Vec::new() }
    }

    /// The first moment that is counted.
    pub fn since(&self) -> Option<Timestamp> {
        self.days.first().map(|day| day.start)
    }

    /// The days' first moments.
    pub fn starts(&self) -> Vec<Timestamp> {
        self.days.iter().map(|day| day.start).collect()
    }

    /// Counts the sign-ins of each day.
    pub fn count(&mut self, counted: &[Counts]) {
        for (day, counts) in self.days.iter_mut().zip(counted) {
            day.counts = day.counts.and(*counts);
        }
    }

    /// Counts where they came from.
    pub fn count_countries(&mut self, rows: Vec<(Place, Counts)>) {
        for (place, counts) in rows {
            match self.countries.iter_mut().find(|(own, _)| *own == place) {
                Some((_, own)) => *own = own.and(counts),
                None => self.countries.push((place, counts)),
            }
        }
        self.countries.sort_by_key(|(place, counts)| {
            (Reverse(counts.succeeded.saturating_add(counts.refused)), place.tag().to_owned())
        });
    }

    /// All of them.
    pub fn total(&self) -> Counts {
        self.days.iter().fold(Counts::default(), |sum, day| sum.and(day.counts))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_chart_ends_with_today() {
        let start = |day: Date| Some(Timestamp::from_millis(i64::from(day.day())));
        let mut sign_ins = SignIns::empty(date(2026, 3, 1), start);
        assert_eq!((sign_ins.days.len(), sign_ins.days[0].date), (28, date(2026, 2, 2)));
        assert_eq!(sign_ins.since(), Some(Timestamp::from_millis(2)));
        let mut counted = vec![Counts::default(); 27];
        counted.push(Counts { succeeded: 1, refused: 2 });
        sign_ins.count(&counted);
        assert_eq!(sign_ins.days[27].counts, counted[27]);
        assert_eq!(sign_ins.total(), counted[27]);
    }

    #[test]
    fn countries_are_added_up_and_the_most_come_first() {
        let mut sign_ins = SignIns::default();
        let row = |tag, succeeded, refused| (Place::from_tag(tag), Counts { succeeded, refused });
        sign_ins.count_countries(vec![row("DE", 1, 0), row("FR", 0, 3), row("DE", 1, 2)]);
        sign_ins.count_countries(vec![row("unknown", 0, 3)]);
        assert_eq!(
            sign_ins.countries,
            vec![row("DE", 2, 2), row("FR", 0, 3), row("unknown", 0, 3)]
        );
    }
}
