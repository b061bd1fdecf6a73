use crate::app::App;
use crate::error::{Refused, Result};
use crate::features::account::Account;
use crate::features::application_sessions;
use crate::features::gate::rules::{Forwarded, Origin};
use crate::features::gate::{self, Presented};
use crate::http::cookies::{Cookies, Name};
use crate::http::source::Source;
use crate::http::{Visit, run};
use crate::secret::{Kind, SecretStr, Token};
use crate::time::Timestamp;
use axum::http::header::{ACCEPT, AUTHORIZATION, HeaderName, ORIGIN};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method};
use cookie::Cookie;
use serde::de::DeserializeOwned;
use std::net::IpAddr;
use std::time::Duration;

const FORWARDED_METHOD: HeaderName = HeaderName::from_static("x-forwarded-method");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
const FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
const FORWARDED_URI: HeaderName = HeaderName::from_static("x-forwarded-uri");
const FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// A request at the gate that a trusted proxy has passed on.
pub struct GateCall {
    /// The application.
    pub app: App,
    /// The one reading of the clock.
    pub now: Timestamp,
    /// On which application's host it was made.
    pub origin: Origin,
    /// Its path in the table.
    pub(super) route: &'static str,
    pub(super) parts: Parts,
}

/// The value of a header that is there exactly once.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().ok(),
        _ => None,
    }
}

/// On whose host a request was made, as the proxy says.
pub(super) fn origin(headers: &HeaderMap) -> Option<Origin> {
    Origin::of_request(only(headers, &FORWARDED_PROTO)?, only(headers, &FORWARDED_HOST)?)
}

impl GateCall {
    /// From which address the request comes, beyond the proxy.
    pub fn address(&self) -> Option<IpAddr> {
        run::address(&self.app, &self.parts)
    }

    /// Where it comes from, with all that is known of that.
    pub fn source(&self) -> Source {
        run::source(&self.app, &self.parts)
    }

    /// The same as somebody who looks at a page.
    pub(super) fn visit(&self) -> Visit {
        run::stranger(&self.app, &self.parts, self.route)
    }

    /// What the proxy asks about; none where it can't be read.
    pub fn forwarded(&self) -> Option<Forwarded<'_>> {
        let [method, target] =
            [&FORWARDED_METHOD, &FORWARDED_URI].map(|name| only(&self.parts.headers, name));
        Forwarded::parse(method?, &self.origin, target?)
    }

    /// What the request carries to be let through: an access token, or else the gate's
    /// own cookie. A text that says that it is one of ours and is none opens nothing,
    /// whatever else is there.
    pub fn presented(&self) -> Presented<'_> {
        let mut bearers = self.parts.headers.get_all(AUTHORIZATION).iter().filter_map(|value| {
            let (scheme, text) = value.to_str().ok()?.split_once(' ')?;
            let text = text.trim_start_matches(' ');
            (scheme.eq_ignore_ascii_case("bearer") && text.starts_with("pcl_")).then_some(text)
        });
        match (bearers.next(), bearers.next()) {
            (None, _) => {
                let secure = self.origin.is_secure();
                match Cookies::one(&self.parts.headers, secure, Name::Gate) {
                    Some(text) => Presented::Cookie(SecretStr::new(text)),
                    None => Presented::Nothing,
                }
            }
            (Some(text), None) => Presented::Bearer(SecretStr::new(text)),
            (Some(_), Some(_)) => Presented::Several,
        }
    }

    /// The gate's cookie, if it is one.
    pub fn session(&self) -> Option<Token> {
        self.cookies().token(Name::Gate, Kind::ApplicationSession)
    }

    /// What binds a sign-in to this browser, if it is one.
    pub fn browser(&self) -> Option<Token> {
        self.cookies().token(Name::GateBrowser, Kind::GateBrowser)
    }

    fn cookies(&self) -> Cookies {
        Cookies::read(&self.parts.headers, self.origin.is_secure())
    }

    /// A cookie of this application's host for the gate's session.
    pub fn keep_session(&self, session: &Token, lifetime: Duration) -> Cookie<'static> {
        self.keep(Name::Gate, session.encode().reveal(), lifetime)
    }

    /// Drops that.
    pub fn drop_session(&self) -> Cookie<'static> {
        self.keep(Name::Gate, "", Duration::ZERO)
    }

    /// A cookie that binds a sign-in to this browser.
    pub fn keep_browser(&self, browser: &Token, lifetime: Duration) -> Cookie<'static> {
        self.keep(Name::GateBrowser, browser.encode().reveal(), lifetime)
    }

    fn keep(&self, name: Name, value: &str, lifetime: Duration) -> Cookie<'static> {
        crate::http::cookies::build(name, value, self.origin.is_secure(), Some(lifetime))
    }

    /// Whether somebody looks at a page, rather than a program or a script calling: the
    /// browser says so itself, or, where it is an old one, asks for a page.
    pub fn is_navigation(&self) -> bool {
        match only(&self.parts.headers, &FETCH_MODE) {
            Some(mode) => mode == "navigate",
            None if self.parts.headers.contains_key(&FETCH_MODE) => false,
            None => self
                .parts
                .headers
                .get_all(ACCEPT)
                .iter()
                .any(|value| value.as_bytes().windows(9).any(|part| part == b"text/html")),
        }
    }

    /// Whether a form was sent by a page of this very application.
    pub fn is_same_origin(&self) -> bool {
        let site = self.parts.headers.get_all(&FETCH_SITE).iter().all(|site| site == "same-origin");
        match only(&self.parts.headers, &ORIGIN) {
            Some(origin) => origin == self.origin.text() && site,
            None => false,
        }
    }

    /// The query, as it came.
    pub fn raw_query(&self) -> &str {
        self.parts.uri.query().unwrap_or("")
    }

    /// The query, read as `T`.
    pub fn query<T: DeserializeOwned>(&self) -> Result<T> {
        serde_urlencoded::from_str(self.raw_query()).map_err(|_| Refused::Unreadable.into())
    }

    /// Whoever looks at a page: by whose account they are here, if they are, in its
    /// language, and what they know the application by. Call with what the browser holds
    /// of it from now on.
    pub async fn onlooker(&self, session: Option<&Token>) -> (Visit, Option<Account>, String) {
        let mut visit = self.visit();
        let name = gate::name_at(&self.app, &self.origin).await;
        visit.application = Some(name.clone());
        let Some(session) = session else { return (visit, None, name) };
        // A page that says what went wrong is not kept back by what goes wrong now.
        let found = application_sessions::authenticate(&self.app, session, self.now).await;
        let account = found.ok().flatten().map(|held| held.account);
        if let Some(account) = &account {
            let reader = (account.language, account.time_zone.as_str());
            visit.text = self.app.text(Some(reader), self.now);
        }
        (visit, account, name)
    }
}

/// The method that a request at the gate may have.
pub(super) fn wanted(method: &Method) -> Method {
    if method == Method::HEAD { Method::GET } else { method.clone() }
}
