use crate::http::Answer;
use crate::http::headers::THEIRS;
use axum::body::Body;
use axum::http::header::{SET_COOKIE, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use cookie::Cookie;
use std::sync::LazyLock;

/// Who it is, for the application.
const IDENTITY: [HeaderName; 6] = [
    HeaderName::from_static("remote-user"),
    HeaderName::from_static("remote-email"),
    HeaderName::from_static("remote-name"),
    HeaderName::from_static("remote-permissions"),
    HeaderName::from_static("remote-organisation"),
    HeaderName::from_static("remote-organisation-role"),
];

/// Headers of a request that passes, and nobody knows whose it is. Each is always there: a
/// proxy that copies what is missing makes something of it.
static PASS: LazyLock<HeaderMap> = LazyLock::new(|| {
    let mut headers = HeaderMap::with_capacity(24);
    for name in IDENTITY {
        headers.insert(name, HeaderValue::from_static(""));
    }
    headers.extend(THEIRS.clone());
    headers
});

/// The same, signed, for applications that want that.
const ASSERTION: HeaderName = HeaderName::from_static("remote-assertion");

/// What the gate answers.
#[derive(Debug)]
pub struct GateAnswer(Response<Body>);

impl From<Answer> for GateAnswer {
    fn from(answer: Answer) -> Self {
        Self(answer.into_response())
    }
}

impl GateAnswer {
    fn empty(status: StatusCode, headers: &HeaderMap) -> Self {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = status;
        headers.clone_into(response.headers_mut());
        Self(response)
    }

    /// That a request passes, and who it is, where that is known.
    pub fn pass(identity: Option<[HeaderValue; 6]>) -> Self {
        let mut answer = Self::empty(StatusCode::NO_CONTENT, &PASS);
        if let Some(identity) = identity {
            let mut identity = identity.map(Some);
            // All of them are there, so none has to be looked for.
            for (name, value) in answer.0.headers_mut() {
                let place = IDENTITY.iter().position(|own| own == name);
                let own = place.and_then(|place| identity.get_mut(place)?.take());
                if let Some(own) = own {
                    *value = own;
                }
            }
        }
        answer
    }

    /// With what the application can verify of that.
    #[must_use]
    pub fn asserting(self, assertion: &str) -> Self {
        self.with(ASSERTION, assertion, "")
    }

    /// That a program has to prove itself, or lacks something (RFC 6750 §3).
    pub fn challenge(status: StatusCode, challenge: &str) -> Self {
        Self::empty(status, &THEIRS).with(WWW_AUTHENTICATE, challenge, "Bearer")
    }

    fn with(mut self, name: HeaderName, value: &str, otherwise: &'static str) -> Self {
        let value = HeaderValue::from_str(value);
        let value = value.unwrap_or_else(|_| HeaderValue::from_static(otherwise));
        self.0.headers_mut().insert(name, value);
        self
    }

    /// That nobody passes.
    pub fn refusal() -> Self {
        Self::empty(StatusCode::FORBIDDEN, &THEIRS)
    }

    /// A cookie to keep or drop.
    #[must_use]
    pub fn cookie(mut self, cookie: &Cookie<'static>) -> Self {
        if let Ok(value) = HeaderValue::from_str(&cookie.to_string()) {
            self.0.headers_mut().append(SET_COOKIE, value);
        }
        self
    }

    pub(super) fn into_response(self) -> Response<Body> {
        self.0
    }
}
