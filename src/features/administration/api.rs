//! What auditors and administrators may read, for programs. A token of theirs
//! needs a permission of its own for it.

pub mod organisations;

use super::rules::State;
use super::{By, Listed, LogOf, LogPart, Whom, list_accounts, read_event, read_log, see_account};
use crate::features::access_tokens::Bearer;
use crate::features::activity_history::api::{Asked, EventDetail, Events};
use crate::http::api::{
    AdminAuditor, AdminRead, Call, Code, Cursor, DEFAULT_LIMIT, Declares, LIMIT, Param, Result,
    Shown,
};
use crate::ids::AccountId;
use crate::time::Timestamp;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

/// What a list of accounts can be asked for.
pub static ACCOUNTS: &[&dyn Declares] = &[&SEARCH, &LIMIT, &CURSOR];

static SEARCH: Param<String> = Param {
    name: "search",
    about: "Only those whose address begins so.",
    schema: || json!({"type": "string", "maxLength": MAX_SEARCH}),
    read: |text| (text.chars().count() <= MAX_SEARCH).then(|| text.to_owned()),
    wrong: "at most 254 characters",
};

const MAX_SEARCH: usize = 254;

static CURSOR: Param<String> = Param {
    name: "cursor",
    about: "Go on where a page ended: its `next`, with the same `search`.",
    schema: || json!({"type": "string"}),
    read: |text| Some(text.to_owned()),
    wrong: "not given out by this list",
};

/// A page of accounts.
#[derive(Debug, Serialize, ToSchema)]
pub struct Accounts {
    /// The accounts.
    accounts: Vec<AccountObject>,
    /// Where to go on; null at the end.
    next: Option<String>,
}

/// An account as a list has it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Account)]
pub struct AccountObject {
    /// Its id; never another’s.
    #[schema(format = "uuid")]
    id: String,
    /// Its email address.
    email: String,
    /// Its owner’s name.
    name: String,
    /// `active`, `invited`, `suspended`, `locked`, `closing` or `erased`.
    state: &'static str,
    /// When it was made.
    #[schema(format = "date-time")]
    created_at: String,
    /// Whether it administers the installation.
    administrator: bool,
    /// Whether it may read everybody’s log.
    auditor: bool,
    /// Whether signing in takes a second factor.
    two_factor: bool,
}

impl From<Listed> for AccountObject {
    fn from(Listed { account, has_password }: Listed) -> Self {
        Self {
            id: account.id.to_string(),
            state: State::of(&account, has_password).tag(),
            created_at: account.created_at.rfc3339(),
            administrator: account.administrator_since.is_some(),
            auditor: account.auditor_since.is_some(),
            two_factor: account.second_factors.any(),
            email: account.email,
            name: account.name,
        }
    }
}

/// An account, as far as an administrator sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccountDetail {
    /// As in a list.
    account: AccountObject,
    /// Whether its owner has proved to receive mail at the address.
    email_verified: bool,
    /// When its password was set, if it has one.
    #[schema(format = "date-time")]
    password_changed_at: Option<String>,
    /// Whether a new password has to be chosen first.
    password_change_required: bool,
    /// Until when it can be entered by invitation.
    #[schema(format = "date-time")]
    invited_until: Option<String>,
    /// When it is to be erased, unless its owner signs in before.
    #[schema(format = "date-time")]
    closes_at: Option<String>,
    /// How many live sessions it has.
    sessions: usize,
    /// How many browsers it knows.
    devices: i64,
}

/// Accounts by age, or by address.
pub async fn accounts(call: Call, _: AdminAuditor) -> Result<Shown<Accounts>> {
    let mut query = call.query();
    let search = query.read(&SEARCH).unwrap_or_default();
    let list = format!("{} {}", call.route(), search.trim());
    let after = query.read_with(&CURSOR, |text| Cursor::decode(&call.app, &list, text));
    let limit = query.read(&LIMIT).unwrap_or(DEFAULT_LIMIT);
    query.done()?;
    let after = after.map(|cursor| AccountId::from_uuid(cursor.id));
    let wanted = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
    let found = list_accounts(&call.app, &search, after, wanted).await?;
    let mut found = found.ok_or(Code::NotFound)?;
    let more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| more).map(|last| {
        let at = Timestamp::from_millis(0);
        Cursor { at, id: last.account.id.uuid() }.encode(&call.app, &list)
    });
    Ok(Shown(Accounts { accounts: found.into_iter().map(AccountObject::from).collect(), next }))
}

/// One account.
pub async fn account(call: Call, _: AdminRead) -> Result<Shown<AccountDetail>> {
    let seen = see_account(&call.app, call.id()?, call.now).await?.ok_or(Code::NotFound)?;
    let has_password = seen.password_changed.is_some();
    let rfc3339 = |at: Option<Timestamp>| at.map(Timestamp::rfc3339);
    Ok(Shown(AccountDetail {
        email_verified: seen.account.email_verified_at.is_some(),
        password_changed_at: rfc3339(seen.password_changed),
        password_change_required: seen.account.password_change_required_at.is_some(),
        invited_until: rfc3339(seen.invited_until),
        closes_at: rfc3339(seen.account.closes_at),
        sessions: seen.sessions,
        devices: seen.devices,
        account: Listed { account: seen.account, has_password }.into(),
    }))
}

/// The installation's log.
pub async fn events(call: Call, AdminAuditor(bearer): AdminAuditor) -> Result<Shown<Events>> {
    read(&call, &bearer, None).await
}

/// One account's log.
pub async fn events_of_account(
    call: Call,
    AdminAuditor(bearer): AdminAuditor,
) -> Result<Shown<Events>> {
    let id = call.id()?;
    read(&call, &bearer, Some(id)).await
}

async fn read(call: &Call, bearer: &Bearer, of: Option<AccountId>) -> Result<Shown<Events>> {
    let whose = of.map_or_else(|| "installation".to_owned(), |id| id.to_string());
    let asked = Asked::read(call, &whose)?;
    let of = of.map_or(LogOf::Installation, |id| LogOf::Account(Whom::Id(id)));
    let part =
        LogPart { filter: &asked.filter, before: asked.before, shown: asked.limit, days_of: None };
    let page = read_log(&call.app, By::Program(bearer, &call.source), of, part).await?;
    Ok(asked.page(call, page.ok_or(Code::NotFound)?.found))
}

/// One event of anybody's.
pub async fn event(call: Call, AdminAuditor(bearer): AdminAuditor) -> Result<Shown<EventDetail>> {
    let by = By::Program(&bearer, &call.source);
    let (looked, _) = read_event(&call.app, by, call.id()?).await?.ok_or(Code::NotFound)?;
    Ok(Shown(looked.into()))
}
