use super::{Found, Which};
use crate::error::Result;
use crate::features::ip_allowlist::rules::State;
use crate::features::organisations::Organisation;
use crate::features::two_factor_requirement::rules::Requirement;
use crate::ids::{AccountId, OrganisationId};
use crate::time::Timestamp;
use portcullis_db::{FromRow, Reader, Row, Tx, args, statements};

impl FromRow for Found {
    fn from_row(row: &Row) -> portcullis_db::Result<Self> {
        let pending: (Option<i64>, Option<Timestamp>) = (row.get(8)?, row.get(9)?);
        let (latest, in_force): (Option<i64>, Option<i64>) = (row.get(6)?, row.get(7)?);
        let state = State {
            latest: latest.unwrap_or_default(),
            in_force: in_force.unwrap_or_default(),
            pending: pending.0.zip(pending.1),
        };
        let (required_at, grace_until): (Option<Timestamp>, Option<Timestamp>) =
            (row.get(10)?, row.get(11)?);
        let sms_excluded: Option<i64> = row.get(12)?;
        let requirement = required_at.zip(grace_until).map(|(required_at, grace_until)| {
            let sms_excluded = sms_excluded != Some(0);
            Requirement { required_at, grace_until, sms_excluded }
        });
        Ok(Self {
            organisation: Organisation::from_row(row)?,
            role: row.get(5)?,
            state,
            requirement,
        })
    }
}

/// One look by primary keys: the organisation, whether somebody belongs to it, and what it
/// asks of them.
macro_rules! find {
    ($which:literal) => {
        concat!(
            "SELECT o.id, o.slug, o.name, o.plan, o.created_at, m.role, a.latest, a.in_force, a.pending, \
             a.pending_until, t.required_at, t.grace_until, t.sms_excluded FROM organisations o \
             JOIN members m ON m.organisation_id = o.id AND m.account_id = $2 \
             LEFT JOIN allowlists a ON a.organisation_id = o.id \
             LEFT JOIN two_factor_requirements t ON t.organisation_id = o.id WHERE ",
            $which
        )
    };
}

statements! {
    BY_SLUG = find!("o.slug = $1");
    BY_ID = find!("o.id = $1");
    NOTED_AT = "SELECT noted_at FROM organisation_refusals WHERE organisation_id = $1 AND account_id = $2 \
                AND reason = $3";
    NOTE = "INSERT INTO organisation_refusals (organisation_id, account_id, reason, noted_at) \
            VALUES ($1, $2, $3, $4) ON CONFLICT (organisation_id, account_id, reason) DO UPDATE SET \
            noted_at = EXCLUDED.noted_at WHERE organisation_refusals.noted_at <= $5";
    REMOVE_ACCOUNT = "DELETE FROM organisation_refusals WHERE account_id = $1";
    PRUNE = "DELETE FROM organisation_refusals WHERE noted_at < $1";
}

pub(super) async fn find(
    db: &mut impl Reader,
    which: Which<'_>,
    account: AccountId,
) -> Result<Option<Found>> {
    Ok(match which {
        Which::Slug(slug) => db.fetch_optional(&BY_SLUG, args![slug, account]).await?,
        Which::Id(id) => db.fetch_optional(&BY_ID, args![id, account]).await?,
    })
}

pub(super) async fn noted_at(
    db: &mut impl Reader,
    organisation: OrganisationId,
    account: AccountId,
    reason: &str,
) -> Result<Option<Timestamp>> {
    let found: Option<(Timestamp,)> =
        db.fetch_optional(&NOTED_AT, args![organisation, account, reason]).await?;
    Ok(found.map(|(at,)| at))
}

/// Whether it is time to write a refusal down; if so, it was taken.
pub(super) async fn note(
    tx: &mut Tx,
    organisation: OrganisationId,
    account: AccountId,
    reason: &str,
    now: Timestamp,
    before: Timestamp,
) -> Result<bool> {
    let values = args![organisation, account, reason, now, before];
    Ok(tx.execute_guarded(&NOTE, values).await?)
}

pub(super) async fn remove_account(tx: &mut Tx, account: AccountId) -> Result<()> {
    tx.execute(&REMOVE_ACCOUNT, args![account]).await?;
    Ok(())
}

pub(super) async fn prune(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    Ok(tx.execute(&PRUNE, args![before]).await?)
}
