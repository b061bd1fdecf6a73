//! Logs that are not one's own; reading them is an event in them.

use crate::error::{Refused, Result};
use crate::features::administration::{By, LogOf, LogPage, Whom, read_log};
use crate::features::security_log::{Entry, EventRow, Kind, Place, event_row};
use crate::features::sessions::Current;
use crate::http::{Answer, Auditor, Page, Visit};
use crate::ids::AccountId;
use crate::time::Timestamp;
use askama::Template;
use serde::Deserialize;
use std::collections::BTreeMap;

const SHOWN: usize = 50;

#[derive(Template)]
#[template(path = "features/administration/log.html")]
struct LogView {
    page: Page,
    account: Option<(String, String)>,
    rows: Vec<LogRow>,
    first: bool,
    path: String,
    next: Option<String>,
}

struct LogRow {
    event: EventRow,
    who: String,
    account: Option<(String, String)>,
    typed: Option<String>,
    reason: Option<String>,
}

#[derive(Deserialize)]
struct Asked {
    before: Option<String>,
}

/// The installation's log.
pub async fn page(visit: Visit, Auditor(current): Auditor) -> Result<Answer> {
    show(visit, &current, LogOf::Installation).await
}

/// One account's log.
pub async fn of_account(visit: Visit, Auditor(current): Auditor) -> Result<Answer> {
    let id = visit.param("id").parse().map_err(|_| Refused::NotFound)?;
    show(visit, &current, LogOf::Account(Whom::Id(id))).await
}

async fn show(visit: Visit, current: &Current, of: LogOf<'_>) -> Result<Answer> {
    let asked: Asked = visit.query()?;
    let before = match asked.before.as_deref() {
        None => None,
        Some(text) => Some(read_place(text).ok_or(Refused::NotFound)?),
    };
    let limit = i64::try_from(SHOWN + 1).unwrap_or(i64::MAX);
    let by = By::reading(current, &visit.source);
    let read = read_log(&visit.app, by, of, before, limit).await?;
    let LogPage { account, mut entries, emails } = read.ok_or(Refused::NotFound)?;
    let more = entries.len() > SHOWN;
    entries.truncate(SHOWN);
    let next = entries
        .last()
        .filter(|_| more)
        .map(|last| format!("{}?before={}.{}", visit.path, last.occurred_at.millis(), last.id));
    let whole = account.is_none();
    Answer::page(&LogView {
        page: visit.page("title-admin-log", if whole { "admin-log" } else { "admin-accounts" }),
        account: account.map(|account| (account.id.to_string(), account.email)),
        rows: entries.into_iter().map(|entry| row(&visit, entry, &emails, whole)).collect(),
        first: before.is_none(),
        path: visit.path.clone(),
        next,
    })
}

fn read_place(text: &str) -> Option<Place> {
    let (millis, id) = text.split_once('.')?;
    Some((Timestamp::from_millis(millis.parse().ok()?), id.parse().ok()?))
}

fn row(visit: &Visit, entry: Entry, emails: &BTreeMap<AccountId, String>, whole: bool) -> LogRow {
    let name = |id: AccountId| emails.get(&id).cloned().unwrap_or_else(|| id.to_string());
    let account = entry.account.filter(|_| whole).map(|id| (id.to_string(), name(id)));
    let has_reason = matches!(entry.kind, Kind::AccountSuspended | Kind::SecondFactorsRemoved);
    let detail = entry.detail.clone().filter(|_| has_reason);
    LogRow {
        who: who(visit, &entry, name),
        account,
        typed: entry.email.clone(),
        reason: detail,
        event: event_row(&visit.text, entry),
    }
}

fn who(visit: &Visit, entry: &Entry, name: impl Fn(AccountId) -> String) -> String {
    match entry.actor {
        Some(actor) if entry.account == Some(actor) => visit.text.say("log-by-owner"),
        Some(actor) => visit.text.say("log-by-administrator").with("email", name(actor)),
        None if entry.actor_kind == "operator" => visit.text.say("log-by-operator"),
        None => visit.text.say("log-by-nobody"),
    }
    .to_string()
}
