//! Personal access tokens: made, used, and of no use any more.

mod ending;
mod expiring;
mod making;
mod using;

use crate::support::{Backend, Browser, PASSWORD, TestApp};
use std::time::Duration;

const MIRA: &str = "mira@example.com";
const EVE: &str = "eve@example.com";
const PAGE: &str = "/settings/security/tokens";
const NEW: &str = "/settings/security/tokens/new";
const HERE: &str = "198.51.100.7";
const DAY: Duration = Duration::from_hours(24);
const MILLISECOND: Duration = Duration::from_millis(1);
const READ: &[&str] = &["profile:read", "sessions:read"];

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

async fn logged(app: &TestApp, event: &str) -> usize {
    app.events().await.iter().filter(|own| *own == event).count()
}
