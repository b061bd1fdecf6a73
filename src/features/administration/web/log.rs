//! Logs that are not one's own; reading them is an event in them.

use crate::error::{Refused, Result};
use crate::features::activity_history::web::SHOWN;
use crate::features::activity_history::web::asked::{Asked, FilterForm};
use crate::features::activity_history::web::chart::Chart;
use crate::features::activity_history::web::facts::{EventFacts, Fact};
use crate::features::activity_history::web::list::{ListedDay, ListedEvent, by_day};
use crate::features::administration::{
    By, LogOf, LogPage, LogPart, Whom, find_account, read_event, read_log,
};
use crate::features::security_log::search::Found;
use crate::features::security_log::{Entry, Kind, event_row};
use crate::features::sessions::Current;
use crate::http::{Answer, Auditor, Page, Visit};
use crate::ids::AccountId;
use askama::Template;
use axum::http::StatusCode;
use std::collections::BTreeMap;

#[derive(Template)]
#[template(path = "features/administration/log.html")]
struct LogView {
    page: Page,
    account: Option<(String, String)>,
    chart: Option<Chart>,
    form: FilterForm,
    days: Vec<ListedDay>,
    stopped: bool,
    newest: Option<String>,
    older: Option<String>,
}

/// The installation's log.
pub async fn page(visit: Visit, Auditor(current): Auditor) -> Result<Answer> {
    show(visit, &current, None).await
}

/// One account's log.
pub async fn of_account(visit: Visit, Auditor(current): Auditor) -> Result<Answer> {
    let id = visit.param("id").parse().map_err(|_| Refused::NotFound)?;
    show(visit, &current, Some(id)).await
}

async fn show(visit: Visit, current: &Current, of: Option<AccountId>) -> Result<Answer> {
    let asked = Asked::read(&visit)?;
    let read = read(&visit, current, of, &asked).await?;
    let LogPage { account, found, sign_ins, emails } = read.ok_or(Refused::NotFound)?;
    let whole = account.is_none();
    let answer = Answer::page(&LogView {
        page: visit.page("title-admin-log", if whole { "admin-log" } else { "admin-accounts" }),
        account: account.map(|account| (account.id.to_string(), account.email)),
        chart: sign_ins.map(|sign_ins| Chart::of(&visit.text, &sign_ins)),
        days: by_day(&visit.text, found.entries, |entry| {
            row(&visit, current, entry, &emails, whole)
        }),
        stopped: found.stopped,
        newest: asked.before.map(|_| asked.first_page()),
        older: found.older.map(|place| asked.page_before(place)),
        form: asked.form,
    })?;
    Ok(if asked.filter.is_some() { answer } else { answer.status(StatusCode::BAD_REQUEST) })
}

/// Nothing is read, and nothing noted, where the filters are wrong.
async fn read(
    visit: &Visit,
    current: &Current,
    of: Option<AccountId>,
    asked: &Asked,
) -> Result<Option<LogPage>> {
    let Some(filter) = &asked.filter else {
        let account = match of {
            None => None,
            Some(id) => match find_account(&visit.app, id).await? {
                Some(account) => Some(account),
                None => return Ok(None),
            },
        };
        let (found, emails) = (Found::default(), BTreeMap::new());
        return Ok(Some(LogPage { account, found, sign_ins: None, emails }));
    };
    let by = By::reading(current, &visit.source);
    let whose = of.map_or(LogOf::Installation, |id| LogOf::Account(Whom::Id(id)));
    let days_of = Some(&visit.text);
    let part = LogPart { filter, before: asked.before, shown: SHOWN, days_of };
    read_log(&visit.app, by, whose, part).await
}

fn name(emails: &BTreeMap<AccountId, String>, id: AccountId) -> String {
    emails.get(&id).filter(|email| !email.is_empty()).cloned().unwrap_or_else(|| id.to_string())
}

fn row(
    visit: &Visit,
    current: &Current,
    entry: Entry,
    emails: &BTreeMap<AccountId, String>,
    whole: bool,
) -> ListedEvent {
    let administers = current.account.administrator_since.is_some();
    let page =
        |id: AccountId| format!("/admin/accounts/{id}{}", if administers { "" } else { "/log" });
    let account = entry.account.filter(|_| whole).map(|id| (page(id), name(emails, id)));
    let typed = entry.email.as_ref();
    let notes = [
        Some(who(visit, &entry, emails)),
        typed.map(|email| visit.text.say("log-typed").with("email", email).to_string()),
        reason(visit, &entry),
    ];
    ListedEvent {
        change: None,
        href: format!("/admin/log/{}", entry.id),
        notes: notes.into_iter().flatten().collect(),
        account,
        event: event_row(&visit.text, &visit.app.places, entry),
    }
}

/// What was given as the reason.
fn reason(visit: &Visit, entry: &Entry) -> Option<String> {
    let given = matches!(
        entry.kind,
        Kind::AccountSuspended | Kind::AccountUnlocked | Kind::SecondFactorsRemoved
    );
    let detail = entry.detail.as_ref().filter(|_| given)?;
    Some(visit.text.say("log-reason").with("reason", detail).to_string())
}

fn who(visit: &Visit, entry: &Entry, emails: &BTreeMap<AccountId, String>) -> String {
    match entry.actor {
        Some(actor) if entry.account == Some(actor) => visit.text.say("log-by-owner"),
        Some(actor) => visit.text.say("log-by-administrator").with("email", name(emails, actor)),
        None if entry.actor_kind == "operator" => visit.text.say("log-by-operator"),
        None if entry.actor_kind == "server" => visit.text.say("by-the-server"),
        None => visit.text.say("log-by-nobody"),
    }
    .to_string()
}

#[derive(Template)]
#[template(path = "features/administration/event.html")]
struct EventView {
    page: Page,
    account: Option<(String, String)>,
    reason: Option<String>,
    facts: EventFacts,
}

/// One event of anybody's.
pub async fn event(visit: Visit, Auditor(current): Auditor) -> Result<Answer> {
    let id = visit.param("id").parse().map_err(|_| Refused::NotFound)?;
    let by = By::reading(&current, &visit.source);
    let (looked, emails) = read_event(&visit.app, by, id).await?.ok_or(Refused::NotFound)?;
    let entry = &looked.full.entry;
    let account = entry.account.map(|id| (id.to_string(), name(&emails, id)));
    let (reason, who) = (reason(&visit, entry), who(&visit, entry, &emails));
    Answer::page(&EventView {
        page: visit.page("title-log-event", "admin-log"),
        account,
        reason,
        facts: EventFacts::of(
            &visit.text,
            &visit.app.places,
            looked,
            Some(current.session.id),
            Some(who),
        ),
    })
}
