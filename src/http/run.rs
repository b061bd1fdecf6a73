//! From a request to its answer: who asks, may they, did a page of ours send it.

use super::access::{Access, Declared, Missing};
use super::answer::Answer;
use super::cookies::{self, Cookies, Name};
use super::page::FLASHES;
use super::routes::{Csrf, Route};
use super::source::{self, Peer, Source};
use super::visit::Visit;
use super::{csrf, kept, problem};
use crate::app::App;
use crate::error::{Error, Refused, Result};
use crate::features::organisation_access::{self, Admission, Verdict, Which};
use crate::features::pending_sign_ins;
use crate::features::security_log::{self, Reason};
use crate::features::sessions::rules::Scope;
use crate::features::sessions::{self, Current};
use crate::ids::new_uuid;
use crate::secret::{Kind, Token};
use crate::text::Text;
use crate::time::Timestamp;
use axum::body::{Body, Bytes};
use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::header::{CONTENT_TYPE, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Request, Response, StatusCode};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

/// A body that is not here by then is not waited for.
const BODY_TIMEOUT: Duration = Duration::from_secs(20);

/// Answers one request on a route of the table.
pub(super) async fn answer(app: App, route: Arc<Route>, request: Request<Body>) -> Response<Body> {
    let (parts, body) = request.into_parts();
    if route.csrf == Csrf::Safe {
        return act(app, route, parts, Ok(Bytes::new())).await;
    }
    // The whole form first, and only then who asks: a session that ends while
    // the form is still on its way must not act.
    let form = if csrf::is_same_origin(&app, &parts.headers) {
        read_form(&parts, body, route.longest).await
    } else {
        Err(Refused::CrossSite.into())
    };
    // A task of its own: what has begun is finished and logged, whether or not
    // the browser waits for it.
    match app.tasks.spawn(act(app.clone(), route, parts, form)).await {
        Ok(response) => {
            app.post.notify_one();
            app.texts.notify_one();
            response
        }
        Err(ended) => {
            // The last resort's, like every other panic.
            if let Ok(panic) = ended.try_into_panic() {
                std::panic::resume_unwind(panic);
            }
            // The runtime ends, and with it the connection.
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
            response
        }
    }
}

async fn act(app: App, route: Arc<Route>, mut parts: Parts, form: Result<Bytes>) -> Response<Body> {
    let (visit, upkeep) = match open(&app, &route, &mut parts).await {
        Ok(opened) => opened,
        Err(error) => return problem::answer(&stranger(&app, &parts, route.path), error),
    };
    let mut response = match handle(&route, visit, form).await {
        Ok(response) => response,
        Err((visit, error)) => problem::answer(&visit, error),
    };
    let set: Vec<Vec<u8>> = response
        .headers()
        .get_all(SET_COOKIE)
        .iter()
        .map(|value| value.as_bytes().to_vec())
        .collect();
    for cookie in upkeep {
        // What the handler has just set stays: dropping a dead session's cookie
        // must not drop the new one of the same name.
        let name = format!("{}=", cookie.name());
        if set.iter().any(|value| value.starts_with(name.as_bytes())) {
            continue;
        }
        if let Ok(value) = HeaderValue::from_str(&cookie.to_string()) {
            response.headers_mut().append(SET_COOKIE, value);
        }
    }
    response
}

/// The answer for an address that is not in the table.
pub(super) async fn not_found(app: &App, request: Request<Body>) -> Response<Body> {
    let (parts, _) = request.into_parts();
    problem::answer(&reader(app, &parts).await, Refused::NotFound.into())
}

/// The answer for an address that is in the table, but not by this method.
pub(super) async fn wrong_method(app: &App, request: Request<Body>) -> Response<Body> {
    let (parts, _) = request.into_parts();
    let visit = reader(app, &parts).await;
    problem::page(&visit, StatusCode::METHOD_NOT_ALLOWED, "method", None)
}

