//! The overview: is my account safe, who is in, what happened lately, what
//! should I do next. It has nothing of its own; it looks at the other rooms.

pub mod web;

use crate::app::App;
use crate::error::Result;
use crate::features::account::Account;
use crate::features::login_notifications::{self, rules::Switches};
use crate::features::security_log::{self, Entry, Scope};
use crate::features::sessions::Listed;
use crate::features::{backup_codes, known_devices, password, sessions};
use crate::time::Timestamp;
use std::time::Duration;

const EVENTS_SHOWN: usize = 6;
/// Refused sign-ins are worth a word for so long.
const REFUSED_WITHIN: Duration = Duration::from_hours(28 * 24);

/// What an owner sees of their account in one look.
pub struct Overview {
    /// Live sessions, the last active first.
    pub sessions: Vec<Listed>,
    /// When the password was set.
    pub password_changed: Timestamp,
    /// Refused sign-ins of late: how many, and the latest.
    pub refused: Option<(i64, Timestamp)>,
    /// The latest events, newest first.
    pub events: Vec<Entry>,
    /// How many devices are known.
    pub devices: i64,
    /// Which sign-ins the owner hears of.
    pub notifications: Switches,
    /// How many backup codes are left.
    pub backup_codes: i64,
}

/// Action: looks.
pub async fn look(app: &App, account: &Account, now: Timestamp) -> Result<Overview> {
    let since = now.minus(REFUSED_WITHIN);
    Ok(Overview {
        sessions: sessions::list(app, account.id, now).await?,
        password_changed: password::changed_at(app, account.id)
            .await?
            .unwrap_or(account.created_at),
        refused: security_log::refused_sign_ins(&mut &app.db, account.id, since).await?,
        events: security_log::newest(&mut &app.db, Scope::Account(account.id), EVENTS_SHOWN)
            .await?,
        devices: known_devices::count(app, account.id).await?,
        notifications: login_notifications::switches(app, account.id).await?,
        backup_codes: backup_codes::count_left(app, account.id).await?,
    })
}
