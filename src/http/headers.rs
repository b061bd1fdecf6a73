//! Headers that every answer carries (design §4.10; attack SE-20).

use crate::devices::hints;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue};

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
                      form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'";

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
        let mut all = HeaderMap::with_capacity(24);
        for (name, value) in fixed {
            all.insert(name, HeaderValue::from_static(value));
        }
        if secure {
            let value = HeaderValue::from_static("max-age=31536000; includeSubDomains");
            all.insert(STRICT_TRANSPORT_SECURITY, value);
        }
        Self { all, secure }
    }

    /// Adds them. What an answer says itself of how long it is kept, and one that has a
    /// stricter policy of its own, stays.
    pub(super) fn add(&self, headers: &mut HeaderMap) {
        let own = std::mem::replace(headers, self.all.clone());
        let is_page =
            own.get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
        headers.extend(own);
        if self.secure && is_page {
            let (name, wanted) = hints::ACCEPT;
            headers.insert(name, wanted);
        }
    }
}
