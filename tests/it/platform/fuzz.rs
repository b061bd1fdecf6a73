//! PL-03: whatever comes, an answer goes back, and it is no fault of ours.

use crate::guards::routes::sample;
use crate::support::{Backend, Browser, PASSWORD, TestApp};
use axum::http::{HeaderName, HeaderValue, Method, Uri};
use portcullis::http::routes;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};

const MIRA: &str = "mira@example.com";

#[derive(Debug, Clone)]
struct Sent {
    method: String,
    path: String,
    headers: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
    token: bool,
}

fn paths() -> impl Strategy<Value = String> {
    let known: Vec<String> = routes().iter().map(sample).collect();
    let fixed = ["/health/live", "/health/ready", "/assets/x/y", "*"].map(str::to_owned);
    let known: Vec<String> = known.into_iter().chain(fixed).collect();
    prop_oneof![
        4 => proptest::sample::select(known.clone()),
        2 => (proptest::sample::select(known), "[?/%;]?[ -~]{0,12}").prop_map(|(a, b)| a + &b),
        1 => "/(set-up|settings/security/sessions|assets)/[!-~]{0,80}",
        1 => "/[!-~]{0,30}",
        1 => "(/%[0-9a-fA-F]{2}){1,9}",
    ]
}

fn headers() -> impl Strategy<Value = Vec<(String, Vec<u8>)>> {
    const NAMES: &[&str] = &[
        "cookie",
        "cookie",
        "origin",
        "host",
        "content-type",
        "content-length",
        "transfer-encoding",
        "x-forwarded-for",
        "forwarded",
        "user-agent",
        "accept-language",
        "sec-fetch-site",
        "authorization",
        "range",
        "expect",
        "upgrade",
        "if-none-match",
        "x-http-method-override",
    ];
    let value = prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..60),
        "portcullis-(session|device|browser|flash)=[ -~]{0,99}".prop_map(String::into_bytes),
        "(pcl_(ses|dev|bro|set)_)?[0-9A-Za-z]{70,74}".prop_map(String::into_bytes),
        "[0-9a-f.:, ]{0,40}".prop_map(String::into_bytes),
    ];
    let name = proptest::sample::select(NAMES).prop_map(str::to_owned);
    proptest::collection::vec((name, value), 0..5)
}

fn requests() -> impl Strategy<Value = Sent> {
    let field = "(email|password|name|language|time_zone|return_to|csrf|sign_out_others|\
                 current_password|new_password|confirm_new_password|[a-z\\[\\]]{0,6})=[!-~]{0,60}";
    let form = proptest::collection::vec(field, 0..6);
    let body = prop_oneof![
        4 => form.prop_map(|fields| fields.join("&").into_bytes()),
        1 => proptest::collection::vec(any::<u8>(), 0..300),
        1 => Just(vec![b'x'; 70_000]),
    ];
    let method = prop_oneof![
        5 => Just("POST".to_owned()),
        3 => Just("GET".to_owned()),
        1 => "(HEAD|PUT|DELETE|OPTIONS|TRACE|PATCH|CONNECT|[A-Z]{1,9})",
    ];
    (method, paths(), headers(), body, any::<bool>()).prop_map(
        |(method, path, headers, body, token)| Sent { method, path, headers, body, token },
    )
}

async fn send(browser: &Browser, sent: &Sent) -> Option<u16> {
    let path: Uri = sent.path.parse().ok()?;
    let method: Method = sent.method.parse().ok()?;
    let mut browser = browser.clone();
    let mut plain = true;
    for (name, value) in &sent.headers {
        plain &= name != "content-type" && name != "origin";
        if let Ok(value) = HeaderValue::from_bytes(value) {
            browser.headers.append(HeaderName::from_bytes(name.as_bytes()).unwrap(), value);
        }
    }
    let kind = [(axum::http::header::CONTENT_TYPE, "application/x-www-form-urlencoded")];
    let kind = if plain { &kind[..] } else { &[] };
    let mut body = sent.body.clone();
    if let (true, Some(token)) = (sent.token, &browser.token) {
        body = [format!("csrf={token}&").into_bytes(), body].concat();
    }
    let body = String::from_utf8(body)
        .unwrap_or_else(|bytes| bytes.into_bytes().into_iter().map(char::from).collect());
    Some(browser.send(method, &path.to_string(), kind, Some(body)).await.status.as_u16())
}

async fn fuzz(backend: Backend) {
    let app = TestApp::new(backend).await;
    app.account(MIRA).await;
    let (mut known, mut stranger) = (app.browser(), app.browser());
    known.signs_in(MIRA, PASSWORD).await;
    known.get("/settings/security").await;
    stranger.get("/sign-in").await;
    let long = crate::support::is_full();
    let mut runner = TestRunner::new_with_rng(
        Config::default(),
        proptest::test_runner::TestRng::deterministic_rng(
            proptest::test_runner::RngAlgorithm::ChaCha,
        ),
    );
    let strategy = requests();
    let mut answered = 0;
    for number in 0..if long { 20_000 } else { 400 } {
        let sent = strategy.new_tree(&mut runner).unwrap().current();
        let browser = if number % 2 == 0 { &known } else { &stranger };
        let Some(status) = send(browser, &sent).await else { continue };
        answered += 1;
        assert!(status < 500, "{status}: {sent:?}");
        if number % 50 == 0 {
            app.tamper("DELETE FROM failure_counters").await;
            if !known.is_signed_in().await {
                known.signs_in(MIRA, PASSWORD).await;
                known.get("/settings/security").await;
            }
        }
    }
    assert!(answered > 200, "only {answered} requests could be sent");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pl_03_no_request_is_a_fault_sqlite() {
    fuzz(Backend::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pl_03_no_request_is_a_fault_postgres() {
    fuzz(Backend::Postgres).await;
}
