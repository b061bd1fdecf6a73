//! One event with all that is known of it.

use super::asked::verdict_name;
use super::list::who_else;
use crate::features::activity_history::Looked;
use crate::features::security_log::{
    Area, Entry, EventRow, Kind, Method, Outcome, Verdict, event_row,
};
use crate::ids::SessionId;
use crate::places::Places;
use crate::seen::Seen;
use crate::text::{Moment, Text};

/// What stands beside a name.
pub enum Fact {
    /// Words.
    Text(String),
    /// What is copied rather than read.
    Code(String),
    /// A moment.
    Time(Moment),
}

/// An event's page.
pub struct EventFacts {
    /// The event as in a list.
    pub event: EventRow,
    /// What is known of it: the message that names it, and what it is.
    pub facts: Vec<(String, Fact)>,
    /// What only a program or an auditor asks for.
    pub technical: Vec<(String, Fact)>,
}

impl EventFacts {
    /// For the account's owner, or for somebody who reads everybody's log.
    pub fn of(
        text: &Text,
        places: &Places,
        looked: Looked,
        own: Option<SessionId>,
        who: Option<String>,
    ) -> Self {
        let Looked { full, session_is_live } = looked;
        let entry = full.entry;
        let mut facts = vec![
            (text.say("fact-when").to_string(), Fact::Time(text.moment(entry.occurred_at))),
            (text.say("fact-kind").to_string(), words(entry.kind.area().say(text))),
        ];
        facts.extend(outcome(text, entry.outcome));
        let who = who.or_else(|| who_else(text, &entry)).unwrap_or_else(|| by(text, &entry));
        facts.push((text.say("fact-who").to_string(), Fact::Text(who)));
        let method = method(text, &entry);
        let address = entry.address.as_deref();
        let place = address.map(|address| places.of_text(Some(address)).say(text));
        let device =
            entry.user_agent.as_deref().map(|agent| Seen::new(text, places, None, agent).device);
        let more = [
            (text.say("fact-method"), method),
            (text.say("fact-count"), count(&entry)),
            (text.say("fact-device"), device),
            (text.say("fact-place"), place),
            (text.say("fact-address"), entry.address.clone()),
            (text.say("fact-program"), entry.user_agent.clone()),
            (text.say("fact-email"), entry.email.clone()),
            (
                text.say("fact-session"),
                session_is_live.map(|live| session(text, &entry, live, own)),
            ),
        ];
        let more = more.into_iter().filter_map(|(name, value)| Some((name.to_string(), value?)));
        facts.extend(more.map(|(name, value)| (name, Fact::Text(value))));
        if let Some(change) = change(&entry) {
            facts.push((text.say("fact-change").to_string(), Fact::Code(change)));
        }
        let mut technical = vec![
            (text.say("fact-type").to_string(), Fact::Code(entry.kind.tag().to_owned())),
            (text.say("fact-id").to_string(), Fact::Code(entry.id.to_string())),
        ];
        if let Some(id) = entry.session {
            technical.push((text.say("fact-session-id").to_string(), Fact::Code(id.to_string())));
        }
        if let Some((_, id)) = full.object {
            technical.push((text.say("fact-object-id").to_string(), Fact::Code(id.to_string())));
        }
        let leaf = Fact::Code(hex::encode(&full.leaf_hash));
        technical.push((text.say("fact-leaf").to_string(), leaf));
        Self { event: event_row(text, places, entry), facts, technical }
    }
}

fn words(said: impl std::fmt::Display) -> Fact {
    Fact::Text(format!("{said}"))
}

fn outcome(text: &Text, outcome: Outcome) -> Vec<(String, Fact)> {
    let result =
        |verdict| (text.say("fact-result").to_string(), words(verdict_name(text, verdict)));
    match outcome {
        Outcome::Succeeded => vec![result(Verdict::Succeeded)],
        Outcome::Refused(reason) => {
            let why = words(text.say(format!("reason-{}", reason.tag())));
            vec![result(Verdict::Refused), (text.say("fact-reason").to_string(), why)]
        }
    }
}

fn by(text: &Text, entry: &Entry) -> String {
    if entry.actor.is_some() { text.say("by-you") } else { text.say("by-nobody") }.to_string()
}

/// How somebody signed in, where they did.
fn method(text: &Text, entry: &Entry) -> Option<String> {
    let method = entry.detail.as_deref().and_then(Method::from_tag);
    let said = method.map(|method| text.say(format!("method-{}", method.tag())).to_string());
    match (said, entry.kind, entry.outcome) {
        (Some(said), ..) => Some(said),
        (None, Kind::SignIn, Outcome::Succeeded) => {
            Some(text.say("method-password-alone").to_string())
        }
        _ => None,
    }
}

/// What a policy was and is, or which role.
fn change(entry: &Entry) -> Option<String> {
    entry.detail.clone().filter(|_| entry.kind.area() == Area::Organisations)
}

/// How many sessions or browsers it ended.
fn count(entry: &Entry) -> Option<String> {
    let detail = entry.detail.as_deref()?;
    let number = detail.rsplit_once(": ").map_or(detail, |(_, number)| number);
    let number: u64 = number.parse().ok()?;
    Some(number.to_string())
}

fn session(text: &Text, entry: &Entry, live: bool, own: Option<SessionId>) -> String {
    let said = if live && own.is_some() && own == entry.session {
        text.say("session-is-this")
    } else if live {
        text.say("session-is-live")
    } else {
        text.say("session-is-over")
    };
    said.to_string()
}
