//! What an operator or administrator does to an installation and to accounts
//! that are not their own. The first administrator is made through a one-time
//! link that only the server's console shows.

mod administrators;
pub mod api;
mod by;
mod closing;
mod create;
mod end_sessions;
mod links;
mod log;
mod notices;
mod organisations;
mod outbox;
mod remove_second_factor;
mod require_password_change;
pub mod rules;
mod set_up;
mod store;
mod suspend;
mod texts;
mod tokens;
mod unlock;
mod view;
pub mod web;

use crate::app::App;
use crate::error::{Fault, Result};
use crate::features::security_log::{self, Actor, Event, Kind};
use crate::keys::KeyRing;
use crate::time::Timestamp;
use portcullis_db::{Db, Statement};

pub use administrators::{make_administrator, make_auditor, unmake_administrator, unmake_auditor};
pub(in crate::features) use by::Act;
pub use by::{By, Changed, Whom};
pub use closing::{close, keep};
pub use create::{NotCreated, create_account};
pub use end_sessions::{end_every_session, end_sessions};
pub use links::{invite, resend_invitation, send_reset_link};
pub use log::{LogOf, LogPage, LogPart, read_event, read_log};
pub use organisations::{
    change_organisation, create_organisation, list_organisations, remove_organisation,
    see_organisation,
};
pub use outbox::{Outbox, list_waiting, look_at_outbox, retry};
pub use remove_second_factor::remove_second_factor;
pub use require_password_change::require_password_change;
pub use set_up::{SetUp, SetUpOutcome, link_is_open, note_wrong_link, set_up, set_up_link};
pub use suspend::{restore, suspend};
pub use texts::tell_of_stopped_texts;
pub use tokens::{revoke_token, revoke_tokens};
pub use unlock::unlock;
pub use view::{Listed, Seen, find_account, list_accounts, see_account};

pub(crate) const fn statements() -> &'static [Statement] {
    store::ALL
}

/// Claims the database for these keys, or refuses when it is another ring's.
pub async fn claim(db: &Db, keys: &KeyRing, now: Timestamp) -> Result<()> {
    let mut tx = db.begin().await?;
    store::insert_installation(&mut tx, &keys.fingerprint(), now).await?;
    let stored = store::fingerprint(&mut tx).await?;
    tx.commit().await?;
    if stored.as_deref() == Some(keys.fingerprint().as_str()) {
        return Ok(());
    }
    Err(Fault::new(format!(
        "the key file does not belong to this database: its fingerprint is {}, the database was \
         made with {}. Copy the key file of the node that made the database, or set `key_file` to \
         where it is",
        keys.fingerprint(),
        stored.unwrap_or_default()
    ))
    .into())
}

/// The fingerprint of the keys that the database was claimed for.
pub async fn fingerprint(db: &Db) -> Result<Option<String>> {
    store::fingerprint(&mut &*db).await
}

/// Action: notes that a backup was written.
pub async fn note_backup(app: &App) -> Result<()> {
    security_log::note(app, Event::new(Kind::BackupMade).by(Actor::Operator)).await
}
