use super::rules::{Algorithm, Turn};
use crate::error::Result;
use crate::ids::SigningKeyId;
use crate::sealed::{Place, Sealed};
use crate::time::Timestamp;
use portcullis_db::{FromRow, Reader, Row, Tx, args, statements};

statements! {
    INSERT = "INSERT INTO signing_keys (id, algorithm, number, key_id, sealed, created_at, signs_from) \
              VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (algorithm, number) DO NOTHING";
    ALL_KEYS = "SELECT id, algorithm, number, key_id, sealed, signs_from FROM signing_keys ORDER BY number DESC LIMIT 64";
    REMOVE = "DELETE FROM signing_keys WHERE id = $1";
}

/// A key as stored.
pub(super) struct Held {
    pub(super) id: SigningKeyId,
    pub(super) algorithm: Algorithm,
    pub(super) turn: Turn,
    pub(super) sealed: Sealed,
}

impl Held {
    /// Bound to the row: who has the database can neither move a key nor put one of
    /// their own beside it.
    pub(super) const fn place(id: SigningKeyId) -> Place {
        Place { table: "signing_keys", column: "sealed", row: id.uuid(), owner: None }
    }
}

impl FromRow for Held {
    fn from_row(row: &Row) -> portcullis_db::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            algorithm: row.get(1)?,
            turn: Turn { number: row.get(2)?, signs_from: row.get(5)? },
            sealed: Sealed { key_id: row.get(3)?, bytes: row.get(4)? },
        })
    }
}

/// False where another node has made the key of that number.
pub(super) async fn insert(tx: &mut Tx, key: &Held, now: Timestamp) -> Result<bool> {
    let (tag, turn) = (key.algorithm.tag(), key.turn);
    let sealed = &key.sealed;
    let values = args![key.id, tag, turn.number, sealed.key_id, sealed.bytes, now, turn.signs_from];
    Ok(tx.execute_guarded(&INSERT, values).await?)
}

/// All keys, the newest first; there are a handful.
pub(super) async fn all(db: &mut impl Reader) -> Result<Vec<Held>> {
    Ok(db.fetch_all(&ALL_KEYS, args![]).await?)
}

pub(super) async fn remove(tx: &mut Tx, id: SigningKeyId) -> Result<bool> {
    Ok(tx.execute_guarded(&REMOVE, args![id]).await?)
}
