use super::Cursor;
use crate::features::security_log::{Area, Kind};
use crate::ids::{AccountId, EventId, OrganisationId, SessionId};
use crate::time::Timestamp;
use portcullis_db::{FromRow, Row};
use uuid::Uuid;

/// An event with everything that its row tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    pub(super) id: EventId,
    pub(super) occurred_at: Timestamp,
    kind: String,
    result: String,
    reason: Option<String>,
    account: Option<AccountId>,
    actor_kind: String,
    actor: Option<AccountId>,
    session: Option<SessionId>,
    object_kind: Option<String>,
    object: Option<Vec<u8>>,
    detail: Option<String>,
    address: Option<String>,
    user_agent: Option<String>,
    email: Option<String>,
    place: Option<String>,
    leaf_hash: Vec<u8>,
    organisation: Option<OrganisationId>,
    pub(super) cursor: Cursor,
}

impl Record {
    /// What it is about; none for a kind of a newer version.
    pub fn area(&self) -> Option<Area> {
        Kind::from_tag(&self.kind).map(Kind::area)
    }

    /// As members of an organisation see it: where those were who run the installation is
    /// not theirs to know.
    #[must_use]
    pub(super) fn for_members(self) -> Self {
        if Kind::from_tag(&self.kind).is_some_and(Kind::is_of_installation) {
            let (address, user_agent, place) = (None, None, None);
            Self { address, user_agent, place, session: None, actor: None, ..self }
        } else {
            self
        }
    }

    /// Where it stands in the order of commits.
    pub const fn cursor(&self) -> Cursor {
        self.cursor
    }
}

impl FromRow for Record {
    fn from_row(row: &Row) -> portcullis_db::Result<Self> {
        let id = row.get(0)?;
        Ok(Self {
            id,
            occurred_at: row.get(1)?,
            kind: row.get(2)?,
            result: row.get(3)?,
            reason: row.get(4)?,
            account: row.get(5)?,
            actor_kind: row.get(6)?,
            actor: row.get(7)?,
            session: row.get(8)?,
            object_kind: row.get(9)?,
            object: row.get(10)?,
            detail: row.get(11)?,
            address: row.get(12)?,
            user_agent: row.get(13)?,
            email: row.get(14)?,
            place: row.get(15)?,
            leaf_hash: row.get(16)?,
            cursor: Cursor { number: row.get(17)?, id },
            organisation: row.get(18)?,
        })
    }
}

/// A field of an exported event: the same in every format.
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// What stands in it.
    pub meaning: &'static str,
    pub(super) read: fn(&Record) -> Option<String>,
}

macro_rules! fields {
    ($($name:ident: $meaning:literal, $read:expr;)+) => {
        /// All fields, in their order.
        pub const FIELDS: &[Field] = &[$(Field {
            name: stringify!($name),
            meaning: $meaning,
            read: $read,
        },)+];
    };
}

fields! {
    id: "The event’s id, a UUID (version 7). Never used twice.",
        |event| Some(event.id.to_string());
    occurred_at: "When it happened: RFC 3339, UTC, milliseconds.",
        |event| Some(event.occurred_at.rfc3339());
    kind: "What happened: one of the kinds below.",
        |event| Some(event.kind.clone());
    area: "What it is about: one of the areas below.",
        |event| event.area().map(|area| area.tag().to_owned());
    result: "`succeeded` or `refused`.",
        |event| Some(event.result.clone());
    reason: "Why it was refused: one of the reasons below. Empty when it succeeded.",
        |event| event.reason.clone();
    account_id: "Whose log it stands in. Empty where no account is known.",
        |event| event.account.map(|id| id.to_string());
    actor_kind: "Who did it: `account`, `anonymous` (nobody who has signed in), `operator` (the command line) or `server`.",
        |event| Some(event.actor_kind.clone());
    actor_id: "The acting account, where it was one.",
        |event| event.actor.map(|id| id.to_string());
    session_id: "The session it was done in.",
        |event| event.session.map(|id| id.to_string());
    object_kind: "What it was done to, where that is not the account: one of the objects below.",
        |event| event.object_kind.clone();
    object_id: "Which one.",
        |event| event.object.as_deref().and_then(|id| Uuid::from_slice(id).ok()).map(|id| id.to_string());
    detail: "More about it: how a second factor was proved (one of the methods below), a number, a reason that an administrator gave, or what an export held. Never personal.",
        |event| event.detail.clone();
    address: "The network address it came from. Personal: empty once the account is erased.",
        |event| event.address.clone();
    user_agent: "The program, as it named itself; anything can stand here. Personal.",
        |event| event.user_agent.clone();
    email: "The e-mail address that was typed. Personal.",
        |event| event.email.clone();
    place: "Where the network address was thought to be. Personal.",
        |event| event.place.clone();
    organisation_id: "The organisation in whose log it stands as well.",
        |event| event.organisation.map(|id| id.to_string());
    leaf_hash: "SHA-256 over the event, in hexadecimal: the same in every export, also after personal fields were erased.",
        |event| Some(hex::encode(&event.leaf_hash));
    cursor: "Where the event stands in the order of commits; `--after` takes it, and `after` of the API.",
        |event| Some(event.cursor.to_string());
}