/// Reads what every route needs; cookies that are to be set or dropped
/// whatever the answer is.
async fn open(
    app: &App,
    route: &Route,
    parts: &mut Parts,
) -> Result<(Visit, Vec<cookie::Cookie<'static>>)> {
    let now = app.clock.now();
    let jar = Cookies::read(&parts.headers, app.config.public_url.secure());
    let from = source(app, parts);
    let mut upkeep = Vec::new();
    let current = match jar.get(Name::Session) {
        None => None,
        Some(text) => {
            let current = match Token::parse(Kind::Session, text) {
                Some(token) => sessions::authenticate(app, &token, &from, now).await?,
                None => None,
            };
            if current.is_none() {
                upkeep.push(cookies::remove(app, Name::Session));
            }
            current
        }
    };
    let waiting = match jar.token(Name::PendingSignIn, Kind::PendingSignIn) {
        Some(token) if route.access == Declared::HalfSignedIn => {
            pending_sign_ins::find(app, &token, now).await?
        }
        _ => None,
    };
    let Ok(params) = RawPathParams::from_request_parts(parts, &()).await else {
        return Err(Refused::NotFound.into());
    };
    let params: Vec<(String, String)> =
        params.iter().map(|(name, value)| (name.into(), value.into())).collect();
    let organisation = organisation(app, route, &params, current.as_ref(), &from, now).await?;
    let admission = admission(app, route, &params, &from, now).await?;
    let of_session = route.access.is_in_session();
    let form_token = if let Some(waiting) = &waiting {
        csrf::pending_token(app, waiting)
    } else if let (Some(current), true) = (&current, of_session) {
        csrf::session_token(app, current)
    } else {
        let known = jar.token(Name::Browser, Kind::Browser);
        let browser = known.unwrap_or_else(|| {
            let id = new_uuid(now, &app.random);
            let browser = Token::new(Kind::Browser, id, &app.random);
            upkeep.push(cookies::set(app, Name::Browser, browser.encode().reveal(), None));
            browser
        });
        csrf::browser_token(app, &browser)
    };
    let flash = jar.get(Name::Flash).and_then(|text| FLASHES.iter().find(|key| **key == text));
    if flash.is_some() && route.csrf == Csrf::Safe {
        upkeep.push(cookies::remove(app, Name::Flash));
    }
    let visit = Visit {
        app: app.clone(),
        now,
        route: route.path,
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or("").to_owned(),
        params,
        source: from,
        is_on_this_machine: source::is_on_this_machine(peer(parts), &parts.uri, &parts.headers),
        text: text_for(app, current.as_ref(), now),
        current,
        waiting,
        organisation,
        admission,
        cookies: jar,
        form: Bytes::new(),
        form_token,
        flash: flash.copied(),
        kept: Vec::new(),
        application: None,
    };
    Ok((visit, upkeep))
}

/// The one place where a page's organisation is asked, by what the table says of the route:
/// none can forget to.
async fn organisation(
    app: &App,
    route: &Route,
    params: &[(String, String)],
    current: Option<&Current>,
    source: &Source,
    now: Timestamp,
) -> Result<Option<Verdict>> {
    let open = current.filter(|current| current.account.password_change_required_at.is_none());
    let Some(current) = open.filter(|_| route.access.is_of_organisation()) else {
        return Ok(None);
    };
    let slug = params.iter().find(|(name, _)| name == "slug").map_or("", |(_, slug)| slug);
    organisation_access::enter(app, current, source, Which::Slug(slug), now).await.map(Some)
}

/// The same for whoever holds an invitation.
async fn admission(
    app: &App,
    route: &Route,
    params: &[(String, String)],
    source: &Source,
    now: Timestamp,
) -> Result<Option<Admission>> {
    if route.access != Declared::Invited {
        return Ok(None);
    }
    let link = params.iter().find(|(name, _)| name == "link").map_or("", |(_, link)| link);
    organisation_access::admit(app, link, source, now).await.map(Some)
}

