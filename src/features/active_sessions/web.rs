//! The page of those who are in.

use super::sign_out_others as end_others;
use crate::error::{Refused, Result};
use crate::features::application_sessions::{self, Listed as Child};
use crate::features::sessions::{self, Current, Listed};
use crate::http::{Answer, Page, SignedIn, Visit};
use crate::ids::SessionId;
use crate::seen::Seen;
use crate::text::Moment;
use askama::Template;
use serde::Deserialize;
use std::collections::BTreeSet;

const PAGE: &str = "/settings/security/sessions";
const OVERVIEW: &str = "/settings/security";

#[derive(Template)]
#[template(path = "features/active_sessions/sessions.html")]
struct SessionsPage {
    page: Page,
    sessions: Vec<SessionRow>,
    others: i64,
}

/// A session for a reader.
pub struct SessionRow {
    /// Its public id.
    pub id: String,
    /// Whether it is the one at hand.
    pub this: bool,
    /// With what and where it was used last.
    pub seen: Seen,
    /// Where it began, if that was elsewhere.
    pub began: Option<String>,
    /// What was proved to begin it.
    pub by: String,
    /// When it began.
    pub signed_in: Moment,
    /// When it was used last, to the minute.
    pub active: Moment,
    /// The applications that it is signed in to, if any.
    pub applications: Option<String>,
}

/// Sessions for a reader: the one at hand first, then the last active.
pub fn rows(
    visit: &Visit,
    current: &Current,
    mut sessions: Vec<Listed>,
    children: &[Child],
) -> Vec<SessionRow> {
    sessions.sort_by_key(|listed| listed.session.id != current.session.id);
    let (text, places) = (&visit.text, &visit.app.places);
    let row = |listed: Listed| {
        let session = listed.session;
        let began = session.address.as_deref();
        let seen = |address| Seen::new(text, places, address, &session.user_agent);
        let last = listed.last_address.as_deref();
        SessionRow {
            id: session.id.to_string(),
            this: session.id == current.session.id,
            seen: seen(last.or(began)),
            began: last.filter(|last| Some(*last) != began).map(|_| seen(began).place),
            by: text.say(format!("session-by-{}", listed.by.tag())).to_string(),
            signed_in: text.moment(session.created_at),
            active: text.moment(session.last_active_at),
            applications: names_of(session.id, children),
        }
    };
    sessions.into_iter().map(row).collect()
}

/// By name, each once.
fn names_of(session: SessionId, children: &[Child]) -> Option<String> {
    let own = children.iter().filter(|child| child.session == session);
    let names: BTreeSet<&str> = own.map(|child| child.application_name.as_str()).collect();
    (!names.is_empty()).then(|| names.into_iter().collect::<Vec<_>>().join(", "))
}

/// Everybody who is in.
pub async fn page(visit: Visit, SignedIn(current): SignedIn) -> Result<Answer> {
    let sessions = sessions::list(&visit.app, current.account.id, visit.now).await?;
    let children = application_sessions::list(&visit.app, current.account.id, visit.now).await?;
    let sessions = rows(&visit, &current, sessions, &children);
    let others = i64::try_from(sessions.len().saturating_sub(1)).unwrap_or(i64::MAX);
    let page = visit.page("title-sessions", "sessions");
    Answer::page(&SessionsPage { page, sessions, others })
}

#[derive(Deserialize)]
struct From {
    #[serde(default)]
    from: String,
}

/// The page that the button was on.
fn back(visit: &Visit) -> Result<&'static str> {
    let form: From = visit.form()?;
    Ok(if form.from == "overview" { OVERVIEW } else { PAGE })
}

/// Signs one other session out.
pub async fn sign_out_one(visit: Visit, SignedIn(current): SignedIn) -> Result<Answer> {
    let id = visit.param("id").parse().map_err(|_| Refused::NotFound)?;
    let back = back(&visit)?;
    sessions::sign_out_one(&visit.app, &current, id, &visit.source).await?;
    if id == current.session.id {
        return Ok(Answer::redirect("/sign-in").without_session(&visit.app));
    }
    Ok(Answer::redirect(back).flash(&visit.app, "flash-session-ended"))
}

/// Signs all others out.
pub async fn sign_out_others(visit: Visit, SignedIn(current): SignedIn) -> Result<Answer> {
    let back = back(&visit)?;
    end_others(&visit.app, &current, &visit.source).await?;
    Ok(Answer::redirect(back).flash(&visit.app, "flash-other-sessions-ended"))
}
