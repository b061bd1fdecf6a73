//! What can't be done, as programs read it: RFC 9457, with codes that stay.

use crate::error::{Error, Fault, Refused};
use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, Response, StatusCode};
use serde::Serialize;
use std::time::Duration;
use utoipa::ToSchema;
use uuid::Uuid;

macro_rules! codes {
    ($($(#[doc = $meaning:literal])+ $variant:ident = $tag:literal, $status:ident, $title:literal;)+) => {
        /// Why something can't be done: a closed set, whose names do not change.
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

            /// Its title, for people.
            pub const fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)+ }
            }

            /// What to make of it: its own comment.
            pub fn meaning(self) -> &'static str {
                match self { $(Self::$variant => concat!($($meaning),+),)+ }.trim_ascii()
            }
        }
    };
}

codes! {
    /// The query or the body holds what this route does not take; `errors` says what.
    InvalidRequest = "invalid-request", BAD_REQUEST, "The request can’t be understood";
    /// The body is no JSON in UTF-8.
    MalformedJson = "malformed-json", BAD_REQUEST, "The body is no JSON";
    /// There is no token in `Authorization: Bearer`, or none that opens anything: unknown, expired, revoked, from where it may not be used, or of an account that is shut or has to choose a new password. Which of them is not said.
    InvalidToken = "invalid-token", UNAUTHORIZED, "No token that opens anything";
    /// The token lacks the permission that `permission` names.
    MissingPermission = "missing-permission", FORBIDDEN, "The token lacks a permission";
    /// The token is limited to some organisations, and this is nothing of theirs.
    LimitedToken = "limited-token", FORBIDDEN, "The token is limited to organisations";
    /// The token has the permission, and its account is not, or no longer, an administrator or auditor.
    MissingRight = "missing-right", FORBIDDEN, "The account lacks the right";
    /// The organisation’s IP allowlist does not have the address of the call; `detail` says which that is, and whom to ask.
    OrganisationAddress = "organisation-address", FORBIDDEN, "Not from this address";
    /// The organisation requires two-factor authentication, which the account does not have.
    OrganisationSecondFactor = "organisation-second-factor", FORBIDDEN, "The account lacks a second factor";
    /// There is nothing at this address, or nothing of this account’s.
    NotFound = "not-found", NOT_FOUND, "There is nothing here";
    /// The address exists, and not for this method; `Allow` names those that it is there for.
    MethodNotAllowed = "method-not-allowed", METHOD_NOT_ALLOWED, "Not by this method";
    /// The account or the token was changed while the request was under way; nothing was done.
    Conflict = "conflict", CONFLICT, "Something changed meanwhile";
    /// Somebody else has saved another version since the one that `version` names; nothing was done. Read it anew.
    Stale = "stale", CONFLICT, "Somebody else was first";
    /// It would lock out whoever asks for it, or everybody in time; nothing was done. `detail` says how.
    LocksOut = "locks-out", UNPROCESSABLE_ENTITY, "It would lock you out";
    /// The organisation’s plan does not have it.
    Plan = "plan", UNPROCESSABLE_ENTITY, "The plan does not have it";
    /// The short name is another organisation’s.
    SlugTaken = "slug-taken", UNPROCESSABLE_ENTITY, "The short name is taken";
    /// The body is larger than any that the API takes.
    TooLarge = "too-large", PAYLOAD_TOO_LARGE, "The body is too large";
    /// The body is not `application/json`.
    UnsupportedMediaType = "unsupported-media-type", UNSUPPORTED_MEDIA_TYPE, "Not a body of JSON";
    /// Too much came from there lately; `Retry-After` says in how many seconds to try again.
    TooManyRequests = "too-many-requests", TOO_MANY_REQUESTS, "Too many requests";
    /// Something failed here; whoever runs the server finds it in their log by the request’s id.
    Fault = "fault", INTERNAL_SERVER_ERROR, "Something failed";
    /// There is too much to do at the moment; `Retry-After` says in how many seconds to try again.
    Busy = "busy", SERVICE_UNAVAILABLE, "Too much to do";
}

/// One thing that is wrong with a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = FieldError)]
pub struct Wrong {
    /// The parameter of the query, or the field of the body.
    pub name: String,
    /// What is wrong with it, in English.
    pub message: String,
}

