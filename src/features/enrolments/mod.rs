//! A second factor that is being set up. One an account, seen in no session but
//! the one that began it; another beginning, or any change to the account's
//! security, ends it.

mod store;

use crate::app::App;
use crate::error::Result;
use crate::features::account::FactorKind;
use crate::features::sessions::Current;
use crate::ids::{AccountId, EnrolmentId};
use crate::sealed::{self, Place};
use crate::time::Timestamp;
use portcullis_db::{Statement, Tx};
use std::time::Duration;
use zeroize::Zeroizing;

pub use store::Enrolment;

pub(crate) const fn statements() -> &'static [Statement] {
    store::ALL
}

/// Who has not finished by then begins again.
pub const LIFETIME: Duration = Duration::from_hours(1);

fn place(id: EnrolmentId, account: AccountId) -> Place {
    Place { table: "enrolments", column: "sealed", row: id.uuid(), owner: Some(account.uuid()) }
}

/// What begins.
#[derive(Debug, Clone, Copy)]
pub struct Begin<'a> {
    /// What it is.
    pub kind: FactorKind,
    /// What it keeps secret: a seed, or a number.
    pub secret: &'a [u8],
    /// Where its owner was going, if they were sent to set it up.
    pub return_to: Option<&'a str>,
}

/// Step: begins to set up a second factor. Call with the account locked.
pub async fn begin(
    tx: &mut Tx,
    app: &App,
    current: &Current,
    asked: Begin<'_>,
    now: Timestamp,
) -> Result<EnrolmentId> {
    let id = EnrolmentId::new(now, &app.random);
    let account = current.account.id;
    let sealed = sealed::seal(&app.keys, &app.random, place(id, account), asked.secret)?;
    let expires_at = now.plus(LIFETIME);
    store::replace(tx, current, id, asked, &sealed, (now, expires_at)).await?;
    Ok(id)
}

/// What is being set up in this session, and its secret.
pub async fn current(
    app: &App,
    current: &Current,
    now: Timestamp,
) -> Result<Option<(Enrolment, Zeroizing<Vec<u8>>)>> {
    let account = current.account.id;
    let found = store::find(&mut &app.db, account).await?;
    let Some(enrolment) = found
        .filter(|enrolment| enrolment.session == current.session.id && now < enrolment.expires_at)
    else {
        return Ok(None);
    };
    let secret = sealed::open(&app.keys, place(enrolment.id, account), &enrolment.sealed)?;
    Ok(Some((enrolment, secret)))
}

/// Step: notes that its first code was right, and which time step that was of;
/// false when that is noted, or it has ended.
pub async fn prove(tx: &mut Tx, id: EnrolmentId, step: i64, now: Timestamp) -> Result<bool> {
    store::prove(tx, id, step, now).await
}

/// Step: it is set up; false when it has ended, or no code was right yet.
pub async fn finish(tx: &mut Tx, id: EnrolmentId, now: Timestamp) -> Result<bool> {
    store::finish(tx, id, now).await
}

/// Step: ends whatever the account sets up; false when that is nothing.
pub async fn discard(tx: &mut Tx, account: AccountId) -> Result<bool> {
    store::discard(tx, account).await
}

/// Step: removes what nobody finished, and says how many.
pub async fn prune(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    store::prune(tx, now).await
}