/// Whoever came to where no route is, so that the page's next step is theirs.
async fn reader(app: &App, parts: &Parts) -> Visit {
    let mut visit = stranger(app, parts, "");
    let jar = Cookies::read(&parts.headers, app.config.public_url.secure());
    if let Some(token) = jar.token(Name::Session, Kind::Session)
        && let Ok(current) = sessions::authenticate(app, &token, &visit.source, visit.now).await
    {
        visit.text = text_for(app, current.as_ref(), visit.now);
        visit.current = current;
    }
    visit
}

/// A visit of which nothing is known, for pages that need a reader all the same.
pub(super) fn stranger(app: &App, parts: &Parts, route: &'static str) -> Visit {
    let now = app.clock.now();
    Visit {
        app: app.clone(),
        now,
        route,
        path: parts.uri.path().to_owned(),
        query: String::new(),
        params: Vec::new(),
        source: source(app, parts),
        is_on_this_machine: false,
        current: None,
        waiting: None,
        organisation: None,
        admission: None,
        text: text_for(app, None, now),
        cookies: Cookies::default(),
        form: Bytes::new(),
        form_token: String::new(),
        flash: None,
        kept: Vec::new(),
        application: None,
    }
}

pub(super) fn peer(parts: &Parts) -> Peer {
    parts.extensions.get::<Peer>().copied().unwrap_or(Peer(None))
}

/// Where a request comes from, and no more than that.
pub(super) fn address(app: &App, parts: &Parts) -> Option<IpAddr> {
    source::client_address(peer(parts), &parts.headers, &app.config.trusted_proxies)
}

pub(super) fn source(app: &App, parts: &Parts) -> Source {
    Source::of(peer(parts), &parts.headers, &app.config.trusted_proxies, &app.places)
}

fn text_for(app: &App, current: Option<&Current>, now: Timestamp) -> Text {
    let account = current.map(|current| &current.account);
    app.text(account.map(|account| (account.language, account.time_zone.as_str())), now)
}

async fn handle(
    route: &Route,
    mut visit: Visit,
    form: Result<Bytes>,
) -> std::result::Result<Response<Body>, (Box<Visit>, Error)> {
    match form {
        Ok(form) => visit.form = form,
        Err(Error::Refused(refused @ (Refused::CrossSite | Refused::Unreadable))) => {
            return Err(refuse_foreign(visit, refused).await);
        }
        Err(error) => return Err((Box::new(visit), error)),
    }
    if let Err(missing) = (route.prove)(&visit) {
        if missing == Missing::Organisation
            && let Some(page) = organisation_access::web::refused(&visit)
        {
            return page.map(Answer::into_response).map_err(|error| (Box::new(visit), error));
        }
        return match lead_to(&visit, route, missing).await {
            Ok(Some(answer)) => Ok(answer.into_response()),
            Ok(None) => Err((Box::new(visit), Refused::NotFound.into())),
            Err(error) => Err((Box::new(visit), error)),
        };
    }
    if route.csrf == Csrf::Form {
        let came = serde_urlencoded::from_bytes::<FormToken>(&visit.form);
        if !came.is_ok_and(|form| csrf::matches(&visit.form_token, &form.csrf)) {
            return Err(refuse_foreign(visit, Refused::OldForm).await);
        }
    }
    let mut done = None;
    if route.csrf == Csrf::Safe {
        match kept::read(&visit, route).await {
            Ok(Some((fields, cookie))) => (visit.kept, done) = (fields, Some(cookie)),
            Ok(None) => {}
            Err(error) => return Err((Box::new(visit), error)),
        }
    }
    let frame = visit.frame();
    match (route.handler)(visit).await {
        Ok(answer) => Ok(match done {
            Some(cookie) => answer.cookie(cookie),
            None => answer,
        }
        .into_response()),
        Err(error) => Err((Box::new(frame), error)),
    }
}

