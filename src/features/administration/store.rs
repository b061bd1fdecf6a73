use crate::error::Result;
use crate::secret::Token;
use crate::time::Timestamp;
use portcullis_db::{Reader, Tx, args, statements};

statements! {
    INSERT_INSTALLATION = "INSERT INTO installation (id, created_at, key_fingerprint, revision) VALUES (1, $1, $2, 0) \
                           ON CONFLICT (id) DO NOTHING";
    FINGERPRINT = "SELECT key_fingerprint FROM installation WHERE id = 1";
    INSERT_LINK = "INSERT INTO set_up_links (id, secret_hash, created_at, expires_at, used_at) \
                   VALUES ($1, $2, $3, $4, NULL)";
    FIND_OPEN_LINK = "SELECT secret_hash FROM set_up_links WHERE id = $1 AND used_at IS NULL AND expires_at > $2";
    SPEND_LINK = "UPDATE set_up_links SET used_at = $3 \
                  WHERE id = $1 AND secret_hash = $2 AND used_at IS NULL AND expires_at > $3";
    VOID_LINKS = "UPDATE set_up_links SET used_at = $1 WHERE used_at IS NULL";
}

pub(super) async fn insert_installation(
    tx: &mut Tx,
    fingerprint: &str,
    now: Timestamp,
) -> Result<()> {
    tx.execute(&INSERT_INSTALLATION, args![now, fingerprint]).await?;
    Ok(())
}

pub(super) async fn fingerprint(db: &mut impl Reader) -> Result<Option<String>> {
    let found: Option<(String,)> = db.fetch_optional(&FINGERPRINT, args![]).await?;
    Ok(found.map(|(fingerprint,)| fingerprint))
}

pub(super) async fn insert_link(
    tx: &mut Tx,
    token: &Token,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<()> {
    let id = token.id().into_bytes();
    tx.execute(&INSERT_LINK, args![id, token.hash().bytes(), now, expires_at]).await?;
    Ok(())
}

pub(super) async fn is_open(db: &mut impl Reader, token: &Token, now: Timestamp) -> Result<bool> {
    let id = token.id().into_bytes();
    let found: Option<(Vec<u8>,)> = db.fetch_optional(&FIND_OPEN_LINK, args![id, now]).await?;
    Ok(found.is_some_and(|(hash,)| token.hash().matches(&hash)))
}

pub(super) async fn spend_link(tx: &mut Tx, token: &Token, now: Timestamp) -> Result<bool> {
    let id = token.id().into_bytes();
    Ok(tx.execute_guarded(&SPEND_LINK, args![id, token.hash().bytes(), now]).await?)
}

pub(super) async fn void_links(tx: &mut Tx, now: Timestamp) -> Result<()> {
    tx.execute(&VOID_LINKS, args![now]).await?;
    Ok(())
}
