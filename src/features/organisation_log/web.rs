//! Its pages.

use super::{Emails, look_at, page};
use crate::error::{Refused, Result};
use crate::features::activity_history::web::SHOWN;
use crate::features::activity_history::web::asked::{Asked, FilterForm};
use crate::features::activity_history::web::facts::{EventFacts, Fact};
use crate::features::activity_history::web::list::{ListedDay, ListedEvent, by_day};
use crate::features::log_export::Asker;
use crate::features::log_export::web::{Shown, form_for, send};
use crate::features::organisations::web::Tabs;
use crate::features::security_log::export::Whose;
use crate::features::security_log::search::Found;
use crate::features::security_log::{Area, Entry, event_row};
use crate::http::{Answer, OrganisationAdmin, OrganisationAdminSteppedUp, Page, Visit};
use crate::ids::AccountId;
use askama::Template;
use axum::http::StatusCode;

#[derive(Template)]
#[template(path = "features/organisation_log/log.html")]
struct LogPage {
    page: Page,
    tabs: Tabs,
    form: FilterForm,
    days: Vec<ListedDay>,
    stopped: bool,
    newest: Option<String>,
    older: Option<String>,
}

/// What happened.
pub async fn log_page(
    visit: Visit,
    OrganisationAdmin(_, granted): OrganisationAdmin,
) -> Result<Answer> {
    let asked = Asked::read(&visit)?;
    let id = granted.organisation.id;
    let (found, emails) = match &asked.filter {
        Some(filter) => page(&visit.app, id, filter, asked.before, SHOWN).await?,
        None => (Found::default(), Emails::new()),
    };
    let tabs = Tabs::new(&granted.organisation, granted.role, "log");
    let answer = Answer::page(&LogPage {
        page: visit.page("title-log", "organisations"),
        days: by_day(&visit.text, found.entries, |entry| row(&visit, &tabs, entry, &emails)),
        stopped: found.stopped,
        newest: asked.before.map(|_| asked.first_page()),
        older: found.older.map(|place| asked.page_before(place)),
        form: asked.form,
        tabs,
    })?;
    Ok(if asked.filter.is_some() { answer } else { answer.status(StatusCode::BAD_REQUEST) })
}

fn row(visit: &Visit, tabs: &Tabs, entry: Entry, emails: &Emails) -> ListedEvent {
    ListedEvent {
        href: format!("{}/log/{}", tabs.path, entry.id),
        notes: notes(visit, &entry, emails),
        change: entry.detail.clone().filter(|_| entry.kind.area() == Area::Organisations),
        account: None,
        event: event_row(&visit.text, &visit.app.places, entry),
    }
}

fn name(emails: &Emails, id: AccountId) -> String {
    emails.get(&id).filter(|email| !email.is_empty()).cloned().unwrap_or_else(|| id.to_string())
}

fn who(visit: &Visit, entry: &Entry, emails: &Emails) -> String {
    match entry.actor {
        Some(actor) => name(emails, actor),
        None if entry.actor_kind == "operator" => visit.text.say("log-by-operator").to_string(),
        None if entry.actor_kind == "server" => visit.text.say("by-the-server").to_string(),
        None if entry.actor_kind == "account" => visit.text.say("by-an-administrator").to_string(),
        None => visit.text.say("log-by-nobody").to_string(),
    }
}

/// Who did it, and to whom.
fn notes(visit: &Visit, entry: &Entry, emails: &Emails) -> Vec<String> {
    let other = entry.account.filter(|account| entry.actor != Some(*account));
    let whom = other.map(|account| name(emails, account)).or_else(|| entry.email.clone());
    let whom = whom.map(|email| visit.text.say("log-about").with("email", email).to_string());
    [Some(who(visit, entry, emails)), whom].into_iter().flatten().collect()
}

#[derive(Template)]
#[template(path = "features/organisation_log/event.html")]
struct EventPage {
    page: Page,
    tabs: Tabs,
    facts: EventFacts,
}

/// One event.
pub async fn event_page(
    visit: Visit,
    OrganisationAdmin(current, granted): OrganisationAdmin,
) -> Result<Answer> {
    let id = visit.param("id").parse().map_err(|_| Refused::NotFound)?;
    let found = look_at(&visit.app, granted.organisation.id, id, visit.now).await?;
    let (looked, emails) = found.ok_or(Refused::NotFound)?;
    let who = Some(who(&visit, &looked.full.entry, &emails));
    let own = Some(current.session.id);
    Answer::page(&EventPage {
        page: visit.page("title-log-event", "organisations"),
        tabs: Tabs::new(&granted.organisation, granted.role, "log"),
        facts: EventFacts::of(&visit.text, &visit.app.places, looked, own, who),
    })
}

/// Asks for format, period and kinds.
pub async fn export_page(
    visit: Visit,
    OrganisationAdminSteppedUp(_, granted): OrganisationAdminSteppedUp,
) -> Result<Answer> {
    form_for(&visit, Shown::of_organisation(&granted.organisation))
}

/// The file.
pub async fn export(
    visit: Visit,
    OrganisationAdminSteppedUp(current, granted): OrganisationAdminSteppedUp,
) -> Result<Answer> {
    let id = granted.organisation.id;
    let asker = Asker::Organisation(&current, &visit.source, id);
    let shown = Shown::of_organisation(&granted.organisation);
    send(&visit, asker, Whose::Organisation(id), shown).await
}
