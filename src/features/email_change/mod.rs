//! Another e-mail address. Its owner asks, somebody who reads mail there
//! confirms, and the old address can take it all back for seven days, during
//! which nobody else can have it: whoever got into an account must not be able
//! to keep it by changing where its mail goes.

mod ask;
mod confirm;
mod letters;
pub mod rules;
mod undo;
pub mod web;

use crate::app::App;
use crate::error::{Fault, Result};
use crate::features::account::rules::EmailAddress;
use crate::features::account::{self, Account};
use crate::features::mailed_links::{self, Dead, Link, Purpose};
use crate::ids::AccountId;
use crate::time::Timestamp;
use portcullis_db::Reader;

pub use ask::{Asked, ask, cancel};
pub use confirm::{Confirmed, confirm};
pub use undo::{Undone, undo};

/// What a link that opens would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The account's address now.
    pub from: String,
    /// The address that it would have.
    pub to: String,
}

/// What a presented link would do; looking changes nothing.
pub async fn look(
    app: &App,
    purpose: Purpose,
    text: &str,
) -> Result<std::result::Result<Change, Dead>> {
    let now = app.clock.now();
    let link = match mailed_links::look(&mut &app.db, purpose, text, now).await?.open() {
        Ok(link) => link,
        Err(dead) => return Ok(Err(dead)),
    };
    let account = account_of(&mut &app.db, &link).await?;
    let shut = match purpose {
        Purpose::EmailUndo => account.shut_to_return(),
        _ => account.shut(),
    };
    Ok(if shut.is_some() || account.is_gone(now) {
        Err(Dead::Void)
    } else {
        Ok(Change { from: account.email, to: link.email })
    })
}

/// What waits for its confirmation.
pub async fn pending(app: &App, account: AccountId, now: Timestamp) -> Result<Option<Link>> {
    mailed_links::pending(&mut &app.db, Purpose::EmailChange, account, now).await
}

async fn account_of(db: &mut impl Reader, link: &Link) -> Result<Account> {
    let found = match link.account {
        Some(id) => account::by_id(db, id).await?,
        None => None,
    };
    found.ok_or_else(|| Fault::new("a link's account is not there").into())
}

fn stored(email: &str) -> Result<EmailAddress> {
    let parsed = EmailAddress::parse(email);
    parsed.map_err(|_| Fault::new("a stored address can't be read").into())
}

/// Why a link that was open a moment ago is not now.
async fn dead_now(app: &App, purpose: Purpose, text: &str, now: Timestamp) -> Result<Dead> {
    let presented = mailed_links::look(&mut &app.db, purpose, text, now).await?;
    Ok(presented.open().err().unwrap_or(Dead::Void))
}
