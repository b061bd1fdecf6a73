//! What the Security Log's pages work out: days, and how many sign-ins in each.

use crate::features::security_log::search::SignInSeen;
use crate::features::security_log::{Kind, Verdict};
use crate::time::Timestamp;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// Days that a chart shows.
pub const DAYS: usize = 28;

/// A day's sign-ins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day {
    /// The day.
    pub date: Date,
    /// How many succeeded.
    pub succeeded: i64,
    /// How many were refused.
    pub refused: i64,
}

/// The sign-ins of some days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignIns {
    /// Each day, the oldest first.
    pub days: Vec<Day>,
    /// Whether there were more than are counted.
    pub cut: bool,
    /// Where they came from: how many succeeded, and how many were refused.
    pub addresses: BTreeMap<String, (i64, i64)>,
}

impl SignIns {
    /// Of the days up to this one, with nothing in them.
    pub fn empty(today: Date) -> Self {
        let before = std::iter::successors(Some(today), |day| day.yesterday().ok());
        let mut days: Vec<Day> =
            before.take(DAYS).map(|date| Day { date, succeeded: 0, refused: 0 }).collect();
        days.reverse();
        Self { days, cut: false, addresses: BTreeMap::new() }
    }

    /// The oldest day.
    pub fn first_day(&self) -> Date {
        self.days.first().map_or(Date::MIN, |day| day.date)
    }

    /// Counts what was seen of one verdict.
    pub fn count(
        &mut self,
        verdict: Verdict,
        seen: Vec<SignInSeen>,
        cut: bool,
        day_of: impl Fn(Timestamp) -> Date,
    ) {
        self.cut |= cut;
        for sign_in in seen.into_iter().filter(|seen| seen.kind == Kind::SignIn) {
            let date = day_of(sign_in.occurred_at);
            let Some(day) = self.days.iter_mut().find(|day| day.date == date) else { continue };
            let from = self.addresses.entry(sign_in.address.unwrap_or_default()).or_default();
            match verdict {
                Verdict::Succeeded => {
                    day.succeeded += 1;
                    from.0 += 1;
                }
                Verdict::Refused => {
                    day.refused += 1;
                    from.1 += 1;
                }
            }
        }
    }

    /// All that succeeded, and all that were refused.
    pub fn total(&self) -> (i64, i64) {
        let add =
            |(succeeded, refused), day: &Day| (succeeded + day.succeeded, refused + day.refused);
        self.days.iter().fold((0, 0), add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn seen(at: i64, kind: Kind) -> SignInSeen {
        let address = Some("192.0.2.1".into());
        SignInSeen { occurred_at: Timestamp::from_millis(at), kind, address }
    }

    #[test]
    fn days_are_counted_and_what_is_no_sign_in_is_not() {
        let mut sign_ins = SignIns::empty(date(2026, 3, 1));
        assert_eq!((sign_ins.days.len(), sign_ins.first_day()), (28, date(2026, 2, 2)));
        let day_of = |at: Timestamp| match at.millis() {
            0 => date(2026, 3, 1),
            1 => date(2026, 2, 28),
            _ => date(2026, 1, 1),
        };
        let all = [0, 1, 1, 2].map(|at| seen(at, Kind::SignIn));
        sign_ins.count(Verdict::Refused, all.to_vec(), false, day_of);
        let others = vec![seen(0, Kind::SignInBegun), seen(0, Kind::SignIn)];
        sign_ins.count(Verdict::Succeeded, others, true, day_of);
        assert_eq!(sign_ins.total(), (1, 3));
        assert_eq!(sign_ins.days[26], Day { date: date(2026, 2, 28), succeeded: 0, refused: 2 });
        assert_eq!((sign_ins.addresses["192.0.2.1"], sign_ins.cut), ((1, 3), true));
    }
}
