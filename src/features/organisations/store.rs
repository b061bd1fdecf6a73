use super::rules::{Plan, Role, Slug};
use super::{ListedOrganisation, Member, NewOrganisation, Organisation};
use crate::error::Result;
use crate::ids::{AccountId, OrganisationId};
use crate::time::Timestamp;
use portcullis_db::{FromRow, Reader, Row, Tx, args, statements};

impl FromRow for Organisation {
    fn from_row(row: &Row) -> portcullis_db::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            slug: row.get(1)?,
            name: row.get(2)?,
            plan: row.get(3)?,
            created_at: row.get(4)?,
        })
    }
}

impl FromRow for ListedOrganisation {
    fn from_row(row: &Row) -> portcullis_db::Result<Self> {
        Ok(Self { organisation: Organisation::from_row(row)?, members: row.get(5)? })
    }
}

/// An organisation that somebody belongs to.
pub(super) struct Membership {
    pub organisation: Organisation,
    pub role: Role,
}

impl FromRow for Membership {
    fn from_row(row: &Row) -> portcullis_db::Result<Self> {
        Ok(Self { organisation: Organisation::from_row(row)?, role: row.get(5)? })
    }
}

impl FromRow for Member {
    fn from_row(row: &Row) -> portcullis_db::Result<Self> {
        Ok(Self {
            account: row.get(0)?,
            name: row.get(1)?,
            email: row.get(2)?,
            second_factors: row.get(3)?,
            role: row.get(4)?,
            joined_at: row.get(5)?,
        })
    }
}

statements! {
    INSERT = "INSERT INTO organisations (id, slug, name, plan, created_at, revision) VALUES ($1, $2, $3, $4, $5, 0) \
              ON CONFLICT (slug) DO NOTHING";
    BY_ID = "SELECT id, slug, name, plan, created_at FROM organisations WHERE id = $1 AND removed_at IS NULL";
    BY_SLUG = "SELECT id, slug, name, plan, created_at FROM organisations WHERE slug = $1 AND removed_at IS NULL";
    LOCK = "UPDATE organisations SET revision = revision + 1 WHERE id = $1 AND removed_at IS NULL";
    CHANGE = "UPDATE organisations SET name = $2, plan = $3 WHERE id = $1";
    PAGE = "SELECT id, slug, name, plan, created_at, \
            (SELECT COUNT(*) FROM members m WHERE m.organisation_id = organisations.id) FROM organisations \
            WHERE (created_at, id) < ($1, $2) AND removed_at IS NULL ORDER BY created_at DESC, id DESC LIMIT $3";
    OF_ACCOUNT = "SELECT o.id, o.slug, o.name, o.plan, o.created_at, m.role FROM members m \
                  JOIN organisations o ON o.id = m.organisation_id WHERE m.account_id = $1 \
                  ORDER BY m.organisation_id LIMIT 200";
    ROLE = "SELECT role FROM members WHERE organisation_id = $1 AND account_id = $2";
    ADD = "INSERT INTO members (organisation_id, account_id, role, joined_at) VALUES ($1, $2, $3, $4) \
           ON CONFLICT (organisation_id, account_id) DO NOTHING";
    SET_ROLE = "UPDATE members SET role = $3 WHERE organisation_id = $1 AND account_id = $2 AND role <> $3";
    REMOVE = "DELETE FROM members WHERE organisation_id = $1 AND account_id = $2";
    REMOVE_ACCOUNT = "DELETE FROM members WHERE account_id = $1";
    OTHER_OWNER = "SELECT m.account_id FROM members m JOIN accounts a ON a.id = m.account_id \
                   WHERE m.organisation_id = $1 AND m.role = 'owner' AND m.account_id <> $2 \
                   AND a.suspended_at IS NULL AND a.closes_at IS NULL AND a.erased_at IS NULL LIMIT 1";
    OWNED_BY = "SELECT organisation_id FROM members WHERE account_id = $1 AND role = 'owner' \
                ORDER BY organisation_id";
    MEMBER = "SELECT a.id, a.name, a.email, a.second_factors, m.role, m.joined_at FROM members m \
              JOIN accounts a ON a.id = m.account_id WHERE m.organisation_id = $1 AND m.account_id = $2";
    MEMBERS = "SELECT a.id, a.name, a.email, a.second_factors, m.role, m.joined_at FROM members m \
               JOIN accounts a ON a.id = m.account_id WHERE m.organisation_id = $1 \
               AND (m.joined_at, m.account_id) > ($2, $3) ORDER BY m.joined_at, m.account_id LIMIT $4";
    IN_CHARGE = "SELECT a.id, a.name, a.email, a.second_factors, m.role, m.joined_at FROM members m \
                 JOIN accounts a ON a.id = m.account_id WHERE m.organisation_id = $1 AND m.role <> 'member' \
                 AND a.closes_at IS NULL AND a.erased_at IS NULL ORDER BY m.joined_at, m.account_id LIMIT $2";
    COUNT = "SELECT COUNT(*) FROM members WHERE organisation_id = $1";
    END = "UPDATE organisations SET removed_at = $2 WHERE id = $1 AND removed_at IS NULL";
    REMOVE_MEMBERS = "DELETE FROM members WHERE organisation_id = $1";
}

