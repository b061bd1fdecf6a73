//! Headers that every answer carries (design §4.10; attack SE-20).

use crate::devices::hints;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue};

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
                      form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'";

/// What an answer may say otherwise.
const OWN: [HeaderName; 2] = [CONTENT_SECURITY_POLICY, CACHE_CONTROL];

/// Headers that are the same for all.
pub(super) struct Common {
    all: Vec<(HeaderName, HeaderValue)>,
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
        let fixed = fixed.map(|(name, value)| (name, HeaderValue::from_static(value)));
        let mut all = fixed.to_vec();
        if secure {
            let value = HeaderValue::from_static("max-age=31536000; includeSubDomains");
            all.push((STRICT_TRANSPORT_SECURITY, value));
        }
        Self { all, secure }
    }

    /// Adds them. Only how long it is kept, and a stricter policy, may an answer say itself:
    /// of everything else what stands here counts.
    pub(super) fn add(&self, headers: &mut HeaderMap) {
        let is_page =
            headers.get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
        headers.reserve(self.all.len());
        for (name, value) in &self.all {
            if OWN.contains(name) {
                headers.entry(name).or_insert_with(|| value.clone());
            } else {
                headers.insert(name, value.clone());
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
}
