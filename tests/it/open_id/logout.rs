//! Applications hear that a session of theirs has ended.

use super::{Client, MIRA, Made};
use crate::both;
use crate::open_id::client::verified;
use crate::support::{Backend, PASSWORD, TestApp};
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::any;
use portcullis::delivery;
use portcullis::features::open_id;
use portcullis::jobs::tell_of_logouts;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// An application's own server, which keeps what it is sent.
#[derive(Clone)]
struct Listening {
    address: String,
    heard: Arc<Mutex<Vec<String>>>,
    status: Arc<Mutex<StatusCode>>,
}

impl Listening {
    async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let listening = Self {
            address: format!("http://127.0.0.1:{port}/logged-out?from=portcullis"),
            heard: Arc::default(),
            status: Arc::new(Mutex::new(StatusCode::OK)),
        };
        let hear = async |State(own): State<Self>, headers: HeaderMap, body: String| {
            assert_eq!(headers["content-type"], "application/x-www-form-urlencoded");
            assert!(!headers.contains_key("cookie"));
            own.heard.lock().unwrap().push(body);
            let status = *own.status.lock().unwrap();
            let to = [("location", "http://127.0.0.1:1/elsewhere")];
            (status, to, "an answer that nobody reads")
        };
        let router = Router::new().route("/logged-out", any(hear)).with_state(listening.clone());
        tokio::spawn(async move { axum_serve(listener, router).await });
        listening
    }

    fn answers(&self, status: StatusCode) {
        *self.status.lock().unwrap() = status;
    }

    fn tokens(&self) -> Vec<String> {
        let heard = self.heard.lock().unwrap();
        let token = |body: &String| {
            let form: Vec<(String, String)> = serde_urlencoded::from_str(body).unwrap();
            assert_eq!(form.len(), 1);
            assert_eq!(form[0].0, "logout_token");
            form[0].1.clone()
        };
        heard.iter().map(token).collect()
    }
}

async fn axum_serve(listener: tokio::net::TcpListener, router: Router) {
    use portcullis::http::{Server, ServerLimits};
    Server::new(listener, router, ServerLimits::default()).run(std::future::pending()).await;
}

both!(an_application_hears_of_each_end_once, async |app: TestApp| {
    app.account(MIRA).await;
    let listening = Listening::start().await;
    let logout = Some(listening.address.clone());
    let client = Client::made(&app, Made { logout, ..Made::default() }).await;
    let silent = Client::made(&app, Made { name: "Silent", ..Made::default() }).await;
    let mut browser = app.browser();
    browser.signs_in(MIRA, PASSWORD).await;
    let tokens = client.signs_in(&app, &mut browser).await;
    let consent = browser.get(&silent.asks(&[("scope", "openid")])).await.location().to_owned();
    browser.get(&consent).await;
    browser.post(&consent, &[("decision", "allow")]).await;
    assert_eq!(tell_of_logouts(&app).await.unwrap(), 0);
    browser.get("/sign-out").await;
    browser.post("/sign-out", &[]).await.leads_to("/sign-in");
    assert_eq!(tell_of_logouts(&app).await.unwrap(), 1);
    assert_eq!(tell_of_logouts(&app).await.unwrap(), 0);
    let [token] = &listening.tokens()[..] else { panic!("one") };
    let signed_in = verified(&app, &tokens.id_token).await.unwrap();
    let claims = verified(&app, token).await.unwrap();
    let header = jsonwebtoken::decode_header(token).unwrap();
    assert_eq!(header.typ.as_deref(), Some("logout+jwt"));
    for same in ["iss", "aud", "sub", "sid"] {
        assert_eq!(claims[same], signed_in[same], "{same}");
    }
    let event = "http://schemas.openid.net/event/backchannel-logout";
    assert_eq!(claims["events"], serde_json::json!({ event: {} }));
    assert!(claims.get("nonce").is_none() && claims["jti"].is_string());
    let now = app.clock.now().millis() / 1000;
    assert_eq!((claims["iat"].as_i64(), claims["exp"].as_i64()), (Some(now), Some(now + 120)));
});

