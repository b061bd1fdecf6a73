//! Where mail and text messages are read while no mail server or no carrier is
//! set: a page that exists only on the developer's own machine. It shows what
//! waits in the outbox, so that nothing is kept anywhere else.

use super::{Mail, TextMessage, Unsent, unsent};
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
    icon: &'static str,
    subject: String,
    to: String,
    written: Moment,
}

#[derive(Template)]
#[template(path = "delivery/local_message.html")]
struct MessagePage {
    page: Page,
    message: Line,
    /// Mail has HTML, too.
    html_path: Option<String>,
    lines: Vec<Part>,
}

/// A line of the text: as it is, or an address to follow.
enum Part {
    Text(String),
    Link(String),
}

/// A message of either way.
enum Waiting {
    Mail(Unsent<Mail>),
    Text(Unsent<TextMessage>),
}

impl Waiting {
    const fn id(&self) -> MessageId {
        match self {
            Self::Mail(mail) => mail.id,
            Self::Text(text) => text.id,
        }
    }

    fn text(&self) -> &str {
        match self {
            Self::Mail(mail) => &mail.message.text,
            Self::Text(text) => &text.message.text,
        }
    }
}

/// Whether this configuration has the page at all.
pub fn is_configured(config: &Config) -> bool {
    shows_mail(config) || shows_texts(config)
}

const fn shows_mail(config: &Config) -> bool {
    config.is_local() && config.smtp.is_none()
}

/// Whether text messages are read there, too.
pub fn shows_texts(config: &Config) -> bool {
    config.is_local() && config.sms.is_none() && !config.sms_countries.is_empty()
}

/// For anybody but whoever sits at this machine there is nothing here.
async fn waiting(visit: &Visit) -> Result<Vec<Waiting>> {
    let (app, config) = (&visit.app, &visit.app.config);
    if !is_configured(config) || !visit.is_on_this_machine {
        return Err(Refused::NotFound.into());
    }
    let mut all = Vec::new();
    if shows_mail(config) {
        all.extend(unsent(app, SHOWN).await?.into_iter().map(Waiting::Mail));
    }
    if shows_texts(config) {
        all.extend(unsent(app, SHOWN).await?.into_iter().map(Waiting::Text));
    }
    all.sort_by_key(|message| std::cmp::Reverse(message.id()));
    Ok(all)
}

async fn asked_for(visit: &Visit) -> Result<Waiting> {
    let id: Option<MessageId> = visit.param("id").parse().ok();
    let found = waiting(visit).await?.into_iter().find(|message| Some(message.id()) == id);
    found.ok_or_else(|| Refused::NotFound.into())
}

fn line(visit: &Visit, message: &Waiting) -> Line {
    let path = format!("{PATH}/{}", message.id());
    match message {
        Waiting::Mail(Unsent { message, created_at, .. }) => Line {
            path,
            icon: "mail",
            subject: message.subject.clone(),
            to: message.to.clone(),
            written: visit.text.moment(*created_at),
        },
        // A text message has no subject; its first line says what it is.
        Waiting::Text(Unsent { message, created_at, .. }) => Line {
            path,
            icon: "phone",
            subject: message.text.lines().next().unwrap_or_default().to_owned(),
            to: message.to.clone(),
            written: visit.text.moment(*created_at),
        },
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
        html_path: matches!(message, Waiting::Mail(_))
            .then(|| format!("{PATH}/{}/html", message.id())),
        lines: message.text().lines().map(part).collect(),
        message: line(&visit, &message),
    })
}

/// One message as HTML, as a mail program shows it: no script, nothing from
/// elsewhere, and not as a page of this site.
pub async fn html(visit: Visit, _: Public) -> Result<Answer> {
    match asked_for(&visit).await? {
        Waiting::Mail(mail) => Ok(Answer::mail(mail.message.html)),
        Waiting::Text(_) => Err(Refused::NotFound.into()),
    }
}
