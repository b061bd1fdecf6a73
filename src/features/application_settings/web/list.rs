//! The list of applications.

use super::{PAGE, SECTION, say_kind};
use crate::error::{Refused, Result};
use crate::features::applications::{Place, list};
use crate::http::{Administrator, Answer, Page, Visit};
use crate::ids::ApplicationId;
use crate::text::Moment;
use crate::time::Timestamp;
use askama::Template;
use serde::Deserialize;

/// Applications on a page.
const SHOWN: usize = 50;

#[derive(Template)]
#[template(path = "features/application_settings/applications.html")]
struct ApplicationsPage {
    page: Page,
    rows: Vec<ApplicationRow>,
    first: bool,
    next: Option<String>,
}

struct ApplicationRow {
    id: String,
    name: String,
    kind: String,
    made: Moment,
}

#[derive(Deserialize)]
struct Asked {
    after: Option<String>,
}

/// A place in the list, as a page's address and the command line name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlaceInList(pub Place);

impl std::fmt::Display for PlaceInList {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (at, id) = self.0;
        write!(f, "{}.{id}", at.millis())
    }
}

impl std::str::FromStr for PlaceInList {
    type Err = Refused;

    fn from_str(text: &str) -> std::result::Result<Self, Refused> {
        let (at, id) = text.split_once('.').ok_or(Refused::Unreadable)?;
        let at: i64 = at.parse().map_err(|_| Refused::Unreadable)?;
        let id: ApplicationId = id.parse().map_err(|_| Refused::Unreadable)?;
        Ok(Self((Timestamp::from_millis(at), id)))
    }
}

/// The applications, the newest first.
pub async fn page(visit: Visit, _: Administrator) -> Result<Answer> {
    let asked: Asked = visit.query()?;
    let after = asked.after.as_deref().map(str::parse::<PlaceInList>).transpose()?;
    let limit = i64::try_from(SHOWN + 1).unwrap_or(i64::MAX);
    let mut found = list(&visit.app, after.map(|place| place.0), limit).await?;
    let more = found.len() > SHOWN;
    found.truncate(SHOWN);
    let last = found.last().filter(|_| more);
    let next = last.map(|last| PlaceInList((last.created_at, last.id)));
    let row = |found: crate::features::applications::Application| ApplicationRow {
        id: found.id.to_string(),
        kind: say_kind(&visit, found.kind),
        made: visit.text.moment(found.created_at),
        name: found.name,
    };
    Answer::page(&ApplicationsPage {
        page: visit.page("title-admin-applications", SECTION),
        rows: found.into_iter().map(row).collect(),
        first: after.is_none(),
        next: next.map(|next| format!("{PAGE}?after={next}")),
    })
}
