//! Consents: what an account's owner has let an application see, so that they are asked
//! once. A wider wish is asked again.

mod store;

use crate::app::App;
use crate::error::Result;
use crate::features::applications::rules::Scopes;
use crate::ids::{AccountId, ApplicationId};
use crate::time::Timestamp;
use portcullis_db::{Reader, Statement, Tx};

pub use store::{Consent, Listed};

pub(crate) const fn statements() -> &'static [Statement] {
    store::ALL
}

/// What an application has been let see.
pub async fn find(
    db: &mut impl Reader,
    account: AccountId,
    application: ApplicationId,
) -> Result<Option<Consent>> {
    store::find(db, account, application).await
}

/// All of an account.
pub async fn list(app: &App, account: AccountId) -> Result<Vec<Listed>> {
    store::list(&mut &app.db, account).await
}

/// Step: lets an application see this, beside what it may already. Call with the
/// account's row taken, and the permissions among it held (`applications::hold`).
pub async fn grant(
    tx: &mut Tx,
    account: AccountId,
    application: ApplicationId,
    scopes: &Scopes,
    now: Timestamp,
) -> Result<()> {
    let before = store::find(tx, account, application).await?;
    let all = before.map_or_else(|| scopes.clone(), |before| before.scopes.and(scopes));
    store::put(tx, account, application, &all, now).await
}

/// Step: takes it back; false where there was none.
pub async fn remove(tx: &mut Tx, account: AccountId, application: ApplicationId) -> Result<bool> {
    store::remove(tx, account, application).await
}

/// Step: takes a permission out of all that an application was let see. Call in the
/// transaction that takes the permission back.
pub async fn withdraw(tx: &mut Tx, application: ApplicationId, permission: &str) -> Result<()> {
    store::withdraw(tx, application, permission).await
}

/// Step: removes all that an application was let see.
pub async fn remove_application(tx: &mut Tx, application: ApplicationId) -> Result<()> {
    store::remove_application(tx, application).await
}

/// Step: removes those of an account.
pub async fn remove_account(tx: &mut Tx, account: AccountId) -> Result<()> {
    store::remove_account(tx, account).await
}
