//! From a request of an application to its answer: which application, what it says.

use super::access::{Caller, Found};
use super::answer::Answer;
use super::call::Call;
use super::error::{Code, Failure, Refusal, Result};
use super::form::Form;
use super::routes::OauthRoute;
use super::{bearer, client};
use crate::app::App;
use crate::features::{application_sessions, check};
use crate::http::api::Limit;
use crate::http::run::{address, peer};
use crate::ids::new_uuid;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::header::{ALLOW, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, Response, StatusCode};
use axum::routing::{any, post};
use futures_util::FutureExt;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

/// What applications ask at each request of theirs.
pub(in crate::http) const INTROSPECTION: &str = "/oauth/introspect";
/// No form of an application is near this.
const MAX_FORM: usize = 16 * 1024;
/// A body that is not here by then is not waited for.
const BODY_TIMEOUT: Duration = Duration::from_secs(20);

/// Addresses at which there is a page, too: only forms of other sites come here.
const WITH_PAGES: &[&str] = &["/oauth/authorize", "/oauth/sign-out"];

/// The routes of one path.
struct Group {
    routes: Vec<OauthRoute>,
    allow: String,
    /// What this node remembers of those who prove nothing.
    failures: Arc<Limit>,
}

/// The short way to introspection.
#[derive(Clone)]
pub(in crate::http) struct Door {
    group: Arc<Group>,
    index: usize,
}

impl Door {
    /// What is remembered is said as soon as the form is here. Everything else is in a box of
    /// its own: a future is moved about as large as the longest way through it is.
    pub(in crate::http) async fn answer(self, app: &App, request: Request) -> Response<Body> {
        let (parts, body) = request.into_parts();
        let form = read_form(&parts, body).await;
        if let Ok(form) = &form
            && let Some(answer) = remembered(app, &parts, form)
        {
            return answer.into_response();
        }
        Box::pin(act(app.clone(), self.group, self.index, parts, form)).await
    }
}

fn remembered(app: &App, parts: &Parts, form: &Form) -> Option<Answer> {
    let claim = client::claim(&parts.headers, form).ok()??;
    check::api::introspect_remembered(app, &claim, form, app.clock.now())
}

/// Puts the table beside the others.
pub(in crate::http) fn mount(
    mut router: Router<App>,
    table: Vec<OauthRoute>,
) -> (Router<App>, Option<Door>) {
    let mut introspection = None;
    let failures = Arc::new(Limit::new(60, Duration::from_secs(1)));
    let mut paths: BTreeMap<&'static str, Vec<OauthRoute>> = BTreeMap::new();
    for route in table {
        paths.entry(route.path).or_default().push(route);
    }
    for (path, routes) in paths {
        let mut allow: Vec<&str> = routes.iter().map(|route| route.method.as_str()).collect();
        if allow.contains(&"GET") {
            allow.push("HEAD");
        }
        let (allow, failures) = (allow.join(", "), Arc::clone(&failures));
        let group = Arc::new(Group { routes, allow, failures });
        if path == INTROSPECTION {
            let index = group.routes.iter().position(|route| route.method == Method::POST);
            introspection = index.map(|index| Door { group: Arc::clone(&group), index });
        }
        let handler = move |State(app): State<App>, request: Request| {
            answer(app, Arc::clone(&group), request)
        };
        // A page of the same address has all other methods.
        let is_page = WITH_PAGES.contains(&path);
        router = router.route(path, if is_page { post(handler) } else { any(handler) });
    }
    (router, introspection)
}

async fn answer(app: App, group: Arc<Group>, request: Request) -> Response<Body> {
    let is_head = request.method() == Method::HEAD;
    let wanted = if is_head { &Method::GET } else { request.method() };
    let Some(index) = group.routes.iter().position(|route| route.method == *wanted) else {
        let mut response = Failure::new(Code::MethodNotAllowed).into_response();
        if let Ok(allow) = HeaderValue::from_str(&group.allow) {
            response.headers_mut().insert(ALLOW, allow);
        }
        return response;
    };
    let acts = group.routes.get(index).is_some_and(OauthRoute::acts);
    // A task of its own: what has begun is finished and logged, whoever waits.
    let answered = if acts {
        let (tasks, told) = (app.tasks.clone(), app.clone());
        let answered = AssertUnwindSafe(read(app, group, index, request)).catch_unwind();
        let answered = tasks.spawn(answered).await;
        told.post.notify_one();
        answered.unwrap_or_else(|ended| Err(Box::new(ended)))
    } else {
        AssertUnwindSafe(read(app, group, index, request)).catch_unwind().await
    };
    let response = answered.unwrap_or_else(|_| {
        tracing::error!("a handler for applications panicked");
        Failure::new(Code::Fault).into_response()
    });
    if is_head { response.map(|_| Body::empty()) } else { response }
}

