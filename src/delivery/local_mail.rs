//! Where mail is read while no mail server is set: a page that exists only on
//! the developer's own machine. It shows what waits in the outbox, so that
//! nothing is kept anywhere else.

use super::{Unsent, unsent};
use crate::config::Config;
use crate::error::{Refused, Result};
use crate::http::{Answer, Page, Public, Visit};
use crate::ids::MessageId;
use crate::text::Moment;
use askama::Template;

/// Its address.
pub const PATH: &str = "/mail";
const SHOWN: i64 = 100;

#[derive(Template)]
#[template(path = "delivery/local_mail.html")]
struct ListPage {
    page: Page,
    messages: Vec<Line>,
}

struct Line {
    path: String,
    subject: String,
    to: String,
    written: Moment,
}

#[derive(Template)]
#[template(path = "delivery/local_message.html")]
struct MessagePage {
    page: Page,
    message: Line,
    html_path: String,
    lines: Vec<Part>,
}

/// A line of the text: as it is, or an address to follow.
enum Part {
    Text(String),
    Link(String),
}

/// Whether this configuration has the page at all.
pub fn is_configured(config: &Config) -> bool {
    config.smtp.is_none() && config.listen.ip().is_loopback() && !config.public_url.secure()
}

/// For anybody but whoever sits at this machine there is nothing here.
async fn waiting(visit: &Visit) -> Result<Vec<Unsent>> {
    if is_configured(&visit.app.config) && visit.is_on_this_machine {
        unsent(&visit.app, SHOWN).await
    } else {
        Err(Refused::NotFound.into())
    }
}

async fn asked_for(visit: &Visit) -> Result<Unsent> {
    let id: Option<MessageId> = visit.param("id").parse().ok();
    let found = waiting(visit).await?.into_iter().find(|message| Some(message.id) == id);
    found.ok_or_else(|| Refused::NotFound.into())
}

fn line(visit: &Visit, message: &Unsent) -> Line {
    Line {
        path: format!("{PATH}/{}", message.id),
        subject: message.mail.subject.clone(),
        to: message.mail.to.clone(),
        written: visit.text.moment(message.created_at),
    }
}

/// All messages, the newest first.
pub async fn list(visit: Visit, _: Public) -> Result<Answer> {
    let messages = waiting(&visit).await?.iter().map(|message| line(&visit, message)).collect();
    Answer::page(&ListPage { page: visit.page("title-local-mail", ""), messages })
}

/// One message as text.
pub async fn message(visit: Visit, _: Public) -> Result<Answer> {
    let message = asked_for(&visit).await?;
    let own = visit.app.config.public_url.link("/");
    let part = |text: &str| {
        let is_link = text.starts_with(&own) && !text.contains(char::is_whitespace);
        if is_link { Part::Link(text.to_owned()) } else { Part::Text(text.to_owned()) }
    };
    Answer::page(&MessagePage {
        page: visit.page("title-local-message", ""),
        html_path: format!("{PATH}/{}/html", message.id),
        lines: message.mail.text.lines().map(part).collect(),
        message: line(&visit, &message),
    })
}

/// One message as HTML, as a mail program shows it: no script, nothing from
/// elsewhere, and not as a page of this site.
pub async fn html(visit: Visit, _: Public) -> Result<Answer> {
    Ok(Answer::mail(asked_for(&visit).await?.mail.html))
}
