//! The way out of a form of ours to what may answer with the way to another site. A
//! redirect of the form's answer would be stopped by our own policy, which browsers
//! hold against every redirect that follows; a page of ours that goes on by itself is
//! not (design §4.10).

use super::answer::Answer;
use super::page::Page;
use super::visit::Visit;
use crate::error::Result;
use askama::Template;

/// Paths of ours that may lead to another site.
const LEADING_AWAY: &[&str] = &["/oauth/", "/gate/"];

#[derive(Template)]
#[template(path = "http/page/leaving.html")]
struct LeavingPage {
    page: Page,
    /// Where it goes on: a path of ours, or a registered address of an application.
    to: String,
    /// Whom it belongs to; empty for a path of ours.
    name: String,
}

/// From the answer to a form to a path of ours, whatever that leads to.
pub fn onward(visit: &Visit, path: &str) -> Result<Answer> {
    if LEADING_AWAY.iter().any(|start| path.starts_with(start)) {
        leave(visit, path, "")
    } else {
        Ok(Answer::redirect(path))
    }
}

/// The page that goes on by itself, and has a link for browsers that don't. Call with a
/// path of ours, or with an address that an application has registered.
pub fn leave(visit: &Visit, to: &str, name: &str) -> Result<Answer> {
    let page = visit.page("title-leaving", "");
    Answer::page(&LeavingPage { page, to: to.to_owned(), name: name.to_owned() })
}
