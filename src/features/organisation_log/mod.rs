//! The security log of an organisation: what was done to it, who was refused, and what its
//! members did that touches it. With the same parts as an account's own.

pub mod api;
pub mod web;

use crate::app::App;
use crate::error::Result;
use crate::features::account;
use crate::features::activity_history::{self, Looked};
use crate::features::security_log::search::{Found, search};
use crate::features::security_log::{Entry, Filter, Place, Scope};
use crate::ids::{AccountId, EventId, OrganisationId};
use crate::time::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// The addresses of accounts that a page names.
pub type Emails = BTreeMap<AccountId, String>;

/// A page of it, with the addresses of those whom it names.
pub async fn page(
    app: &App,
    organisation: OrganisationId,
    filter: &Filter,
    before: Option<Place>,
    shown: usize,
) -> Result<(Found, Emails)> {
    let found = events(app, organisation, filter, before, shown).await?;
    let emails = emails(app, &found.entries).await?;
    Ok((found, emails))
}

/// A page of it.
pub async fn events(
    app: &App,
    organisation: OrganisationId,
    filter: &Filter,
    before: Option<Place>,
    shown: usize,
) -> Result<Found> {
    let scope = Scope::Organisation(organisation);
    let mut found = search(&mut &app.db, scope, filter, before, shown).await?;
    if filter.address.is_some() {
        // Where an administrator of the installation was can't be asked for either.
        found.entries.retain(|entry| !entry.kind.is_of_installation());
    }
    found.entries = found.entries.into_iter().map(for_members).collect();
    Ok(found)
}

/// One event of it.
pub async fn look_at(
    app: &App,
    organisation: OrganisationId,
    id: EventId,
    now: Timestamp,
) -> Result<Option<(Looked, Emails)>> {
    let looked = activity_history::look_at(app, id, now).await?;
    let Some(Looked { mut full, session_is_live }) =
        looked.filter(|looked| looked.full.organisation == Some(organisation))
    else {
        return Ok(None);
    };
    full.entry = for_members(full.entry);
    let emails = emails(app, std::slice::from_ref(&full.entry)).await?;
    let session_is_live = session_is_live.filter(|_| full.entry.session.is_some());
    Ok(Some((Looked { full, session_is_live }, emails)))
}

/// Where an administrator of the installation was is not the organisation's to know.
fn for_members(entry: Entry) -> Entry {
    if entry.kind.is_of_installation() {
        Entry { address: None, user_agent: None, session: None, actor: None, ..entry }
    } else {
        entry
    }
}

async fn emails(app: &App, entries: &[Entry]) -> Result<Emails> {
    let named: BTreeSet<AccountId> =
        entries.iter().flat_map(|entry| [entry.account, entry.actor]).flatten().collect();
    account::emails(&mut &app.db, named).await
}
