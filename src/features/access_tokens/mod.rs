//! Personal access tokens: what an owner gives a program, so that it comes in without
//! a password. Shown once, stored as a hash, allowed what was chosen and never more,
//! and of no use from the moment it expires or is revoked, on any node.

pub mod api;
mod authenticate;
mod change;
mod expiry;
mod letters;
mod make;
mod revoke;
pub mod rules;
mod store;
pub mod web;

use crate::app::App;
use crate::error::Result;
use crate::features::organisations::{self, Organisation};
use crate::ids::AccountId;
use crate::time::Timestamp;
use portcullis_db::{Statement, Tx};

pub use authenticate::{Bearer, authenticate, confirm, note_use};
pub use change::{Narrowed, find, narrow, rename};
pub use expiry::tell_due;
pub use make::{Made, Wanted, make};
pub use revoke::{By, end_all, revoke, revoke_all, revoke_leaked, revoke_one};
pub use rules::USE_LAG;
pub use store::{Held, Listed, Place};

pub(crate) const fn statements() -> &'static [Statement] {
    store::ALL
}

/// How many of an account's tokens open something.
pub async fn count_live(app: &App, account: AccountId, now: Timestamp) -> Result<i64> {
    store::count_live(&mut &app.db, account, now).await
}

/// An account's tokens, the newest first: so many after a place.
pub async fn list(
    app: &App,
    account: AccountId,
    after: Option<Place>,
    limit: i64,
) -> Result<Vec<Listed>> {
    store::list(&mut &app.db, account, after, limit).await
}

/// The organisations that an account's tokens can be limited to: its own.
pub async fn organisations_of(app: &App, account: AccountId) -> Result<Vec<Organisation>> {
    let all = organisations::of_account(&mut &app.db, account).await?;
    Ok(all.into_iter().map(|(organisation, _)| organisation).collect())
}

/// Action: removes tokens that were of no use long ago, a few in each transaction,
/// and says how many.
pub async fn prune(app: &App, now: Timestamp) -> Result<u64> {
    const AT_ONCE: i64 = 500;
    let mut removed = 0;
    loop {
        let mut tx = app.db.begin().await?;
        let some = store::prune(&mut tx, now.minus(rules::KEPT_AFTER_END), AT_ONCE).await?;
        tx.commit().await?;
        removed += some;
        if some == 0 {
            return Ok(removed);
        }
    }
}

/// Step: takes an application's permission from every token that carries it, and says
/// from how many. Call in the transaction that takes it back, with its row gone.
pub async fn withdraw(tx: &mut Tx, permission: &str) -> Result<u64> {
    store::withdraw(tx, permission).await
}

/// Step: removes an account's tokens.
pub async fn remove_account(tx: &mut Tx, account: AccountId) -> Result<()> {
    store::remove_account(tx, account).await
}
