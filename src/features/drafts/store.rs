use crate::error::Result;
use crate::ids::SessionId;
use crate::sealed::Sealed;
use crate::time::Timestamp;
use portcullis_db::{Reader, Tx, args, statements};

statements! {
    PUT = "INSERT INTO drafts (session_id, key_id, sealed, expires_at) VALUES ($1, $2, $3, $4) \
           ON CONFLICT (session_id) DO UPDATE SET key_id = EXCLUDED.key_id, sealed = EXCLUDED.sealed, \
           expires_at = EXCLUDED.expires_at";
    FIND = "SELECT key_id, sealed FROM drafts WHERE session_id = $1 AND expires_at > $2";
    PRUNE = "DELETE FROM drafts WHERE expires_at <= $1";
}

pub(super) async fn put(
    tx: &mut Tx,
    session: SessionId,
    sealed: &Sealed,
    until: Timestamp,
) -> Result<()> {
    let bytes = sealed.bytes.as_slice();
    tx.execute(&PUT, args![session, sealed.key_id, bytes, until]).await?;
    Ok(())
}

pub(super) async fn find(
    db: &mut impl Reader,
    session: SessionId,
    now: Timestamp,
) -> Result<Option<Sealed>> {
    let found: Option<(String, Vec<u8>)> = db.fetch_optional(&FIND, args![session, now]).await?;
    Ok(found.map(|(key_id, bytes)| Sealed { key_id, bytes }))
}

pub(super) async fn prune(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    Ok(tx.execute(&PRUNE, args![now]).await?)
}
