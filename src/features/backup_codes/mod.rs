//! Backup codes: ten, each good for once, for the day when no other second
//! factor is at hand. A set counts only when its owner has confirmed to have
//! saved it; until then it can be looked at again, and never after.

pub mod rules;
mod store;

use crate::app::App;
use crate::error::{Fault, Result};
use crate::features::sessions::Current;
use crate::ids::{AccountId, BackupCodeId};
use crate::keys::Purpose;
use crate::sealed::{self, Place};
use crate::time::Timestamp;
use portcullis_db::{Reader, Statement, Tx};
use rules::BackupCode;
use std::time::Duration;
use subtle::ConstantTimeEq;

pub(crate) const fn statements() -> &'static [Statement] {
    store::ALL
}

/// A set that nobody confirms is forgotten after so long.
const PENDING_FOR: Duration = Duration::from_hours(1);
/// Void codes are kept for so long, for nothing but to be looked at.
const KEPT: Duration = Duration::from_hours(30 * 24);

fn place(id: BackupCodeId, account: AccountId) -> Place {
    let (row, owner) = (id.uuid(), Some(account.uuid()));
    Place { table: "pending_backup_codes", column: "sealed", row, owner }
}

/// What is stored of a code: it opens nothing for another account, and nothing
/// without the key file.
fn hash(app: &App, key_id: &str, account: AccountId, code: &BackupCode) -> Result<[u8; 32]> {
    let key = app.keys.derive_from(key_id, Purpose::BackupCode).ok_or_else(|| {
        Fault::new(format!(
            "a backup code was hashed with the key {key_id}, which the key file lacks"
        ))
    })?;
    Ok(key.mac(&[account.uuid().as_bytes(), code.reveal().as_bytes()]))
}

/// Step: a new set, to be confirmed in this session. The old one stays good
/// until then. Call with the account locked.
pub async fn prepare(tx: &mut Tx, app: &App, current: &Current, now: Timestamp) -> Result<()> {
    let id = BackupCodeId::new(now, &app.random);
    let account = current.account.id;
    let mut plain = zeroize::Zeroizing::new(String::new());
    for _ in 0..rules::SET {
        plain.push_str(BackupCode::from_random(app.random.bytes()).reveal());
        plain.push('\n');
    }
    let sealed = sealed::seal(&app.keys, &app.random, place(id, account), plain.as_bytes())?;
    let session = current.session.id;
    store::set_pending(tx, account, id, session, &sealed, now, now.plus(PENDING_FOR)).await
}

async fn pending(
    db: &mut impl Reader,
    app: &App,
    current: &Current,
    now: Timestamp,
) -> Result<Option<Vec<BackupCode>>> {
    let account = current.account.id;
    let found = store::pending(db, account).await?;
    let Some(set) = found.filter(|set| set.session == current.session.id && now < set.expires_at)
    else {
        return Ok(None);
    };
    let plain = sealed::open(&app.keys, place(set.id, account), &set.sealed)?;
    let text = std::str::from_utf8(&plain).unwrap_or_default();
    let codes: Vec<BackupCode> = text.lines().filter_map(BackupCode::parse).collect();
    if codes.len() != rules::SET {
        return Err(Fault::new("a pending set holds no ten backup codes").into());
    }
    Ok(Some(codes))
}

/// Step: the pending set is saved and counts, and every older code is void; false
/// when none is pending. Call with the account locked.
pub async fn confirm(tx: &mut Tx, app: &App, current: &Current, now: Timestamp) -> Result<bool> {
    let Some(codes) = pending(tx, app, current, now).await? else { return Ok(false) };
    let account = current.account.id;
    store::remove_pending(tx, account).await?;
    store::void_all(tx, account, now).await?;
    let key_id = app.keys.current_id();
    for (place, code) in (1_i64..).zip(&codes) {
        let id = BackupCodeId::new(now, &app.random);
        let hash = hash(app, key_id, account, code)?;
        store::insert(tx, id, account, place, key_id, &hash, now).await?;
    }
    Ok(true)
}

/// Step: spends a code, and says how many are left; none when it is none of the
/// account's, or was used. It stays where the transaction is not committed.
pub async fn spend(
    tx: &mut Tx,
    app: &App,
    account: AccountId,
    typed: &BackupCode,
    now: Timestamp,
) -> Result<Option<i64>> {
    let mut found = None;
    for code in store::unused(tx, account).await? {
        let own = hash(app, &code.key_id, account, typed)?;
        if bool::from(own.as_slice().ct_eq(&code.hash)) {
            found = Some(code.id);
        }
    }
    let Some(id) = found else { return Ok(None) };
    if !store::spend(tx, id, now).await? {
        return Ok(None);
    }
    Ok(Some(left(tx, account).await?))
}

/// The set that waits to be confirmed in this session, to be saved.
pub async fn to_save(
    app: &App,
    current: &Current,
    now: Timestamp,
) -> Result<Option<Vec<BackupCode>>> {
    pending(&mut &app.db, app, current, now).await
}

/// When the codes were made that count; none where there are none.
pub async fn made_at(app: &App, account: AccountId) -> Result<Option<Timestamp>> {
    store::made_at(&mut &app.db, account).await
}

/// How many are left.
pub async fn count_left(app: &App, account: AccountId) -> Result<i64> {
    left(&mut &app.db, account).await
}

async fn left(db: &mut impl Reader, account: AccountId) -> Result<i64> {
    store::left(db, account).await
}

/// Step: gives up the set that waits to be confirmed.
pub async fn discard_pending(tx: &mut Tx, account: AccountId) -> Result<()> {
    store::remove_pending(tx, account).await
}

/// Step: no code of the account opens anything any more.
pub async fn void_all(tx: &mut Tx, account: AccountId, now: Timestamp) -> Result<()> {
    store::remove_pending(tx, account).await?;
    store::void_all(tx, account, now).await
}

/// Step: removes what was void long ago, and says how many.
pub async fn prune(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    store::prune(tx, now, now.minus(KEPT)).await
}

/// Step: removes an account's codes.
pub async fn remove_account(tx: &mut Tx, account: AccountId) -> Result<()> {
    store::remove_account(tx, account).await
}
