//! What there is at the least: axum with a handler that answers 204; and axum with the
//! client's credentials read, one look-up by the bare driver, an answer of the same size.

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, post};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use portcullis_db::Target;
use portcullis_db::bare::Bare;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

struct Site {
    bare: Bare,
    id: String,
    secret: String,
}

#[derive(Deserialize)]
struct Form {
    token: String,
}

#[derive(Serialize)]
#[expect(clippy::struct_field_names, reason = "the names are those of RFC 7662")]
struct Active<'a> {
    active: bool,
    scope: &'a str,
    client_id: &'a str,
    token_type: &'a str,
    exp: Option<i64>,
    sub: String,
    iss: &'a str,
    jti: &'a str,
}

/// Serves until it is killed, by the same runtime as Portcullis.
pub fn serve(address: &str, database: &str, id: String, secret: String) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let target: Target = database.parse().unwrap();
        let bare = Bare::open(&target).await.unwrap();
        let site = Arc::new(Site { bare, id, secret });
        let router = Router::new()
            .route("/bare", any(async || StatusCode::NO_CONTENT))
            .route("/oauth/introspect", post(answer))
            .with_state(site);
        let listener = tokio::net::TcpListener::bind(address).await.unwrap();
        println!("ready");
        let limits = portcullis::http::ServerLimits::default();
        portcullis::http::Server::new(listener, router, limits).run(std::future::pending()).await;
    });
}

async fn answer(State(site): State<Arc<Site>>, headers: HeaderMap, body: Bytes) -> Response {
    if !is_known(&site, &headers) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let Ok(form) = serde_urlencoded::from_bytes::<Form>(&body) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let id = form.token.get(8..30).and_then(|id| base62::decode(id).ok()).unwrap_or(0);
    let id = uuid::Uuid::from_u128(id);
    let Ok(Some(found)) = site.bare.find(id.as_bytes()).await else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let account = uuid::Uuid::from_slice(&found.account).unwrap_or_default();
    let answer = Active {
        active: found.revoked_at.is_none() && !found.secret_hash.is_empty(),
        scope: "clients:read",
        client_id: &site.id,
        token_type: "Bearer",
        exp: found.expires_at,
        sub: account.to_string(),
        iss: "http://localhost:8080",
        jti: &id.to_string(),
    };
    let body = serde_json::to_vec(&answer).unwrap_or_default();
    ([(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "no-store")], body).into_response()
}

fn is_known(site: &Site, headers: &HeaderMap) -> bool {
    let pair = headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Basic "))
        .and_then(|pair| STANDARD.decode(pair).ok())
        .and_then(|pair| String::from_utf8(pair).ok());
    pair.as_deref()
        .and_then(|pair| pair.split_once(':'))
        .is_some_and(|(id, secret)| id == site.id && secret == site.secret)
}
