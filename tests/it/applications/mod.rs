//! Applications: made, proved, and gone; their sessions as children of sessions.

mod api;
mod clients;
mod command_line;
mod connected;
mod giving_up;
mod making;
mod removing;
mod secrets;
mod sessions;
mod withdrawing;

use crate::support::{Backend, Browser, PASSWORD, TestApp};
use portcullis::features::applications;
use portcullis::ids::ApplicationId;
use std::time::Duration;

const ADA: &str = "ada@example.com";
const MIRA: &str = "mira@example.com";
const EVE: &str = "eve@example.com";
const PAGE: &str = "/admin/applications";
const NEW: &str = "/admin/applications/new";
const OWN: &str = "/settings/security/applications";
const NOBODY: &str = "01900000-0000-7000-8000-000000000000";
const READ: &str = "invoices:read See your invoices";
const PAY: &str = "invoices:pay Pay your invoices";

/// Ada, who administers and has just signed in.
async fn ada(app: &TestApp) -> Browser {
    app.administrator(ADA).await;
    let mut browser = app.browser();
    browser.signs_in(ADA, PASSWORD).await;
    browser
}

/// Mira, who has just signed in.
async fn mira(app: &TestApp) -> Browser {
    app.account(MIRA).await;
    let mut browser = app.browser();
    browser.signs_in(MIRA, PASSWORD).await;
    browser
}

/// Where there can be another node, that one.
async fn other_node(app: &TestApp) -> Option<TestApp> {
    match app.backend {
        Backend::Postgres => Some(app.second_node().await),
        Backend::Sqlite => None,
    }
}

/// What stands in a page under an id.
fn shown(body: &str, id: &str) -> String {
    let (_, rest) = body.split_once(&format!("id=\"{id}\">")).expect("it is not shown");
    rest.split_once('<').unwrap().0.to_owned()
}

/// The value of a hidden field.
fn hidden(body: &str, name: &str) -> String {
    let marker = format!("type=\"hidden\" name=\"{name}\" value=\"");
    let (_, rest) = body.split_once(&marker).expect("there is no such field");
    rest.split_once('"').unwrap().0.to_owned()
}

/// Whether this secret proves the application.
async fn proves(app: &TestApp, id: ApplicationId, secret: &str) -> bool {
    let now = app.clock.now();
    applications::authenticate(app, id, secret, now).await.unwrap().is_some()
}
