//! An application as the standards see it: it sends a browser away with a request, and
//! exchanges what the browser brings back.

use crate::support::{Browser, Reply, TestApp};
use axum::body::Body;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{Method, Request};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use http_body_util::BodyExt;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{DecodingKey, Validation};
use portcullis::features::applications::rules::{
    AddressKind, Algorithm, ApplicationKind, PermissionName, SessionLifetime,
};
use portcullis::features::applications::{self, Properties};
use portcullis::http::Peer;
use portcullis::ids::{ApplicationId, ApplicationSecretId};
use portcullis::secret::{Kind, Token};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use tower::ServiceExt;

pub const BACK: &str = "https://billing.example/signed-in";
pub const AFTER: &str = "https://billing.example/bye";
pub const VERIFIER: &str = "a-verifier-of-43-characters-and-a-bit-more-than-that";
pub const STATE: &str = "state & more ä";
pub const NONCE: &str = "nonce-1";

/// What an application is made of.
pub struct Made<'a> {
    pub name: &'a str,
    pub kind: ApplicationKind,
    pub algorithm: Algorithm,
    pub back: &'a [&'a str],
    pub after: &'a [&'a str],
    pub logout: Option<String>,
    pub lifetime: &'a str,
}

impl Default for Made<'_> {
    fn default() -> Self {
        Self {
            name: "Billing",
            kind: ApplicationKind::Confidential,
            algorithm: Algorithm::Es256,
            back: &[BACK],
            after: &[AFTER],
            logout: None,
            lifetime: "8h",
        }
    }
}

/// An application.
#[derive(Clone)]
pub struct Client {
    pub id: ApplicationId,
    pub secret: Option<String>,
    pub back: String,
}

/// What came of an exchange.
pub struct Tokens {
    pub access: String,
    pub id_token: String,
    pub expires_in: u64,
    pub scope: String,
}

impl Client {
    /// One that runs on a server, and declares `billing:read` and `billing:write`.
    pub async fn new(app: &TestApp) -> Self {
        Self::made(app, Made::default()).await
    }

    pub async fn made(app: &TestApp, made: Made<'_>) -> Self {
        let now = app.clock.now();
        let id = ApplicationId::new(now, &app.random);
        let properties = Properties {
            name: made.name.to_owned(),
            kind: made.kind,
            session_lifetime: SessionLifetime::parse(made.lifetime).unwrap(),
            id_token_algorithm: made.algorithm,
            back_channel_logout_url: made.logout,
            identity_assertion: false,
        };
        let addresses = made
            .back
            .iter()
            .map(|it| (AddressKind::Return, (*it).to_owned()))
            .chain(made.after.iter().map(|it| (AddressKind::AfterSignOut, (*it).to_owned())))
            .collect();
        let name = made.name.to_lowercase();
        let permissions = ["read", "write"].map(|act| {
            let name = PermissionName::parse(&format!("{name}:{act}")).unwrap();
            (name, format!("To {act} your invoices"))
        });
        let mut tx = app.db.begin().await.unwrap();
        applications::create(&mut tx, id, &properties, now).await.unwrap();
        applications::set_addresses(&mut tx, id, &addresses).await.unwrap();
        applications::declare(&mut tx, id, &permissions).await.unwrap();
        let mut secret = None;
        if made.kind == ApplicationKind::Confidential {
            let own = ApplicationSecretId::new(now, &app.random);
            let token = Token::new(Kind::ApplicationSecret, own.uuid(), &app.random);
            applications::add_secret(&mut tx, id, own, &token.hash(), "tail", now).await.unwrap();
            secret = Some(token.encode().reveal().to_owned());
        }
        tx.commit().await.unwrap();
        Self { id, secret, back: made.back[0].to_owned() }
    }

    /// A request, some of its parameters replaced, left out where they are empty.
    pub fn asks(&self, changed: &[(&str, &str)]) -> String {
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER));
        let id = self.id.to_string();
        let mut all: Vec<(&str, &str)> = vec![
            ("client_id", &id),
            ("redirect_uri", &self.back),
            ("response_type", "code"),
            ("scope", "openid profile email billing:read"),
            ("state", STATE),
            ("nonce", NONCE),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ];
        for (name, value) in changed {
            all.retain(|(own, _)| own != name);
            if !value.is_empty() {
                all.push((name, value));
            }
        }
        format!("/oauth/authorize?{}", serde_urlencoded::to_string(&all).unwrap())
    }

    /// What the browser brings back from a request that needs nothing more.
    pub async fn sent(&self, browser: &mut Browser, changed: &[(&str, &str)]) -> Answer {
        let reply = browser.get(&self.asks(changed)).await;
        Answer::of(reply.is(303).location())
    }

    /// The same of somebody who is asked first, and says yes.
    pub async fn allowed(&self, browser: &mut Browser, changed: &[(&str, &str)]) -> Answer {
        let reply = browser.get(&self.asks(changed)).await;
        let page = reply.is(303).location().to_owned();
        assert!(page.starts_with("/oauth/consent?"), "{page}");
        browser.get(&page).await.is(200);
        let reply = browser.post(&page, &[("decision", "allow")]).await;
        Answer::of(&onward(&reply))
    }

    /// A code, whether or not it is asked about first.
    pub async fn code(&self, browser: &mut Browser) -> String {
        let reply = browser.get(&self.asks(&[])).await;
        let answer = if reply.is(303).location().starts_with("/oauth/consent?") {
            self.allowed(browser, &[]).await
        } else {
            Answer::of(reply.location())
        };
        answer.code()
    }

    /// The way in as a whole.
    pub async fn signs_in(&self, app: &TestApp, browser: &mut Browser) -> Tokens {
        let code = self.code(browser).await;
        Tokens::of(&self.exchanges(app, &code, &[]).await)
    }

    /// Exchanges a code, some parameters replaced.
    pub async fn exchanges(&self, app: &TestApp, code: &str, changed: &[(&str, &str)]) -> Reply {
        let back = self.back.clone();
        let mut all = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &back),
            ("code_verifier", VERIFIER),
        ];
        for (name, value) in changed {
            all.retain(|(own, _)| own != name);
            if !value.is_empty() {
                all.push((name, value));
            }
        }
        self.posts(app, "/oauth/token", &all).await
    }

    /// A form, with what proves the application.
    pub async fn posts(&self, app: &TestApp, path: &str, form: &[(&str, &str)]) -> Reply {
        let id = self.id.to_string();
        let mut form = form.to_vec();
        let basic = self
            .secret
            .as_ref()
            .map(|secret| format!("Basic {}", STANDARD.encode(format!("{id}:{secret}"))));
        if basic.is_none() {
            form.push(("client_id", &id));
        }
        call(app, Method::POST, path, basic.as_deref(), Some(&form)).await
    }
}

