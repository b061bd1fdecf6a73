//! The crate `portcullis-client`, and the example made with it, against a real server.

use super::*;
use crate::both;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::header::{AUTHORIZATION, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{Method, Request};
use axum::routing::get;
use http_body_util::BodyExt;
use portcullis::http::{Server, ServerLimits};
use portcullis_client::{Caller, EndUser, Portcullis, Unanswered};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tower::ServiceExt;

#[path = "../../../examples/axum/src/app.rs"]
mod example;

/// Portcullis on a port of its own.
async fn serve(app: &TestApp) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let server = Server::new(listener, app.router.clone(), ServerLimits::default());
    tokio::spawn(server.run(std::future::pending()));
    origin
}

fn client(origin: &str, product: &Product, end_user: EndUser) -> Portcullis {
    Portcullis::at(origin, &product.id.to_string(), &product.secret)
        .timeout(Duration::from_secs(5))
        .end_user(end_user)
        .build()
        .unwrap()
}

struct Got {
    status: u16,
    body: String,
    headers: axum::http::HeaderMap,
}

async fn send(
    router: &axum::Router,
    method: Method,
    path: &str,
    credentials: &[&str],
    forwarded: Option<&str>,
) -> Got {
    let mut request = Request::builder().method(method).uri(path);
    for credential in credentials {
        request = request.header(AUTHORIZATION, format!("Bearer {credential}"));
    }
    if let Some(forwarded) = forwarded {
        request = request.header("x-forwarded-for", forwarded);
    }
    let mut request = request.body(Body::from("Umbrella")).unwrap();
    let peer: SocketAddr = "198.51.100.7:4711".parse().unwrap();
    request.extensions_mut().insert(ConnectInfo(peer));
    let (parts, body) = router.clone().oneshot(request).await.unwrap().into_parts();
    let body = String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap();
    Got { status: parts.status.as_u16(), body, headers: parts.headers }
}

async fn read(router: &axum::Router, path: &str, credential: &str) -> Got {
    send(router, Method::GET, path, &[credential], None).await
}

both!(the_example_lets_in_who_may, async |app: TestApp| {
    let scene = Scene::new(&app).await;
    let origin = serve(&app).await;
    let routes = example::routes(&client(&origin, &scene.product, EndUser::Untold));
    let stranger = send(&routes, Method::GET, "/", &[], None).await;
    assert_eq!(stranger.status, 200);
    for path in ["/me", "/clients"] {
        let cookie = scene.browser.session().unwrap();
        let refused = [
            send(&routes, Method::GET, path, &[], None).await,
            read(&routes, path, "nonsense").await,
            read(&routes, path, &cookie).await,
            send(&routes, Method::GET, path, &[&scene.token, &scene.token], None).await,
        ];
        for got in refused {
            assert_eq!(got.status, 401, "{path}");
            assert_eq!(got.headers[WWW_AUTHENTICATE], "Bearer error=\"invalid_token\"");
            assert_eq!(got.headers["content-type"], "application/problem+json");
        }
    }
    let me = read(&routes, "/me", &scene.token).await;
    assert!(me.status == 200 && me.body.contains(&scene.mira.id.to_string()), "{}", me.body);
    assert_eq!(read(&routes, "/clients", &scene.session).await.status, 200);
    // The token reads, and may not write.
    assert_eq!(read(&routes, "/clients", &scene.token).await.status, 200);
    let add = send(&routes, Method::POST, "/clients", &[&scene.token], None).await;
    assert_eq!(add.status, 403);
    assert_eq!(
        add.headers[WWW_AUTHENTICATE],
        "Bearer error=\"insufficient_scope\", scope=\"clients:read clients:write\""
    );
    assert!(add.body.contains("clients:write"), "{}", add.body);
    let add = send(&routes, Method::POST, "/clients", &[&scene.session], None).await;
    assert_eq!(add.status, 201);
    assert!(read(&routes, "/clients", &scene.token).await.body.contains("Umbrella"));
    // Revoked is refused from the next request on.
    signs_out(&mut scene.browser.clone()).await;
    assert_eq!(read(&routes, "/clients", &scene.session).await.status, 401);
    app.suspend(MIRA).await;
    assert_eq!(read(&routes, "/clients", &scene.token).await.status, 401);
});

