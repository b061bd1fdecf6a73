//! Organisations: people who work together in what stands behind Portcullis. An
//! administrator makes one; its owners and admins invite the others, and one owner always
//! stays. What an organisation asks of its members is other features'.
//!
//! Whatever changes who belongs to one takes its row first, after the installation's and
//! before any account's.

pub mod api;
pub mod invitations;
mod letters;
mod members;
pub mod rules;
mod store;
pub mod web;

use crate::app::App;
use crate::error::{Refused, Result};
use crate::features::account::rules::{EmailAddress, Name};
use crate::features::account::{self, Account, FactorKinds};
use crate::features::security_notices;
use crate::features::sessions::{self, Current};
use crate::ids::{AccountId, OrganisationId};
use crate::random::Random;
use crate::time::Timestamp;
use portcullis_db::{Reader, Statement, Tx};
use rules::{Plan, Role, Slug};
use uuid::Uuid;

pub use members::{change_role, leave, remove};

pub(crate) const fn statements() -> &'static [Statement] {
    store::ALL
}

/// An organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organisation {
    /// Its id.
    pub id: OrganisationId,
    /// Its short name, which stands in addresses.
    pub slug: String,
    /// What it is called.
    pub name: String,
    /// What it can use.
    pub plan: Plan,
    /// When it was made.
    pub created_at: Timestamp,
}

impl Organisation {
    /// Where its pages are: this one, or one below it.
    pub fn path(&self, below: &str) -> String {
        format!("/organisations/{}{below}", self.slug)
    }
}

/// Who got in where an organisation's own is; `organisation_access` says so, and nobody else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Granted {
    /// Where.
    pub organisation: Organisation,
    /// As what.
    pub role: Role,
    /// Until when they have to set up a second factor, where they have none.
    pub grace_until: Option<Timestamp>,
    /// The version of the allowlist that this person may confirm, if one waits.
    pub waits: Option<i64>,
}

/// What a new one is made of.
#[derive(Debug, Clone)]
pub struct NewOrganisation {
    /// Its short name.
    pub slug: Slug,
    /// What it is called.
    pub name: Name,
    /// What it can use.
    pub plan: Plan,
}

/// An organisation as administrators list it.
#[derive(Debug, Clone)]
pub struct ListedOrganisation {
    /// The organisation.
    pub organisation: Organisation,
    /// How many belong to it.
    pub members: i64,
}

/// Somebody who belongs to an organisation.
#[derive(Debug, Clone)]
pub struct Member {
    /// Their account.
    pub account: AccountId,
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// The second factors that they hold.
    pub second_factors: FactorKinds,
    /// What they may do.
    pub role: Role,
    /// Since when they belong to it.
    pub joined_at: Timestamp,
}

/// Where a list of members goes on.
pub type PlaceOfMember = (Timestamp, AccountId);

/// Before the first member.
pub const FIRST: PlaceOfMember =
    (Timestamp::from_millis(i64::MIN), AccountId::from_uuid(Uuid::nil()));

/// Step: makes one; none where another has the short name. Call with the installation
/// locked.
pub async fn create(
    tx: &mut Tx,
    new: &NewOrganisation,
    now: Timestamp,
    random: &Random,
) -> Result<Option<Organisation>> {
    let id = OrganisationId::new(now, random);
    if !store::insert(tx, id, new, now).await? {
        return Ok(None);
    }
    store::by_id(tx, id).await
}

/// Step: gives one another name and plan. Call with the installation locked.
pub async fn change(tx: &mut Tx, to: &Organisation) -> Result<()> {
    store::lock(tx, to.id).await?;
    store::change(tx, to.id, &to.name, to.plan).await
}

/// Step: ends one, with its memberships and invitations; those in charge are told. What it
/// asks of its members is other features' to forget. Its row stays. Call with the
/// installation locked.
pub async fn end(
    tx: &mut Tx,
    app: &App,
    organisation: &Organisation,
    now: Timestamp,
) -> Result<()> {
    const TOLD: i64 = 50;
    store::lock(tx, organisation.id).await?;
    for member in store::in_charge(tx, organisation.id, TOLD).await? {
        if let Some(account) = account::by_id(tx, member.account).await? {
            let letter = letters::ended(app, &account, organisation, now);
            security_notices::tell(tx, app, &account, &letter, now).await?;
        }
    }
    invitations::remove_organisation(tx, organisation.id).await?;
    store::end(tx, organisation.id, now).await
}

/// Step: makes somebody a member; false where they are one. Call with the organisation
/// locked, and the account.
pub async fn add(
    tx: &mut Tx,
    organisation: OrganisationId,
    account: AccountId,
    role: Role,
    now: Timestamp,
) -> Result<bool> {
    store::add(tx, organisation, account, role, now).await
}

/// Step: makes an existing account a member on an administrator's word, who is told. Call
/// with the organisation locked, and the account.
pub async fn appoint(
    tx: &mut Tx,
    app: &App,
    organisation: &Organisation,
    account: &Account,
    role: Role,
    now: Timestamp,
) -> Result<()> {
    if store::add(tx, organisation.id, account.id, role, now).await? {
        let letter = letters::added(app, account, organisation, role, now);
        security_notices::tell(tx, app, account, &letter, now).await?;
    }
    Ok(())
}