pub(super) async fn insert(
    tx: &mut Tx,
    id: OrganisationId,
    new: &NewOrganisation,
    now: Timestamp,
) -> Result<bool> {
    let values = args![id, new.slug.as_str(), new.name.as_str(), new.plan, now];
    Ok(tx.execute_guarded(&INSERT, values).await?)
}

pub(super) async fn by_id(
    db: &mut impl Reader,
    id: OrganisationId,
) -> Result<Option<Organisation>> {
    Ok(db.fetch_optional(&BY_ID, args![id]).await?)
}

pub(super) async fn by_slug(db: &mut impl Reader, slug: &Slug) -> Result<Option<Organisation>> {
    Ok(db.fetch_optional(&BY_SLUG, args![slug.as_str()]).await?)
}

pub(super) async fn lock(tx: &mut Tx, id: OrganisationId) -> Result<bool> {
    Ok(tx.execute_guarded(&LOCK, args![id]).await?)
}

pub(super) async fn change(tx: &mut Tx, id: OrganisationId, name: &str, plan: Plan) -> Result<()> {
    tx.execute(&CHANGE, args![id, name, plan]).await?;
    Ok(())
}

/// Organisations by age, the newest first, before one of them.
pub(super) async fn page(
    db: &mut impl Reader,
    before: (Timestamp, OrganisationId),
    limit: i64,
) -> Result<Vec<ListedOrganisation>> {
    Ok(db.fetch_all(&PAGE, args![before.0, before.1, limit]).await?)
}

pub(super) async fn of_account(
    db: &mut impl Reader,
    account: AccountId,
) -> Result<Vec<(Organisation, Role)>> {
    let rows: Vec<Membership> = db.fetch_all(&OF_ACCOUNT, args![account]).await?;
    Ok(rows.into_iter().map(|one| (one.organisation, one.role)).collect())
}

pub(super) async fn role(
    db: &mut impl Reader,
    organisation: OrganisationId,
    account: AccountId,
) -> Result<Option<Role>> {
    let found: Option<(Role,)> = db.fetch_optional(&ROLE, args![organisation, account]).await?;
    Ok(found.map(|(role,)| role))
}

pub(super) async fn add(
    tx: &mut Tx,
    organisation: OrganisationId,
    account: AccountId,
    role: Role,
    now: Timestamp,
) -> Result<bool> {
    Ok(tx.execute_guarded(&ADD, args![organisation, account, role, now]).await?)
}

pub(super) async fn set_role(
    tx: &mut Tx,
    organisation: OrganisationId,
    account: AccountId,
    role: Role,
) -> Result<bool> {
    Ok(tx.execute_guarded(&SET_ROLE, args![organisation, account, role]).await?)
}

pub(super) async fn remove(
    tx: &mut Tx,
    organisation: OrganisationId,
    account: AccountId,
) -> Result<bool> {
    Ok(tx.execute_guarded(&REMOVE, args![organisation, account]).await?)
}

pub(super) async fn remove_account(tx: &mut Tx, account: AccountId) -> Result<()> {
    tx.execute(&REMOVE_ACCOUNT, args![account]).await?;
    Ok(())
}

/// Whether somebody else owns it who can sign in.
pub(super) async fn has_other_owner(
    tx: &mut Tx,
    organisation: OrganisationId,
    account: AccountId,
) -> Result<bool> {
    let found: Option<(AccountId,)> =
        tx.fetch_optional(&OTHER_OWNER, args![organisation, account]).await?;
    Ok(found.is_some())
}

pub(super) async fn owned_by(tx: &mut Tx, account: AccountId) -> Result<Vec<OrganisationId>> {
    let rows: Vec<(OrganisationId,)> = tx.fetch_all(&OWNED_BY, args![account]).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

pub(super) async fn member(
    db: &mut impl Reader,
    organisation: OrganisationId,
    account: AccountId,
) -> Result<Option<Member>> {
    Ok(db.fetch_optional(&MEMBER, args![organisation, account]).await?)
}

pub(super) async fn members(
    db: &mut impl Reader,
    organisation: OrganisationId,
    after: (Timestamp, AccountId),
    limit: i64,
) -> Result<Vec<Member>> {
    Ok(db.fetch_all(&MEMBERS, args![organisation, after.0, after.1, limit]).await?)
}

pub(super) async fn in_charge(
    db: &mut impl Reader,
    organisation: OrganisationId,
    limit: i64,
) -> Result<Vec<Member>> {
    Ok(db.fetch_all(&IN_CHARGE, args![organisation, limit]).await?)
}

/// It is there no more, and nobody belongs to it.
pub(super) async fn end(tx: &mut Tx, id: OrganisationId, now: Timestamp) -> Result<()> {
    tx.execute(&END, args![id, now]).await?;
    tx.execute(&REMOVE_MEMBERS, args![id]).await?;
    Ok(())
}

pub(super) async fn count(db: &mut impl Reader, organisation: OrganisationId) -> Result<i64> {
    let found: Option<(i64,)> = db.fetch_optional(&COUNT, args![organisation]).await?;
    Ok(found.map_or(0, |(count,)| count))
}