async fn read(app: App, group: Arc<Group>, index: usize, request: Request) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let takes_form = group.routes.get(index).is_some_and(OauthRoute::takes_form);
    let form = if takes_form { read_form(&parts, body).await } else { Ok(Form::default()) };
    act(app, group, index, parts, form).await
}

/// Who calls is asked when the whole form is here, and no sooner: what is revoked while the
/// form is still on its way must not act.
async fn act(
    app: App,
    group: Arc<Group>,
    index: usize,
    parts: Parts,
    form: Result<Form>,
) -> Response<Body> {
    let Some(route) = group.routes.get(index) else {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::NOT_FOUND;
        return response;
    };
    let answered = match form {
        Ok(form) => handle(app.clone(), route, &group.failures, parts, form).await,
        Err(refusal) => Err(refusal),
    };
    match answered {
        Ok(response) => response,
        Err(refusal) => {
            let id = new_uuid(app.clock.now(), &app.random);
            refusal.into_failure(route.path, id).into_response()
        }
    }
}

async fn handle(
    app: App,
    route: &OauthRoute,
    failures: &Limit,
    parts: Parts,
    form: Form,
) -> Result<Response<Body>> {
    let now = app.clock.now();
    let address = address(&app, &parts);
    let found = match find(&app, route, &parts, &form, now).await? {
        Ok(found) => found,
        Err(failure) => {
            failures.take(address, now).map_err(Failure::too_many)?;
            return Err(failure.into());
        }
    };
    let query = parts.uri.query().unwrap_or("").to_owned();
    let peer = peer(&parts);
    let Parts { method, headers, .. } = parts;
    let call = Call { app, now, method, headers, form, peer, query, found };
    (route.prove)(&call)?;
    let answered = (route.handler)(call).await;
    if answered.as_ref().is_err_and(Refusal::is_of_nobody) {
        failures.take(address, now).map_err(Failure::too_many)?;
    }
    Ok(answered?.into_response())
}

/// Who calls; a failure where nobody that the route is for.
async fn find(
    app: &App,
    route: &OauthRoute,
    parts: &Parts,
    form: &Form,
    now: crate::time::Timestamp,
) -> Result<Result<Found, Failure>> {
    let found = match route.caller {
        Caller::Anybody => Ok(Found::Nobody),
        Caller::ProvedApplication | Caller::AnyApplication => {
            let public = route.caller == Caller::AnyApplication;
            client::authenticate(app, &parts.headers, form, public, now)
                .await?
                .map(|application| Found::Application(Box::new(application)))
                .ok_or_else(|| Failure::new(Code::InvalidClient))
        }
        Caller::AskingApplication => client::claim(&parts.headers, form)?
            .map(Found::Claim)
            .ok_or_else(|| Failure::new(Code::InvalidClient)),
        Caller::Holder => match bearer::presented(&parts.headers) {
            Ok(secret) => application_sessions::authenticate(app, &secret, now)
                .await?
                .map(|held| Found::Session(Box::new(held)))
                .ok_or_else(|| Failure::new(Code::InvalidToken)),
            Err(failure) => Err(failure),
        },
    };
    Ok(found)
}

async fn read_form(parts: &Parts, body: Body) -> Result<Form> {
    let kind = parts.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or("");
    let kind = kind.split(';').next().unwrap_or("").trim();
    if !kind.is_empty() && !kind.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        let why = "The body has to be application/x-www-form-urlencoded.";
        return Err(Failure::with(Code::InvalidRequest, why).into());
    }
    let mut collecting = std::pin::pin!(Limited::new(body, MAX_FORM).collect());
    // Most often it has come with the head.
    let collected = match futures_util::poll!(&mut collecting) {
        Poll::Ready(collected) => Ok(collected),
        Poll::Pending => tokio::time::timeout(BODY_TIMEOUT, collecting).await,
    };
    let bytes: Bytes = match collected {
        Ok(Ok(body)) => body.to_bytes(),
        Ok(Err(error)) if error.is::<LengthLimitError>() => return Err(Code::TooLarge.into()),
        Ok(Err(_)) | Err(_) => return Err(Refusal::from(Code::InvalidRequest)),
    };
    if kind.is_empty() && !bytes.is_empty() {
        let why = "The body has to be application/x-www-form-urlencoded.";
        return Err(Failure::with(Code::InvalidRequest, why).into());
    }
    Ok(Form::parse(&bytes)?)
}