/// Step: takes the organisation's row, so that who belongs to it is changed by one at a
/// time; false where there is none.
pub async fn lock(tx: &mut Tx, id: OrganisationId) -> Result<bool> {
    store::lock(tx, id).await
}

/// Step: takes the organisation's row and the actor's, and sees that they still have that
/// role at least. Whoever has not is told that there is nothing.
pub async fn confirm(
    tx: &mut Tx,
    current: &Current,
    organisation: OrganisationId,
    at_least: Role,
) -> Result<Role> {
    confirm_with(tx, current, organisation, at_least, None).await
}

/// The same, and another account's row: the lower id first, so that two who act on each
/// other in two organisations don't wait for ever.
async fn confirm_with(
    tx: &mut Tx,
    current: &Current,
    organisation: OrganisationId,
    at_least: Role,
    other: Option<AccountId>,
) -> Result<Role> {
    if !store::lock(tx, organisation).await? {
        return Err(Refused::NotFound.into());
    }
    let own = current.account.id;
    if let Some(other) = other.filter(|other| *other < own) {
        account::lock(tx, other).await?;
    }
    sessions::confirm(tx, current).await?;
    if let Some(other) = other.filter(|other| *other > own) {
        account::lock(tx, other).await?;
    }
    confirm_role(tx, own, organisation, at_least).await
}

/// Step: sees that an account has that role at least. Call with both rows taken.
pub async fn confirm_role(
    tx: &mut Tx,
    account: AccountId,
    organisation: OrganisationId,
    at_least: Role,
) -> Result<Role> {
    let role = store::role(tx, organisation, account).await?;
    Ok(role.filter(|role| *role >= at_least).ok_or(Refused::NotFound)?)
}

/// An organisation by its id.
pub async fn by_id(db: &mut impl Reader, id: OrganisationId) -> Result<Option<Organisation>> {
    store::by_id(db, id).await
}

/// An organisation by its short name.
pub async fn by_slug(db: &mut impl Reader, slug: &str) -> Result<Option<Organisation>> {
    match Slug::parse(slug) {
        // Only as it is written down: each has one address.
        Ok(parsed) if parsed.as_str() == slug => store::by_slug(db, &parsed).await,
        _ => Ok(None),
    }
}

/// All organisations, the newest first, before one of them.
pub async fn list(
    db: &mut impl Reader,
    before: Option<(Timestamp, OrganisationId)>,
    limit: i64,
) -> Result<Vec<ListedOrganisation>> {
    let end = (Timestamp::from_millis(i64::MAX), OrganisationId::from_uuid(Uuid::max()));
    store::page(db, before.unwrap_or(end), limit).await
}

/// The organisations that somebody belongs to, and as what.
pub async fn of_account(
    db: &mut impl Reader,
    account: AccountId,
) -> Result<Vec<(Organisation, Role)>> {
    store::of_account(db, account).await
}

/// One member.
pub async fn member(
    db: &mut impl Reader,
    organisation: OrganisationId,
    account: AccountId,
) -> Result<Option<Member>> {
    store::member(db, organisation, account).await
}

/// Members by when they joined, after a place.
pub async fn members(
    db: &mut impl Reader,
    organisation: OrganisationId,
    after: PlaceOfMember,
    limit: i64,
) -> Result<Vec<Member>> {
    store::members(db, organisation, after, limit).await
}

/// A page of an organisation's members, and how many there are in all.
pub async fn page_of_members(
    app: &App,
    organisation: OrganisationId,
    after: Option<PlaceOfMember>,
    limit: i64,
) -> Result<(Vec<Member>, i64)> {
    let db = &mut &app.db;
    let page = store::members(db, organisation, after.unwrap_or(FIRST), limit).await?;
    Ok((page, store::count(db, organisation).await?))
}

/// Owners and admins, those of longest standing first.
pub async fn in_charge(
    db: &mut impl Reader,
    organisation: OrganisationId,
    limit: i64,
) -> Result<Vec<Member>> {
    store::in_charge(db, organisation, limit).await
}

/// Step: whether some organisation would be left without an owner by this account's end.
/// Call with the installation locked, before the account is: it takes the rows of the
/// organisations that the account owns.
pub async fn is_last_owner(tx: &mut Tx, account: AccountId) -> Result<bool> {
    for organisation in store::owned_by(tx, account).await? {
        store::lock(tx, organisation).await?;
        // As it is now that nobody else can change it.
        let owns = store::role(tx, organisation, account).await? == Some(Role::Owner);
        if owns && !store::has_other_owner(tx, organisation, account).await? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Step: an account that is erased belongs to none, and is not asked to.
pub async fn remove_account(tx: &mut Tx, account: &Account) -> Result<()> {
    if let Ok(email) = EmailAddress::parse(&account.email) {
        invitations::remove_address(tx, &email).await?;
    }
    store::remove_account(tx, account.id).await
}