both!(what_can_t_be_told_is_tried_again_with_another_token, async |app: TestApp| {
    app.account(MIRA).await;
    let listening = Listening::start().await;
    let logout = Some(listening.address.clone());
    let client = Client::made(&app, Made { logout, ..Made::default() }).await;
    let mut browser = app.browser();
    browser.signs_in(MIRA, PASSWORD).await;
    let tokens = client.signs_in(&app, &mut browser).await;
    client.posts(&app, "/oauth/revoke", &[("token", &tokens.access)]).await.is(200);
    // A redirect is not followed, and a server that is down is asked again.
    for status in [StatusCode::TEMPORARY_REDIRECT, StatusCode::SERVICE_UNAVAILABLE] {
        listening.answers(status);
        assert_eq!(tell_of_logouts(&app).await.unwrap(), 0);
        app.wait(Duration::from_mins(5));
    }
    listening.answers(StatusCode::NO_CONTENT);
    assert_eq!(tell_of_logouts(&app).await.unwrap(), 1);
    let all = listening.tokens();
    assert_eq!(all.len(), 3);
    let mut ids = Vec::new();
    for token in &all {
        ids.push(verified(&app, token).await.unwrap()["jti"].clone());
    }
    ids.dedup();
    assert_eq!(ids.len(), 3);
    // An application that refuses is not asked again.
    let tokens = client.signs_in(&app, &mut browser).await;
    client.posts(&app, "/oauth/revoke", &[("token", &tokens.access)]).await.is(200);
    listening.answers(StatusCode::BAD_REQUEST);
    assert_eq!(tell_of_logouts(&app).await.unwrap(), 0);
    app.wait(Duration::from_hours(1));
    assert_eq!(tell_of_logouts(&app).await.unwrap(), 0);
    assert_eq!(listening.tokens().len(), 4);
    let dead = delivery::list_dead(&mut &app.db, None, 10).await.unwrap();
    assert_eq!(dead[0].purpose, "application-logout");
    assert_eq!(dead[0].last_error.as_deref(), Some("the application answered 400"));
});

/// PL-04: whatever stands in the database, the server sends nothing into networks of
/// its operator that were not allowed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pl_04_nothing_is_sent_into_the_operator_s_networks() {
    let listening = Listening::start().await;
    let public = [("public_url", "https://id.example.com")];
    let app = TestApp::with(Backend::Sqlite, &public).await;
    app.account(MIRA).await;
    let port = listening.address.split(':').nth(2).unwrap().to_owned();
    for address in [
        format!("http://127.0.0.1:{port}"),
        format!("https://127.0.0.1:{port}"),
        format!("https://localhost:{port}"),
        format!("https://[::ffff:127.0.0.1]:{port}"),
        "https://169.254.169.254/latest/meta-data/".to_owned(),
        "https://10.0.0.1/".to_owned(),
        "file:///etc/passwd".to_owned(),
    ] {
        let client =
            Client::made(&app, Made { logout: Some(address.clone()), ..Made::default() }).await;
        let mut browser = app.browser();
        browser.signs_in(MIRA, PASSWORD).await;
        let tokens = client.signs_in(&app, &mut browser).await;
        client.posts(&app, "/oauth/revoke", &[("token", &tokens.access)]).await.is(200);
        assert_eq!(tell_of_logouts(&app).await.unwrap(), 0, "{address}");
        let waiting = delivery::list_waiting(&mut &app.db, None, 10).await.unwrap();
        let about = waiting.iter().filter(|it| it.purpose == "application-logout").count();
        assert_eq!(about, 1, "{address}");
        app.tamper("DELETE FROM outbox").await;
        app.tamper("DELETE FROM application_sessions").await;
        app.tamper("DELETE FROM application_permissions").await;
    }
    assert!(listening.heard.lock().unwrap().is_empty());
}

/// 2N: of two nodes one tells.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pl_06_two_nodes_tell_once() {
    let one = TestApp::new(Backend::Postgres).await;
    one.account(MIRA).await;
    let two = one.second_node().await;
    let listening = Listening::start().await;
    let logout = Some(listening.address.clone());
    let client = Client::made(&one, Made { logout, ..Made::default() }).await;
    let mut browser = one.browser();
    browser.signs_in(MIRA, PASSWORD).await;
    for _ in 0..5 {
        client.signs_in(&one, &mut browser).await;
    }
    browser.get("/sign-out").await;
    browser.post("/sign-out", &[]).await.leads_to("/sign-in");
    let (here, there) = tokio::join!(open_id::enqueue_due(&one), open_id::enqueue_due(&two));
    assert_eq!(here.unwrap() + there.unwrap(), 5);
    let (here, there) = tokio::join!(tell_of_logouts(&one), tell_of_logouts(&two));
    assert_eq!(here.unwrap() + there.unwrap(), 5);
    assert_eq!(listening.tokens().len(), 5);
}
