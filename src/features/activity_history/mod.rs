//! The Security Log as people read it: what happened, by day and by what one
//! looks for, a chart of sign-ins, and each event with all that is known of it.
//! An owner reads their own; who administers reads with the same parts.

pub mod api;
pub mod rules;
pub mod web;

use crate::app::App;
use crate::error::Result;
use crate::features::security_log::search::{self, Found, Full};
use crate::features::security_log::{Entry, Filter, Place, Scope, counts};
use crate::features::sessions::{self, Current};
use crate::ids::{AccountId, EventId};
use crate::text::Text;
use crate::time::Timestamp;
use rules::SignIns;

/// A page of an account's own log, as its owner may see it.
pub async fn own_page(
    app: &App,
    account: AccountId,
    filter: &Filter,
    before: Option<Place>,
    shown: usize,
) -> Result<Found> {
    let scope = Scope::Account(account);
    let mut found = search::search(&mut &app.db, scope, filter, before, shown).await?;
    if filter.address.is_some() {
        // Where an administrator was can't be asked for either.
        found.entries.retain(|entry| !entry.is_by_another());
    }
    found.entries = found.entries.into_iter().map(Entry::for_owner).collect();
    Ok(found)
}

/// The owner's sign-ins of late.
pub async fn own_sign_ins(app: &App, current: &Current, text: &Text) -> Result<SignIns> {
    sign_ins(app, current.account.id, text).await
}

/// An account's sign-ins of late, in the days of whoever reads.
pub async fn sign_ins(app: &App, account: AccountId, text: &Text) -> Result<SignIns> {
    let mut sign_ins = SignIns::empty(text.today(), |day| text.start_of(day));
    let Some(since) = sign_ins.since() else { return Ok(sign_ins) };
    let starts = sign_ins.starts();
    let (mut of_days, mut of_countries) = (&app.db, &app.db);
    let days = counts::days(&mut of_days, account, &starts);
    let countries = counts::countries(&mut of_countries, account, since);
    let (days, countries) = tokio::try_join!(days, countries)?;
    sign_ins.count(&days);
    sign_ins.count_countries(countries);
    Ok(sign_ins)
}

/// An event, and what became of the session it belongs to.
#[derive(Debug)]
pub struct Looked {
    /// The event.
    pub full: Full,
    /// Whether its session is still in use; none where it has none.
    pub session_is_live: Option<bool>,
}

/// One event, if there is such a one.
pub async fn look_at(app: &App, id: EventId, now: Timestamp) -> Result<Option<Looked>> {
    let Some(full) = search::find(&mut &app.db, id).await? else { return Ok(None) };
    let session_is_live = match full.entry.session {
        None => None,
        Some(session) => Some(sessions::is_live(app, session, now).await?),
    };
    Ok(Some(Looked { full, session_is_live }))
}

/// One event of an account's own log, as its owner may see it.
pub async fn look_at_own(
    app: &App,
    account: AccountId,
    id: EventId,
    now: Timestamp,
) -> Result<Option<Looked>> {
    let looked = look_at(app, id, now).await?;
    let own = looked.filter(|looked| looked.full.entry.account == Some(account));
    Ok(own.map(|Looked { mut full, session_is_live }| {
        full.entry = full.entry.for_owner();
        Looked { session_is_live: session_is_live.filter(|_| full.entry.session.is_some()), full }
    }))
}
