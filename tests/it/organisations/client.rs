//! The crate `portcullis-client` and organisations, against a real server.

use super::*;
use crate::both;
use crate::support::Product;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use axum::http::header::AUTHORIZATION;
use axum::routing::get;
use http_body_util::BodyExt;
use portcullis::http::{Server, ServerLimits};
use portcullis_client::{Caller, Denied, EndUser, Portcullis, Role as Theirs};
use std::net::SocketAddr;
use tower::ServiceExt;

async fn client(app: &TestApp, product: &Product) -> Portcullis {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let server = Server::new(listener, app.router.clone(), ServerLimits::default());
    tokio::spawn(server.run(std::future::pending()));
    Portcullis::at(&origin, &product.id.to_string(), &product.secret)
        .timeout(Duration::from_secs(5))
        .end_user(EndUser::Connected)
        .build()
        .unwrap()
}

/// An application with a part for each organisation, and one for those who run Acme.
fn routes(portcullis: &Portcullis) -> axum::Router {
    async fn told(caller: Caller) -> String {
        let own = caller.organisation();
        own.map_or_else(
            || "no organisation".to_owned(),
            |own| format!("{:?} of {} ({})", own.role(), own.name(), own.slug()),
        )
    }
    async fn run(caller: Caller) -> Result<String, Denied> {
        Ok(caller.require_role(Theirs::Admin)?.id().to_owned())
    }
    let any = || portcullis.require(["clients:read"]);
    axum::Router::new()
        .route("/", get(told).layer(any()))
        .route("/acme", get(told).layer(any().within("acme")))
        .route("/acme/run", get(run).layer(any().within("acme")))
        .route("/umbrella", get(told).layer(any().within("umbrella")))
        .route("/nowhere", get(told).layer(any().within("nowhere")))
}

async fn asks(routes: &axum::Router, path: &str, credential: &str, from: &str) -> (u16, String) {
    let request = Request::builder().uri(path);
    let request = request.header(AUTHORIZATION, format!("Bearer {credential}"));
    let mut request = request.body(Body::empty()).unwrap();
    request.extensions_mut().insert(ConnectInfo(SocketAddr::new(from.parse().unwrap(), 4711)));
    let (parts, body) = routes.clone().oneshot(request).await.unwrap().into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    (parts.status.as_u16(), String::from_utf8(body.to_vec()).unwrap())
}

both!(ip_03_a_layer_lets_in_an_organisation_s_members, async |app: TestApp| {
    const HERE: &str = "10.200.0.1";
    const ELSEWHERE: &str = "10.200.0.2";
    let acme = acme(&app).await;
    app.account(EVE).await;
    organisation(&app, "umbrella", Plan::Enterprise, EVE).await;
    let product = app.product("Billing", &["clients:read"]).await;
    let routes = routes(&client(&app, &product).await);
    let browser = signed_in(&app, MIRA).await;
    let mira = app.current_of(&browser).await.account;
    let adam = app.current_of(&signed_in(&app, ADAM).await).await.account;
    let session = product.session(&app, &mira, &browser, "openid clients:read").await;
    let token = app.token_with(&mira, &["clients:read"], "").await;
    let admin = app.token_with(&adam, &["clients:read"], "").await;
    for credential in [&session, &token] {
        let told = asks(&routes, "/acme", credential, HERE).await;
        assert_eq!(told, (200, "Member of acme & Sons (acme)".to_owned()));
        assert_eq!(asks(&routes, "/", credential, HERE).await, (200, "no organisation".into()));
        for other in ["/umbrella", "/nowhere"] {
            assert_eq!(asks(&routes, other, credential, HERE).await.0, 401, "{other}");
        }
        let (status, said) = asks(&routes, "/acme/run", credential, HERE).await;
        assert!(status == 403 && said.contains("role"), "{status} {said}");
    }
    assert_eq!(asks(&routes, "/acme/run", &admin, HERE).await, (200, acme.id.to_string()));
    // The list counts from the next request on, for what is live already.
    enables_from(&app, &acme, OLGA, HERE).await;
    for credential in [&session, &token] {
        assert_eq!(asks(&routes, "/acme", credential, ELSEWHERE).await.0, 401);
        assert_eq!(asks(&routes, "/", credential, ELSEWHERE).await.0, 200);
        assert_eq!(asks(&routes, "/acme", credential, HERE).await.0, 200);
    }
    app.tamper("DELETE FROM members WHERE role = 'member'").await;
    for credential in [&session, &token] {
        assert_eq!(asks(&routes, "/acme", credential, HERE).await.0, 401);
    }
});

/// A Portcullis that knows nothing of organisations says "active" to whoever asks about one.
#[tokio::test]
async fn who_does_not_speak_of_the_organisation_lets_nobody_in() {
    let answers = [
        ("{\"active\":true,\"sub\":\"a\"}", false),
        (
            "{\"active\":true,\"sub\":\"a\",\"organisation\":{\"id\":\"1\",\"slug\":\"umbrella\",\
             \"name\":\"Umbrella\",\"role\":\"owner\"}}",
            false,
        ),
        (
            "{\"active\":true,\"sub\":\"a\",\"organisation\":{\"id\":\"1\",\"slug\":\"acme\",\
             \"name\":\"Acme\",\"role\":\"owner\"}}",
            true,
        ),
    ];
    for (says, gets_in) in answers {
        let answer = move || async move { ([("content-type", "application/json")], says) };
        let stub = axum::Router::new().route("/oauth/introspect", axum::routing::post(answer));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, stub).await });
        let portcullis = Portcullis::at(&origin, "id", "secret").build().unwrap();
        let asked = portcullis.ask_within("pcl_pat_x", None, "acme").await.unwrap();
        assert_eq!(asked.is_some(), gets_in, "{says}");
    }
}
