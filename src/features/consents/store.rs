use crate::error::Result;
use crate::features::applications::rules::Scopes;
use crate::ids::{AccountId, ApplicationId};
use crate::time::Timestamp;
use portcullis_db::{FromRow, Reader, Row, Tx, args, statements};

/// What an owner has let an application see.
#[derive(Debug, Clone)]
pub struct Consent {
    /// The application.
    pub application: ApplicationId,
    /// What it may see and do.
    pub scopes: Scopes,
    /// When they said so last.
    pub granted_at: Timestamp,
}

impl FromRow for Consent {
    fn from_row(row: &Row) -> portcullis_db::Result<Self> {
        Ok(Self { application: row.get(0)?, scopes: row.get(1)?, granted_at: row.get(2)? })
    }
}

/// The same for its owner.
#[derive(Debug, Clone)]
pub struct Listed {
    /// What the owner has let it see.
    pub consent: Consent,
    /// What people know the application by.
    pub application_name: String,
}

impl FromRow for Listed {
    fn from_row(row: &Row) -> portcullis_db::Result<Self> {
        Ok(Self { consent: Consent::from_row(row)?, application_name: row.get(3)? })
    }
}

statements! {
    FIND = "SELECT application_id, scopes, granted_at FROM consents WHERE account_id = $1 AND application_id = $2";
    LIST = "SELECT c.application_id, c.scopes, c.granted_at, b.name FROM consents c \
            JOIN applications b ON b.id = c.application_id WHERE c.account_id = $1 AND b.removed_at IS NULL";
    PUT = "INSERT INTO consents (account_id, application_id, scopes, granted_at) VALUES ($1, $2, $3, $4) \
           ON CONFLICT (account_id, application_id) DO UPDATE SET scopes = excluded.scopes, granted_at = excluded.granted_at";
    REMOVE = "DELETE FROM consents WHERE account_id = $1 AND application_id = $2";
    WITHDRAW = "UPDATE consents SET scopes = TRIM(REPLACE(' ' || scopes || ' ', $2, ' ')) WHERE application_id = $1";
    REMOVE_APPLICATION = "DELETE FROM consents WHERE application_id = $1";
    REMOVE_ACCOUNT = "DELETE FROM consents WHERE account_id = $1";
}

pub(super) async fn find(
    db: &mut impl Reader,
    account: AccountId,
    application: ApplicationId,
) -> Result<Option<Consent>> {
    Ok(db.fetch_optional(&FIND, args![account, application]).await?)
}

pub(super) async fn list(db: &mut impl Reader, account: AccountId) -> Result<Vec<Listed>> {
    Ok(db.fetch_all(&LIST, args![account]).await?)
}

pub(super) async fn put(
    tx: &mut Tx,
    account: AccountId,
    application: ApplicationId,
    scopes: &Scopes,
    now: Timestamp,
) -> Result<()> {
    tx.execute(&PUT, args![account, application, scopes.text(), now]).await?;
    Ok(())
}

pub(super) async fn remove(
    tx: &mut Tx,
    account: AccountId,
    application: ApplicationId,
) -> Result<bool> {
    Ok(tx.execute_guarded(&REMOVE, args![account, application]).await?)
}

pub(super) async fn withdraw(
    tx: &mut Tx,
    application: ApplicationId,
    permission: &str,
) -> Result<()> {
    // With its spaces, so that no name is found within another.
    tx.execute(&WITHDRAW, args![application, format!(" {permission} ")]).await?;
    Ok(())
}

pub(super) async fn remove_application(tx: &mut Tx, application: ApplicationId) -> Result<()> {
    tx.execute(&REMOVE_APPLICATION, args![application]).await?;
    Ok(())
}

pub(super) async fn remove_account(tx: &mut Tx, account: AccountId) -> Result<()> {
    tx.execute(&REMOVE_ACCOUNT, args![account]).await?;
    Ok(())
}