/// What a browser brings back to an application.
#[derive(Debug)]
pub struct Answer {
    pub address: String,
    pub values: BTreeMap<String, String>,
}

impl Answer {
    #[track_caller]
    pub fn of(location: &str) -> Self {
        let url = url::Url::parse(location).unwrap_or_else(|_| panic!("{location:?}"));
        let values = url.query_pairs().map(|(n, v)| (n.into_owned(), v.into_owned())).collect();
        Self { address: location.split('?').next().unwrap().to_owned(), values }
    }

    pub fn get(&self, name: &str) -> &str {
        self.values.get(name).map_or("", String::as_str)
    }

    #[track_caller]
    pub fn code(&self) -> String {
        assert_eq!(self.get("error"), "", "{self:?}");
        assert!(self.get("code").starts_with("pcl_cod_"), "{self:?}");
        self.get("code").to_owned()
    }
}

impl Tokens {
    #[track_caller]
    pub fn of(reply: &Reply) -> Self {
        let all: Value = serde_json::from_str(&reply.is(200).body).unwrap();
        let text = |name: &str| all[name].as_str().unwrap().to_owned();
        assert_eq!(text("token_type"), "Bearer");
        Self {
            access: text("access_token"),
            id_token: text("id_token"),
            expires_in: all["expires_in"].as_u64().unwrap(),
            scope: text("scope"),
        }
    }

    /// The status of asking who it is.
    pub async fn status(&self, app: &TestApp) -> u16 {
        userinfo(app, &self.access).await.status.as_u16()
    }
}

/// The address that a page of ours goes on to by itself.
#[track_caller]
pub fn onward(reply: &Reply) -> String {
    let (_, rest) = reply.is(200).body.split_once("content=\"0; url=").expect("it goes on");
    let url = rest.split_once('"').unwrap().0;
    assert!(reply.body.contains(&format!("href=\"{url}\"")), "a link for those who stay");
    url.replace("&amp;", "&").replace("&#38;", "&")
}

pub async fn userinfo(app: &TestApp, token: &str) -> Reply {
    call(app, Method::GET, "/oauth/userinfo", Some(&format!("Bearer {token}")), None).await
}

/// What a program sends, which keeps no cookies.
pub async fn call(
    app: &TestApp,
    method: Method,
    path: &str,
    authorization: Option<&str>,
    form: Option<&[(&str, &str)]>,
) -> Reply {
    let mut request = Request::builder().method(method).uri(path);
    if let Some(value) = authorization {
        request = request.header(AUTHORIZATION, value);
    }
    if form.is_some() {
        request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    }
    let body = form.map(|form| serde_urlencoded::to_string(form).unwrap());
    let mut request = request.body(body.map_or_else(Body::empty, Body::from)).unwrap();
    request.extensions_mut().insert(Peer(Some([10, 30, 0, 1].into())));
    let response = app.router.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let body = String::from_utf8_lossy(&body).into_owned();
    Reply { status: parts.status, headers: parts.headers, body }
}

/// A public document.
pub async fn document(app: &TestApp, path: &str) -> Value {
    let reply = call(app, Method::GET, path, None, None).await;
    serde_json::from_str(&reply.is(200).body).unwrap()
}

/// What an ID token says, if it verifies by the keys that are published.
pub async fn verified(app: &TestApp, token: &str) -> Option<Value> {
    let keys: JwkSet = serde_json::from_value(document(app, "/oauth/jwks.json").await).unwrap();
    let header = jsonwebtoken::decode_header(token).unwrap();
    let jwk = keys.find(&header.kid.unwrap())?;
    let mut validation = Validation::new(header.alg);
    // By the clock of the test, which is not the machine's.
    validation.validate_exp = false;
    validation.validate_aud = false;
    let key = DecodingKey::from_jwk(jwk).unwrap();
    jsonwebtoken::decode::<Value>(token, &key, &validation).ok().map(|read| read.claims)
}
