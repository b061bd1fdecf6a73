//! When there are more passwords to hash than the queue takes, people are told
//! when to come back, and nothing is held against them.

use super::{CHANGE, counted};
use crate::support::{Backend, OTHER_PASSWORD, PASSWORD, TestApp};
use std::sync::Arc;
use tokio::sync::Barrier;
use tokio::task::JoinSet;

const MIRA: &str = "mira@example.com";
const BUSY: &str = "Nothing was changed. Wait a few seconds, then try again.";

async fn busy(backend: Backend) {
    let app = TestApp::new(backend).await;
    app.account(MIRA).await;
    let mut mira = app.browser();
    mira.signs_in(MIRA, PASSWORD).await;
    let slow = [
        ("argon2_memory_kib", "65536"),
        ("argon2_iterations", "6"),
        ("hashing_threads", "1"),
        ("hashing_queue", "1"),
    ];
    let app = app.restart(&slow).await;
    let mut mira = mira.at(&app);
    mira.get(CHANGE).await.is(200);
    let barrier = Arc::new(Barrier::new(12));
    let mut tasks = JoinSet::new();
    for number in 0..12 {
        let mut browser = app.browser();
        browser.get("/sign-in").await;
        let barrier = Arc::clone(&barrier);
        tasks.spawn(async move {
            let email = format!("nobody{number}@example.com");
            let fields = [("email", email.as_str()), ("password", OTHER_PASSWORD)];
            barrier.wait().await;
            browser.post("/sign-in", &fields).await
        });
    }
    let mut judged = 0;
    let mut turned_away = 0;
    // While the first is hashed and the second waits, the others are answered.
    while let Some(reply) = tasks.join_next().await {
        let reply = reply.unwrap();
        if reply.status.as_u16() == 403 {
            judged += 1;
            continue;
        }
        reply.is(503).shows(BUSY);
        assert_eq!(reply.headers["retry-after"], "2");
        turned_away += 1;
        if turned_away == 1 {
            // So is somebody who has a session: it works, only hashing waits.
            assert!(mira.is_signed_in().await);
        }
    }
    assert!(judged >= 1 && turned_away >= 1, "{judged} judged, {turned_away} turned away");
    assert_eq!(counted(&app).await, judged, "an attempt that was not judged counts as a failure");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_queue_answers_503_and_counts_nothing_sqlite() {
    busy(Backend::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_queue_answers_503_and_counts_nothing_postgres() {
    busy(Backend::Postgres).await;
}
