//! The administrator's pages of applications.

pub mod edit;
pub mod list;
pub mod one;
pub mod remove;
pub mod secrets;

use super::{Details, details};
use crate::error::{Refused, Result};
use crate::features::applications::rules::{Algorithm, ApplicationKind, Overlap, SessionLifetime};
use crate::http::{Choice, Visit};

pub(super) const PAGE: &str = "/admin/applications";
const SECTION: &str = "admin-applications";

/// The application that the page's address names.
async fn find(visit: &Visit) -> Result<Details> {
    let id = visit.param("id").parse().map_err(|_| Refused::NotFound)?;
    details(&visit.app, id, visit.now).await?.ok_or_else(|| Refused::NotFound.into())
}

fn say_kind(visit: &Visit, kind: ApplicationKind) -> String {
    match kind {
        ApplicationKind::Confidential => visit.text.say("application-kind-confidential"),
        ApplicationKind::Public => visit.text.say("application-kind-public"),
    }
    .to_string()
}

fn say_lifetime(visit: &Visit, lifetime: SessionLifetime) -> String {
    let (number, unit) = lifetime.in_units();
    let number = i64::try_from(number).unwrap_or(i64::MAX);
    match unit {
        'd' => visit.text.say("application-lifetime-days").number("count", number),
        'h' => visit.text.say("application-lifetime-hours").number("count", number),
        _ => visit.text.say("application-lifetime-minutes").number("count", number),
    }
    .to_string()
}

/// What is offered, and what was chosen beside it.
fn lifetimes(visit: &Visit, chosen: &str) -> Vec<Choice> {
    let mut offered = SessionLifetime::CHOICES.to_vec();
    if let Ok(own) = SessionLifetime::parse(chosen)
        && !offered.contains(&own)
    {
        offered.push(own);
        offered.sort_unstable();
    }
    let choice = |lifetime: SessionLifetime| Choice {
        selected: lifetime.text() == chosen,
        value: lifetime.text(),
        label: say_lifetime(visit, lifetime),
    };
    offered.into_iter().map(choice).collect()
}

fn algorithms(visit: &Visit, chosen: &str) -> Vec<Choice> {
    let choice = |algorithm: &Algorithm| Choice {
        value: algorithm.tag().to_owned(),
        label: match algorithm {
            Algorithm::Es256 => visit.text.say("application-algorithm-es256"),
            Algorithm::Rs256 => visit.text.say("application-algorithm-rs256"),
        }
        .to_string(),
        selected: algorithm.tag() == chosen,
    };
    Algorithm::ALL.iter().map(choice).collect()
}

fn overlaps(visit: &Visit) -> Vec<Choice> {
    let choice = |overlap: &Overlap| Choice {
        value: overlap.tag().to_owned(),
        label: match overlap {
            Overlap::None => visit.text.say("application-overlap-none"),
            Overlap::Hour => visit.text.say("application-overlap-hour"),
            Overlap::Day => visit.text.say("application-overlap-day"),
            Overlap::Week => visit.text.say("application-overlap-week"),
        }
        .to_string(),
        selected: *overlap == Overlap::Day,
    };
    Overlap::ALL.iter().map(choice).collect()
}
