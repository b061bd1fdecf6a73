//! The owner's pages.

pub mod asked;
pub mod chart;
pub mod facts;
pub mod list;

use super::{look_at_own, own_page, own_sign_ins};
use crate::error::{Refused, Result};
use crate::features::security_log::search::Found;
use crate::http::{Answer, Page, SignedIn, Visit};
use askama::Template;
use asked::{Asked, FilterForm};
use axum::http::StatusCode;
use chart::Chart;
use facts::{EventFacts, Fact};
use list::{ListedDay, by_day, own_event};

/// Events on a page.
pub const SHOWN: usize = 50;

#[derive(Template)]
#[template(path = "features/activity_history/history.html")]
struct HistoryPage {
    page: Page,
    chart: Chart,
    form: FilterForm,
    days: Vec<ListedDay>,
    stopped: bool,
    newest: Option<String>,
    older: Option<String>,
}

/// Settings → Security → Security Log.
pub async fn history_page(visit: Visit, SignedIn(current): SignedIn) -> Result<Answer> {
    let asked = Asked::read(&visit)?;
    let id = current.account.id;
    let list = async {
        match &asked.filter {
            Some(filter) => own_page(&visit.app, id, filter, asked.before, SHOWN).await,
            None => Ok(Found::default()),
        }
    };
    // Neither waits for the other.
    let chart = own_sign_ins(&visit.app, &current, &visit.text);
    let (found, sign_ins) = tokio::try_join!(list, chart)?;
    let places = &visit.app.places;
    let answer = Answer::page(&HistoryPage {
        page: visit.page("title-log", "log"),
        chart: Chart::of(&visit.text, &sign_ins),
        days: by_day(&visit.text, found.entries, |entry| own_event(&visit.text, places, entry)),
        stopped: found.stopped,
        newest: asked.before.map(|_| asked.first_page()),
        older: found.older.map(|place| asked.page_before(place)),
        form: asked.form,
    })?;
    Ok(if asked.filter.is_some() { answer } else { answer.status(StatusCode::BAD_REQUEST) })
}

#[derive(Template)]
#[template(path = "features/activity_history/event.html")]
struct EventPage {
    page: Page,
    facts: EventFacts,
}

/// One event of one's own.
pub async fn event_page(visit: Visit, SignedIn(current): SignedIn) -> Result<Answer> {
    let id = visit.param("id").parse().map_err(|_| Refused::NotFound)?;
    let looked = look_at_own(&visit.app, current.account.id, id, visit.now).await?;
    let looked = looked.ok_or(Refused::NotFound)?;
    Answer::page(&EventPage {
        page: visit.page("title-log-event", "log"),
        facts: EventFacts::of(
            &visit.text,
            &visit.app.places,
            looked,
            Some(current.session.id),
            None,
        ),
    })
}
