//! Our cookies: their names, and how they are set.

use crate::app::App;
use crate::secret::{Kind, Token};
use axum::http::HeaderMap;
use axum::http::header::COOKIE;
use cookie::time::Duration;
use cookie::{Cookie, SameSite};

/// How the names of ours begin, behind `__Host-`.
const OURS: &str = "portcullis-";
/// A browser sends each once, the one that counts first; of what is sent beside them
/// nothing is kept, however much it is (LG-09).
const MOST: usize = 32;

/// A cookie of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Name {
    /// The session.
    Session,
    /// The known device.
    Device,
    /// A browser that has not signed in.
    Browser,
    /// A sign-in that waits for a second factor.
    PendingSignIn,
    /// What was typed before a fresh proof was asked for.
    Kept,
    /// A message to show once.
    Flash,
    /// On an application's host: a session of that application.
    Gate,
    /// On an application's host: a browser that signs in there.
    GateBrowser,
}

impl Name {
    /// With `__Host-` no other host and no plain connection can set it. Safari
    /// takes that on localhost for an error, so there it has no prefix.
    fn text(self, secure: bool) -> &'static str {
        match (self, secure) {
            (Self::Session, true) => "__Host-portcullis-session",
            (Self::Session, false) => "portcullis-session",
            (Self::Device, true) => "__Host-portcullis-device",
            (Self::Device, false) => "portcullis-device",
            (Self::Browser, true) => "__Host-portcullis-browser",
            (Self::Browser, false) => "portcullis-browser",
            (Self::PendingSignIn, true) => "__Host-portcullis-sign-in",
            (Self::PendingSignIn, false) => "portcullis-sign-in",
            (Self::Kept, true) => "__Host-portcullis-kept",
            (Self::Kept, false) => "portcullis-kept",
            (Self::Flash, true) => "__Host-portcullis-flash",
            (Self::Flash, false) => "portcullis-flash",
            (Self::Gate, true) => "__Host-portcullis-gate",
            (Self::Gate, false) => "portcullis-gate",
            (Self::GateBrowser, true) => "__Host-portcullis-gate-browser",
            (Self::GateBrowser, false) => "portcullis-gate-browser",
        }
    }
}

/// What the browser sent.
#[derive(Debug, Clone, Default)]
pub struct Cookies {
    pairs: Vec<(String, String)>,
    secure: bool,
}

impl Cookies {
    pub(super) fn read(headers: &HeaderMap, secure: bool) -> Self {
        let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        Self { pairs: ours(headers).map(owned).collect(), secure }
    }

    /// The text of one of them, without looking at the others.
    pub(super) fn one(headers: &HeaderMap, secure: bool, name: Name) -> Option<&str> {
        let name = name.text(secure);
        ours(headers).find(|(own, _)| *own == name).map(|(_, value)| value)
    }

    /// A cookie's text, where the browser sent one.
    pub fn get(&self, name: Name) -> Option<&str> {
        let name = name.text(self.secure);
        self.pairs.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// A cookie that is a bearer secret in its exact spelling.
    pub fn token(&self, name: Name, kind: Kind) -> Option<Token> {
        self.get(name).and_then(|text| Token::parse(kind, text))
    }
}

/// Those of ours, as browsers write them (RFC 6265 §4.2.1), and nothing trimmed: a secret
/// has one spelling.
fn ours(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split("; "))
        .filter_map(|pair| pair.split_once('='))
        .filter(|(name, _)| name.trim_start_matches("__Host-").starts_with(OURS))
        .take(MOST)
}

/// A cookie for the browser to keep; without `lifetime` until it closes.
pub fn set(
    app: &App,
    name: Name,
    value: impl Into<String>,
    lifetime: Option<std::time::Duration>,
) -> Cookie<'static> {
    build(name, &value.into(), app.config.public_url.secure(), lifetime)
}

/// The same for a host of which it is known whether it is reached over TLS.
pub(super) fn build(
    name: Name,
    value: &str,
    secure: bool,
    lifetime: Option<std::time::Duration>,
) -> Cookie<'static> {
    let mut cookie = Cookie::build((name.text(secure), value.to_owned()))
        .path("/")
        .http_only(true)
        .secure(secure)
        .same_site(SameSite::Lax)
        .build();
    if let Some(lifetime) = lifetime {
        cookie
            .set_max_age(Duration::seconds(i64::try_from(lifetime.as_secs()).unwrap_or(i64::MAX)));
    }
    cookie
}

/// A cookie for the browser to drop.
pub fn remove(app: &App, name: Name) -> Cookie<'static> {
    set(app, name, "", Some(std::time::Duration::ZERO))
}
