//! Secure my account: one page that leads somebody who is frightened through all that
//! makes an account theirs alone again. It has nothing of its own; it looks at the
//! other rooms, and what it does is done by their actions.

pub mod rules;
pub mod web;

use crate::app::App;
use crate::error::Result;
use crate::features::access_tokens::rules::State;
use crate::features::access_tokens::{self, Listed};
use crate::features::known_devices::KnownDevice;
use crate::features::second_factor::{SecondFactor, phone};
use crate::features::security_log::search::search;
use crate::features::security_log::{Entry, Filter, Kind, Scope, review};
use crate::features::sessions::{self, Current};
use crate::features::{backup_codes, known_devices, password, second_factor, suspicious_activity};
use crate::ids::AccountId;
use crate::time::Timestamp;

/// Events that are looked through for what was done, at most.
const LOOKED_THROUGH: usize = 100;

/// Tokens that are shown at most, the newest: the rest are on their own page.
const TOKENS_SHOWN: usize = 10;

/// All that there is to see to.
pub struct Secure {
    /// Sessions other than the one at hand.
    pub others: usize,
    /// When the password was set.
    pub password_changed: Timestamp,
    /// The second factors that are held.
    pub factors: Vec<SecondFactor>,
    /// The number of the phone among them.
    pub number: Option<String>,
    /// Backup codes that are left, and when they were made.
    pub codes: Option<(i64, Timestamp)>,
    /// Browsers that are known.
    pub devices: Vec<KnownDevice>,
    /// Tokens that open something, the newest first, but for those that are too many.
    pub tokens: Vec<Listed>,
    /// How many there are in all.
    pub live_tokens: i64,
    /// When the address was changed last, if that was of late.
    pub email_changed: Option<Entry>,
    /// What was done about it in this session, the oldest first.
    pub done: Vec<Entry>,
}

/// Action: looks.
pub async fn look(app: &App, current: &Current, now: Timestamp) -> Result<Secure> {
    let account = &current.account;
    let since = suspicious_activity::not_me_since(app, account.id).await?;
    let sessions = sessions::list(app, account.id, now).await?;
    let changes = review::changes(&mut &app.db, account.id, rules::recent_since(now)).await?;
    let made_at = backup_codes::made_at(app, account.id).await?;
    let left = backup_codes::count_left(app, account.id).await?;
    Ok(Secure {
        others: sessions.iter().filter(|it| it.session.id != current.session.id).count(),
        password_changed: password::changed_at(app, account.id)
            .await?
            .unwrap_or(account.created_at),
        factors: second_factor::held(app, account.id).await?,
        number: phone::number_of(app, account.id).await?.map(|number| number.international()),
        codes: made_at.map(|made_at| (left, made_at)),
        devices: known_devices::list(app, account.id).await?,
        tokens: tokens(app, account.id, now).await?,
        live_tokens: access_tokens::count_live(app, account.id, now).await?,
        email_changed: changes.into_iter().find(|change| change.kind == Kind::EmailChanged),
        done: done(app, current, rules::began_at(since, now)).await?,
    })
}

async fn tokens(app: &App, account: AccountId, now: Timestamp) -> Result<Vec<Listed>> {
    const READ: i64 = 100;
    let mut tokens = access_tokens::list(app, account, None, READ).await?;
    tokens.retain(|token| token.state(now) == State::Live);
    tokens.truncate(TOKENS_SHOWN);
    Ok(tokens)
}

async fn done(app: &App, current: &Current, since: Timestamp) -> Result<Vec<Entry>> {
    let filter = Filter { from: Some(since), ..Filter::default() };
    let scope = Scope::Account(current.account.id);
    let mut found = search(&mut &app.db, scope, &filter, None, LOOKED_THROUGH).await?.entries;
    // What was done in another session may be the intruder's doing.
    found.retain(|entry| rules::is_a_deed(entry) && entry.session == Some(current.session.id));
    found.reverse();
    Ok(found)
}
