//! From a request to the API to its answer: which token, may it, is it understood.

use super::call::Call;
use super::limits::Limit;
use super::problem::{Code, Problem, Refusal, Result};
use super::routes::{ApiRoute, api_routes};
use super::{document, page};
use crate::app::App;
use crate::features::access_tokens::{self, Bearer};
use crate::features::organisation_access::{self, Verdict, Which};
use crate::http::run::source;
use crate::ids::new_uuid;
use crate::secret::{Kind, Token};
use crate::time::Timestamp;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{FromRequestParts, RawPathParams, Request, State};
use axum::http::header::{ALLOW, AUTHORIZATION, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Response};
use axum::routing::{any, get};
use futures_util::FutureExt;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// A body that is not here by then is not waited for.
const BODY_TIMEOUT: Duration = Duration::from_secs(20);

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What this node remembers of those who send what opens nothing.
struct Limits {
    /// Tokens that are none.
    tokens: Limit,
    /// Reports of leaked tokens, which anybody may send.
    reports: Limit,
}

/// The routes of one path.
struct Group {
    routes: Vec<ApiRoute>,
    allow: String,
    limits: Arc<Limits>,
}

/// Puts the table beside that of the pages.
pub(in crate::http) fn mount(router: Router<App>) -> Router<App> {
    let limits = Arc::new(Limits {
        tokens: Limit::new(60, Duration::from_secs(1)),
        reports: Limit::new(30, Duration::from_secs(10)),
    });
    let mut paths: BTreeMap<&'static str, Vec<ApiRoute>> = BTreeMap::new();
    for route in api_routes() {
        paths.entry(route.path).or_default().push(route);
    }
    let mut router = router
        .route("/api", get(async |State(app): State<App>| page::page(&app)))
        .route("/api/openapi.json", get(async || document::served()));
    for (path, routes) in paths {
        let mut allow: Vec<&str> = routes.iter().map(|route| route.method.as_str()).collect();
        if allow.contains(&"GET") {
            allow.push("HEAD");
        }
        let (allow, limits) = (allow.join(", "), Arc::clone(&limits));
        let group = Arc::new(Group { routes, allow, limits });
        router = router.route(
            path,
            any(move |State(app): State<App>, request: Request| {
                answer(app, Arc::clone(&group), request)
            }),
        );
    }
    router
}

/// The answer for an address under `/api` that is not in the table.
pub(in crate::http) fn not_found(app: &App) -> Response<Body> {
    let id = new_uuid(app.clock.now(), &app.random);
    named(Problem::new(Code::NotFound).into_response(id), id)
}

