//! Application sessions: what an application holds of somebody who has signed in to it.
//! Each is the child of a session at Portcullis, with a secret of its own, and is good
//! only as long as its parent: whatever ends that ends it, in the same statements, and
//! an application that wants to hear of it is told.

mod logout;
mod proof;
pub mod rules;
mod store;

use crate::app::App;
use crate::error::Result;
use crate::features::applications::Application;
use crate::features::applications::rules::Scopes;
use crate::ids::{AccountId, ApplicationId, ApplicationSessionId, OrganisationId, SessionId};
use crate::secret::{Kind, Token};
use crate::time::Timestamp;
use portcullis_db::{Reader, Statement, Tx};
use rules::Ended;
use std::net::IpAddr;

pub use logout::{DueLogout, due_logouts, take_due_logout};
pub use proof::{Acr, Proof};
pub use store::{Held, Listed, Parent};

pub(crate) const fn statements() -> &'static [Statement] {
    store::ALL
}

/// What a new one is made for.
#[derive(Debug, Clone, Copy)]
pub struct New<'a> {
    /// The session that it becomes a child of.
    pub session: SessionId,
    /// Whose that is.
    pub account: AccountId,
    /// The application.
    pub application: &'a Application,
    /// What the application may see and do in it.
    pub scopes: &'a Scopes,
    /// The organisation that it is for, if it is for one.
    pub organisation: Option<OrganisationId>,
}

/// Step: makes one; none where its parent is not live any more. Call with the account's
/// row taken and open, and the permissions among the scopes held
/// (`applications::hold`).
pub async fn make(
    tx: &mut Tx,
    app: &App,
    new: New<'_>,
    now: Timestamp,
) -> Result<Option<(ApplicationSessionId, Token)>> {
    let id = ApplicationSessionId::new(now, &app.random);
    let token = Token::new(Kind::ApplicationSession, id.uuid(), &app.random);
    let idle_since = now.minus(app.config.session_idle);
    let made = store::insert(tx, id, &token.hash(), new, now, idle_since).await?;
    Ok(made.then_some((id, token)))
}

/// One by its id, with parent, account and application, in one look-up; whether it is
/// good is another question ([`Held::is_good`]).
pub async fn find(db: &mut impl Reader, id: ApplicationSessionId) -> Result<Option<Held>> {
    store::find(db, id).await
}

/// Action: the application session that this is the secret of, if it is good. Notes no
/// use: call [`note_use`] where it was one.
pub async fn authenticate(app: &App, secret: &Token, now: Timestamp) -> Result<Option<Held>> {
    let id = ApplicationSessionId::from_uuid(secret.id());
    let found = store::find(&mut &app.db, id).await?;
    Ok(found.filter(|held| held.is_held_by(secret) && held.is_good(now, app.config.session_idle)))
}

/// The same as [`sessions::already_out`](crate::features::sessions::already_out) of whoever
/// comes with the secret of one that opens nothing.
pub async fn already_out(app: &App, secret: &Token) -> Result<()> {
    let id = ApplicationSessionId::from_uuid(secret.id());
    let found = store::find(&mut &app.db, id).await?;
    if found.is_some_and(|held| held.is_held_by(secret)) {
        app.db.settled().await;
    }
    Ok(())
}

/// Action: notes that it is in use, and its parent with it, at most once a minute: who
/// works in an application all day must not be signed out for never visiting Portcullis.
/// It may lag, so a failure is only logged.
pub async fn note_use(app: &App, held: &Held, address: Option<IpAddr>, now: Timestamp) {
    if held.is_use_due(now, app.config.session_idle)
        && let Err(error) = touch(app, held, address, now).await
    {
        tracing::warn!(?error, "the use of an application session could not be noted");
    }
}

async fn touch(app: &App, held: &Held, address: Option<IpAddr>, now: Timestamp) -> Result<()> {
    let address = address.map(|address| address.to_canonical().to_string());
    let mut tx = app.db.begin().await?;
    // The parent first, as whoever ends them takes them.
    store::touch_parent(&mut tx, held.parent.id, address.as_deref(), now).await?;
    store::touch(&mut tx, held.id, now).await?;
    Ok(tx.commit().await?)
}

/// Step: the children of a session end with it. Call where it has just been ended.
pub async fn end_children(tx: &mut Tx, session: SessionId, now: Timestamp) -> Result<u64> {
    store::end_children(tx, session, Ended::WithSession, now).await
}

/// Step: the same for all of an account's sessions but one.
pub async fn end_children_of_account(
    tx: &mut Tx,
    account: AccountId,
    kept: Option<SessionId>,
    now: Timestamp,
) -> Result<u64> {
    store::end_of_account(tx, account, kept, Ended::WithSession, now).await
}

/// Step: the same for all sessions of the installation but one.
pub async fn end_every_child(tx: &mut Tx, kept: Option<SessionId>, now: Timestamp) -> Result<u64> {
    store::end_every(tx, kept, Ended::WithSession, now).await
}

/// Step: ends one of an account; false when there is none such.
pub async fn end(
    tx: &mut Tx,
    account: AccountId,
    id: ApplicationSessionId,
    reason: Ended,
    now: Timestamp,
) -> Result<bool> {
    store::end(tx, account, id, reason, now).await
}

/// Step: ends those that an account has in one application, and says how many.
pub async fn end_in_application(
    tx: &mut Tx,
    account: AccountId,
    application: ApplicationId,
    reason: Ended,
    now: Timestamp,
) -> Result<u64> {
    store::end_in_application(tx, account, application, reason, now).await
}

/// Step: ends all of an application, and says how many. Call with the installation's row
/// taken, and before anything else of the application is: it takes the accounts of all
/// who are signed in to it.
pub async fn end_of_application(
    tx: &mut Tx,
    application: ApplicationId,
    now: Timestamp,
) -> Result<u64> {
    store::lock_signed_in(tx, application).await?;
    store::end_of_application(tx, application, Ended::ApplicationRemoved, now).await
}

/// Step: takes the accounts of all who are signed in to an application, for changes to
/// their sessions there. Call with the installation's row taken.
pub async fn lock_signed_in(tx: &mut Tx, application: ApplicationId) -> Result<()> {
    store::lock_signed_in(tx, application).await
}

/// Step: takes a permission from every session of an application that carries it. Call
/// after [`lock_signed_in`], in the transaction that takes the permission back.
pub async fn withdraw(tx: &mut Tx, application: ApplicationId, permission: &str) -> Result<()> {
    store::withdraw(tx, application, permission).await
}

/// An account's good ones, the newest first.
pub async fn list(app: &App, account: AccountId, now: Timestamp) -> Result<Vec<Listed>> {
    store::list(&mut &app.db, account, now, now.minus(app.config.session_idle)).await
}

/// How many good ones there are in an application.
pub async fn count(app: &App, application: ApplicationId, now: Timestamp) -> Result<i64> {
    store::count(&mut &app.db, application, now, now.minus(app.config.session_idle)).await
}

/// Step: removes what ended long ago. A session that is removed takes its children along.
pub async fn prune(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    store::prune(tx, before).await
}

/// Step: removes those of an account.
pub async fn remove_account(tx: &mut Tx, account: AccountId) -> Result<()> {
    store::remove_account(tx, account).await
}
