//! The secret of an application session, in the one place where it may stand.

use super::error::{Code, Failure};
use crate::secret::{Kind, Token};
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;

/// The secret that a call presents (RFC 6750 §2.1): a single header, a single scheme.
pub(super) fn presented(headers: &HeaderMap) -> Result<Token, Failure> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let nothing = Failure { nothing_presented: true, ..Failure::new(Code::InvalidToken) };
    let Some(value) = values.next() else { return Err(nothing) };
    if values.next().is_some() {
        return Err(Failure::with(Code::InvalidRequest, "There are several credentials."));
    }
    let (scheme, text) =
        value.to_str().ok().and_then(|value| value.split_once(' ')).unwrap_or_default();
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(nothing);
    }
    Token::parse(Kind::ApplicationSession, text).ok_or_else(|| Failure::new(Code::InvalidToken))
}
