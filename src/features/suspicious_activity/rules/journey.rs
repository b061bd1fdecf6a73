//! Two sign-ins further apart than anybody travels in the time between them.
//!
//! It is judged cautiously: what an address tells of a place can be wrong, and phones
//! abroad appear at home. Within a country and between neighbours nothing is said.

use crate::features::security_log::Entry;
use crate::places::{CountryCode, Point, kilometres_between};
use crate::time::Timestamp;

/// Faster than airliners fly, in kilometres an hour.
pub const FASTEST: f64 = 1000.0;

/// Places that are no further apart, in kilometres, may be one that is told wrongly.
pub const LEAST_APART: f64 = 500.0;

/// Each point may be off by so many kilometres.
pub const POINT_OFF_BY: f64 = 200.0;

/// Where a sign-in came from, as far as it can be compared.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spot {
    /// The country.
    pub country: CountryCode,
    /// The point, where it is known.
    pub point: Option<Point>,
}

/// A sign-in and where it came from.
#[derive(Debug, Clone, PartialEq)]
pub struct Arrived {
    /// The sign-in.
    pub event: Entry,
    /// None where the address says nothing of it.
    pub spot: Option<Spot>,
}

/// A sign-in that can't be the same person's as the one before.
#[derive(Debug, Clone, PartialEq)]
pub struct Journey {
    /// The one before.
    pub before: Arrived,
    /// The one that is too far away.
    pub after: Arrived,
}

/// Sign-ins too far from the one before. What is too far does not count as a place
/// that one was at, so that the way back is no second finding.
pub fn journeys(arrivals: &[Arrived]) -> Vec<Journey> {
    let mut arrivals = arrivals.to_vec();
    arrivals.sort_by_key(|arrived| (arrived.event.occurred_at, arrived.event.id));
    arrivals.dedup_by_key(|arrived| arrived.event.id);
    let mut found = Vec::new();
    let mut last: Option<Arrived> = None;
    for after in arrivals {
        let Some(spot) = after.spot else { continue };
        match &last {
            Some(before)
                if before.spot.is_some_and(|was| {
                    is_too_far(was, spot, before.event.occurred_at, after.event.occurred_at)
                }) =>
            {
                found.push(Journey { before: before.clone(), after });
            }
            _ => last = Some(after),
        }
    }
    found
}

/// Whether nobody gets from one place to the other in the time.
pub fn is_too_far(from: Spot, to: Spot, left_at: Timestamp, came_at: Timestamp) -> bool {
    if from.country == to.country {
        return false;
    }
    let hours = came_at.since(left_at).as_secs_f64() / 3600.0;
    // Nothing on Earth is further away.
    if hours > 20_100.0 / FASTEST {
        return false;
    }
    let kilometres = match (from.point, to.point) {
        (Some(from), Some(to)) => Some(2.0f64.mul_add(-POINT_OFF_BY, from.kilometres_to(to))),
        _ => kilometres_between(from.country, to.country),
    };
    kilometres.is_some_and(|apart| apart > LEAST_APART && apart > FASTEST * hours)
}