/// What an answer that refuses says.
#[derive(Debug, Clone)]
pub struct Problem {
    /// Why.
    pub code: Code,
    /// More about it, in English.
    pub detail: Option<String>,
    /// What is wrong with the request, one by one.
    pub errors: Vec<Wrong>,
    /// The permission that is missing.
    pub permission: Option<&'static str>,
    /// When to try again.
    pub retry_after: Option<Duration>,
}

/// What a handler or its action could not do.
#[derive(Debug)]
pub enum Refusal {
    /// Said to whoever asks.
    Problem(Box<Problem>),
    /// Mapped to a problem, and logged where it is a fault.
    Error(Error),
}

/// What a handler returns.
pub type Result<T> = std::result::Result<T, Refusal>;

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self::Problem(Box::new(problem))
    }
}

impl From<Code> for Refusal {
    fn from(code: Code) -> Self {
        Problem::new(code).into()
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

impl Problem {
    /// One that says no more than its code.
    pub const fn new(code: Code) -> Self {
        Self { code, detail: None, errors: Vec::new(), permission: None, retry_after: None }
    }

    /// A request with this wrong about it.
    pub fn wrong(errors: Vec<Wrong>) -> Self {
        Self { errors, ..Self::new(Code::InvalidRequest) }
    }

    /// Too much for now.
    pub fn too_many(retry_after: Duration) -> Self {
        Self { retry_after: Some(retry_after), ..Self::new(Code::TooManyRequests) }
    }

    fn of_refused(refused: &Refused) -> Self {
        match refused {
            Refused::NotFound => Self::new(Code::NotFound),
            Refused::OldForm => Self::new(Code::Conflict),
            Refused::CrossSite | Refused::Unreadable => Self::new(Code::InvalidRequest),
            Refused::TooLarge => Self::new(Code::TooLarge),
            Refused::Busy { retry_after } => {
                Self { retry_after: Some(*retry_after), ..Self::new(Code::Busy) }
            }
        }
    }
}

/// As it is sent.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub(super) struct Sent {
    /// An address on this server that documents the code.
    #[schema(format = "uri-reference")]
    r#type: String,
    /// The code’s title.
    title: &'static str,
    /// The answer’s status once more.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// Why: one of a closed set, whose names do not change.
    #[schema(schema_with = code_schema)]
    code: &'static str,
    /// More about it, where there is more.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    /// The request’s id, as in the header `X-Request-Id`.
    #[schema(format = "uri")]
    instance: String,
    /// The permission that is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    permission: Option<&'static str>,
    /// What is wrong with the request.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<Wrong>,
}

fn code_schema() -> utoipa::openapi::schema::Object {
    let tags = Code::ALL.iter().map(|code| code.tag());
    utoipa::openapi::schema::ObjectBuilder::new()
        .schema_type(utoipa::openapi::schema::Type::String)
        .description(Some("Why: one of a closed set, whose names do not change."))
        .enum_values(Some(tags))
        .build()
}

impl Refusal {
    /// What is answered; a fault is logged here, once.
    pub(super) fn into_problem(self, route: &str, request: Uuid) -> Problem {
        match self {
            Self::Problem(problem) => *problem,
            Self::Error(Error::Refused(refused)) => Problem::of_refused(&refused),
            Self::Error(Error::Fault(fault)) => {
                let reference = request.to_string();
                tracing::error!(reference, route, fault = fault.message(), "a request failed");
                metrics::counter!("portcullis_faults_total").increment(1);
                Problem::new(Code::Fault)
            }
        }
    }
}

impl Problem {
    /// The answer.
    pub(super) fn into_response(self, request: Uuid) -> Response<Body> {
        let code = self.code;
        let sent = Sent {
            r#type: format!("/api#problem-{}", code.tag()),
            title: code.title(),
            status: code.status().as_u16(),
            code: code.tag(),
            detail: self.detail,
            instance: format!("urn:uuid:{request}"),
            permission: self.permission,
            errors: self.errors,
        };
        let body = serde_json::to_vec(&sent).unwrap_or_default();
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = code.status();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if code == Code::InvalidToken {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(wait) = self.retry_after {
            let seconds = wait.as_millis().div_ceil(1000).max(1);
            let seconds = u64::try_from(seconds).unwrap_or(u64::MAX);
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
