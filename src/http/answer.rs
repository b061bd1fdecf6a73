use super::cookies::{self, Name};
use crate::app::App;
use crate::error::{Fault, Result};
use crate::features::failure_counters::rules::Wait;
use crate::features::known_devices;
use crate::secret::Token;
use axum::body::Body;
use axum::http::header::{
    CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION, RETRY_AFTER, SET_COOKIE,
};
use axum::http::{HeaderValue, Response, StatusCode};
use cookie::Cookie;
use std::time::Duration;

/// What a handler answers: a page or the way to one, and cookies.
#[derive(Debug)]
pub struct Answer {
    pub(super) status: StatusCode,
    pub(super) location: Option<String>,
    pub(super) html: String,
    pub(super) cookies: Vec<Cookie<'static>>,
    pub(super) retry_after: Option<Duration>,
    policy: Option<&'static str>,
    download: Option<Download>,
}

/// What goes on while it is sent.
#[derive(Debug)]
struct Download {
    name: String,
    media_type: &'static str,
    body: Body,
}

/// What a mail may do: look like itself, and lead to a page.
const MAIL_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; \
                           form-action 'none'; frame-ancestors 'none'; sandbox";

impl Answer {
    /// A page.
    pub fn page(template: &impl askama::Template) -> Result<Self> {
        let html = template.render().map_err(|error| Fault::new(format!("a page: {error}")))?;
        Ok(Self {
            status: StatusCode::OK,
            location: None,
            html,
            cookies: Vec::new(),
            retry_after: None,
            policy: None,
            download: None,
        })
    }

    /// A message of ours in HTML, which is no page of ours.
    pub fn mail(html: String) -> Self {
        Self { location: None, html, policy: Some(MAIL_POLICY), ..Self::redirect("") }
            .status(StatusCode::OK)
    }

    /// A text to keep as a file.
    pub fn file(name: &'static str, text: String) -> Self {
        Self::download(name.to_owned(), "text/plain; charset=utf-8", Body::from(text))
    }

    /// A file to keep, which may be longer than memory.
    pub fn download(name: String, media_type: &'static str, body: Body) -> Self {
        let download = Some(Download { name, media_type, body });
        Self { location: None, download, ..Self::redirect("") }.status(StatusCode::OK)
    }

    /// The way to another page of ours, which the browser asks for with GET.
    pub fn redirect(path: impl Into<String>) -> Self {
        Self {
            status: StatusCode::SEE_OTHER,
            location: Some(path.into()),
            html: String::new(),
            cookies: Vec::new(),
            retry_after: None,
            policy: None,
            download: None,
        }
    }

    /// Another status than 200, for a form that comes back.
    #[must_use]
    pub const fn status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// The status of too many attempts, and when to try again.
    #[must_use]
    pub const fn wait(mut self, wait: Wait) -> Self {
        self.status = StatusCode::TOO_MANY_REQUESTS;
        self.retry_after = match wait {
            Wait::Account(remaining) | Wait::Network(remaining) => Some(remaining),
            Wait::Closed => None,
        };
        self
    }

    /// The status of too much for now, and when to try again.
    #[must_use]
    pub const fn retry_after(mut self, after: Duration) -> Self {
        self.status = StatusCode::TOO_MANY_REQUESTS;
        self.retry_after = Some(after);
        self
    }

    /// A cookie to keep or drop.
    #[must_use]
    pub fn cookie(mut self, cookie: Cookie<'static>) -> Self {
        self.cookies.push(cookie);
        self
    }

    /// A message that the next page shows once.
    #[must_use]
    pub fn flash(self, app: &App, key: &'static str) -> Self {
        debug_assert!(super::page::FLASHES.contains(&key));
        let lifetime = std::time::Duration::from_mins(1);
        self.cookie(cookies::set(app, Name::Flash, key, Some(lifetime)))
    }

    /// The cookie of a session.
    #[must_use]
    pub fn session(self, app: &App, session: &Token) -> Self {
        let value = session.encode();
        let lifetime = Some(app.config.session_absolute);
        self.cookie(cookies::set(app, Name::Session, value.reveal(), lifetime))
    }

    /// The cookie of a known device.
    #[must_use]
    pub fn device(self, app: &App, device: &Token) -> Self {
        let value = device.encode();
        self.cookie(cookies::set(app, Name::Device, value.reveal(), Some(known_devices::LIFETIME)))
    }

    /// The cookie of a sign-in that waits for a second factor, for as long as the
    /// browser is open.
    #[must_use]
    pub fn pending_sign_in(self, app: &App, pending: &Token) -> Self {
        let value = pending.encode();
        self.cookie(cookies::set(app, Name::PendingSignIn, value.reveal(), None))
    }

    /// Drops that cookie.
    #[must_use]
    pub fn without_pending_sign_in(self, app: &App) -> Self {
        self.cookie(cookies::remove(app, Name::PendingSignIn))
    }

    /// Drops the cookie of the session.
    #[must_use]
    pub fn without_session(self, app: &App) -> Self {
        self.cookie(cookies::remove(app, Name::Session))
    }

    pub(super) fn into_response(self) -> Response<Body> {
        let mut response = Response::new(Body::from(self.html));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        if let Some(Download { name, media_type, body }) = self.download {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
            let kept = format!("attachment; filename=\"{name}\"");
            if let Ok(kept) = HeaderValue::from_str(&kept) {
                headers.insert(CONTENT_DISPOSITION, kept);
            }
            *response.body_mut() = body;
        }
        let headers = response.headers_mut();
        if let Some(policy) = self.policy {
            headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
        }
        if let Some(location) = self.location.and_then(|path| HeaderValue::from_str(&path).ok()) {
            headers.insert(LOCATION, location);
        }
        if let Some(wait) = self.retry_after {
            headers.insert(RETRY_AFTER, HeaderValue::from(wait.as_secs().saturating_add(1)));
        }
        for cookie in self.cookies {
            if let Ok(value) = HeaderValue::from_str(&cookie.to_string()) {
                headers.append(SET_COOKIE, value);
            }
        }
        response
    }
}
