use super::store;
use crate::app::App;
use crate::error::Result;
use crate::features::account::rules::KeyRange;
use crate::features::account::{self, Account};
use crate::features::mailed_links::Purpose;
use crate::features::{access_tokens, known_devices, mailed_links, password, sessions};
use crate::ids::AccountId;
use crate::time::Timestamp;

pub use super::store::Listed;

/// A page of accounts: all of them by age, or those whose address begins so;
/// none when there is no account to go on after.
pub async fn list_accounts(
    app: &App,
    search: &str,
    after: Option<AccountId>,
    limit: i64,
) -> Result<Option<Vec<Listed>>> {
    let db = &mut &app.db;
    let last = match after {
        None => None,
        Some(id) => match account::by_id(db, id).await? {
            Some(account) => Some(account),
            None => return Ok(None),
        },
    };
    Ok(Some(match KeyRange::of_prefix(search) {
        None => store::page(db, last.as_ref(), limit).await?,
        Some(range) => store::found(db, &range, after, limit).await?,
    }))
}

/// What an administrator sees of one account: nothing that is secret.
#[derive(Debug)]
pub struct Seen {
    /// The account.
    pub account: Account,
    /// When its password was set, if it has one.
    pub password_changed: Option<Timestamp>,
    /// Until when it can be entered by invitation.
    pub invited_until: Option<Timestamp>,
    /// How many live sessions it has.
    pub sessions: usize,
    /// How many browsers it knows.
    pub devices: i64,
    /// How many of its access tokens open something.
    pub tokens: i64,
}

/// An account by its id.
pub async fn find_account(app: &App, id: AccountId) -> Result<Option<Account>> {
    account::by_id(&mut &app.db, id).await
}

/// One account, if there is such a one.
pub async fn see_account(app: &App, id: AccountId, now: Timestamp) -> Result<Option<Seen>> {
    let db = &mut &app.db;
    let Some(account) = account::by_id(db, id).await? else { return Ok(None) };
    let invitation = mailed_links::pending(db, Purpose::Invitation, id, now).await?;
    Ok(Some(Seen {
        password_changed: password::changed_at(app, id).await?,
        invited_until: invitation.map(|link| link.expires_at),
        sessions: sessions::list(app, id, now).await?.len(),
        devices: known_devices::count(app, id).await?,
        tokens: access_tokens::count_live(app, id, now).await?,
        account,
    }))
}
