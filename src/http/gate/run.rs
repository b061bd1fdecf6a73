//! From a request at the gate to its answer: through a trusted proxy, on a host that is
//! an application's. Everything else is refused, or not there.

use super::answer::GateAnswer;
use super::call::{self, GateCall};
use super::routes::{GateRoute, gate_routes};
use crate::app::App;
use crate::http::run::{not_found, peer, wrong_method};
use crate::http::{assets, problem};
use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::{Method, Response};
use axum::routing::{any, get};
use std::collections::BTreeMap;
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
    pub(in crate::http) async fn answer(self, app: App, request: Request) -> Response<Body> {
        act(app, self.routes, self.index, request).await
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
    let (parts, _) = request.into_parts();
    let origin = call::origin(&parts.headers).filter(|_| is_from_proxy(&app, &parts));
    let Some(origin) = origin else {
        if route.path == QUESTION {
            // Whoever runs the proxy has to find out why nothing opens.
            let peer = peer(&parts).0;
            tracing::warn!(
                ?peer,
                "the gate was asked by a proxy that is not trusted, or not by the headers that it needs"
            );
            return GateAnswer::refusal().into_response();
        }
        return not_found(&app, Request::from_parts(parts, Body::empty())).await;
    };
    let call = Arc::new(GateCall { now: app.clock.now(), origin, route: route.path, parts, app });
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
