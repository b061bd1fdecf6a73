//! Many who ask the gate at once are answered as if each had asked alone.

use super::site::{application, set_rules};
use crate::both;
use crate::support::TestApp;
use axum::body::Body;
use axum::http::Request;
use axum::http::header::AUTHORIZATION;
use portcullis::features::applications;
use portcullis::features::applications::rules::AddressKind;
use portcullis::http::Peer;
use tower::ServiceExt;

/// Status, who it is, and what they may.
type Told = (u16, String, String);

both!(many_requests_at_once_pass_as_each_does_alone, async |app: TestApp| {
    let settings = [("check_memory_mib", "0"), ("trusted_proxies", "10.9.9.9")];
    let app = app.restart(&settings).await;
    application(&app, "https://toy.example.com", "/ signed-in\n/admin permissions toy:admin").await;
    let open = app.product("Open", &[]).await;
    let origin = "https://open.example.com".to_owned();
    let mut tx = app.db.begin().await.unwrap();
    let addresses = [(AddressKind::Gate, origin.clone())].into_iter().collect();
    assert!(applications::set_addresses(&mut tx, open.id, &addresses).await.is_ok());
    tx.commit().await.unwrap();
    set_rules(&app, open.id, &origin, "/ public\n/in signed-in").await;
    let mut shown = vec![None, Some("nothing of ours".to_owned())];
    for email in ["mira@example.com", "noor@example.com", "ola@example.com"] {
        let account = app.account(email).await;
        shown.push(Some(app.token_with(&account, &["toy:read"], "").await));
        shown.push(Some(app.token_with(&account, &["toy:admin"], "").await));
    }
    app.suspend("ola@example.com").await;
    let mut questions = Vec::new();
    for place in ["toy /", "toy /admin", "toy /a/../b", "open /", "open /in", "nowhere /"] {
        questions.extend(shown.iter().map(|shown| (place, shown.clone())));
    }
    let answer = async |(place, shown): &(&str, Option<String>)| -> Told {
        let (host, path) = place.split_once(' ').unwrap();
        let mut request = Request::builder()
            .uri("/gate/forward-auth")
            .header("x-forwarded-proto", "https")
            .header("x-forwarded-host", format!("{host}.example.com"))
            .header("x-forwarded-uri", path)
            .header("x-forwarded-method", "GET");
        if let Some(shown) = shown {
            request = request.header(AUTHORIZATION, format!("Bearer {shown}"));
        }
        let mut request = request.body(Body::empty()).unwrap();
        request.extensions_mut().insert(Peer(Some([10, 9, 9, 9].into())));
        let response = app.router.clone().oneshot(request).await.unwrap();
        let header = |name: &str| {
            response.headers().get(name).map_or("", |value| value.to_str().unwrap()).to_owned()
        };
        (response.status().as_u16(), header("remote-email"), header("remote-permissions"))
    };
    let mut alone = Vec::new();
    for question in &questions {
        alone.push(answer(question).await);
    }
    let passed = |told: &&Told| told.0 == 204 && !told.1.is_empty();
    assert!(alone.iter().filter(passed).count() == 6, "{alone:?}");
    assert!(alone.iter().filter(|told| told.0 == 401 || told.0 == 403).count() >= 12, "{alone:?}");
    let twice = questions.iter().chain(questions.iter().rev());
    let together = futures_util::future::join_all(twice.clone().map(answer)).await;
    let expected = alone.iter().chain(alone.iter().rev());
    for ((question, told), expected) in twice.zip(together).zip(expected) {
        assert_eq!(told, *expected, "{question:?}");
    }
});