#[derive(serde::Deserialize)]
struct FormToken {
    csrf: String,
}

async fn read_form(parts: &Parts, body: Body, longest: usize) -> Result<Bytes> {
    let kind = parts.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or("");
    let kind = kind.split(';').next().unwrap_or("").trim();
    if !kind.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return Err(Refused::Unreadable.into());
    }
    let collected = tokio::time::timeout(BODY_TIMEOUT, Limited::new(body, longest).collect()).await;
    match collected {
        Ok(Ok(body)) => {
            let body = body.to_bytes();
            // Else a wrong byte becomes U+FFFD, and many passwords are one.
            match percent_encoding::percent_decode(&body).decode_utf8() {
                Ok(_) => Ok(body),
                Err(_) => Err(Refused::Unreadable.into()),
            }
        }
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(Refused::TooLarge.into()),
        Ok(Err(_)) | Err(_) => Err(Refused::Unreadable.into()),
    }
}

/// A request that no page of ours has sent, or one that is too old, is in the
/// log.
async fn refuse_foreign(visit: Visit, refused: Refused) -> (Box<Visit>, Error) {
    let reason = match refused {
        Refused::OldForm => Reason::OldForm,
        _ => Reason::CrossSite,
    };
    let owner = visit.current.as_ref().map(Current::owner);
    let noted = security_log::note_refused_request(&visit.app, reason, owner, &visit.source);
    let error = noted.await.err().unwrap_or_else(|| refused.into());
    (Box::new(visit), error)
}

/// To sign in or to prove oneself, and back to the page: for a form, the page
/// that it stands on. None where there is no page for them.
async fn lead_to(visit: &Visit, route: &Route, missing: Missing) -> Result<Option<Answer>> {
    let page = match route.csrf {
        Csrf::Form => visit.filled_in(route.page),
        Csrf::Safe => visit.path.clone(),
    };
    let back = if visit.query.is_empty() { page } else { format!("{page}?{}", visit.query) };
    let query = serde_urlencoded::to_string([("return_to", &back)]).unwrap_or_default();
    // A form that ends something is sent once more, from a session that the first has ended.
    if let (Csrf::Form, Missing::SignIn, Some(cookie)) =
        (route.csrf, missing, visit.session_cookie())
    {
        sessions::already_out(&visit.app, &cookie).await?;
    }
    Ok(match missing {
        Missing::SignIn => Some(Answer::redirect(format!("/sign-in?{query}"))),
        Missing::PendingSignIn => {
            let over = Answer::redirect("/sign-in").without_pending_sign_in(&visit.app);
            Some(over.flash(&visit.app, "flash-refused-sign-in-over"))
        }
        Missing::StepUp(scope) => {
            let more = match scope {
                Scope::Everything => "",
                Scope::SecondFactors => "&for=second-factors",
            };
            let answer = Answer::redirect(format!("/step-up?{query}{more}"));
            let typed = match route.csrf {
                Csrf::Form => kept::keep(visit, &back).await?,
                Csrf::Safe => None,
            };
            Some(match typed {
                Some(cookie) => answer.cookie(cookie),
                None => answer,
            })
        }
        Missing::NewPassword => Some(Answer::redirect("/settings/security/password")),
        Missing::Right | Missing::Organisation => None,
    })
}

/// The handler of a route as the table keeps it.
pub(super) type Handler =
    Box<dyn Fn(Visit) -> futures_util::future::BoxFuture<'static, Result<Answer>> + Send + Sync>;

/// Wraps a handler so that it is called with the proof of its access.
pub(super) fn boxed<A, F, Fut>(handler: F) -> Handler
where
    A: Access,
    F: Fn(Visit, A) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<Answer>> + Send + 'static,
{
    Box::new(move |visit| match A::prove(&visit) {
        Ok(access) => Box::pin(handler(visit, access)),
        Err(_) => Box::pin(std::future::ready(Err(Refused::NotFound.into()))),
    })
}
