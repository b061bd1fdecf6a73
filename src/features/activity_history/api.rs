//! The account's log for programs.

use super::{Looked, look_at_own, own_page};
use crate::features::security_log::search::Found;
use crate::features::security_log::{Area, Entry, Filter, Outcome, Place, Verdict};
use crate::http::api::{
    Call, Code, Cursor, DEFAULT_LIMIT, Declares, LIMIT, LogRead, Param, Result, Shown, choices,
};
use crate::ids::EventId;
use crate::time::Timestamp;
use serde::Serialize;
use serde_json::json;
use std::net::IpAddr;
use utoipa::ToSchema;

/// What every list of events can be asked for.
pub static LIST: &[&dyn Declares] = &[&AREA, &RESULT, &FROM, &UNTIL, &ADDRESS, &LIMIT, &CURSOR];

static AREA: Param<Area> = Param {
    name: "area",
    about: "What the events are about.",
    schema: || choices(Area::ALL.iter().map(|area| area.tag())),
    read: Area::from_tag,
    wrong: "no such area",
};

static RESULT: Param<Verdict> = Param {
    name: "result",
    about: "How they ended.",
    schema: || choices(Verdict::ALL.iter().map(|verdict| verdict.tag())),
    read: Verdict::from_tag,
    wrong: "no such result",
};

/// The first moment.
pub static FROM: Param<Timestamp> = Param {
    name: "from",
    about: "From this moment on: RFC 3339.",
    schema: || json!({"type": "string", "format": "date-time"}),
    read: Timestamp::from_rfc3339,
    wrong: "no moment as RFC 3339 writes it, such as 2026-11-24T09:00:00Z",
};

/// The moment after the last.
pub static UNTIL: Param<Timestamp> = Param {
    name: "until",
    about: "And before this one: RFC 3339.",
    schema: || json!({"type": "string", "format": "date-time"}),
    read: Timestamp::from_rfc3339,
    wrong: "no moment as RFC 3339 writes it, such as 2026-11-24T09:00:00Z",
};

static ADDRESS: Param<IpAddr> = Param {
    name: "address",
    about: "From exactly this network address.",
    schema: || json!({"type": "string", "anyOf": [{"format": "ipv4"}, {"format": "ipv6"}]}),
    read: |text| text.parse().ok().map(|address: IpAddr| address.to_canonical()),
    wrong: "no network address",
};

static CURSOR: Param<String> = Param {
    name: "cursor",
    about: "Go on where a page ended: its `next`, with the same filters.",
    schema: || json!({"type": "string"}),
    read: |text| Some(text.to_owned()),
    wrong: "not given out by this list",
};

/// What a list of events was asked for.
pub struct Asked {
    /// What they have to be.
    pub filter: Filter,
    /// Where the page begins.
    pub before: Option<Place>,
    /// How many at most.
    pub limit: usize,
    list: String,
}

impl Asked {
    /// Reads a call; `whose` names the log, so that no other's cursor fits.
    pub fn read(call: &Call, whose: &str) -> Result<Self> {
        let list = format!("{} {whose}", call.route());
        let mut query = call.query();
        let filter = Filter {
            area: query.read(&AREA),
            verdict: query.read(&RESULT),
            from: query.read(&FROM),
            until: query.read(&UNTIL),
            address: query.read(&ADDRESS),
        };
        if let (Some(from), Some(until)) = (filter.from, filter.until)
            && until <= from
        {
            query.wrong(UNTIL.name, "not after `from`");
        }
        let cursor = query.read_with(&CURSOR, |text| Cursor::decode(&call.app, &list, text));
        let limit = query.read(&LIMIT).unwrap_or(DEFAULT_LIMIT);
        query.done()?;
        let before = cursor.map(|cursor| (cursor.at, EventId::from_uuid(cursor.id)));
        Ok(Self { filter, before, limit, list })
    }

