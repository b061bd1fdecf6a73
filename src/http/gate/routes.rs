//! The one table of the gate: method, path, what is logged, handler.

use super::answer::GateAnswer;
use super::call::GateCall;
use crate::error::Result;
use crate::features::gate::web::{browser, question};
use crate::features::security_log::Kind;
use crate::http::Logs;
use axum::http::Method;
use futures_util::future::BoxFuture;
use std::sync::Arc;

type Handler = Box<dyn Fn(Arc<GateCall>) -> BoxFuture<'static, Result<GateAnswer>> + Send + Sync>;

/// One line of the table.
pub struct GateRoute {
    /// The method.
    pub method: Method,
    /// The path, on the application's own host.
    pub path: &'static str,
    /// What is logged.
    pub logs: Logs,
    pub(super) handler: Handler,
}

fn get<F, Fut>(path: &'static str, handler: F) -> GateRoute
where
    F: Fn(Arc<GateCall>) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<GateAnswer>> + Send + 'static,
{
    let handler: Handler = Box::new(move |call| Box::pin(handler(call)));
    GateRoute { method: Method::GET, path, logs: Logs::Nothing, handler }
}

/// Every route of the gate.
pub fn gate_routes() -> Vec<GateRoute> {
    vec![
        get("/gate/forward-auth", question::answer),
        get("/gate/refused", question::refused),
        get("/gate/sign-in", browser::sign_in),
        // It comes with a code that the login action has led to, and redeems it.
        GateRoute {
            logs: Logs::Event(&[Kind::ApplicationSignedIn]),
            ..get("/gate/callback", browser::callback)
        },
        get("/gate/sign-out", browser::sign_out_page),
        GateRoute {
            method: Method::POST,
            logs: Logs::Event(&[Kind::ApplicationSignedOut]),
            ..get("/gate/sign-out", browser::sign_out)
        },
    ]
}
