use super::rules::{Pruned, Seal};
use crate::error::Result;
use crate::features::security_log::Mark;
use crate::time::Timestamp;
use portcullis_db::{FromRow, Reader, Row, Tx, args, statements};

impl FromRow for Seal {
    fn from_row(row: &Row) -> portcullis_db::Result<Self> {
        let at: Option<Timestamp> = row.get(10)?;
        let (key_id, mac): (Option<String>, Option<Vec<u8>>) = (row.get(11)?, row.get(12)?);
        Ok(Self {
            number: row.get(0)?,
            last: Mark { number: row.get(1)?, id: row.get(2)? },
            events: row.get(3)?,
            newest_at: row.get(4)?,
            root: row.get(5)?,
            sealed_at: row.get(6)?,
            head: row.get(7)?,
            key_id: row.get(8)?,
            mac: row.get(9)?,
            // Without a proof it is none, and found.
            pruned: at.map(|at| Pruned {
                at,
                key_id: key_id.unwrap_or_default(),
                mac: mac.unwrap_or_default(),
            }),
        })
    }
}

statements! {
    INSERT = "INSERT INTO log_seals (number, last_commit, last_event, events, newest_at, root, sealed_at, head, key_id, \
              mac) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (number) DO NOTHING";
    NEWEST = "SELECT number, last_commit, last_event, events, newest_at, root, sealed_at, head, key_id, mac, \
              pruned_at, pruned_key_id, pruned_mac FROM log_seals ORDER BY number DESC LIMIT 1";
    BY_NUMBER = "SELECT number, last_commit, last_event, events, newest_at, root, sealed_at, head, key_id, mac, \
                 pruned_at, pruned_key_id, pruned_mac FROM log_seals WHERE number = $1";
    AFTER = "SELECT number, last_commit, last_event, events, newest_at, root, sealed_at, head, key_id, mac, \
             pruned_at, pruned_key_id, pruned_mac FROM log_seals WHERE number > $1 ORDER BY number LIMIT $2";
    OLDEST_KEPT = "SELECT number, last_commit, last_event, events, newest_at, root, sealed_at, head, key_id, mac, \
                   pruned_at, pruned_key_id, pruned_mac FROM log_seals WHERE pruned_at IS NULL \
                   ORDER BY number LIMIT 1";
    MARK_PRUNED = "UPDATE log_seals SET pruned_at = $2, pruned_key_id = $3, pruned_mac = $4 \
                   WHERE number = $1 AND pruned_at IS NULL";
}

/// False where the next number is taken.
pub(super) async fn insert(tx: &mut Tx, seal: &Seal) -> Result<bool> {
    let args = args![
        seal.number,
        seal.last.number,
        seal.last.id,
        seal.events,
        seal.newest_at,
        seal.root,
        seal.sealed_at,
        seal.head,
        seal.key_id,
        seal.mac
    ];
    Ok(tx.execute_guarded(&INSERT, args).await?)
}

pub(super) async fn newest(db: &mut impl Reader) -> Result<Option<Seal>> {
    Ok(db.fetch_optional(&NEWEST, args![]).await?)
}

pub(super) async fn by_number(db: &mut impl Reader, number: i64) -> Result<Option<Seal>> {
    Ok(db.fetch_optional(&BY_NUMBER, args![number]).await?)
}

pub(super) async fn after(db: &mut impl Reader, number: i64, limit: i64) -> Result<Vec<Seal>> {
    Ok(db.fetch_all(&AFTER, args![number, limit]).await?)
}

pub(super) async fn oldest_kept(db: &mut impl Reader) -> Result<Option<Seal>> {
    Ok(db.fetch_optional(&OLDEST_KEPT, args![]).await?)
}

pub(super) async fn mark_pruned(
    tx: &mut Tx,
    number: i64,
    at: Timestamp,
    key_id: &str,
    mac: &[u8; 32],
) -> Result<bool> {
    Ok(tx.execute_guarded(&MARK_PRUNED, args![number, at, key_id, mac]).await?)
}
