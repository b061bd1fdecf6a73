//! A finding for a reader.

use crate::features::notable_sign_ins::Notable;
use crate::features::security_log::{Entry, event_row};
use crate::features::suspicious_activity::rules::{Answered, Group, KEPT_FOR, Standing};
use crate::features::suspicious_activity::{Answer, By, Finding, What};
use crate::places::{Location, Place, Places};
use crate::seen::Seen;
use crate::text::{Moment, Text};
use std::time::Duration;

/// A finding as a page shows it.
pub struct FindingView {
    /// Its name.
    pub key: String,
    /// The name of its icon.
    pub icon: &'static str,
    /// What happened.
    pub title: String,
    /// Why it deserves a look, and what can be harmless about it.
    pub why: Vec<String>,
    /// When, the last time.
    pub when: Moment,
    /// Where from, each with the program that was used.
    pub from: Vec<FromView>,
    /// What was said of it.
    pub answered: Option<AnsweredView>,
}

/// Where something came from.
pub struct FromView {
    /// When that was.
    pub when: Moment,
    /// What it was done with, and where.
    pub seen: Seen,
    /// The event in the log, where it is one.
    pub href: Option<String>,
}

/// What was said of a finding.
pub struct AnsweredView {
    /// That it was the owner.
    pub me: bool,
    /// What was said, and when.
    pub said: String,
    /// When, for programs.
    pub when: Moment,
    /// Why it is still in sight, where it is.
    pub note: Option<String>,
}

impl FindingView {
    /// For the account's owner.
    pub fn of(text: &Text, places: &Places, finding: Finding) -> Self {
        let Finding { key, what, span, standing } = finding;
        let from = |entry: &Entry| FromView {
            when: text.moment(entry.occurred_at),
            seen: Seen::new(
                text,
                places,
                entry.address.as_deref(),
                entry.user_agent.as_deref().unwrap_or_default(),
            ),
            href: Some(format!("/settings/security/log/{}", entry.id)),
        };
        let (icon, from) = match &what {
            What::FailedSignIns(group) | What::RefusedCodes(group) => {
                ("alert-circle", vec![from(&group.newest)])
            }
            What::NewPlace(sign_in, _) => ("computer", vec![from_sign_in(text, places, sign_in)]),
            What::Journey(before, after) => ("computer", vec![from(after), from(before)]),
            What::Changed(change, _) => ("shield", vec![from(change)]),
            What::Exported(event) => ("list", vec![from(event)]),
        };
        Self {
            key: key.to_string(),
            icon,
            title: title(text, places, &what),
            why: why(text, places, &what),
            when: text.moment(span.to),
            from,
            answered: answered(text, standing),
        }
    }
}

fn from_sign_in(text: &Text, places: &Places, sign_in: &Notable) -> FromView {
    FromView {
        when: text.moment(sign_in.at),
        seen: Seen::new(text, places, sign_in.address.as_deref(), &sign_in.user_agent),
        href: Some(format!("/settings/security/log/{}", sign_in.event)),
    }
}

fn title(text: &Text, places: &Places, what: &What) -> String {
    match what {
        What::FailedSignIns(group) if group.is_cut => {
            text.say("finding-failed-sign-ins-many").number("count", count(group)).to_string()
        }
        What::FailedSignIns(group) => {
            text.say("finding-failed-sign-ins").number("count", count(group)).to_string()
        }
        What::RefusedCodes(group) => {
            text.say("finding-refused-codes").number("count", count(group)).to_string()
        }
        What::NewPlace(sign_in, _) => {
            text.say("finding-sign-in").with("place", place_of(text, sign_in)).to_string()
        }
        What::Journey(..) => text.say("finding-journey").to_string(),
        What::Changed(event, _) | What::Exported(event) => {
            event_row(text, places, event.clone()).sentence
        }
    }
}

fn why(text: &Text, places: &Places, what: &What) -> Vec<String> {
    let said = match what {
        What::FailedSignIns(group) if group.is_cut => {
            vec![text.say("finding-failed-sign-ins-many-why")]
        }
        What::FailedSignIns(_) => vec![text.say("finding-failed-sign-ins-why")],
        What::RefusedCodes(_) => vec![text.say("finding-refused-codes-why")],
        What::NewPlace(sign_in, before) => {
            let mut said = vec![text.say("finding-sign-in-why")];
            said.extend(before.as_ref().map(|before| {
                text.say("finding-sign-in-journey")
                    .with("place", place_of_entry(text, places, before))
                    .with("duration", duration(text, sign_in.at.since(before.occurred_at)))
            }));
            said
        }
        What::Journey(before, after) => vec![
            text.say("finding-journey-why")
                .with("before", place_of_entry(text, places, before))
                .with("after", place_of_entry(text, places, after))
                .with("duration", duration(text, after.occurred_at.since(before.occurred_at))),
            text.say("finding-journey-harmless"),
        ],
        What::Changed(change, sign_in) => {
            let device = Seen::new(text, places, None, &sign_in.user_agent).device;
            let later = change.occurred_at.since(sign_in.at);
            vec![
                text.say("finding-change-why")
                    .with("duration", duration(text, later))
                    .with("device", device),
            ]
        }
        What::Exported(_) => vec![text.say("finding-export-why")],
    };
    said.iter().map(ToString::to_string).collect()
}

fn answered(text: &Text, standing: Standing) -> Option<AnsweredView> {
    let (Standing::InSight(answered) | Standing::Settled(answered)) = standing else {
        return None;
    };
    let Answered { answer, at, by } = answered;
    let when = text.moment(at);
    let said = match answer {
        Answer::Me => text.say("finding-said-me").with("when", &when.relative),
        Answer::NotMe => text.say("finding-said-not-me").with("when", &when.relative),
    };
    let note = matches!(standing, Standing::InSight(_)).then(|| {
        let until = text.moment(at.plus(KEPT_FOR)).absolute;
        match by {
            By::Session { .. } => text.say("finding-kept-session").with("until", until),
            By::Link => text.say("finding-kept-link").with("until", until),
        }
        .to_string()
    });
    Some(AnsweredView { me: answer == Answer::Me, said: said.to_string(), when, note })
}

fn count(group: &Group) -> i64 {
    i64::try_from(group.count).unwrap_or(i64::MAX)
}

fn place_of(text: &Text, sign_in: &Notable) -> String {
    let (country, region) = (sign_in.country, sign_in.region.clone());
    match country {
        None => text.say("place-unknown").to_string(),
        country => Place::Named(Location { country, region, city: None }).say(text),
    }
}

fn place_of_entry(text: &Text, places: &Places, entry: &Entry) -> String {
    places.of_text(entry.address.as_deref()).say(text)
}

fn duration(text: &Text, duration: Duration) -> String {
    let minutes = i64::try_from(duration.as_secs() / 60).unwrap_or(i64::MAX);
    let said = match minutes {
        ..=119 => text.say("finding-minutes").number("count", minutes.max(1)),
        _ => text.say("finding-hours").number("count", minutes / 60),
    };
    said.to_string()
}
