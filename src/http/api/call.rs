use super::params::{Declares, Query};
use super::problem::{Code, Problem, Result, Wrong};
use crate::app::App;
use crate::features::access_tokens::Bearer;
use crate::features::organisation_access::Verdict;
use crate::http::Source;
use crate::secret::Token;
use crate::time::Timestamp;
use axum::body::Bytes;
use serde::de::DeserializeOwned;
use std::str::FromStr;

/// A request to the API, as far as it has been understood before its handler runs.
pub struct Call {
    /// The application.
    pub app: App,
    /// The one reading of the clock.
    pub now: Timestamp,
    /// Where it comes from.
    pub source: Source,
    pub(super) route: &'static str,
    pub(super) declared: &'static [&'static dyn Declares],
    pub(super) params: Vec<(String, String)>,
    pub(super) query: String,
    pub(super) body: Bytes,
    pub(super) bearer: Option<Bearer>,
    pub(super) token: Option<Token>,
    pub(super) organisation: Option<Verdict>,
}

impl Call {
    /// The id in the route's path. What is no id is nobody's.
    pub fn id<T: FromStr>(&self) -> Result<T> {
        let text = self.params.iter().find(|(name, _)| name == "id").map(|(_, text)| text.as_str());
        text.and_then(|text| text.parse().ok()).ok_or_else(|| Code::NotFound.into())
    }

    /// The query, to be read parameter by parameter.
    pub fn query(&self) -> Query {
        Query::new(&self.query, self.declared)
    }

    /// The body, read as `T`.
    pub fn body<T: DeserializeOwned>(&self) -> Result<T> {
        serde_json::from_slice(&self.body).map_err(|error| {
            if error.is_data() {
                let name = "body".to_owned();
                return Problem::wrong(vec![Wrong { name, message: plain(&error) }]).into();
            }
            Problem { detail: Some(plain(&error)), ..Problem::new(Code::MalformedJson) }.into()
        })
    }

    /// The route's path in the table: what a cursor is bound to.
    pub const fn route(&self) -> &'static str {
        self.route
    }

    /// The token itself, for what goes on longer than the request.
    pub fn token(&self) -> Option<Token> {
        self.token.clone()
    }
}

/// What is wrong, and where, without the values that were sent: they can be secrets.
fn plain(error: &serde_json::Error) -> String {
    let what = match error.classify() {
        serde_json::error::Category::Data => "it is not what the document says",
        serde_json::error::Category::Eof => "it ends too early",
        serde_json::error::Category::Io | serde_json::error::Category::Syntax => "it is no JSON",
    };
    format!("{what} (line {}, column {})", error.line(), error.column())
}
