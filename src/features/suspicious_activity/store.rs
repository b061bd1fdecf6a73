use super::{Answer, By, FindingKey};
use crate::error::Result;
use crate::ids::{AccountId, SessionId};
use crate::time::Timestamp;
use portcullis_db::{Tx, args, statements};

statements! {
    KEEP = "INSERT INTO finding_answers (account_id, finding, answer, answered_at, by_session, by_session_began_at) \
            VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (account_id, finding) DO UPDATE SET answer = $3, \
            answered_at = $4, by_session = $5, by_session_began_at = $6";
    PRUNE = "DELETE FROM finding_answers WHERE answered_at < $1";
    REMOVE_ACCOUNT = "DELETE FROM finding_answers WHERE account_id = $1";
}

pub(super) async fn keep(
    tx: &mut Tx,
    account: AccountId,
    finding: FindingKey,
    answer: Answer,
    by: By,
    now: Timestamp,
) -> Result<()> {
    let (session, began): (Option<SessionId>, Option<Timestamp>) = match by {
        By::Session { id, began_at } => (Some(id), Some(began_at)),
        By::Link => (None, None),
    };
    let key = finding.to_string();
    tx.execute(&KEEP, args![account, key, answer.tag(), now, session, began]).await?;
    Ok(())
}

pub(super) async fn prune(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    Ok(tx.execute(&PRUNE, args![before]).await?)
}

pub(super) async fn remove_account(tx: &mut Tx, account: AccountId) -> Result<()> {
    tx.execute(&REMOVE_ACCOUNT, args![account]).await?;
    Ok(())
}
