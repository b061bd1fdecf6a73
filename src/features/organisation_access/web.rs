//! What a member sees who is refused.

pub mod list;

use super::{Refusal, Verdict, Why};
use crate::error::Result;
use crate::http::{Answer, Page, Visit};
use askama::Template;
use axum::http::StatusCode;

#[derive(Template)]
#[template(path = "features/organisation_access/refused.html")]
struct RefusedPage {
    page: Page,
    title: String,
    explanation: String,
    /// The address that they came from, where that is what is wrong.
    address: Option<String>,
    /// Whom to ask: name and address.
    ask: Vec<(String, String)>,
    enrol: bool,
}

/// The page that tells a member why they don't get in, and what to do; none for whoever
/// got in, and for strangers, for whom there is nothing.
pub fn refused(visit: &Visit) -> Option<Result<Answer>> {
    match &visit.organisation {
        Some(Verdict::Refused(refusal)) => Some(page(visit, refusal)),
        _ => None,
    }
}

fn page(visit: &Visit, refusal: &Refusal) -> Result<Answer> {
    let name = &refusal.organisation.name;
    let text = &visit.text;
    let (title, explanation) = match refusal.why {
        Why::Address => (
            text.say("refused-address-title").with("organisation", name),
            text.say("refused-address-text").with("organisation", name),
        ),
        Why::Enrol | Why::Prove => (
            text.say("refused-factor-title").with("organisation", name),
            text.say("refused-factor-text").with("organisation", name),
        ),
    };
    let unknown = || text.say("address-unknown").to_string();
    let shown = refusal.address.map_or_else(unknown, |address| address.to_string());
    let by_address = refusal.why == Why::Address;
    let shown = RefusedPage {
        title: title.to_string(),
        explanation: explanation.to_string(),
        address: by_address.then_some(shown),
        ask: refusal.ask.iter().map(|one| (one.name.clone(), one.email.clone())).collect(),
        enrol: !by_address,
        page: visit.page("title-refused", "organisations"),
    };
    Ok(Answer::page(&shown)?.status(StatusCode::FORBIDDEN))
}
