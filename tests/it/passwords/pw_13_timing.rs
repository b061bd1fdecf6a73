//! PW-13: no answer tells by its time who has an account. With the parameters of
//! a real installation, so in the long lane.

use crate::support::statistics::{Summary, welch};
use crate::support::{Backend, OTHER_PASSWORD, PASSWORD, TestApp, rounds};
use axum::http::StatusCode;

const CLASSES: [(&str, &str); 5] = [
    ("nobody@example.com", OTHER_PASSWORD),
    ("known@example.com", OTHER_PASSWORD),
    ("suspended@example.com", OTHER_PASSWORD),
    ("suspended@example.com", PASSWORD),
    ("old-hash@example.com", OTHER_PASSWORD),
];

/// Milliseconds that one refusal takes.
#[expect(clippy::disallowed_methods, reason = "time is what is measured")]
async fn sample(app: &TestApp, email: &str, password: &str) -> f64 {
    let mut browser = app.browser();
    browser.get("/sign-in").await;
    let fields = [("email", email), ("password", password)];
    let began = std::time::Instant::now();
    let reply = browser.post("/sign-in", &fields).await;
    let took = began.elapsed().as_secs_f64() * 1000.0;
    assert_eq!(reply.status, StatusCode::FORBIDDEN);
    took
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "minutes: thousands of password hashings at full cost"]
async fn long_pw_13_refusals_take_the_same_time() {
    let cheap = [("argon2_memory_kib", "19456"), ("hashing_threads", "1")];
    let app = TestApp::with(Backend::Sqlite, &cheap).await;
    app.account("old-hash@example.com").await;
    let app = app.restart(&[("argon2_memory_kib", "47104")]).await;
    app.account("known@example.com").await;
    app.account("suspended@example.com").await;
    app.suspend("suspended@example.com").await;

    let mut samples = [const { Vec::new() }; CLASSES.len()];
    for round in 0..rounds() * 20 {
        for turn in 0..CLASSES.len() {
            // Each class goes first as often as any other.
            let class = (turn + round) % CLASSES.len();
            let (email, password) = CLASSES[class];
            samples[class].push(sample(&app, email, password).await);
            app.tamper("DELETE FROM failure_counters").await;
        }
    }
    let summaries: Vec<Summary> = samples.iter().map(|samples| Summary::of(samples)).collect();
    let mut apart = Vec::new();
    for ((email, _), own) in CLASSES.iter().zip(&summaries) {
        let difference = own.mean - summaries[0].mean;
        let t = welch(own, &summaries[0]);
        println!(
            "{email}: median {:.3} ms, mean {:.3} ms, difference {difference:+.3} ms, t {t:+.2}",
            own.median, own.mean
        );
        if t.abs() >= 2.576 && difference.abs() >= 2.0 {
            apart.push(format!("{email}: {difference:+.3} ms, t {t:+.2}"));
        }
    }
    assert!(apart.is_empty(), "{apart:?}");
}
