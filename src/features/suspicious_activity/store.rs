use super::rules::Answered;
use super::{Answer, By, FindingKey};
use crate::error::Result;
use crate::ids::{AccountId, SessionId};
use crate::time::Timestamp;
use portcullis_db::{Column, FromRow, Reader, Row, Tx, args, statements};

struct Kept(FindingKey, Answered);

impl FromRow for Kept {
    fn from_row(row: &Row) -> portcullis_db::Result<Self> {
        let (key, answer): (String, String) = (row.get(0)?, row.get(1)?);
        let key = key.parse().map_err(|error| <String as Column>::invalid(0, error))?;
        let answer = Answer::from_tag(&answer)
            .ok_or_else(|| <String as Column>::invalid(1, "there is no such answer"))?;
        let by = match (row.get(3)?, row.get(4)?) {
            (Some(id), Some(began_at)) => By::Session { id, began_at },
            _ => By::Link,
        };
        Ok(Self(key, Answered { answer, at: row.get(2)?, by }))
    }
}

statements! {
    ANSWERS = "SELECT finding, answer, answered_at, by_session, by_session_began_at FROM finding_answers \
               WHERE account_id = $1 ORDER BY answered_at DESC LIMIT $2";
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

pub(super) async fn answers(
    db: &mut impl Reader,
    account: AccountId,
    limit: i64,
) -> Result<Vec<(FindingKey, Answered)>> {
    let kept: Vec<Kept> = db.fetch_all(&ANSWERS, args![account, limit]).await?;
    Ok(kept.into_iter().map(|Kept(key, answered)| (key, answered)).collect())
}

pub(super) async fn prune(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    Ok(tx.execute(&PRUNE, args![before]).await?)
}

pub(super) async fn remove_account(tx: &mut Tx, account: AccountId) -> Result<()> {
    tx.execute(&REMOVE_ACCOUNT, args![account]).await?;
    Ok(())
}
