//! RS-24: no answer tells by its time who has an account. Statistics, so in the
//! long lane.

use crate::support::statistics::{Summary, welch};
use crate::support::{Backend, TestApp, rounds};
use axum::http::StatusCode;

const CLASSES: [&str; 4] =
    ["nobody@example.com", "known@example.com", "suspended@example.com", "invited@example.com"];

/// Milliseconds that one answer takes. What follows it is worked out before the
/// next one, as it is between people.
#[expect(clippy::disallowed_methods, reason = "time is what is measured")]
async fn sample(app: &TestApp, page: &str, email: &str) -> f64 {
    let mut browser = app.browser();
    browser.get(page).await;
    let fields = [("email", email)];
    let began = std::time::Instant::now();
    let reply = browser.post(page, &fields).await;
    let took = began.elapsed().as_secs_f64() * 1000.0;
    assert_eq!(reply.status, StatusCode::OK);
    app.post().await;
    took
}

#[expect(clippy::print_stdout, reason = "the figures are what it is for")]
async fn compare(backend: Backend, page: &str) {
    let app = TestApp::with(backend, &[("sign_up", "open")]).await;
    app.account("known@example.com").await;
    app.account("suspended@example.com").await;
    app.suspend("suspended@example.com").await;
    app.invite("invited@example.com").await;
    let mut samples = [const { Vec::new() }; CLASSES.len()];
    for round in 0..rounds() * 20 {
        for turn in 0..CLASSES.len() {
            // Each class goes first as often as any other.
            let class = (turn + round) % CLASSES.len();
            samples[class].push(sample(&app, page, CLASSES[class]).await);
            app.tamper("DELETE FROM failure_counters").await;
        }
    }
    let summaries: Vec<Summary> = samples.iter().map(|samples| Summary::of(samples)).collect();
    let mut apart = Vec::new();
    for (email, own) in CLASSES.iter().zip(&summaries) {
        let difference = own.mean - summaries[0].mean;
        let t = welch(own, &summaries[0]);
        println!(
            "{backend:?} {page} {email}: median {:.3} ms, mean {:.3} ms, difference {difference:+.3} \
             ms, t {t:+.2}",
            own.median, own.mean
        );
        if t.abs() >= 2.576 && difference.abs() >= 2.0 {
            apart.push(format!("{email}: {difference:+.3} ms, t {t:+.2}"));
        }
    }
    assert!(apart.is_empty(), "{page}: {apart:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "minutes: thousands of requests"]
async fn long_rs_24_answers_take_the_same_time() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        for page in ["/forgot-password", "/sign-up"] {
            compare(backend, page).await;
        }
    }
}
