//! What the gate answers: to proxies, to browsers on the hosts of applications, and to
//! administrators who say who gets in.

pub mod browser;
pub mod question;
pub mod settings;

use crate::http::{GateCall, Page, Visit};
use crate::secret::Token;
use askama::Template;
use std::fmt::Display;

/// What one can do next on a page of the gate.
struct Next {
    href: String,
    label: String,
}

impl Next {
    fn new(href: impl Into<String>, label: impl Display) -> Self {
        Self { href: href.into(), label: format!("{label}") }
    }
}

/// Whoever looks at a page on an application's host.
struct Onlooker {
    visit: Visit,
    /// By which account they are here, if they are.
    email: Option<String>,
    /// What they know the application by.
    name: String,
}

impl Onlooker {
    /// With what the browser has brought.
    async fn of(call: &GateCall) -> Self {
        Self::holding(call, call.session().as_ref()).await
    }

    /// With what the browser holds from now on.
    async fn holding(call: &GateCall, session: Option<&Token>) -> Self {
        let (visit, account, name) = call.onlooker(session).await;
        Self { visit, email: account.map(|account| account.email), name }
    }
}

/// A page on an application's host: what has happened, and what to do next.
#[derive(Template)]
#[template(path = "features/gate/gate.html")]
struct GatePage {
    page: Page,
    title: String,
    /// By which account they are here, if they are.
    email: Option<String>,
    lead: String,
    /// Whether the way out is a form here.
    signs_out: bool,
    /// Where they are, where that is what is wrong.
    address: Option<String>,
    /// Whom to ask: name and address.
    ask: Vec<(String, String)>,
    next: Vec<Next>,
}

impl GatePage {
    fn new(onlooker: &Onlooker, title: impl Display, lead: impl Display, next: Vec<Next>) -> Self {
        Self {
            page: onlooker.visit.page("title-gate", ""),
            title: format!("{title}"),
            email: onlooker.email.clone(),
            lead: format!("{lead}"),
            signs_out: false,
            address: None,
            ask: Vec::new(),
            next,
        }
    }
}
