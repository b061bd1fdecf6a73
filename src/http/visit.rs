use super::cookies::{self, Cookies, Name};
use super::page::Page;
use super::source::Source;
use crate::app::App;
use crate::error::{Refused, Result};
use crate::features::failure_counters::rules::Wait;
use crate::features::organisation_access::{Admission, Verdict};
use crate::features::pending_sign_ins::Waiting;
use crate::features::sessions::Current;
use crate::secret::{Kind, Token};
use crate::text::Text;
use crate::time::Timestamp;
use axum::body::Bytes;
use serde::de::DeserializeOwned;

/// A request, as far as it has been understood before its handler runs.
pub struct Visit {
    /// The application.
    pub app: App,
    /// The one reading of the clock.
    pub now: Timestamp,
    /// The route's path in the table, for the log: the path itself can carry a
    /// link's secret.
    pub route: &'static str,
    /// The path, as it came.
    pub path: String,
    /// The query, as it came.
    pub query: String,
    /// Values of the route's placeholders.
    pub params: Vec<(String, String)>,
    /// Where it comes from.
    pub source: Source,
    /// Who is there.
    pub current: Option<Current>,
    /// Whose sign-in waits for a second factor, on the routes that go on with it.
    pub waiting: Option<Waiting>,
    /// Whether they get in, on the routes whose path names an organisation.
    pub organisation: Option<Verdict>,
    /// Whether they may accept it, on the routes whose path is an invitation to one.
    pub admission: Option<Admission>,
    /// Text for whoever reads the answer.
    pub text: Text,
    /// Whether it comes from a program on this very machine, by no proxy.
    pub is_on_this_machine: bool,
    /// What people know the application by on whose host it is, where it is on one.
    pub(super) application: Option<String>,
    pub(super) cookies: Cookies,
    pub(super) form: Bytes,
    pub(super) form_token: String,
    pub(super) flash: Option<&'static str>,
    /// What was typed on this page before a fresh proof was asked for.
    pub(super) kept: Vec<(String, String)>,
}

impl Visit {
    /// The form that was sent. What can't be one of ours is refused.
    pub fn form<T: DeserializeOwned>(&self) -> Result<T> {
        serde_urlencoded::from_bytes(&self.form).map_err(|_| Refused::Unreadable.into())
    }

    /// What was typed into a field of this page before a fresh proof was asked
    /// for, or nothing.
    pub fn kept(&self, name: &str) -> &str {
        self.kept.iter().find(|(own, _)| own == name).map_or("", |(_, value)| value.as_str())
    }

    /// All that was typed into the form of this page before a fresh proof was
    /// asked for.
    pub fn kept_fields(&self) -> &[(String, String)] {
        &self.kept
    }

    /// The query, read as `T`.
    pub fn query<T: DeserializeOwned>(&self) -> Result<T> {
        serde_urlencoded::from_str(&self.query).map_err(|_| Refused::Unreadable.into())
    }

    /// A value of the route's path.
    pub fn param(&self, name: &str) -> &str {
        self.params.iter().find(|(own, _)| own == name).map_or("", |(_, value)| value.as_str())
    }

    /// A path of the table with this request's values in its placeholders.
    pub(super) fn filled_in(&self, path: &str) -> String {
        self.params.iter().fold(path.to_owned(), |path, (name, value)| {
            path.replace(&format!("{{{name}}}"), value)
        })
    }

    /// The cookie of a known device, if it is one.
    pub fn device(&self) -> Option<Token> {
        self.cookies.token(cookies::Name::Device, Kind::Device)
    }

    /// The cookie of a sign-in that waits for a second factor, if it is one.
    pub fn pending_sign_in(&self) -> Option<Token> {
        self.cookies.token(cookies::Name::PendingSignIn, Kind::PendingSignIn)
    }

    /// How long to wait after too many attempts, in plain words, rounded up so
    /// that trying again then works.
    pub fn wait(&self, wait: Wait) -> String {
        let (remaining, network) = match wait {
            Wait::Account(remaining) => (remaining, false),
            Wait::Network(remaining) => (remaining, true),
            Wait::Closed => return self.text.say("wait-closed").to_string(),
        };
        let seconds = i64::try_from(remaining.as_millis().div_ceil(1000)).unwrap_or(i64::MAX);
        let minutes = seconds.saturating_add(59) / 60;
        let (key, count) = match seconds {
            _ if network => ("source-wait-minutes", minutes),
            ..=90 => ("wait-seconds", seconds),
            91..=5400 => ("wait-minutes", minutes),
            _ => ("wait-hours", minutes.saturating_add(59) / 60),
        };
        self.text.say(key).number("count", count).to_string()
    }

    /// The same of whoever has just signed out, for the page that says so.
    #[must_use]
    pub fn signed_out(&self) -> Self {
        Self { current: None, ..self.frame() }
    }

    /// The cookie of a session, good or not, if it is one.
    pub fn session_cookie(&self) -> Option<Token> {
        self.cookies.token(Name::Session, Kind::Session)
    }

    /// What a page about a refusal needs, once the handler has the visit.
    pub(super) fn frame(&self) -> Self {
        Self {
            app: self.app.clone(),
            path: self.path.clone(),
            query: String::new(),
            params: Vec::new(),
            source: self.source.clone(),
            current: self.current.clone(),
            waiting: None,
            organisation: None,
            admission: None,
            text: self.text.clone(),
            application: self.application.clone(),
            cookies: Cookies::default(),
            form: Bytes::new(),
            form_token: self.form_token.clone(),
            flash: None,
            kept: Vec::new(),
            ..*self
        }
    }

    /// Whether it is on the host of an application that the gate stands before.
    pub(super) fn is_at_gate(&self) -> bool {
        self.route.starts_with("/gate/")
    }

    /// The frame of a page.
    pub fn page(&self, title_key: &'static str, section: &'static str) -> Page {
        Page::new(self, title_key, section)
    }
}