    /// The page for programs.
    pub fn page(&self, call: &Call, found: Found) -> Shown<Events> {
        let next =
            found.older.map(|(at, id)| Cursor { at, id: id.uuid() }.encode(&call.app, &self.list));
        Shown(Events { events: found.entries.into_iter().map(Event::from).collect(), next })
    }
}

/// A page of a log.
#[derive(Debug, Serialize, ToSchema)]
pub struct Events {
    /// The events, newest first.
    events: Vec<Event>,
    /// Where to go on; null at the end.
    next: Option<String>,
}

/// An event, as docs/events.md describes it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Event {
    /// Its id.
    #[schema(format = "uuid")]
    id: String,
    /// When it happened.
    #[schema(format = "date-time")]
    occurred_at: String,
    /// What happened.
    kind: &'static str,
    /// What it is about.
    area: &'static str,
    /// `succeeded` or `refused`.
    result: &'static str,
    /// Why it was refused.
    reason: Option<&'static str>,
    /// Whose log it stands in.
    #[schema(format = "uuid")]
    account_id: Option<String>,
    /// Who did it: `account`, `anonymous`, `operator` or `server`.
    actor_kind: String,
    /// The acting account; null for the owner where it was somebody else.
    #[schema(format = "uuid")]
    actor_id: Option<String>,
    /// The session it was done in.
    #[schema(format = "uuid")]
    session_id: Option<String>,
    /// More about it.
    detail: Option<String>,
    /// The network address it came from.
    address: Option<String>,
    /// The program, as it named itself; anything can stand here.
    user_agent: Option<String>,
    /// The email address that was typed.
    email: Option<String>,
}

impl From<Entry> for Event {
    fn from(entry: Entry) -> Self {
        let reason = match entry.outcome {
            Outcome::Succeeded => None,
            Outcome::Refused(reason) => Some(reason.tag()),
        };
        Self {
            id: entry.id.to_string(),
            occurred_at: entry.occurred_at.rfc3339(),
            kind: entry.kind.tag(),
            area: entry.kind.area().tag(),
            result: entry.outcome.verdict().tag(),
            reason,
            account_id: entry.account.map(|id| id.to_string()),
            actor_kind: entry.actor_kind,
            actor_id: entry.actor.map(|id| id.to_string()),
            session_id: entry.session.map(|id| id.to_string()),
            detail: entry.detail,
            address: entry.address,
            user_agent: entry.user_agent,
            email: entry.email,
        }
    }
}

/// An event with everything that is kept of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventDetail {
    /// As in a list.
    event: Event,
    /// What it was done to, where that is not the account.
    object_kind: Option<&'static str>,
    /// Which one.
    #[schema(format = "uuid")]
    object_id: Option<String>,
    /// Whether its session is still in use; null where it has none.
    session_is_live: Option<bool>,
    /// The hash that seals it, in hexadecimal.
    leaf_hash: String,
}

impl From<Looked> for EventDetail {
    fn from(looked: Looked) -> Self {
        let object = looked.full.object;
        Self {
            object_kind: object.map(|(kind, _)| kind.tag()),
            object_id: object.map(|(_, id)| id.to_string()),
            session_is_live: looked.session_is_live,
            leaf_hash: hex::encode(&looked.full.leaf_hash),
            event: looked.full.entry.into(),
        }
    }
}

/// The account's own log.
pub async fn list(call: Call, LogRead(bearer): LogRead) -> Result<Shown<Events>> {
    let id = bearer.account.id;
    let asked = Asked::read(&call, &id.to_string())?;
    let found = own_page(&call.app, id, &asked.filter, asked.before, asked.limit).await?;
    Ok(asked.page(&call, found))
}

/// One event of it.
pub async fn one(call: Call, LogRead(bearer): LogRead) -> Result<Shown<EventDetail>> {
    let id = call.id()?;
    let looked = look_at_own(&call.app, bearer.account.id, id, call.now).await?;
    Ok(Shown(looked.ok_or(Code::NotFound)?.into()))
}
