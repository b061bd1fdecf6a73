//! What can't be done, as applications read it: RFC 6749 §5.2, RFC 6750 §3.

use crate::error::{Error, Fault, Refused};
use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, PRAGMA, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, Response, StatusCode};
use serde::Serialize;
use std::borrow::Cow;
use std::time::Duration;
use uuid::Uuid;

macro_rules! codes {
    ($($(#[doc = $meaning:literal])+ $variant:ident = $tag:literal, $status:ident;)+) => {
        /// Why something can't be done, as the standards name it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Code { $($(#[doc = $meaning])+ $variant,)+ }

        impl Code {
            /// All there are.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// As it is sent.
            pub const fn tag(self) -> &'static str {
                match self { $(Self::$variant => $tag,)+ }
            }

            /// The status of its answers.
            pub const fn status(self) -> StatusCode {
                match self { $(Self::$variant => StatusCode::$status,)+ }
            }
        }
    };
}

codes! {
    /// Something is missing, stands there twice, or can't be read.
    InvalidRequest = "invalid_request", BAD_REQUEST;
    /// No application that proves itself.
    InvalidClient = "invalid_client", UNAUTHORIZED;
    /// The code is none, is used or too old, or is somebody else's.
    InvalidGrant = "invalid_grant", BAD_REQUEST;
    /// This application may not do that.
    UnauthorizedClient = "unauthorized_client", BAD_REQUEST;
    /// Nothing is given in exchange for that.
    UnsupportedGrantType = "unsupported_grant_type", BAD_REQUEST;
    /// A scope is unknown.
    InvalidScope = "invalid_scope", BAD_REQUEST;
    /// No application session that is good.
    InvalidToken = "invalid_token", UNAUTHORIZED;
    /// The application session lacks a scope.
    InsufficientScope = "insufficient_scope", FORBIDDEN;
    /// The address exists, and not for this method.
    MethodNotAllowed = "invalid_request", METHOD_NOT_ALLOWED;
    /// The body is larger than any that is taken.
    TooLarge = "invalid_request", PAYLOAD_TOO_LARGE;
    /// Too much came from there lately.
    TooManyRequests = "temporarily_unavailable", TOO_MANY_REQUESTS;
    /// There is too much to do at the moment.
    Busy = "temporarily_unavailable", SERVICE_UNAVAILABLE;
    /// Something failed here.
    Fault = "server_error", INTERNAL_SERVER_ERROR;
}

/// What an answer that refuses says.
#[derive(Debug, Clone)]
pub struct Failure {
    /// Why.
    pub code: Code,
    /// More about it, in English; nothing that was sent stands in it.
    pub description: Cow<'static, str>,
    /// When to try again.
    pub retry_after: Option<Duration>,
    /// The scope that is missing.
    pub scope: Option<&'static str>,
    /// Whether no credential came along at all, so that none was wrong.
    pub nothing_presented: bool,
}

/// What a handler or its action could not do.
#[derive(Debug)]
pub enum Refusal {
    /// Said to whoever asks.
    Failure(Box<Failure>),
    /// Mapped to a failure, and logged where it is a fault.
    Error(Error),
}

/// What a handler returns.
pub type Result<T, E = Refusal> = std::result::Result<T, E>;

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        Self::Failure(Box::new(failure))
    }
}

impl From<Code> for Refusal {
    fn from(code: Code) -> Self {
        Failure::new(code).into()
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

impl From<Refused> for Refusal {
    fn from(refused: Refused) -> Self {
        Self::Error(refused.into())
    }
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        Self::Error(fault.into())
    }
}

impl Failure {
    /// One that says no more than its code.
    pub const fn new(code: Code) -> Self {
        Self {
            code,
            description: Cow::Borrowed(""),
            retry_after: None,
            scope: None,
            nothing_presented: false,
        }
    }

    /// One that says more.
    pub fn with(code: Code, description: impl Into<Cow<'static, str>>) -> Self {
        Self { description: description.into(), ..Self::new(code) }
    }

    /// Too much for now.
    pub fn too_many(retry_after: Duration) -> Self {
        Self { retry_after: Some(retry_after), ..Self::new(Code::TooManyRequests) }
    }

    fn of_refused(refused: &Refused) -> Self {
        match refused {
            Refused::TooLarge => Self::new(Code::TooLarge),
            Refused::Busy { retry_after } => {
                Self { retry_after: Some(*retry_after), ..Self::new(Code::Busy) }
            }
            // What was true when the request came is so no longer.
            Refused::OldForm | Refused::NotFound => Self::new(Code::InvalidGrant),
            Refused::CrossSite | Refused::Unreadable => Self::new(Code::InvalidRequest),
        }
    }
}

#[derive(Serialize)]
struct Sent<'a> {
    error: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    error_description: &'a str,
}

impl Refusal {
    /// Whether no application was proved, which a handler may find out as well.
    pub(super) fn is_of_nobody(&self) -> bool {
        matches!(self, Self::Failure(failure) if failure.code == Code::InvalidClient)
    }

    /// What is answered; a fault is logged here, once.
    pub(super) fn into_failure(self, route: &str, request: Uuid) -> Failure {
        match self {
            Self::Failure(failure) => *failure,
            Self::Error(Error::Refused(refused)) => Failure::of_refused(&refused),
            Self::Error(Error::Fault(fault)) => {
                let reference = request.to_string();
                tracing::error!(reference, route, fault = fault.message(), "a request failed");
                metrics::counter!("portcullis_faults_total").increment(1);
                Failure::with(Code::Fault, format!("The server’s log knows it as {reference}."))
            }
        }
    }
}

impl Failure {
    /// The answer.
    pub(super) fn into_response(self) -> Response<Body> {
        let sent = Sent { error: self.code.tag(), error_description: &self.description };
        let body = serde_json::to_vec(&sent).unwrap_or_default();
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = self.code.status();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(PRAGMA, HeaderValue::from_static("no-cache"));
        if let Some(asks) = self.asks().and_then(|asks| HeaderValue::from_str(&asks).ok()) {
            headers.insert(WWW_AUTHENTICATE, asks);
        }
        if let Some(wait) = self.retry_after {
            let seconds = wait.as_millis().div_ceil(1000).max(1);
            let seconds = u64::try_from(seconds).unwrap_or(u64::MAX);
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }

    /// By what a caller could prove itself.
    fn asks(&self) -> Option<String> {
        match self.code {
            Code::InvalidClient => Some("Basic realm=\"Portcullis\", charset=\"UTF-8\"".to_owned()),
            // RFC 6750 §3.1: no code for whoever has presented nothing.
            Code::InvalidToken if self.nothing_presented => Some("Bearer".to_owned()),
            Code::InvalidToken | Code::InsufficientScope => {
                let scope =
                    self.scope.map_or(String::new(), |scope| format!(", scope=\"{scope}\""));
                Some(format!("Bearer error=\"{}\"{scope}", self.code.tag()))
            }
            _ => None,
        }
    }
}
