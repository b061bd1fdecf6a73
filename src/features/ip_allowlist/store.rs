use super::rules::{Entry, State};
use super::{Version, VersionAt};
use crate::error::Result;
use crate::ids::{AccountId, OrganisationId};
use crate::time::Timestamp;
use portcullis_db::{Column, FromRow, Reader, Row, Tx, args, statements};

impl FromRow for State {
    fn from_row(row: &Row) -> portcullis_db::Result<Self> {
        let pending: (Option<i64>, Option<Timestamp>) = (row.get(2)?, row.get(3)?);
        let pending = pending.0.zip(pending.1);
        Ok(Self { latest: row.get(0)?, in_force: row.get(1)?, pending })
    }
}

impl FromRow for Version {
    fn from_row(row: &Row) -> portcullis_db::Result<Self> {
        let (enabled, entries): (i64, String) = (row.get(0)?, row.get(1)?);
        // An entry that is not understood must not be left out: that would close a door.
        let entries: Option<Vec<Entry>> = entries.lines().map(Entry::from_stored).collect();
        let entries =
            entries.ok_or_else(|| <String as Column>::invalid(1, "this is no list of ranges"))?;
        Ok(Self {
            enabled: enabled != 0,
            entries,
            saved_at: Some(row.get(2)?),
            saved_by: row.get(3)?,
        })
    }
}

impl FromRow for VersionAt {
    fn from_row(row: &Row) -> portcullis_db::Result<Self> {
        Ok(Self { organisation: row.get(0)?, version: row.get(1)? })
    }
}

statements! {
    STATE = "SELECT latest, in_force, pending, pending_until FROM allowlists WHERE organisation_id = $1";
    VERSION = "SELECT enabled, entries, saved_at, saved_by FROM allowlist_versions \
               WHERE organisation_id = $1 AND version = $2";
    INSERT_VERSION = "INSERT INTO allowlist_versions (organisation_id, version, enabled, entries, saved_at, saved_by) \
                      VALUES ($1, $2, $3, $4, $5, $6)";
    SET_STATE = "INSERT INTO allowlists (organisation_id, latest, in_force, pending, pending_until) \
                 VALUES ($1, $2, $3, $4, $5) ON CONFLICT (organisation_id) DO UPDATE SET latest = EXCLUDED.latest, \
                 in_force = EXCLUDED.in_force, pending = EXCLUDED.pending, pending_until = EXCLUDED.pending_until";
    CONFIRM = "UPDATE allowlists SET in_force = pending, pending = NULL, pending_until = NULL \
               WHERE organisation_id = $1 AND pending = $2 AND pending_until > $3";
    ROLL_BACK = "UPDATE allowlists SET pending = NULL, pending_until = NULL \
                 WHERE organisation_id = $1 AND pending = $2 AND pending_until <= $3";
    OVERDUE = "SELECT organisation_id, pending FROM allowlists WHERE pending_until <= $1 \
               ORDER BY pending_until LIMIT 100";
    REMOVE_STATE = "DELETE FROM allowlists WHERE organisation_id = $1";
    REMOVE_VERSIONS = "DELETE FROM allowlist_versions WHERE organisation_id = $1";
    // What is pending or was undone comes after what is in force.
    PRUNE = "DELETE FROM allowlist_versions WHERE saved_at < $1 AND version < (SELECT a.in_force \
             FROM allowlists a WHERE a.organisation_id = allowlist_versions.organisation_id)";
}

pub(super) async fn remove_organisation(tx: &mut Tx, organisation: OrganisationId) -> Result<()> {
    tx.execute(&REMOVE_STATE, args![organisation]).await?;
    tx.execute(&REMOVE_VERSIONS, args![organisation]).await?;
    Ok(())
}

pub(super) async fn state(db: &mut impl Reader, organisation: OrganisationId) -> Result<State> {
    Ok(db.fetch_optional(&STATE, args![organisation]).await?.unwrap_or_default())
}

pub(super) async fn version(
    db: &mut impl Reader,
    organisation: OrganisationId,
    version: i64,
) -> Result<Option<Version>> {
    Ok(db.fetch_optional(&VERSION, args![organisation, version]).await?)
}

pub(super) async fn insert_version(
    tx: &mut Tx,
    organisation: OrganisationId,
    number: i64,
    (enabled, entries): (bool, &[Entry]),
    saved_by: Option<AccountId>,
    now: Timestamp,
) -> Result<()> {
    let lines = entries.iter().map(Entry::stored).collect::<Vec<_>>().join("\n");
    let values = args![organisation, number, i64::from(enabled), lines, now, saved_by];
    tx.execute(&INSERT_VERSION, values).await?;
    Ok(())
}

pub(super) async fn set_state(
    tx: &mut Tx,
    organisation: OrganisationId,
    state: &State,
) -> Result<()> {
    let pending = state.pending.map(|(version, _)| version);
    let until = state.pending.map(|(_, until)| until);
    let values = args![organisation, state.latest, state.in_force, pending, until];
    tx.execute(&SET_STATE, values).await?;
    Ok(())
}

pub(super) async fn confirm(
    tx: &mut Tx,
    organisation: OrganisationId,
    version: i64,
    now: Timestamp,
) -> Result<bool> {
    Ok(tx.execute_guarded(&CONFIRM, args![organisation, version, now]).await?)
}

pub(super) async fn roll_back(
    tx: &mut Tx,
    organisation: OrganisationId,
    version: i64,
    now: Timestamp,
) -> Result<bool> {
    Ok(tx.execute_guarded(&ROLL_BACK, args![organisation, version, now]).await?)
}

pub(super) async fn overdue(db: &mut impl Reader, now: Timestamp) -> Result<Vec<VersionAt>> {
    Ok(db.fetch_all(&OVERDUE, args![now]).await?)
}

pub(super) async fn prune(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    Ok(tx.execute(&PRUNE, args![before]).await?)
}
