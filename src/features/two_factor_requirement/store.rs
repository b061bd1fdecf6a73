use super::rules::Requirement;
use crate::error::Result;
use crate::ids::OrganisationId;
use crate::time::Timestamp;
use portcullis_db::{FromRow, Reader, Row, Tx, args, statements};

impl FromRow for Requirement {
    fn from_row(row: &Row) -> portcullis_db::Result<Self> {
        let sms_excluded: i64 = row.get(2)?;
        Ok(Self {
            required_at: row.get(0)?,
            grace_until: row.get(1)?,
            sms_excluded: sms_excluded != 0,
        })
    }
}

statements! {
    FIND = "SELECT required_at, grace_until, sms_excluded FROM two_factor_requirements WHERE organisation_id = $1";
    SET = "INSERT INTO two_factor_requirements (organisation_id, required_at, grace_until, sms_excluded, remind_at) \
           VALUES ($1, $2, $3, $4, $5) ON CONFLICT (organisation_id) DO UPDATE SET \
           required_at = EXCLUDED.required_at, grace_until = EXCLUDED.grace_until, \
           sms_excluded = EXCLUDED.sms_excluded, remind_at = EXCLUDED.remind_at";
    REMOVE = "DELETE FROM two_factor_requirements WHERE organisation_id = $1";
    DUE = "SELECT organisation_id, remind_at FROM two_factor_requirements WHERE remind_at <= $1 \
           ORDER BY remind_at LIMIT 100";
    // Whoever moves it on tells it.
    TAKE = "UPDATE two_factor_requirements SET remind_at = $3 WHERE organisation_id = $1 AND remind_at = $2";
}

pub(super) async fn find(
    db: &mut impl Reader,
    organisation: OrganisationId,
) -> Result<Option<Requirement>> {
    Ok(db.fetch_optional(&FIND, args![organisation]).await?)
}

pub(super) async fn set(
    tx: &mut Tx,
    organisation: OrganisationId,
    requirement: &Requirement,
    remind_at: Option<Timestamp>,
) -> Result<()> {
    let Requirement { required_at, grace_until, sms_excluded } = requirement;
    let sms_excluded = i64::from(*sms_excluded);
    tx.execute(&SET, args![organisation, required_at, grace_until, sms_excluded, remind_at])
        .await?;
    Ok(())
}

pub(super) async fn remove(tx: &mut Tx, organisation: OrganisationId) -> Result<()> {
    tx.execute(&REMOVE, args![organisation]).await?;
    Ok(())
}

pub(super) async fn due(
    db: &mut impl Reader,
    now: Timestamp,
) -> Result<Vec<(OrganisationId, Timestamp)>> {
    Ok(db.fetch_all(&DUE, args![now]).await?)
}

pub(super) async fn take(
    tx: &mut Tx,
    organisation: OrganisationId,
    at: Timestamp,
    next: Option<Timestamp>,
) -> Result<bool> {
    Ok(tx.execute_guarded(&TAKE, args![organisation, at, next]).await?)
}
