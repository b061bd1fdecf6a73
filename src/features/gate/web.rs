//! What the gate answers: to proxies, to browsers on the hosts of applications, and to
//! administrators who say who gets in.

pub mod browser;
pub mod question;
pub mod settings;

use crate::error::Result;
use crate::http::{Answer, GateCall, Page};
use askama::Template;

/// What one can do next on a page of the gate.
struct Next {
    href: String,
    label: String,
}

impl Next {
    fn new(href: impl Into<String>, label: String) -> Self {
        Self { href: href.into(), label }
    }
}

/// A page on an application's host: what has happened, and what to do next.
#[derive(Template)]
#[template(path = "features/gate/gate.html")]
struct GatePage {
    page: Page,
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
    const fn new(page: Page, lead: String, next: Vec<Next>) -> Self {
        Self { page, lead, signs_out: false, address: None, ask: Vec::new(), next }
    }
}

fn page(call: &GateCall, title_key: &'static str, lead: String, next: Vec<Next>) -> Result<Answer> {
    Answer::page(&GatePage::new(call.page(title_key), lead, next))
}