both!(ip_05_only_a_configured_source_is_believed, async |app: TestApp| {
    let scene = Scene::new(&app).await;
    let origin = serve(&app).await;
    let limited = app.token_with(&scene.mira, &["clients:read"], "203.0.113.0/24").await;
    let here = app.token_with(&scene.mira, &["clients:read"], "198.51.100.7").await;
    let proxies = |network: &str| EndUser::Behind(vec![network.parse().unwrap()]);
    let status = async |end_user: EndUser, credential: &str, forwarded: Option<&str>| {
        let routes = example::routes(&client(&origin, &scene.product, end_user));
        send(&routes, Method::GET, "/clients", &[credential], forwarded).await.status
    };
    let claimed = Some("203.0.113.9");
    assert_eq!(status(EndUser::Untold, &limited, claimed).await, 401);
    assert_eq!(status(EndUser::Connected, &limited, claimed).await, 401);
    assert_eq!(status(proxies("10.0.0.0/8"), &limited, claimed).await, 401);
    assert_eq!(status(proxies("198.51.100.0/24"), &limited, claimed).await, 200);
    assert_eq!(status(proxies("198.51.100.0/24"), &limited, Some("203.0.113.9, x")).await, 401);
    assert_eq!(status(proxies("198.51.100.0/24"), &limited, None).await, 401);
    assert_eq!(status(EndUser::Connected, &here, None).await, 200);
    assert_eq!(status(proxies("10.0.0.0/8"), &here, claimed).await, 200);
});

/// Something that listens, reads what comes, and says this, or nothing at all.
async fn stub(says: Option<&'static str>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            tokio::spawn(async move {
                let mut read = [0; 4096];
                // One answer a connection, then it is closed without a word.
                let _ = stream.read(&mut read).await;
                match says {
                    Some(says) => {
                        let _ = stream.write_all(says.as_bytes()).await;
                    }
                    None => std::future::pending().await,
                }
            });
        }
    });
    origin
}

const YES: &str = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 39\r\n\r\n\
                   {\"active\":true,\"sub\":\"a\",\"scope\":\"a:b\"}";

#[tokio::test]
async fn whoever_can_not_be_asked_lets_nobody_in() {
    let closed = {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    };
    let answers = [
        None,
        Some("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"),
        Some("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"),
        Some("HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n{\"active\":true,\"sub\":\"a\"}"),
        Some("HTTP/1.1 200 OK\r\ncontent-length: 15\r\n\r\n{\"active\":true}"),
        Some("HTTP/1.1 302 Found\r\nlocation: /elsewhere\r\ncontent-length: 0\r\n\r\n"),
        Some("HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n"),
        Some("HTTP/1.1 429 Too Many Requests\r\ncontent-length: 0\r\n\r\n"),
        Some("HTTP/1.1 500 Internal Server Error\r\ncontent-length: 15\r\n\r\n{\"active\":true}"),
        Some("rubbish\r\n\r\n"),
        Some(""),
    ];
    let mut origins = vec![closed];
    for says in answers {
        origins.push(stub(says).await);
    }
    for (number, origin) in origins.iter().enumerate() {
        let portcullis = Portcullis::at(origin, "id", "secret")
            .timeout(Duration::from_millis(300))
            .build()
            .unwrap();
        let routes = axum::Router::new()
            .route("/", get(async |caller: Caller| caller.subject().to_owned()))
            .layer(portcullis.require(["a:b"]));
        let got = read(&routes, "/", "pcl_pat_x").await;
        assert_eq!(got.status, 503, "answer {number}: {}", got.body);
        assert_eq!(got.headers[RETRY_AFTER], "1");
        // Who presents nothing is told so all the same.
        let got = send(&routes, Method::GET, "/", &[], None).await;
        assert_eq!(got.status, 401);
    }
}

#[tokio::test]
async fn a_connection_that_was_closed_meanwhile_is_made_anew() {
    let portcullis = Portcullis::at(&stub(Some(YES)).await, "id", "secret").build().unwrap();
    for _ in 0..5 {
        let caller = portcullis.ask("pcl_pat_x", None).await.unwrap().unwrap();
        assert_eq!(caller.subject(), "a");
    }
    let never = Portcullis::at(&stub(None).await, "id", "secret")
        .timeout(Duration::from_millis(200))
        .build()
        .unwrap();
    let error = never.ask("pcl_pat_x", None).await.unwrap_err();
    assert!(matches!(error, Unanswered::TimedOut(_)), "{error}");
}

#[tokio::test]
async fn a_handler_behind_nothing_lets_nobody_in() {
    let routes = axum::Router::new().route("/", get(async |_: Caller| "in"));
    assert_eq!(read(&routes, "/", "pcl_pat_x").await.status, 500);
    // A caller that an outer layer knows is not the one of this layer.
    let says = "HTTP/1.1 200 OK\r\ncontent-length: 16\r\n\r\n{\"active\":false}";
    let inner = Portcullis::at(&stub(Some(says)).await, "id", "secret").build().unwrap();
    let outer = Portcullis::at(&stub(Some(YES)).await, "id", "secret").build().unwrap();
    let routes = axum::Router::new()
        .route("/", get(async |_: Caller| "in"))
        .layer(inner.require(Vec::<String>::new()))
        .layer(outer.require(["a:b"]));
    assert_eq!(read(&routes, "/", "pcl_pat_x").await.status, 401);
}
