use super::Invitation;
use crate::error::Result;
use crate::features::account::rules::EmailAddress;
use crate::ids::{InvitationId, OrganisationId};
use crate::time::Timestamp;
use portcullis_db::{FromRow, Reader, Row, Tx, args, statements};

impl FromRow for Invitation {
    fn from_row(row: &Row) -> portcullis_db::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            organisation: row.get(1)?,
            email: row.get(2)?,
            role: row.get(3)?,
            secret_hash: row.get(4)?,
            created_at: row.get(5)?,
            expires_at: row.get(6)?,
            accepted_at: row.get(7)?,
            withdrawn_at: row.get(8)?,
        })
    }
}

statements! {
    INSERT = "INSERT INTO organisation_invitations (id, organisation_id, email, email_canonical, role, secret_hash, \
              created_at, expires_at, accepted_at, withdrawn_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, NULL, NULL)";
    FIND = "SELECT id, organisation_id, email, role, secret_hash, created_at, expires_at, accepted_at, withdrawn_at \
            FROM organisation_invitations WHERE id = $1";
    ACCEPT = "UPDATE organisation_invitations SET accepted_at = $3 WHERE id = $1 AND secret_hash = $2 \
              AND accepted_at IS NULL AND withdrawn_at IS NULL AND expires_at > $3";
    WITHDRAW = "UPDATE organisation_invitations SET withdrawn_at = $3 WHERE id = $1 AND organisation_id = $2 \
                AND accepted_at IS NULL AND withdrawn_at IS NULL AND expires_at > $3";
    // A newer one takes its place.
    REPLACE = "UPDATE organisation_invitations SET withdrawn_at = $3 WHERE organisation_id = $1 \
               AND email_canonical = $2 AND accepted_at IS NULL AND withdrawn_at IS NULL";
    OPEN = "SELECT id, organisation_id, email, role, secret_hash, created_at, expires_at, accepted_at, withdrawn_at \
            FROM organisation_invitations WHERE organisation_id = $1 AND accepted_at IS NULL \
            AND withdrawn_at IS NULL AND expires_at > $2 ORDER BY created_at DESC, id DESC LIMIT $3";
    COUNT_TO = "SELECT COUNT(*) FROM organisation_invitations WHERE organisation_id = $1 AND email_canonical = $2 \
                AND created_at > $3";
    REMOVE_ORGANISATION = "DELETE FROM organisation_invitations WHERE organisation_id = $1";
    REMOVE_ADDRESS = "DELETE FROM organisation_invitations WHERE email_canonical = $1";
    PRUNE = "DELETE FROM organisation_invitations WHERE expires_at < $1";
}

pub(super) async fn remove_organisation(tx: &mut Tx, organisation: OrganisationId) -> Result<()> {
    tx.execute(&REMOVE_ORGANISATION, args![organisation]).await?;
    Ok(())
}

pub(super) async fn insert(
    tx: &mut Tx,
    invitation: &Invitation,
    email: &EmailAddress,
) -> Result<()> {
    let Invitation { id, organisation, role, secret_hash, created_at, expires_at, .. } = invitation;
    let (typed, canonical, hash) = (email.typed(), email.canonical(), secret_hash.bytes());
    let values = args![id, organisation, typed, canonical, role, hash, created_at, expires_at];
    tx.execute(&INSERT, values).await?;
    Ok(())
}

pub(super) async fn find(db: &mut impl Reader, id: InvitationId) -> Result<Option<Invitation>> {
    Ok(db.fetch_optional(&FIND, args![id]).await?)
}

pub(super) async fn accept(tx: &mut Tx, invitation: &Invitation, now: Timestamp) -> Result<bool> {
    let values = args![invitation.id, invitation.secret_hash.bytes(), now];
    Ok(tx.execute_guarded(&ACCEPT, values).await?)
}

pub(super) async fn withdraw(
    tx: &mut Tx,
    organisation: OrganisationId,
    id: InvitationId,
    now: Timestamp,
) -> Result<bool> {
    Ok(tx.execute_guarded(&WITHDRAW, args![id, organisation, now]).await?)
}

pub(super) async fn replace(
    tx: &mut Tx,
    organisation: OrganisationId,
    email: &EmailAddress,
    now: Timestamp,
) -> Result<()> {
    tx.execute(&REPLACE, args![organisation, email.canonical(), now]).await?;
    Ok(())
}

pub(super) async fn open(
    db: &mut impl Reader,
    organisation: OrganisationId,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<Invitation>> {
    Ok(db.fetch_all(&OPEN, args![organisation, now, limit]).await?)
}

pub(super) async fn count_to(
    tx: &mut Tx,
    organisation: OrganisationId,
    email: &EmailAddress,
    since: Timestamp,
) -> Result<i64> {
    let found: Option<(i64,)> =
        tx.fetch_optional(&COUNT_TO, args![organisation, email.canonical(), since]).await?;
    Ok(found.map_or(0, |(count,)| count))
}

pub(super) async fn remove_address(tx: &mut Tx, email: &EmailAddress) -> Result<()> {
    tx.execute(&REMOVE_ADDRESS, args![email.canonical()]).await?;
    Ok(())
}

pub(super) async fn prune(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    Ok(tx.execute(&PRUNE, args![before]).await?)
}
