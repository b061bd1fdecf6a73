//! The application: a list of clients, which a permission opens for reading and
//! another one for adding to it.

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use portcullis_client::{Caller, Portcullis};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex, PoisonError};

type Clients = Arc<Mutex<Vec<String>>>;

/// Its routes. What stands above a layer is behind it.
pub fn routes(portcullis: &Portcullis) -> Router {
    let clients = Clients::new(Mutex::new(vec!["Okafor & Daughters".to_owned()]));
    let anybody_known =
        Router::new().route("/me", get(me)).layer(portcullis.require(Vec::<String>::new()));
    let readers =
        Router::new().route("/clients", get(list)).layer(portcullis.require(["clients:read"]));
    let writers = Router::new()
        .route("/clients", post(add))
        .layer(portcullis.require(["clients:read", "clients:write"]));
    Router::new()
        .route("/", get(async || "Hello. Everything else needs a credential.\n"))
        .merge(anybody_known)
        .merge(readers)
        .merge(writers)
        .with_state(clients)
}

async fn me(caller: Caller) -> Json<Value> {
    let permissions: Vec<&str> = caller.permissions().collect();
    Json(json!({"account": caller.subject(), "permissions": permissions}))
}

async fn list(State(clients): State<Clients>, caller: Caller) -> Json<Value> {
    let clients = clients.lock().unwrap_or_else(PoisonError::into_inner);
    Json(json!({"clients": *clients, "asked_by": caller.subject()}))
}

async fn add(State(clients): State<Clients>, name: String) -> StatusCode {
    clients.lock().unwrap_or_else(PoisonError::into_inner).push(name);
    StatusCode::CREATED
}
