//! OpenID Connect: the one way by which an application behind Portcullis gets a session
//! of its own. The browser brings a request (`authorize`); once its owner has signed in
//! as well as the application demands, and has said that it may, it takes a code back,
//! which the application exchanges (`exchange`) for an application session and an ID
//! token. The application session is the access token; it is the child of the session
//! at Portcullis, and dies with it. Whoever signs out there is signed out everywhere
//! (`sign_out`), and applications that want to hear of it do (`logout`).

pub mod api;
mod authorize;
mod claims;
mod discovery;
mod exchange;
mod logout;
mod membership;
pub mod rules;
mod sign_out;
mod store;
pub mod web;

use crate::error::Result;
use crate::time::Timestamp;
use portcullis_db::{Statement, Tx};

pub use authorize::{Asked, Next, Unanswered, allow, deny, next, read};
pub use exchange::{Exchanged, NotExchanged, Presented, exchange, revoke};
pub use logout::{LogoutClaims, enqueue_due, post};
pub use sign_out::{Leaving, NotLeaving, SignOut, read as read_sign_out};

pub(crate) const fn statements() -> &'static [Statement] {
    store::ALL
}

/// Step: removes codes that have long been of no use.
pub async fn prune(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    store::prune(tx, now.minus(rules::CODES_KEPT)).await
}
