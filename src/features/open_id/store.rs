use super::rules::Challenge;
use crate::error::Result;
use crate::features::applications::rules::Scopes;
use crate::ids::{
    AccountId, ApplicationId, ApplicationSessionId, CodeId, OrganisationId, SessionId,
};
use crate::secret::SecretHash;
use crate::time::Timestamp;
use portcullis_db::{Column, FromRow, Reader, Row, Tx, args, statements};

statements! {
    INSERT = "INSERT INTO authorization_codes (id, secret_hash, application_id, account_id, session_id, return_address, \
              challenge, nonce, scopes, proved_at, acr, methods, created_at, expires_at, used_at, application_session_id, \
              organisation_id, end_user_address) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, NULL, NULL, $15, $16)";
    FIND = "SELECT id, secret_hash, application_id, account_id, session_id, return_address, challenge, nonce, scopes, \
            proved_at, acr, methods, expires_at, used_at, application_session_id, organisation_id, end_user_address \
            FROM authorization_codes WHERE id = $1";
    USE = "UPDATE authorization_codes SET used_at = $2, application_session_id = $3 \
           WHERE id = $1 AND used_at IS NULL AND expires_at > $2";
    PRUNE = "DELETE FROM authorization_codes WHERE expires_at < $1";
}

/// What a code stands for.
#[derive(Debug, Clone)]
pub(super) struct Code {
    pub(super) id: CodeId,
    pub(super) application: ApplicationId,
    pub(super) account: AccountId,
    pub(super) session: SessionId,
    pub(super) return_address: String,
    pub(super) challenge: Challenge,
    pub(super) nonce: Option<String>,
    pub(super) scopes: Scopes,
    pub(super) proved_at: Timestamp,
    /// As applications get it.
    pub(super) acr: String,
    /// Names with spaces between.
    pub(super) methods: String,
    pub(super) expires_at: Timestamp,
    /// The organisation that it is for, if it is for one.
    pub(super) organisation: Option<OrganisationId>,
    /// Where its person was then; known for that alone.
    pub(super) end_user_address: Option<String>,
}

/// A code as stored.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) code: Code,
    pub(super) secret_hash: SecretHash,
    pub(super) used_at: Option<Timestamp>,
    /// What it was exchanged for.
    pub(super) application_session: Option<ApplicationSessionId>,
}

impl FromRow for Held {
    fn from_row(row: &Row) -> portcullis_db::Result<Self> {
        let challenge = Challenge::from_stored(row.get(6)?)
            .ok_or_else(|| <Vec<u8> as Column>::invalid(6, "this is no challenge"))?;
        Ok(Self {
            code: Code {
                id: row.get(0)?,
                application: row.get(2)?,
                account: row.get(3)?,
                session: row.get(4)?,
                return_address: row.get(5)?,
                challenge,
                nonce: row.get(7)?,
                scopes: row.get(8)?,
                proved_at: row.get(9)?,
                acr: row.get(10)?,
                methods: row.get(11)?,
                expires_at: row.get(12)?,
                organisation: row.get(15)?,
                end_user_address: row.get(16)?,
            },
            secret_hash: row.get(1)?,
            used_at: row.get(13)?,
            application_session: row.get(14)?,
        })
    }
}

pub(super) async fn insert(
    tx: &mut Tx,
    code: &Code,
    hash: &SecretHash,
    now: Timestamp,
) -> Result<()> {
    let values = args![
        code.id,
        hash.bytes(),
        code.application,
        code.account,
        code.session,
        code.return_address,
        code.challenge.bytes(),
        code.nonce,
        code.scopes.text(),
        code.proved_at,
        code.acr,
        code.methods,
        now,
        code.expires_at,
        code.organisation,
        code.end_user_address
    ];
    tx.execute(&INSERT, values).await?;
    Ok(())
}

pub(super) async fn find(db: &mut impl Reader, id: CodeId) -> Result<Option<Held>> {
    Ok(db.fetch_optional(&FIND, args![id]).await?)
}

/// Exchanges a code; false where it was, or its time is over.
pub(super) async fn use_up(
    tx: &mut Tx,
    id: CodeId,
    made: ApplicationSessionId,
    now: Timestamp,
) -> Result<bool> {
    Ok(tx.execute_guarded(&USE, args![id, now, made]).await?)
}

pub(super) async fn prune(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    Ok(tx.execute(&PRUNE, args![before]).await?)
}
