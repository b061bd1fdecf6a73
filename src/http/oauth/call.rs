use super::access::Found;
use super::error::Result;
use super::form::Form;
use crate::app::App;
use crate::http::{Peer, Source};
use crate::time::Timestamp;
use axum::http::{HeaderMap, Method};

/// A request of an application, as far as it has been understood before its handler runs.
pub struct Call {
    /// The application.
    pub app: App,
    /// The one reading of the clock.
    pub now: Timestamp,
    /// Its method.
    pub method: Method,
    /// Its headers.
    pub headers: HeaderMap,
    /// What was sent in the body.
    pub form: Form,
    pub(super) peer: Peer,
    pub(super) query: String,
    pub(super) found: Found,
}

impl Call {
    /// Where it comes from: who calls, which is seldom who it is about.
    pub fn source(&self) -> Source {
        Source::of(self.peer, &self.headers, &self.app.config.trusted_proxies, &self.app.places)
    }

    /// The query, read like a form. What stands there twice is refused.
    pub fn query(&self) -> Result<Form> {
        Ok(Form::parse(self.query.as_bytes())?)
    }

    /// The query, as it came.
    pub fn raw_query(&self) -> &str {
        &self.query
    }
}
