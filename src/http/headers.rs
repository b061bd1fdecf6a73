//! Headers that every answer carries (design §4.10; attack SE-20).

use crate::devices::hints;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue};
use std::sync::LazyLock;

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
                      form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'";

/// Room for as many headers.
const MOST: usize = 24;

/// What an answer may say otherwise.
const OWN: [HeaderName; 2] = [CONTENT_SECURITY_POLICY, CACHE_CONTROL];

/// Those of an answer on a host of an application, where it says nothing otherwise.
pub(super) static THEIRS: LazyLock<HeaderMap> = LazyLock::new(|| Common::new(false).all);

/// Headers that are the same for all.
pub(super) struct Common {
    all: HeaderMap,
    secure: bool,
}

impl Common {
    /// For hosts that are reached over TLS, or not.
    pub(super) fn new(secure: bool) -> Self {
        let fixed = [
            (CONTENT_SECURITY_POLICY, POLICY),
            (X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (X_FRAME_OPTIONS, "DENY"),
            (REFERRER_POLICY, "same-origin"),
            (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
            (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
            (
                HeaderName::from_static("permissions-policy"),
                "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
            ),
            (CACHE_CONTROL, "no-store"),
        ];
        // With room for those that an answer has besides.
        let mut all = HeaderMap::with_capacity(MOST);
        for (name, value) in fixed {
            all.insert(name, HeaderValue::from_static(value));
        }
        if secure {
            let value = HeaderValue::from_static("max-age=31536000; includeSubDomains");
            all.insert(STRICT_TRANSPORT_SECURITY, value);
        }
        Self { all, secure }
    }

    /// Adds them. Only how long it is kept, and a stricter policy, may an answer say itself:
    /// of everything else what stands here counts.
    pub(super) fn add(&self, headers: &mut HeaderMap) {
        let is_page =
            headers.get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
        // What an answer has besides is less than this, most often.
        let own = std::mem::replace(headers, self.all.clone());
        let mut last = None;
        for (name, value) in own {
            // Further values of a name come without it.
            let is_first = name.is_some();
            last = name.or(last);
            let Some(name) = &last else { continue };
            if !self.all.contains_key(name) || (OWN.contains(name) && !is_first) {
                headers.append(name, value);
            } else if OWN.contains(name) {
                headers.insert(name, value);
            }
        }
        if self.secure && is_page {
            let (name, wanted) = hints::ACCEPT;
            headers.insert(name, wanted);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::header::SET_COOKIE;

    #[test]
    fn se_20_an_answer_loosens_nothing() {
        let own = [
            (X_FRAME_OPTIONS, "SAMEORIGIN"),
            (REFERRER_POLICY, "unsafe-url"),
            (STRICT_TRANSPORT_SECURITY, "max-age=0"),
            (CACHE_CONTROL, "public, max-age=60"),
            (CONTENT_TYPE, "text/plain"),
        ];
        let mut headers: HeaderMap =
            own.map(|(name, value)| (name, HeaderValue::from_static(value))).into_iter().collect();
        Common::new(true).add(&mut headers);
        for (name, value) in [
            (X_FRAME_OPTIONS, "DENY"),
            (REFERRER_POLICY, "same-origin"),
            (STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains"),
            (CACHE_CONTROL, "public, max-age=60"),
            (CONTENT_TYPE, "text/plain"),
        ] {
            assert_eq!(headers.get_all(&name).iter().collect::<Vec<_>>(), [value], "{name}");
        }
    }

    /// A stricter policy and further values of the same name stay.
    #[test]
    fn se_20_what_an_answer_may_say_is_said_once() {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            (SET_COOKIE, "a=1"),
            (CONTENT_SECURITY_POLICY, "default-src 'none'"),
            (SET_COOKIE, "b=2"),
            (X_FRAME_OPTIONS, "SAMEORIGIN"),
            (X_FRAME_OPTIONS, "ALLOWALL"),
            (CONTENT_TYPE, "text/html; charset=utf-8"),
        ] {
            headers.append(name, HeaderValue::from_static(value));
        }
        Common::new(true).add(&mut headers);
        let said = |name| headers.get_all(name).iter().collect::<Vec<_>>();
        assert_eq!(said(SET_COOKIE), ["a=1", "b=2"]);
        assert_eq!(said(CONTENT_SECURITY_POLICY), ["default-src 'none'"]);
        assert_eq!(said(X_FRAME_OPTIONS), ["DENY"]);
        assert_eq!(said(CACHE_CONTROL), ["no-store"]);
        assert_eq!(said(hints::ACCEPT.0).len(), 1);
        for name in Common::new(true).all.keys() {
            assert_eq!(said(name.clone()).len(), 1, "{name}");
        }
    }
}
