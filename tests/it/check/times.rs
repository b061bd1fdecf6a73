//! TK-06: no "no" tells by its time what was presented. Statistics, so in the long lane.

use super::*;
use crate::support::rounds;
use crate::support::statistics::{Summary, welch};
use portcullis::secret::{Kind, Token};
use uuid::Uuid;

/// Milliseconds that one answer takes.
#[expect(clippy::disallowed_methods, reason = "time is what is measured")]
async fn sample(app: &TestApp, product: &Product, credential: &str) -> f64 {
    let began = std::time::Instant::now();
    let told = product.asks(app, credential).await;
    let took = began.elapsed().as_secs_f64() * 1000.0;
    told.inactive();
    took
}

#[expect(clippy::print_stdout, reason = "the figures are what it is for")]
async fn compare(backend: Backend) {
    let app = TestApp::new(backend).await;
    let scene = Scene::new(&app).await;
    let wiki = app.product("Wiki", &["pages:read"]).await;
    let eve = app.account("eve@example.com").await;
    let suspended = app.token_with(&eve, &["clients:read"], "").await;
    app.suspend("eve@example.com").await;
    let expired = app.token_with(&scene.mira, &["clients:read"], "").await;
    let id = app.bytes(Token::parse(Kind::AccessToken, &expired).unwrap().id().as_bytes());
    app.tamper(&format!("UPDATE access_tokens SET expires_at = 1 WHERE id = {id}")).await;
    let forge = |text: &str, kind| {
        let id = Token::parse(kind, text).unwrap().id();
        Token::new(kind, id, &app.random).encode().reveal().to_owned()
    };
    let classes = [
        ("unknown token", {
            let unknown = Token::new(Kind::AccessToken, Uuid::from_u128(9), &app.random);
            unknown.encode().reveal().to_owned()
        }),
        ("malformed", "nonsense".to_owned()),
        ("wrong secret of a token", forge(&scene.token, Kind::AccessToken)),
        ("wrong secret of a session", forge(&scene.session, Kind::ApplicationSession)),
        ("suspended", suspended),
        ("expired", expired),
        ("foreign", wiki.session(&app, &scene.mira, &scene.browser, "openid").await),
        ("lacks the permission", app.token_with(&scene.mira, &["pages:read"], "").await),
    ];
    let mut samples = vec![Vec::new(); classes.len()];
    for round in 0..rounds() * 30 {
        for turn in 0..classes.len() {
            // Each class goes first as often as any other.
            let class = (turn + round) % classes.len();
            samples[class].push(sample(&app, &scene.product, &classes[class].1).await);
        }
    }
    let summaries: Vec<Summary> = samples.iter().map(|samples| Summary::of(samples)).collect();
    let mut apart = Vec::new();
    for ((class, _), own) in classes.iter().zip(&summaries) {
        let difference = own.mean - summaries[0].mean;
        let t = welch(own, &summaries[0]);
        println!(
            "{backend:?} {class}: median {:.3} ms, mean {:.3} ms, difference {difference:+.3} ms, \
             t {t:+.2}",
            own.median, own.mean
        );
        if t.abs() >= 2.576 && difference.abs() >= 0.1 {
            apart.push(format!("{class}: {difference:+.3} ms, t {t:+.2}"));
        }
    }
    assert!(apart.is_empty(), "{apart:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "minutes: thousands of answers, one after the other"]
async fn long_tk_06_every_no_takes_the_same_time() {
    compare(Backend::Sqlite).await;
    compare(Backend::Postgres).await;
}
