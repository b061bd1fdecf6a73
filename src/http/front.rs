//! Before the table of routes: the two questions that are asked at each request of each
//! application take a short way. What answers them is what the table has there; and where
//! the answer is remembered, it is there at once.

use super::every_answer::EveryAnswer;
use super::{gate, oauth};
use crate::app::App;
use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, Response};
use futures_util::future::{BoxFuture, Either, Ready, ready};
use std::convert::Infallible;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::task::{Context, Poll};
use tower::Service;

/// The whole of what is served to people, programs, applications and proxies.
#[derive(Clone)]
pub struct Front(Arc<Parts>);

struct Parts {
    app: App,
    router: Router,
    every: Arc<EveryAnswer>,
    introspection: Option<oauth::Door>,
    question: Option<gate::Door>,
}

type Answered = Result<Response<Body>, Infallible>;

impl Front {
    pub(super) fn new(
        app: App,
        router: Router,
        every: Arc<EveryAnswer>,
        introspection: Option<oauth::Door>,
        question: Option<gate::Door>,
    ) -> Self {
        Self(Arc::new(Parts { app, router, every, introspection, question }))
    }
}

impl Service<Request<Body>> for Front {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Either<Ready<Answered>, BoxFuture<'static, Answered>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        // As the table of routes: always.
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let Parts { app, router, every, introspection, question } = &*self.0;
        match (request.method(), request.uri().path()) {
            (&Method::GET, gate::QUESTION) if let Some(door) = question => {
                let at_once = || gate::Door::answer_at_once(app, request);
                match every.finish_at_once(&Method::GET, gate::QUESTION, at_once) {
                    ControlFlow::Break(response) => Either::Left(ready(Ok(response))),
                    ControlFlow::Continue(call) => {
                        let (parts, door) = (Arc::clone(&self.0), door.clone());
                        Either::Right(Box::pin(async move {
                            let answering = door.answer(call);
                            Ok(parts.every.finish(&Method::GET, gate::QUESTION, answering).await)
                        }))
                    }
                }
            }
            (&Method::POST, oauth::INTROSPECTION) if let Some(door) = introspection => {
                let (parts, door) = (Arc::clone(&self.0), door.clone());
                Either::Right(Box::pin(async move {
                    let answering = door.answer(&parts.app, request);
                    Ok(parts.every.finish(&Method::POST, oauth::INTROSPECTION, answering).await)
                }))
            }
            _ => Either::Right(Box::pin(router.clone().call(request))),
        }
    }
}
