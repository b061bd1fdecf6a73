use crate::error::Result;
use crate::ids::RequestId;
use crate::sealed::{Place, Sealed};
use crate::time::Timestamp;
use portcullis_db::{FromRow, Reader, Row, Tx, args, statements};

/// A request that nobody has answered.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// Its id.
    pub id: RequestId,
    pub(super) sealed: Sealed,
    pub(super) created_at: Timestamp,
}

impl Waiting {
    pub(super) const fn place(id: RequestId) -> Place {
        Place { table: "mail_requests", column: "sealed", row: id.uuid(), owner: None }
    }
}

impl FromRow for Waiting {
    fn from_row(row: &Row) -> portcullis_db::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            sealed: Sealed { key_id: row.get(1)?, bytes: row.get(2)? },
            created_at: row.get(3)?,
        })
    }
}

statements! {
    INSERT = "INSERT INTO mail_requests (id, purpose, key_id, sealed, created_at) VALUES ($1, $2, $3, $4, $5)";
    WAITING = "SELECT id, key_id, sealed, created_at FROM mail_requests \
               WHERE purpose = $1 AND created_at >= $2 AND created_at <= $3 AND id > $4 ORDER BY id LIMIT $5";
    TAKE = "DELETE FROM mail_requests WHERE id = $1";
    PRUNE = "DELETE FROM mail_requests WHERE purpose = $1 AND created_at < $2";
}

pub(super) async fn insert(
    tx: &mut Tx,
    id: RequestId,
    purpose: &str,
    sealed: &Sealed,
    now: Timestamp,
) -> Result<()> {
    tx.execute(&INSERT, args![id, purpose, sealed.key_id, sealed.bytes, now]).await?;
    Ok(())
}

pub(super) async fn waiting(
    db: &mut impl Reader,
    purpose: &str,
    since: Timestamp,
    until: Timestamp,
    after: RequestId,
    limit: i64,
) -> Result<Vec<Waiting>> {
    Ok(db.fetch_all(&WAITING, args![purpose, since, until, after, limit]).await?)
}

pub(super) async fn take(tx: &mut Tx, id: RequestId) -> Result<bool> {
    Ok(tx.execute_guarded(&TAKE, args![id]).await?)
}

pub(super) async fn prune(tx: &mut Tx, purpose: &str, before: Timestamp) -> Result<u64> {
    Ok(tx.execute(&PRUNE, args![purpose, before]).await?)
}
