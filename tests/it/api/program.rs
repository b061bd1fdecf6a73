use super::described::check;
use crate::support::{Backend, TestApp};
use axum::body::Body;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode};
use http_body_util::BodyExt;
use portcullis::features::access_tokens::rules::Permission;
use portcullis::features::account::Account;
use portcullis::http::Peer;
use portcullis::http::api::{ApiRoute, api_routes};
use portcullis::ids::TokenId;
use portcullis::secret::{Kind, Token};
use serde_json::Value;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use tower::ServiceExt;

static NUMBER: AtomicU64 = AtomicU64::new(1);

/// A program that has a token, or none, and keeps no cookies.
#[derive(Clone)]
pub struct Program {
    router: portcullis::http::Front,
    pub address: IpAddr,
    pub token: Option<String>,
    /// What an attacker or a proxy adds.
    pub headers: HeaderMap,
}

/// What came back.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    #[track_caller]
    pub fn is(&self, status: u16) -> &Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        self
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    /// That it is a problem of this code, and whole.
    #[track_caller]
    pub fn is_problem(&self, status: u16, code: &str) -> &Self {
        self.is(status);
        let kind = self.headers.get(CONTENT_TYPE).unwrap();
        assert_eq!(kind, "application/problem+json");
        let json = self.json();
        assert_eq!(json["code"], code, "{}", self.body);
        assert_eq!(json["status"], status);
        assert_eq!(json["type"], format!("/api#problem-{code}"));
        let id = self.headers.get("x-request-id").unwrap().to_str().unwrap();
        assert_eq!(json["instance"], format!("urn:uuid:{id}"));
        self
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The ids of a list.
    pub fn ids(&self, list: &str) -> Vec<String> {
        let json = self.json();
        let ids = json[list].as_array().unwrap().iter();
        ids.map(|one| one["id"].as_str().unwrap().to_owned()).collect()
    }
}

impl Program {
    /// One without a token, at an address of its own.
    pub fn new(app: &TestApp) -> Self {
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let [.., third, fourth] = number.to_be_bytes();
        Self {
            router: app.router.clone(),
            address: [10, 30, third, fourth].into(),
            token: None,
            headers: HeaderMap::new(),
        }
    }

    pub fn with(app: &TestApp, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..Self::new(app) }
    }

    /// The same program, asking another node.
    pub fn at(&self, node: &TestApp) -> Self {
        Self { router: node.router.clone(), ..self.clone() }
    }

    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        let value = HeaderValue::from_bytes(value.as_bytes()).unwrap();
        self.headers.append(HeaderName::from_static(name), value);
        self
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None).await
    }

    pub async fn post(&self, path: &str, body: &str) -> Answer {
        self.send(Method::POST, path, Some(("application/json", body))).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, None).await
    }

    /// A route of the table, with something in its placeholders, and a body where
    /// it takes one.
    pub async fn call(&self, route: &ApiRoute, id: &str) -> Answer {
        let body = route.takes_body().then(|| ("application/json", sample(route.path)));
        self.send(route.method.clone(), &route.path.replace("{id}", id), body).await
    }

    /// Whatever comes must be what the document says.
    pub async fn send(&self, method: Method, path: &str, body: Option<(&str, &str)>) -> Answer {
        let answer = self.send_unchecked(method.clone(), path, body).await;
        check(&method, path, &answer);
        answer
    }

    pub async fn send_unchecked(
        &self,
        method: Method,
        path: &str,
        body: Option<(&str, &str)>,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(token) = &self.token {
            request = request.header(AUTHORIZATION, format!("Bearer {token}"));
        }
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        if let Some((kind, _)) = body {
            request = request.header(CONTENT_TYPE, kind);
        }
        let body = body.map_or_else(Body::empty, |(_, body)| Body::from(body.to_owned()));
        let mut request = request.body(body).unwrap();
        request.extensions_mut().insert(Peer(Some(self.address)));
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        let body = String::from_utf8(body.to_vec()).unwrap();
        Answer { status: parts.status, headers: parts.headers, body }
    }
}

/// A body that a route takes.
fn sample(path: &str) -> &'static str {
    match path {
        "/api/v1/organisations/{id}/allowlist" => r#"{"enabled":false,"entries":[],"version":0}"#,
        "/api/v1/organisations/{id}/two-factor" => r#"{"required":false}"#,
        "/api/v1/organisations/{id}/allowlist/preview" => r#"{"entries":[]}"#,
        "/api/v1/admin/organisations" => {
            r#"{"name":"Acme","slug":"acme","plan":"free","owner":"x@example.com"}"#
        }
        _ => r#"{"token":"x"}"#,
    }
}

/// An id that is nobody's.
pub const NOBODY: &str = "01900000-0000-7000-8000-000000000000";

pub fn route(method: &str, path: &str) -> ApiRoute {
    let mut routes = api_routes().into_iter();
    routes.find(|route| route.method.as_str() == method && route.path == path).unwrap()
}

/// A token of an account, with these permissions, for thirty days.
pub async fn token(app: &TestApp, account: &Account, permissions: &[Permission]) -> String {
    let now = app.clock.now();
    let id = TokenId::new(now, &app.random);
    let token = Token::new(Kind::AccessToken, id.uuid(), &app.random);
    let bytes = |bytes: &[u8]| match app.backend {
        Backend::Sqlite => format!("X'{}'", hex::encode(bytes)),
        Backend::Postgres => format!("'\\x{}'::bytea", hex::encode(bytes)),
    };
    let (own, owner) = (bytes(id.uuid().as_bytes()), bytes(account.id.uuid().as_bytes()));
    let (hash, now) = (bytes(token.hash().bytes()), now.millis());
    let expires = now + 30 * 24 * 3_600_000;
    app.tamper(&format!(
        "INSERT INTO access_tokens (id, account_id, secret_hash, name, tail, sources, form_id, \
         created_at, expires_at) VALUES ({own}, {owner}, {hash}, 'A program', 'abcd', '', {own}, \
         {now}, {expires})"
    ))
    .await;
    for permission in permissions {
        let tag = permission.tag();
        let values = format!("({own}, '{tag}')");
        let insert = "INSERT INTO access_token_permissions (token_id, permission) VALUES";
        app.tamper(&format!("{insert} {values}")).await;
    }
    token.encode().reveal().to_owned()
}

impl TestApp {
    /// The id of a program's token.
    pub async fn token_id(&self, program: &Program) -> String {
        let text = program.token.as_deref().unwrap();
        Token::parse(Kind::AccessToken, text).unwrap().id().to_string()
    }
}
