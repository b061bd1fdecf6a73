//! What is said of an account's owner, and by which token.

use super::rules::ID_TOKEN_LIFETIME;
use super::store::Code;
use crate::app::App;
use crate::features::account::Account;
use crate::features::applications::Application;
use crate::features::applications::rules::Scopes;
use crate::features::organisation_access::Membership;
use crate::features::organisations::Granted;
use crate::ids::ApplicationSessionId;
use crate::time::Timestamp;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use sha2::{Digest, Sha256};

/// What the scopes open.
#[derive(Debug, Serialize)]
pub(super) struct Person {
    sub: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    locale: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    zoneinfo: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email_verified: Option<bool>,
}

/// The same, with the organisation that they signed in for.
#[derive(Debug, Serialize)]
pub(super) struct Claims<'a> {
    #[serde(flatten)]
    pub(super) person: Person,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) organisation: Option<Membership<'a>>,
}

impl Person {
    pub(super) fn new(account: &Account, scopes: &Scopes) -> Self {
        let (profile, email) = (scopes.has("profile"), scopes.has("email"));
        Self {
            sub: account.id.to_string(),
            name: profile.then(|| account.name.clone()),
            locale: profile.then(|| account.language.tag()),
            zoneinfo: profile.then(|| account.time_zone.clone()),
            email: email.then(|| account.email.clone()),
            email_verified: email.then_some(account.email_verified_at.is_some()),
        }
    }
}

/// An ID token (OpenID Connect Core §2).
#[derive(Debug, Serialize)]
pub(super) struct IdToken<'a> {
    iss: String,
    aud: String,
    exp: i64,
    iat: i64,
    auth_time: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<String>,
    acr: String,
    amr: Vec<String>,
    sid: String,
    at_hash: String,
    #[serde(flatten)]
    claims: Claims<'a>,
}

impl<'a> IdToken<'a> {
    pub(super) fn new(
        app: &App,
        application: &Application,
        (account, granted): (&Account, Option<&'a Granted>),
        (code, session): (&Code, ApplicationSessionId),
        access_token: &str,
        now: Timestamp,
    ) -> Self {
        Self {
            iss: app.config.public_url.origin().to_owned(),
            aud: application.id.to_string(),
            exp: seconds(now.plus(ID_TOKEN_LIFETIME)),
            iat: seconds(now),
            auth_time: seconds(code.proved_at),
            nonce: code.nonce.clone(),
            acr: code.acr.clone(),
            amr: code.methods.split(' ').filter(|it| !it.is_empty()).map(str::to_owned).collect(),
            sid: session.to_string(),
            at_hash: half_hash(access_token),
            claims: Claims {
                person: Person::new(account, &code.scopes),
                organisation: granted.map(Membership::of),
            },
        }
    }
}

/// As JSON Web Tokens count time.
pub(super) const fn seconds(at: Timestamp) -> i64 {
    at.millis().div_euclid(1000)
}

/// The left half of its SHA-256 (§3.1.3.6).
fn half_hash(text: &str) -> String {
    let hash: [u8; 32] = Sha256::digest(text.as_bytes()).into();
    let (left, _) = hash.split_at(16);
    URL_SAFE_NO_PAD.encode(left)
}
