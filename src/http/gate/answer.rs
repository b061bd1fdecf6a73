use crate::http::Answer;
use axum::body::Body;
use axum::http::header::WWW_AUTHENTICATE;
use axum::http::{HeaderName, HeaderValue, Response, StatusCode};
use cookie::Cookie;

/// Who it is, for the application.
const IDENTITY: [HeaderName; 6] = [
    HeaderName::from_static("remote-user"),
    HeaderName::from_static("remote-email"),
    HeaderName::from_static("remote-name"),
    HeaderName::from_static("remote-permissions"),
    HeaderName::from_static("remote-organisation"),
    HeaderName::from_static("remote-organisation-role"),
];

/// The same, signed, for applications that want that.
const ASSERTION: HeaderName = HeaderName::from_static("remote-assertion");

/// What the gate answers.
#[derive(Debug)]
pub struct GateAnswer {
    answer: Answer,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl From<Answer> for GateAnswer {
    fn from(answer: Answer) -> Self {
        Self { answer, headers: Vec::new() }
    }
}

impl GateAnswer {
    /// That a request passes, and who it is. Each header is always there: a proxy that
    /// copies what is missing makes something of it.
    pub fn pass(identity: [&str; 6]) -> Self {
        let answer = Answer::empty(StatusCode::NO_CONTENT);
        let values = identity.map(|text| {
            HeaderValue::from_str(text).unwrap_or_else(|_| HeaderValue::from_static(""))
        });
        Self { answer, headers: IDENTITY.into_iter().zip(values).collect() }
    }

    /// With what the application can verify of that.
    #[must_use]
    pub fn asserting(mut self, assertion: &str) -> Self {
        let value = HeaderValue::from_str(assertion);
        let value = value.unwrap_or_else(|_| HeaderValue::from_static(""));
        self.headers.push((ASSERTION, value));
        self
    }

    /// That a program has to prove itself, or lacks something (RFC 6750 §3).
    pub fn challenge(status: StatusCode, challenge: &str) -> Self {
        let answer = Answer::empty(status);
        let value =
            HeaderValue::from_str(challenge).unwrap_or_else(|_| HeaderValue::from_static("Bearer"));
        Self { answer, headers: vec![(WWW_AUTHENTICATE, value)] }
    }

    /// That nobody passes.
    pub fn refusal() -> Self {
        Answer::empty(StatusCode::FORBIDDEN).into()
    }

    /// A cookie to keep or drop.
    #[must_use]
    pub fn cookie(mut self, cookie: Cookie<'static>) -> Self {
        self.answer = self.answer.cookie(cookie);
        self
    }

    pub(super) fn into_response(self) -> Response<Body> {
        let mut response = self.answer.into_response();
        for (name, value) in self.headers {
            response.headers_mut().insert(name, value);
        }
        response
    }
}
