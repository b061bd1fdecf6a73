//! The page of a link that does not open.

use super::Dead;
use crate::error::Result;
use crate::http::{Answer, Page, Visit};
use askama::Template;
use axum::http::StatusCode;

/// What such a page says, in the reader's language.
#[derive(Debug, Clone)]
pub struct DeadLink {
    /// What is the matter.
    pub title: String,
    /// Why.
    pub explanation: String,
    /// What to do next, where that is a sentence of its own.
    pub advice: Option<String>,
    /// Where the next step is.
    pub action_href: &'static str,
    /// What it is called.
    pub action: String,
}

#[derive(Template)]
#[template(path = "features/mailed_links/dead_link.html")]
struct DeadLinkPage {
    page: Page,
    said: DeadLink,
}

/// The page of a link that does not open.
pub fn dead_link(visit: &Visit, dead: Dead, said: DeadLink) -> Result<Answer> {
    let status = match dead {
        Dead::Unknown => StatusCode::NOT_FOUND,
        Dead::Used | Dead::Void | Dead::Expired => StatusCode::GONE,
    };
    page(visit, said, status)
}

/// The same page for what else is in the way of a link's purpose, or has been
/// done.
pub fn page(visit: &Visit, said: DeadLink, status: StatusCode) -> Result<Answer> {
    let page = visit.page("title-link", "");
    Ok(Answer::page(&DeadLinkPage { page, said })?.status(status))
}
