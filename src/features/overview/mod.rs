//! The overview: is my account safe, who is in, what happened lately, what
//! should I do next. It has nothing of its own; it looks at the other rooms.

pub mod web;

use crate::app::App;
use crate::error::Result;
use crate::features::account::Account;
use crate::features::application_sessions::{self, Listed as Child};
use crate::features::connected_applications;
use crate::features::login_notifications::{self, rules::Switches};
use crate::features::security_log::{self, Entry, Scope};
use crate::features::sessions::Listed;
use crate::features::suspicious_activity::{self, Finding};
use crate::features::{access_tokens, backup_codes, known_devices, password, sessions};
use crate::time::Timestamp;

const EVENTS_SHOWN: usize = 6;

/// What an owner sees of their account in one look.
pub struct Overview {
    /// Live sessions, the last active first.
    pub sessions: Vec<Listed>,
    /// Their children in applications.
    pub children: Vec<Child>,
    /// How many applications may see something of the account.
    pub applications: i64,
    /// When the password was set.
    pub password_changed: Timestamp,
    /// What deserves a look, the newest first.
    pub findings: Vec<Finding>,
    /// The latest events, newest first.
    pub events: Vec<Entry>,
    /// How many devices are known.
    pub devices: i64,
    /// How many access tokens open something.
    pub tokens: i64,
    /// Which sign-ins the owner hears of.
    pub notifications: Switches,
    /// How many backup codes are left.
    pub backup_codes: i64,
}

/// Action: looks.
pub async fn look(app: &App, account: &Account, now: Timestamp) -> Result<Overview> {
    let connected = connected_applications::list(app, account.id, now).await?;
    Ok(Overview {
        children: application_sessions::list(app, account.id, now).await?,
        applications: i64::try_from(connected.len()).unwrap_or(i64::MAX),
        sessions: sessions::list(app, account.id, now).await?,
        password_changed: password::changed_at(app, account.id)
            .await?
            .unwrap_or(account.created_at),
        findings: suspicious_activity::findings_of(app, account.id, now).await?,
        events: security_log::newest(&mut &app.db, Scope::Account(account.id), EVENTS_SHOWN)
            .await?,
        devices: known_devices::count(app, account.id).await?,
        tokens: access_tokens::count_live(app, account.id, now).await?,
        notifications: login_notifications::switches(app, account.id).await?,
        backup_codes: backup_codes::count_left(app, account.id).await?,
    })
}
