use crate::error::{Fault, Result};
use axum::body::Body;
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_TYPE, HeaderName, PRAGMA,
};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode};
use serde::Serialize;

/// What a handler answers. Nothing keeps it, unless it is said to be for everybody.
#[derive(Debug)]
pub struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Answer {
    /// An object.
    pub fn json(value: &impl Serialize) -> Result<Self> {
        // Longer than most.
        let mut body = Vec::with_capacity(512);
        serde_json::to_writer(&mut body, value)
            .map_err(|error| Fault::new(format!("an answer to an application: {error}")))?;
        Ok(Self::empty(StatusCode::OK).with_body("application/json", body))
    }

    /// Something of a media type that is there already.
    pub fn bytes(media_type: &'static str, body: Vec<u8>) -> Self {
        Self::empty(StatusCode::OK).with_body(media_type, body)
    }

    /// Nothing but a status.
    pub fn empty(status: StatusCode) -> Self {
        Self { status, headers: HeaderMap::new(), body: Vec::new() }
    }

    /// Something of a media type.
    #[must_use]
    pub fn with_body(mut self, media_type: &'static str, body: Vec<u8>) -> Self {
        self.headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
        self.body = body;
        self
    }

    /// A document that is the same for everybody: kept for a while by whoever asks, and
    /// open to scripts of every site, which send no cookie along.
    #[must_use]
    pub fn public(mut self, seconds: u32) -> Self {
        if let Ok(value) = HeaderValue::from_str(&format!("public, max-age={seconds}")) {
            self.headers.insert(CACHE_CONTROL, value);
        }
        self.headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        self
    }

    /// Another status.
    #[must_use]
    pub const fn status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// A further header. A value that can't stand in one is left out.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.append(name, value);
        }
        self
    }

    pub(super) fn into_response(self) -> Response<Body> {
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        if !response.headers().contains_key(CACHE_CONTROL) {
            // RFC 6749 §5.1 asks for both.
            response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
            response.headers_mut().insert(PRAGMA, HeaderValue::from_static("no-cache"));
        }
        response
    }
}
