//! The outbox: what waits, and what could not be sent.

use crate::delivery::Queued;
use crate::error::{Refused, Result};
use crate::features::administration::{By, look_at_outbox, retry};
use crate::http::{Administrator, AdministratorSteppedUp, Answer, Page, Visit};
use crate::text::Moment;
use askama::Template;
use serde::Deserialize;

const SHOWN: usize = 50;

#[derive(Template)]
#[template(path = "features/administration/outbox.html")]
struct OutboxPage {
    page: Page,
    waiting: i64,
    oldest: Option<Moment>,
    dead: i64,
    first: bool,
    next: Option<String>,
    messages: Vec<MessageRow>,
}

struct MessageRow {
    id: String,
    purpose: String,
    account: Option<String>,
    attempts: i64,
    last_error: Option<String>,
    since: Option<Moment>,
    can_be_retried: bool,
}

#[derive(Deserialize)]
struct Asked {
    after: Option<String>,
}

/// How full it is, and what is not tried any more.
pub async fn page(visit: Visit, _: Administrator) -> Result<Answer> {
    let asked: Asked = visit.query()?;
    let after = asked.after.as_deref().map(str::parse).transpose();
    let after = after.map_err(|_| Refused::NotFound)?;
    let limit = i64::try_from(SHOWN + 1).unwrap_or(i64::MAX);
    let mut outbox = look_at_outbox(&visit.app, after, limit).await?;
    let more = outbox.dead.len() > SHOWN;
    outbox.dead.truncate(SHOWN);
    let last = outbox.dead.last().filter(|_| more).and_then(Queued::place);
    Answer::page(&OutboxPage {
        page: visit.page("title-admin-outbox", "admin-outbox"),
        waiting: outbox.backlog.waiting,
        oldest: outbox.backlog.oldest.map(|at| visit.text.moment(at)),
        dead: outbox.backlog.dead,
        first: after.is_none(),
        next: last.map(|place| format!("/admin/outbox?after={place}")),
        messages: outbox.dead.into_iter().map(|message| row(&visit, message)).collect(),
    })
}

fn row(visit: &Visit, message: Queued) -> MessageRow {
    MessageRow {
        id: message.id.to_string(),
        purpose: visit.text.say(format!("purpose-{}", message.purpose)).to_string(),
        account: message.account.map(|id| id.to_string()),
        attempts: message.attempts,
        last_error: message.last_error,
        since: message.dead_at.map(|at| visit.text.moment(at)),
        can_be_retried: message.can_be_retried,
    }
}

/// Tries one once more.
pub async fn try_again(
    visit: Visit,
    AdministratorSteppedUp(current): AdministratorSteppedUp,
) -> Result<Answer> {
    let id = visit.param("id").parse().map_err(|_| Refused::NotFound)?;
    let retried = retry(&visit.app, By::Administrator(&current, &visit.source), id).await?;
    let flash =
        if retried { "flash-admin-message-retried" } else { "flash-refused-unknown-message" };
    Ok(Answer::redirect("/admin/outbox").flash(&visit.app, flash))
}
