//! What applications ask, by the standards of OAuth and OpenID Connect: a third table of
//! routes, with one way from a request to its answer, as programs have in [`super::api`].

mod access;
mod answer;
mod bearer;
mod call;
mod client;
mod error;
mod form;
mod routes;
mod run;

pub use access::{
    AnyApplication, Anybody, AskingApplication, Caller, Holder, OauthAccess, ProvedApplication,
};
pub use answer::Answer;
pub use call::Call;
pub use error::{Code, Failure, Refusal, Result};
pub use form::Form;
pub use routes::{OauthRoute, act, oauth_routes, show};
pub(super) use run::{Door, INTROSPECTION, mount};
