//! What an owner must hear of, whatever is switched off: each notice about password,
//! address, second factors, lock and closing goes through here, to the address that
//! the account has and to those that it had until a few days ago. Whoever takes an
//! account over changes its address first.

pub mod rules;
mod store;

use crate::app::App;
use crate::delivery::{self, Letter};
use crate::error::Result;
use crate::features::account::rules::EmailAddress;
use crate::features::account::{self, Account};
use crate::ids::AccountId;
use crate::time::Timestamp;
use portcullis_db::{Statement, Tx};

pub(crate) const fn statements() -> &'static [Statement] {
    store::ALL
}

/// Step: tells the owner of an account. Call with its row taken, after what has
/// changed its address.
pub async fn tell(
    tx: &mut Tx,
    app: &App,
    account: &Account,
    letter: &Letter,
    now: Timestamp,
) -> Result<()> {
    // As it is now: it may have changed since the request came. An erased one has none.
    let current = account::by_id(tx, account.id).await?.filter(|now| now.erased_at.is_none());
    let to = current.as_ref().map_or(&account.email, |current| &current.email);
    delivery::enqueue(tx, app, to, Some(account.id), letter, now).await?;
    tell_former(tx, app, account.id, &[to], letter, now).await
}

/// Step: tells only those who read mail at addresses that the account had until
/// lately, but not at these. What they get has no button: nothing is theirs to do with the account any
/// more, but by the links that they have got.
pub async fn tell_former(
    tx: &mut Tx,
    app: &App,
    account: AccountId,
    except: &[&str],
    letter: &Letter,
    now: Timestamp,
) -> Result<()> {
    for former in store::former(tx, account, now).await? {
        let email = EmailAddress::parse(&former.email);
        if email.is_ok_and(|email| except.iter().any(|except| email.is_same_as(except))) {
            continue;
        }
        let copy = letter.for_former_address(former.until);
        delivery::enqueue(tx, app, &former.email, Some(account), &copy, now).await?;
    }
    Ok(())
}

/// Step: an account gives up this address, which hears of it for a while. Call with
/// the account locked.
pub async fn remember(
    tx: &mut Tx,
    account: AccountId,
    former: &EmailAddress,
    now: Timestamp,
) -> Result<()> {
    store::remember(tx, account, former, now, now.plus(rules::TOLD_FOR)).await
}

/// Step: addresses that were given up at this moment or later hear nothing more:
/// what was changed since is undone. Call with the account locked.
pub async fn forget_since(tx: &mut Tx, account: AccountId, since: Timestamp) -> Result<()> {
    store::forget_since(tx, account, since).await
}

/// Step: removes an account's.
pub async fn remove_account(tx: &mut Tx, account: AccountId) -> Result<()> {
    store::remove_account(tx, account).await
}

/// Step: removes those that hear nothing more, and says how many.
pub async fn prune(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    store::prune(tx, now).await
}
