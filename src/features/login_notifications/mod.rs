//! An owner hears of sign-ins from what is new to the account: by mail, and where
//! they want it by text message. What is told can be switched. Links in the mail
//! say whether it was they.

mod letters;
mod notices;
pub mod rules;
mod store;
mod switch;
pub mod web;

use crate::app::App;
use crate::delivery;
use crate::error::Result;
use crate::features::account;
use crate::features::notable_sign_ins::Notable;
use crate::features::second_factor::phone;
use crate::http::Source;
use crate::ids::AccountId;
use crate::time::Timestamp;
use portcullis_db::{Statement, Tx};

pub use notices::{Answered, Locked, Seen, answer, lock_account, look};
pub use switch::{Switched, switch, switches};

pub(crate) const fn statements() -> &'static [Statement] {
    store::ALL
}

/// Step: tells the owner of a notable sign-in, if anything is new that is switched
/// on. Call with the account locked, in the transaction of the sign-in.
pub async fn tell(
    tx: &mut Tx,
    app: &App,
    account: AccountId,
    notable: &Notable,
    source: &Source,
    now: Timestamp,
) -> Result<()> {
    let switches = store::switches(tx, account).await?;
    if !switches.tell(notable.new) {
        return Ok(());
    }
    // As it is now: its address may have changed since the password was looked at.
    let Some(account) = account::by_id(tx, account).await? else { return Ok(()) };
    let links = notices::issue(tx, app, notable, now).await?;
    let letter = letters::signed_in(app, &account, notable, links, source, now);
    delivery::enqueue(tx, app, &account.email, Some(account.id), &letter, now).await?;
    if switches.texts {
        // By mail it is told anyway: where enough were sent, none is.
        let until = now.plus(rules::TEXT_USEFUL_FOR);
        let words = letters::text(app, &account, now);
        phone::send_notice(tx, app, account.id, words, (source.address, until), now).await?;
    }
    Ok(())
}

/// Step: removes notices whose links opened long ago, and says how many.
pub async fn prune(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    store::prune(tx, now.minus(rules::KEPT_FOR)).await
}

/// Step: removes what an account has switched, and its notices.
pub async fn remove_account(tx: &mut Tx, account: AccountId) -> Result<()> {
    store::remove_account(tx, account).await
}
