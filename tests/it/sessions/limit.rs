//! SE-12: an account has so many sessions and no more; the oldest ends.

use super::{MIRA, listed};
use crate::both;
use crate::support::{Backend, Browser, PASSWORD, TestApp, rounds};
use std::time::Duration;

const LIVE: &str = "SELECT COUNT(*) FROM sessions WHERE ended_at IS NULL";

async fn limited(backend: Backend, limit: &str) -> TestApp {
    let app = TestApp::with(backend, &[("session_limit", limit)]).await;
    app.account(MIRA).await;
    app
}

pub async fn many(app: &TestApp, count: usize) -> Vec<Browser> {
    let mut all = Vec::new();
    for _ in 0..count {
        let mut browser = app.browser();
        browser.signs_in(MIRA, PASSWORD).await;
        app.wait(Duration::from_secs(1));
        all.push(browser);
    }
    all
}

async fn oldest_ends(backend: Backend) {
    let app = limited(backend, "3").await;
    let mut browsers = many(&app, 5).await;
    let mut alive = Vec::new();
    for browser in &mut browsers {
        alive.push(browser.is_signed_in().await);
    }
    assert_eq!(alive, [false, false, true, true, true]);
    let reason = "SELECT COUNT(*) FROM sessions WHERE ended_reason = 'too-many'";
    assert_eq!((app.count(LIVE).await, app.count(reason).await), (3, 2));
}

#[tokio::test]
async fn se_12_the_oldest_ends_sqlite() {
    oldest_ends(Backend::Sqlite).await;
}

#[tokio::test]
async fn se_12_the_oldest_ends_postgres() {
    oldest_ends(Backend::Postgres).await;
}

/// Signing in anew in one browser takes nobody else's place.
async fn replacing_costs_nobody(backend: Backend) {
    let app = limited(backend, "3").await;
    let mut browsers = many(&app, 2).await;
    let mut third = app.browser();
    third.get("/sign-in").await;
    let fields = [("email", MIRA), ("password", PASSWORD)];
    third.post("/sign-in", &fields).await.leads_to("/settings/security");
    for _ in 0..3 {
        third.post("/sign-in", &fields).await.leads_to("/settings/security");
    }
    for browser in &mut browsers {
        assert!(browser.is_signed_in().await);
    }
    assert_eq!(app.count(LIVE).await, 3);
}

#[tokio::test]
async fn se_12_replacing_a_session_ends_no_other_sqlite() {
    replacing_costs_nobody(Backend::Sqlite).await;
}

#[tokio::test]
async fn se_12_replacing_a_session_ends_no_other_postgres() {
    replacing_costs_nobody(Backend::Postgres).await;
}

/// PAR: whoever comes at once is counted one after the other.
async fn race(nodes: &[&TestApp]) {
    // Each in a known device: strangers at once would have to wait.
    let mut browsers = Vec::new();
    for number in 0..20 {
        let mut browser = nodes[number % nodes.len()].browser();
        browser.signs_in(MIRA, PASSWORD).await;
        browser.forget("-session");
        browser.get("/sign-in").await;
        browsers.push(browser);
    }
    for _ in 0..rounds() {
        let barrier = std::sync::Arc::new(tokio::sync::Barrier::new(20));
        let tasks: Vec<_> = browsers
            .iter()
            .map(|browser| {
                let (mut browser, barrier) = (browser.clone(), barrier.clone());
                tokio::spawn(async move {
                    barrier.wait().await;
                    let fields = [("email", MIRA), ("password", PASSWORD)];
                    browser.post("/sign-in", &fields).await.leads_to("/settings/security");
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(nodes[0].count(LIVE).await, 4);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn se_12_a_race_of_sign_ins_keeps_the_limit_sqlite() {
    let app = limited(Backend::Sqlite, "4").await;
    race(&[&app]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn se_12_a_race_of_sign_ins_keeps_the_limit_on_two_nodes() {
    let app = limited(Backend::Postgres, "4").await;
    let second = app.second_node().await;
    race(&[&app, &second]).await;
}

both!(se_12_a_hundred_sessions_are_a_short_page, async |app: TestApp| {
    app.account(MIRA).await;
    let mut browsers = many(&app, 101).await;
    assert_eq!(app.count(LIVE).await, 100);
    let page = browsers[50].get("/settings/security").await;
    page.is(200).shows("See 95 more sessions").shows("Ends all 99 other sessions");
    assert_eq!(listed(&page.body).len(), 4);
    assert!(page.body.len() < 40_000, "{} bytes", page.body.len());
    assert!(page.body.contains("This device"), "the one at hand is always there");
});
