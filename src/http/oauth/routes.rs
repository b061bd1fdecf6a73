//! The one table of what applications ask: method, path, caller, what is logged, handler.

use super::access::{AnyApplication, Anybody, AskingApplication, Caller, Holder, OauthAccess};
use super::answer::Answer;
use super::call::Call;
use super::error::{Failure, Refusal, Result};
use crate::features::security_log::Kind;
use crate::features::{check, open_id};
use crate::http::Logs;
use axum::http::Method;
use futures_util::future::BoxFuture;

type Handler = Box<dyn Fn(Call) -> BoxFuture<'static, Result<Answer>> + Send + Sync>;

/// One line of the table.
pub struct OauthRoute {
    /// The method.
    pub method: Method,
    /// The path.
    pub path: &'static str,
    /// Who may call.
    pub caller: Caller,
    /// What is logged.
    pub logs: Logs,
    pub(super) prove: fn(&Call) -> Result<(), Failure>,
    pub(super) handler: Handler,
}

impl OauthRoute {
    /// Whether it changes anything.
    pub const fn acts(&self) -> bool {
        matches!(self.logs, Logs::Event(_))
    }

    /// Whether parameters come in its body.
    pub fn takes_form(&self) -> bool {
        self.method == Method::POST
    }
}

/// What only answers, and writes nothing that matters for security.
pub fn show<A, F, Fut>(method: Method, path: &'static str, handler: F) -> OauthRoute
where
    A: OauthAccess,
    F: Fn(Call, A) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<Answer>> + Send + 'static,
{
    OauthRoute {
        method,
        path,
        caller: A::CALLER,
        logs: Logs::Nothing,
        prove: |call| A::prove(call).map(drop),
        handler: Box::new(move |call| match A::prove(&call) {
            Ok(access) => Box::pin(handler(call, access)),
            Err(failure) => Box::pin(std::future::ready(Err(Refusal::from(failure)))),
        }),
    }
}

/// What acts, and so says what it logs.
pub fn act<A, F, Fut>(
    method: Method,
    path: &'static str,
    logs: &'static [Kind],
    handler: F,
) -> OauthRoute
where
    A: OauthAccess,
    F: Fn(Call, A) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<Answer>> + Send + 'static,
{
    OauthRoute { logs: Logs::Event(logs), ..show::<A, F, Fut>(method, path, handler) }
}

/// Every route that applications use.
pub fn oauth_routes() -> Vec<OauthRoute> {
    use open_id::api;
    let (get, post) = (Method::GET, Method::POST);
    vec![
        show::<Anybody, _, _>(post.clone(), "/oauth/authorize", api::authorize),
        show::<Anybody, _, _>(post.clone(), "/oauth/sign-out", api::sign_out),
        act::<AnyApplication, _, _>(
            post.clone(),
            "/oauth/token",
            &[Kind::ApplicationSignedIn, Kind::AuthorizationCodeReplayed],
            api::token,
        ),
        act::<AnyApplication, _, _>(
            post.clone(),
            "/oauth/revoke",
            &[Kind::ApplicationSignedOut],
            api::revoke,
        ),
        show::<Holder, _, _>(get.clone(), "/oauth/userinfo", api::userinfo),
        show::<Holder, _, _>(post, "/oauth/userinfo", api::userinfo),
        show::<AskingApplication, _, _>(Method::POST, "/oauth/introspect", check::api::introspect),
        show::<Anybody, _, _>(get.clone(), "/oauth/jwks.json", api::keys),
        show::<Anybody, _, _>(get.clone(), "/.well-known/openid-configuration", api::discovery),
        show::<Anybody, _, _>(get, "/.well-known/oauth-authorization-server", api::discovery),
    ]
}
