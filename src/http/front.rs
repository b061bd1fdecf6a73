//! Before the table of routes: the two questions that are asked at each request of each
//! application take a short way. What answers them is what the table has there.

use super::every_answer::EveryAnswer;
use super::{gate, oauth};
use crate::app::App;
use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, Response};
use futures_util::future::BoxFuture;
use std::convert::Infallible;
use std::sync::Arc;
use std::task::{Context, Poll};
use tower::Service;

/// The whole of what is served to people, programs, applications and proxies.
#[derive(Clone)]
pub struct Front {
    app: App,
    router: Router,
    every: Arc<EveryAnswer>,
    introspection: Option<oauth::Door>,
    question: Option<gate::Door>,
}

impl Front {
    pub(super) const fn new(
        app: App,
        router: Router,
        every: Arc<EveryAnswer>,
        introspection: Option<oauth::Door>,
        question: Option<gate::Door>,
    ) -> Self {
        Self { app, router, every, introspection, question }
    }
}

impl Service<Request<Body>> for Front {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        <Router as Service<Request<Body>>>::poll_ready(&mut self.router, context)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let (app, every) = (self.app.clone(), Arc::clone(&self.every));
        match (request.method(), request.uri().path()) {
            (&Method::GET, gate::QUESTION) if let Some(door) = self.question.clone() => {
                Box::pin(async move {
                    let answering = door.answer(app, request);
                    Ok(every.finish(&Method::GET, gate::QUESTION, answering).await)
                })
            }
            (&Method::POST, oauth::INTROSPECTION)
                if let Some(door) = self.introspection.clone() =>
            {
                Box::pin(async move {
                    let answering = door.answer(app, request);
                    Ok(every.finish(&Method::POST, oauth::INTROSPECTION, answering).await)
                })
            }
            _ => Box::pin(self.router.call(request)),
        }
    }
}
