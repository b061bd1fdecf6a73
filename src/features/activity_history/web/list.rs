//! Events as a list, under the days on which they happened.

use crate::features::security_log::{Entry, EventRow, event_row};
use crate::places::Places;
use crate::text::Text;
use jiff::civil::Date;

/// An event in a list.
pub struct ListedEvent {
    /// What happened.
    pub event: EventRow,
    /// Where more of it is shown.
    pub href: String,
    /// More about it, each a sentence of its own.
    pub notes: Vec<String>,
    /// What was before and is now, as programs read it.
    pub change: Option<String>,
    /// In a list of several accounts, whose it is: a link and an address.
    pub account: Option<(String, String)>,
}

/// A day of a list.
pub struct ListedDay {
    /// Unique on the page.
    pub id: String,
    /// Which day, for the reader.
    pub heading: String,
    /// What happened, newest first.
    pub events: Vec<ListedEvent>,
    date: Date,
}

/// Groups events by the reader's days.
pub fn by_day(
    text: &Text,
    entries: Vec<Entry>,
    row: impl Fn(Entry) -> ListedEvent,
) -> Vec<ListedDay> {
    let mut days: Vec<ListedDay> = Vec::new();
    for entry in entries {
        let (at, date) = (entry.occurred_at, text.day_of(entry.occurred_at));
        let mut listed = row(entry);
        listed.event.when = text.time_of_day(at);
        match days.last_mut().filter(|day| day.date == date) {
            Some(day) => day.events.push(listed),
            None => days.push(ListedDay {
                id: format!("day-{date}"),
                heading: text.day_heading(date),
                events: vec![listed],
                date,
            }),
        }
    }
    days
}

/// Who did it, where that is not the owner.
pub fn who_else(text: &Text, entry: &Entry) -> Option<String> {
    let said = match entry.actor_kind.as_str() {
        _ if entry.is_by_another() => text.say("by-an-administrator"),
        // The owner is shown no ids of others, but that it was one.
        "account" if entry.actor.is_none() => text.say("by-an-administrator"),
        "operator" => text.say("by-the-operator"),
        "server" => text.say("by-the-server"),
        _ => return None,
    };
    Some(said.to_string())
}

/// An event of the owner's own list.
pub fn own_event(text: &Text, places: &Places, entry: Entry) -> ListedEvent {
    ListedEvent {
        href: format!("/settings/security/log/{}", entry.id),
        notes: who_else(text, &entry).into_iter().collect(),
        change: None,
        account: None,
        event: event_row(text, places, entry),
    }
}
