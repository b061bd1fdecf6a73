//! What a member sees who is refused.

pub mod list;

use super::{Refusal, Verdict, Why};
use crate::error::Result;
use crate::http::{Answer, Page, Visit};
use crate::text::Text;
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

/// What a member is told who is refused, wherever that is.
pub struct Told {
    /// As a title.
    pub title: String,
    /// Why.
    pub explanation: String,
    /// The address that they came from, where that is what is wrong.
    pub address: Option<String>,
    /// Whom to ask: name and address.
    pub ask: Vec<(String, String)>,
}

/// The words for a refusal.
pub fn told(text: &Text, refusal: &Refusal) -> Told {
    let name = &refusal.organisation.name;
    let by_address = refusal.why == Why::Address;
    let (title, explanation) = if by_address {
        (
            text.say("refused-address-title").with("organisation", name),
            text.say("refused-address-text").with("organisation", name),
        )
    } else {
        (
            text.say("refused-factor-title").with("organisation", name),
            text.say("refused-factor-text").with("organisation", name),
        )
    };
    let unknown = || text.say("address-unknown").to_string();
    let shown = refusal.address.map_or_else(unknown, |address| address.to_string());
    let ask = refusal.ask.iter().map(|one| (one.name.clone(), one.email.clone()));
    Told {
        title: title.to_string(),
        explanation: explanation.to_string(),
        address: by_address.then_some(shown),
        ask: if by_address { ask.collect() } else { Vec::new() },
    }
}

fn page(visit: &Visit, refusal: &Refusal) -> Result<Answer> {
    let Told { title, explanation, address, ask } = told(&visit.text, refusal);
    let shown = RefusedPage {
        title,
        explanation,
        enrol: address.is_none(),
        address,
        ask,
        page: visit.page("title-refused", "organisations"),
    };
    Ok(Answer::page(&shown)?.status(StatusCode::FORBIDDEN))
}
