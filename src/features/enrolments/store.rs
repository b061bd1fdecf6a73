use super::Begin;
use crate::error::Result;
use crate::features::account::FactorKind;
use crate::features::sessions::Current;
use crate::ids::{AccountId, EnrolmentId, SessionId};
use crate::sealed::Sealed;
use crate::time::Timestamp;
use portcullis_db::{FromRow, Reader, Row, Tx, args, statements};

/// What is being set up, as stored.
#[derive(Debug, Clone)]
pub struct Enrolment {
    /// Its id.
    pub id: EnrolmentId,
    /// The session that began it.
    pub session: SessionId,
    /// What it is.
    pub kind: FactorKind,
    pub(super) sealed: Sealed,
    /// The time step of its first code; zero before, and for a phone.
    pub last_step: i64,
    /// When its first code was right.
    pub proved_at: Option<Timestamp>,
    /// Where its owner was going, if they were sent to set it up: to be read anew.
    pub return_to: Option<String>,
    pub(super) expires_at: Timestamp,
}

impl Enrolment {
    /// The same once a code of the step was right.
    #[must_use]
    pub fn at_step(mut self, step: i64) -> Self {
        self.last_step = step;
        self
    }
}

impl FromRow for Enrolment {
    fn from_row(row: &Row) -> portcullis_db::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            session: row.get(1)?,
            kind: row.get(2)?,
            sealed: Sealed { key_id: row.get(3)?, bytes: row.get(4)? },
            last_step: row.get(5)?,
            proved_at: row.get(6)?,
            expires_at: row.get(7)?,
            return_to: row.get(8)?,
        })
    }
}

statements! {
    REPLACE = "INSERT INTO enrolments (account_id, id, session_id, kind, key_id, sealed, last_step, created_at, \
               expires_at, proved_at, return_to) VALUES ($1, $2, $3, $4, $5, $6, 0, $7, $8, NULL, $9) \
               ON CONFLICT (account_id) DO UPDATE SET id = $2, session_id = $3, kind = $4, key_id = $5, sealed = $6, \
               last_step = 0, created_at = $7, expires_at = $8, proved_at = NULL, return_to = $9";
    FIND = "SELECT id, session_id, kind, key_id, sealed, last_step, proved_at, expires_at, return_to FROM enrolments \
            WHERE account_id = $1";
    PROVE = "UPDATE enrolments SET proved_at = $2, last_step = $3 \
             WHERE id = $1 AND proved_at IS NULL AND expires_at > $2";
    FINISH = "DELETE FROM enrolments WHERE id = $1 AND proved_at IS NOT NULL AND expires_at > $2";
    DISCARD = "DELETE FROM enrolments WHERE account_id = $1";
    PRUNE = "DELETE FROM enrolments WHERE expires_at < $1";
}

pub(super) async fn replace(
    tx: &mut Tx,
    current: &Current,
    id: EnrolmentId,
    asked: Begin<'_>,
    sealed: &Sealed,
    (now, expires_at): (Timestamp, Timestamp),
) -> Result<()> {
    let (account, session, kind) = (current.account.id, current.session.id, asked.kind.tag());
    let (key_id, bytes, to) = (&sealed.key_id, &sealed.bytes, asked.return_to);
    let values = args![account, id, session, kind, key_id, bytes, now, expires_at, to];
    tx.execute(&REPLACE, values).await?;
    Ok(())
}

pub(super) async fn find(db: &mut impl Reader, account: AccountId) -> Result<Option<Enrolment>> {
    Ok(db.fetch_optional(&FIND, args![account]).await?)
}

pub(super) async fn prove(tx: &mut Tx, id: EnrolmentId, step: i64, now: Timestamp) -> Result<bool> {
    Ok(tx.execute_guarded(&PROVE, args![id, now, step]).await?)
}

pub(super) async fn finish(tx: &mut Tx, id: EnrolmentId, now: Timestamp) -> Result<bool> {
    Ok(tx.execute_guarded(&FINISH, args![id, now]).await?)
}

pub(super) async fn discard(tx: &mut Tx, account: AccountId) -> Result<bool> {
    Ok(tx.execute_guarded(&DISCARD, args![account]).await?)
}

pub(super) async fn prune(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    Ok(tx.execute(&PRUNE, args![now]).await?)
}