/// Every answer says which request it is to.
fn named(mut response: Response<Body>, id: Uuid) -> Response<Body> {
    if let Ok(value) = HeaderValue::from_str(&id.to_string()) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

async fn answer(app: App, group: Arc<Group>, request: Request) -> Response<Body> {
    let id = new_uuid(app.clock.now(), &app.random);
    let is_head = request.method() == Method::HEAD;
    let wanted = if is_head { &Method::GET } else { request.method() };
    let Some(index) = group.routes.iter().position(|route| route.method == *wanted) else {
        let mut response = Problem::new(Code::MethodNotAllowed).into_response(id);
        if let Ok(allow) = HeaderValue::from_str(&group.allow) {
            response.headers_mut().insert(ALLOW, allow);
        }
        return named(response, id);
    };
    let acts = group.routes.get(index).is_some_and(ApiRoute::acts);
    let (tasks, told) = (app.tasks.clone(), app.clone());
    let answered = AssertUnwindSafe(act(app, group, index, request, id)).catch_unwind();
    // A task of its own: what has begun is finished and logged, whoever waits.
    let answered = if acts {
        let answered = tasks.spawn(answered).await;
        told.post.notify_one();
        answered.unwrap_or_else(|ended| Err(Box::new(ended)))
    } else {
        answered.await
    };
    let response = answered.unwrap_or_else(|_| {
        tracing::error!(reference = %id, "a handler of the API panicked");
        Problem::new(Code::Fault).into_response(id)
    });
    let response = if is_head { response.map(|_| Body::empty()) } else { response };
    named(response, id)
}

async fn act(
    app: App,
    group: Arc<Group>,
    index: usize,
    request: Request,
    id: Uuid,
) -> Response<Body> {
    let Some(route) = group.routes.get(index) else {
        return Problem::new(Code::NotFound).into_response(id);
    };
    match handle(app, route, &group.limits, request).await {
        Ok(response) => response,
        Err(refusal) => refusal.into_problem(route.path, id).into_response(id),
    }
}

async fn handle(
    app: App,
    route: &ApiRoute,
    limits: &Limits,
    request: Request,
) -> Result<Response<Body>> {
    let (mut parts, body) = request.into_parts();
    // The whole body first, and only then who asks: a token that is revoked while
    // the body is still on its way must not act.
    let body = if route.takes_body() {
        read_body(&parts, body, route.longest).await
    } else {
        Ok(Bytes::new())
    };
    let now = app.clock.now();
    let from = source(&app, &parts);
    let mut bearer = None;
    let mut token = None;
    if route.needs.permission().is_some() {
        if let Some((held, own)) = authenticate(&app, &parts.headers, &from, now).await? {
            (bearer, token) = (Some(held), Some(own));
        } else {
            limits.tokens.take(from.address, now).map_err(Problem::too_many)?;
            return Err(Code::InvalidToken.into());
        }
    } else {
        limits.reports.take(from.address, now).map_err(Problem::too_many)?;
    }
    let Ok(params) = RawPathParams::from_request_parts(&mut parts, &()).await else {
        return Err(Code::NotFound.into());
    };
    let mut call = Call {
        app,
        now,
        source: from,
        route: route.path,
        declared: route.query,
        params: params.iter().map(|(name, value)| (name.into(), value.into())).collect(),
        query: parts.uri.query().unwrap_or("").to_owned(),
        body: Bytes::new(),
        bearer,
        token,
        organisation: None,
    };
    call.organisation = organisation(route, &call).await?;
    (route.prove)(&call)?;
    // Also where nothing is taken: what is not understood is not passed over.
    if route.query.is_empty() {
        call.query().done()?;
    }
    call.body = body?;
    (route.handler)(call).await
}

/// The one place where a call's organisation is asked, by what the table says of the route:
/// none can forget to.
async fn organisation(route: &ApiRoute, call: &Call) -> Result<Option<Verdict>> {
    let (Some(bearer), Some(permission)) = (&call.bearer, route.needs.permission()) else {
        return Ok(None);
    };
    if !route.needs.is_of_organisation() || !bearer.may(permission) {
        return Ok(None);
    }
    let Ok(id) = call.id() else { return Ok(Some(Verdict::Stranger)) };
    let asked = organisation_access::enter_by_token(
        &call.app,
        bearer,
        &call.source,
        Which::Id(id),
        call.now,
    );
    Ok(Some(asked.await?))
}

/// The one way in: a single header, a single scheme. Cookies, queries, forms and
/// user names are never looked at (attack TK-04).
async fn authenticate(
    app: &App,
    headers: &HeaderMap,
    source: &crate::http::Source,
    now: Timestamp,
) -> Result<Option<(Bearer, Token)>> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return Ok(None) };
    let Some((scheme, text)) = value.to_str().ok().and_then(|value| value.split_once(' ')) else {
        return Ok(None);
    };
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Ok(None);
    }
    let Some(token) = Token::parse(Kind::AccessToken, text) else { return Ok(None) };
    let bearer = access_tokens::authenticate(app, &token, source, now).await?;
    Ok(bearer.map(|bearer| (bearer, token)))
}

async fn read_body(parts: &Parts, body: Body, longest: usize) -> Result<Bytes> {
    let kind = parts.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or("");
    let kind = kind.split(';').next().unwrap_or("").trim();
    if !kind.eq_ignore_ascii_case("application/json") {
        return Err(Code::UnsupportedMediaType.into());
    }
    let collected = tokio::time::timeout(BODY_TIMEOUT, Limited::new(body, longest).collect()).await;
    match collected {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(Code::TooLarge.into()),
        Ok(Err(_)) | Err(_) => Err(Refusal::from(Code::MalformedJson)),
    }
}
