//! From a request at the gate to its answer: through a trusted proxy, on a host that is
//! an application's. Everything else is refused, or not there.

use super::answer::GateAnswer;
use super::call::{self, GateCall};
use super::routes::{GateRoute, gate_routes};
use crate::app::App;
use crate::features::gate::web;
use crate::http::run::{not_found, peer, wrong_method};
use crate::http::{Peer, assets, problem};
use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::{Method, Response};
use axum::routing::{any, get};
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Arc;

/// The question of proxies, which can't be answered by "there is no such page".
pub(in crate::http) const QUESTION: &str = "/gate/forward-auth";

/// The short way to that question.
#[derive(Clone)]
pub(in crate::http) struct Door {
    routes: Arc<Vec<GateRoute>>,
    index: usize,
}

impl Door {
    /// What is known at once, and otherwise the call to be gone about in the usual way.
    pub(in crate::http) fn answer_at_once(
        app: &App,
        request: Request,
    ) -> ControlFlow<Response<Body>, GateCall> {
        match read(app.clone(), QUESTION, request) {
            Ok(call) => match web::question::answer_at_once(&call) {
                Some(answer) => ControlFlow::Break(answer.into_response()),
                None => ControlFlow::Continue(call),
            },
            Err(request) => ControlFlow::Break(not_believed(&request)),
        }
    }

    /// The usual way.
    pub(in crate::http) async fn answer(self, call: GateCall) -> Response<Body> {
        match self.routes.get(self.index) {
            Some(route) => handle(route, call).await,
            None => GateAnswer::refusal().into_response(),
        }
    }
}

/// Puts the table beside the others.
pub(in crate::http) fn mount(router: Router<App>) -> (Router<App>, Option<Door>) {
    let mut question = None;
    let mut paths: BTreeMap<&'static str, Vec<GateRoute>> = BTreeMap::new();
    for route in gate_routes() {
        paths.entry(route.path).or_default().push(route);
    }
    // Its pages load their files from the application's host.
    let mut router = router.route(
        "/gate/assets/{release}/{name}",
        get(async |Path((release, name)): Path<(String, String)>| assets::serve(&release, &name)),
    );
    for (path, group) in paths {
        let group = Arc::new(group);
        if path == QUESTION {
            let index = group.iter().position(|route| route.method == Method::GET);
            question = index.map(|index| Door { routes: Arc::clone(&group), index });
        }
        router = router.route(
            path,
            any(move |State(app): State<App>, request: Request| {
                answer(app, Arc::clone(&group), request)
            }),
        );
    }
    (router, question)
}

async fn answer(app: App, routes: Arc<Vec<GateRoute>>, request: Request) -> Response<Body> {
    let is_head = request.method() == Method::HEAD;
    let wanted = call::wanted(request.method());
    let Some(index) = routes.iter().position(|route| route.method == wanted) else {
        return wrong_method(&app, request).await;
    };
    // A task of its own: what has begun is finished and logged, whoever waits.
    let response = if wanted == Method::POST {
        let tasks = app.tasks.clone();
        match tasks.spawn(act(app, routes, index, request)).await {
            Ok(response) => response,
            Err(ended) => match ended.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(_) => GateAnswer::refusal().into_response(),
            },
        }
    } else {
        act(app, routes, index, request).await
    };
    if is_head { response.map(|_| Body::empty()) } else { response }
}

async fn act(
    app: App,
    routes: Arc<Vec<GateRoute>>,
    index: usize,
    request: Request,
) -> Response<Body> {
    let Some(route) = routes.get(index) else { return not_found(&app, request).await };
    match read(app.clone(), route.path, request) {
        Ok(call) => handle(route, call).await,
        Err(request) if route.path == QUESTION => not_believed(&request),
        Err(request) => not_found(&app, *request).await,
    }
}

/// A request that a trusted proxy has passed on; itself where it is none.
fn read(app: App, route: &'static str, request: Request) -> Result<GateCall, Box<Request>> {
    let (parts, _) = request.into_parts();
    match call::origin(&parts.headers).filter(|_| is_from_proxy(&app, &parts)) {
        Some(origin) => Ok(GateCall { now: app.clock.now(), origin, route, parts, app }),
        None => Err(Box::new(Request::from_parts(parts, Body::empty()))),
    }
}

/// Whoever runs the proxy has to find out why nothing opens.
fn not_believed(request: &Request) -> Response<Body> {
    let peer = request.extensions().get::<Peer>().and_then(|peer| peer.0);
    tracing::warn!(
        ?peer,
        "the gate was asked by a proxy that is not trusted, or not by the headers that it needs"
    );
    GateAnswer::refusal().into_response()
}

async fn handle(route: &GateRoute, call: GateCall) -> Response<Body> {
    let call = Arc::new(call);
    match (route.handler)(Arc::clone(&call)).await {
        Ok(answer) => answer.into_response(),
        // A fault opens nothing.
        Err(error) => {
            let (visit, ..) = call.onlooker(call.session().as_ref()).await;
            problem::answer(&visit, error)
        }
    }
}

fn is_from_proxy(app: &App, parts: &axum::http::request::Parts) -> bool {
    let peer = peer(parts).0.map(|address| address.to_canonical());
    peer.is_some_and(|peer| {
        app.config.trusted_proxies.iter().any(|network| network.contains(&peer))
    })
}
