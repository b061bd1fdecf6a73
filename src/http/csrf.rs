//! A form's answer must come from a page of ours: the browser says so, and the
//! page's token proves it.

use crate::app::App;
use crate::features::pending_sign_ins::Waiting;
use crate::features::sessions::Current;
use crate::secret::Token;
use axum::http::HeaderMap;
use axum::http::header::{HeaderName, ORIGIN};
use subtle::ConstantTimeEq;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Whether the browser says that the request comes from a page of ours. A
/// browser that says nothing is not believed.
pub(super) fn is_same_origin(app: &App, headers: &HeaderMap) -> bool {
    let mut origins = headers.get_all(ORIGIN).iter();
    let fetch_site = headers.get(SEC_FETCH_SITE).map(|value| value.as_bytes() == b"same-origin");
    match (origins.next(), origins.next()) {
        (Some(origin), None) => {
            origin.as_bytes() == app.config.public_url.origin().as_bytes()
                && fetch_site.unwrap_or(true)
        }
        (None, _) => fetch_site.unwrap_or(false),
        (Some(_), Some(_)) => false,
    }
}

/// The token in the forms of a session; another secret, another token.
pub(super) fn session_token(app: &App, current: &Current) -> String {
    let id = current.session.id.uuid();
    hex::encode(app.form_key.mac(&[b"session", id.as_bytes(), current.session.binding()]))
}

/// The token in the forms of a sign-in that waits for a second factor.
pub(super) fn pending_token(app: &App, waiting: &Waiting) -> String {
    let id = waiting.pending.id.uuid();
    hex::encode(app.form_key.mac(&[b"sign-in", id.as_bytes(), waiting.pending.binding()]))
}

/// The token in the forms of a browser that has not signed in.
pub(super) fn browser_token(app: &App, browser: &Token) -> String {
    hex::encode(app.form_key.mac(&[b"browser", browser.hash().bytes()]))
}

/// Whether the token that came is the token that was given.
pub(super) fn matches(given: &str, came: &str) -> bool {
    given.as_bytes().ct_eq(came.as_bytes()).into()
}
