//! Applications that ask Portcullis, and what they hold of people.

use super::{Backend, Browser, TestApp};
use axum::body::Body;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http_body_util::BodyExt;
use portcullis::features::account::Account;
use portcullis::features::application_sessions::{self, New};
use portcullis::features::applications::rules::{
    Algorithm, ApplicationKind, PermissionName, Scopes, SessionLifetime,
};
use portcullis::features::applications::{self, Properties};
use portcullis::http::Peer;
use portcullis::ids::{ApplicationId, ApplicationSecretId, SessionId, TokenId};
use portcullis::secret::{Kind, Token};
use portcullis_db::Tx;
use serde_json::Value;
use tower::ServiceExt;

/// An application as its own server sees itself.
#[derive(Clone)]
pub struct Product {
    pub id: ApplicationId,
    pub secret: String,
}

/// What Portcullis answered it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

/// Nothing but that, to the byte.
pub const INACTIVE: &str = "{\"active\":false}";

impl Told {
    #[track_caller]
    pub fn is(&self, status: u16) -> &Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        self
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    /// That it is live, and what is said of it.
    #[track_caller]
    pub fn active(&self) -> Value {
        let json = self.is(200).json();
        assert_eq!(json["active"], true, "{}", self.body);
        json
    }

    #[track_caller]
    pub fn inactive(&self) {
        assert_eq!(self.is(200).body, INACTIVE);
    }

    pub fn is_active(&self) -> bool {
        self.is(200).body != INACTIVE
    }
}

impl TestApp {
    /// An application that declares these permissions, and has a secret.
    pub async fn product(&self, name: &str, permissions: &[&str]) -> Product {
        self.product_of(name, ApplicationKind::Confidential, permissions).await
    }

    pub async fn product_of(
        &self,
        name: &str,
        kind: ApplicationKind,
        permissions: &[&str],
    ) -> Product {
        let now = self.clock.now();
        let id = ApplicationId::new(now, &self.random);
        let properties = Properties {
            name: name.to_owned(),
            kind,
            session_lifetime: SessionLifetime::DEFAULT,
            id_token_algorithm: Algorithm::Es256,
            back_channel_logout_url: None,
            identity_assertion: false,
        };
        let wanted: Vec<_> = permissions
            .iter()
            .map(|name| (PermissionName::parse(name).unwrap(), "Something".to_owned()))
            .collect();
        let mut tx = self.db.begin().await.unwrap();
        assert!(applications::create(&mut tx, id, &properties, now).await.unwrap());
        applications::declare(&mut tx, id, &wanted).await.unwrap();
        tx.commit().await.unwrap();
        let mut product = Product { id, secret: String::new() };
        product.secret = product.adds_secret(self).await.1;
        product
    }

    /// Bytes as SQL of this database.
    pub fn bytes(&self, bytes: &[u8]) -> String {
        match self.backend {
            Backend::Sqlite => format!("X'{}'", hex::encode(bytes)),
            Backend::Postgres => format!("'\\x{}'::bytea", hex::encode(bytes)),
        }
    }

    /// A token of thirty days that carries any names, and is accepted from some networks.
    pub async fn token_with(
        &self,
        account: &Account,
        permissions: &[&str],
        sources: &str,
    ) -> String {
        let now = self.clock.now();
        let id = TokenId::new(now, &self.random);
        let token = Token::new(Kind::AccessToken, id.uuid(), &self.random);
        let (own, owner) =
            (self.bytes(id.uuid().as_bytes()), self.bytes(account.id.uuid().as_bytes()));
        let (hash, now) = (self.bytes(token.hash().bytes()), now.millis());
        let expires = now + 30 * 24 * 3_600_000;
        self.tamper(&format!(
            "INSERT INTO access_tokens (id, account_id, secret_hash, name, tail, sources, form_id, \
             created_at, expires_at) VALUES ({own}, {owner}, {hash}, 'A program', 'abcd', \
             '{sources}', {own}, {now}, {expires})"
        ))
        .await;
        for name in permissions {
            let insert = "INSERT INTO access_token_permissions (token_id, permission) VALUES";
            self.tamper(&format!("{insert} ({own}, '{name}')")).await;
        }
        token.encode().reveal().to_owned()
    }
}

impl Browser {
    /// The public id of its session.
    pub fn session_id(&self) -> SessionId {
        let cookie = self.session().expect("nobody is signed in here");
        SessionId::from_uuid(Token::parse(Kind::Session, &cookie).unwrap().id())
    }
}

impl Product {
    /// Another secret.
    pub async fn adds_secret(&self, app: &TestApp) -> (ApplicationSecretId, String) {
        let now = app.clock.now();
        let id = ApplicationSecretId::new(now, &app.random);
        let secret = Token::new(Kind::ApplicationSecret, id.uuid(), &app.random);
        let text = secret.encode().reveal().to_owned();
        let mut tx = app.db.begin().await.unwrap();
        let tail = &text[text.len() - 4..];
        let hash = secret.hash();
        assert!(applications::add_secret(&mut tx, self.id, id, &hash, tail, now).await.unwrap());
        tx.commit().await.unwrap();
        (id, text)
    }

    /// What it holds of somebody who has signed in to it.
    pub async fn session(
        &self,
        app: &TestApp,
        account: &Account,
        browser: &Browser,
        scopes: &str,
    ) -> String {
        let mut tx = app.db.begin().await.unwrap();
        let application = applications::by_id(&mut tx, self.id).await.unwrap().unwrap();
        let new = New {
            session: browser.session_id(),
            account: account.id,
            application: &application,
            scopes: &Scopes::parse(scopes),
            organisation: None,
        };
        let made = application_sessions::make(&mut tx, app, new, app.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        made.expect("the session is not live").1.encode().reveal().to_owned()
    }

    /// The header by which it proves itself.
    pub fn basic(&self) -> String {
        format!("Basic {}", STANDARD.encode(format!("{}:{}", self.id, self.secret)))
    }

    pub async fn asks(&self, node: &TestApp, token: &str) -> Told {
        self.asks_with(node, &[("token", token)]).await
    }

    pub async fn asks_with(&self, node: &TestApp, fields: &[(&str, &str)]) -> Told {
        let form = serde_urlencoded::to_string(fields).unwrap();
        introspect(node, Some(&self.basic()), form, [10, 40, 0, 1]).await
    }
}

/// `POST /oauth/introspect`, with what stands in `Authorization`.
pub async fn introspect(
    node: &TestApp,
    authorization: Option<&str>,
    form: String,
    from: [u8; 4],
) -> Told {
    send(&node.router, authorization, form, from).await
}

/// The same without a node at hand, for tasks of their own.
pub async fn ask(
    router: &portcullis::http::Front,
    authorization: Option<&str>,
    form: String,
) -> Told {
    send(router, authorization, form, [10, 40, 0, 1]).await
}

async fn send(
    router: &portcullis::http::Front,
    authorization: Option<&str>,
    form: String,
    from: [u8; 4],
) -> Told {
    let mut request = Request::builder()
        .method(Method::POST)
        .uri("/oauth/introspect")
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    if let Some(value) = authorization {
        request = request.header(AUTHORIZATION, value);
    }
    let mut request = request.body(Body::from(form)).unwrap();
    request.extensions_mut().insert(Peer(Some(from.into())));
    // A check from memory waits for nothing: whoever asks in a loop lets others have a turn.
    tokio::task::yield_now().await;
    let response = router.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let body = String::from_utf8(body.to_vec()).unwrap();
    Told { status: parts.status, headers: parts.headers, body }
}
