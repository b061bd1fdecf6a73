//! An organisation and its members, for programs.

use super::{Granted, Member as Found, page_of_members};
use crate::http::api::{
    CURSOR, Call, Cursor, DEFAULT_LIMIT, Declares, LIMIT, OrganisationRead, Result, Shown,
};
use crate::ids::AccountId;
use serde::Serialize;
use utoipa::ToSchema;

/// What the list of members can be asked for.
pub static MEMBERS: &[&dyn Declares] = &[&LIMIT, &CURSOR];

/// An organisation.
#[derive(Debug, Serialize, ToSchema)]
pub struct Organisation {
    /// Its id.
    #[schema(format = "uuid")]
    id: String,
    /// Its short name, which stands in addresses and never changes.
    slug: String,
    /// What it is called.
    name: String,
    /// What it can use: `free` or `enterprise`.
    plan: &'static str,
    /// When it was made.
    #[schema(format = "date-time")]
    created_at: String,
    /// What the account may do there: `member`, `admin` or `owner`.
    role: &'static str,
}

/// A page of members.
#[derive(Debug, Serialize, ToSchema)]
pub struct Members {
    /// Those of longest standing first.
    members: Vec<Member>,
    /// Where to go on; null at the end.
    next: Option<String>,
}

/// Somebody who belongs to an organisation.
#[derive(Debug, Serialize, ToSchema)]
pub struct Member {
    /// The account's id.
    #[schema(format = "uuid")]
    account: String,
    /// Its name.
    name: String,
    /// Its address.
    email: String,
    /// What they may do: `member`, `admin` or `owner`.
    role: &'static str,
    /// Since when they belong to it.
    #[schema(format = "date-time")]
    joined_at: String,
}

impl From<Found> for Member {
    fn from(found: Found) -> Self {
        Self {
            account: found.account.to_string(),
            name: found.name,
            email: found.email,
            role: found.role.tag(),
            joined_at: found.joined_at.rfc3339(),
        }
    }
}

/// One.
pub async fn one(
    _: Call,
    OrganisationRead(_, granted): OrganisationRead,
) -> Result<Shown<Organisation>> {
    let Granted { organisation, role, .. } = granted;
    Ok(Shown(Organisation {
        id: organisation.id.to_string(),
        slug: organisation.slug,
        name: organisation.name,
        plan: organisation.plan.tag(),
        created_at: organisation.created_at.rfc3339(),
        role: role.tag(),
    }))
}

/// Its members.
pub async fn members(
    call: Call,
    OrganisationRead(_, granted): OrganisationRead,
) -> Result<Shown<Members>> {
    let id = granted.organisation.id;
    let list = format!("{} {id}", call.route());
    let mut query = call.query();
    let after = query.read_with(&CURSOR, |text| Cursor::decode(&call.app, &list, text));
    let limit = query.read(&LIMIT).unwrap_or(DEFAULT_LIMIT);
    query.done()?;
    let after = after.map(|cursor| (cursor.at, AccountId::from_uuid(cursor.id)));
    let wanted = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
    let (mut found, _) = page_of_members(&call.app, id, after, wanted).await?;
    let more = found.len() > limit;
    found.truncate(limit);
    let place = |last: &Found| Cursor { at: last.joined_at, id: last.account.uuid() };
    let next = found.last().filter(|_| more).map(|last| place(last).encode(&call.app, &list));
    Ok(Shown(Members { members: found.into_iter().map(Into::into).collect(), next }))
}
