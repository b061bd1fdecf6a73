use super::by::{By, Whom};
use crate::app::App;
use crate::error::Result;
use crate::features::account::{self, Account};
use crate::features::activity_history::rules::SignIns;
use crate::features::activity_history::{self, Looked};
use crate::features::security_log::search::{Found, search};
use crate::features::security_log::{self, Entry, Filter, Kind, Place, Scope};
use crate::ids::{AccountId, EventId};
use crate::text::Text;
use std::collections::{BTreeMap, BTreeSet};

/// Whose log is read.
#[derive(Debug, Clone, Copy)]
pub enum LogOf<'a> {
    /// One account's.
    Account(Whom<'a>),
    /// The installation's.
    Installation,
}

/// Which part of it.
#[derive(Clone, Copy)]
pub struct LogPart<'a> {
    /// What the events have to be.
    pub filter: &'a Filter,
    /// Where it begins.
    pub before: Option<Place>,
    /// How many at most.
    pub shown: usize,
    /// In whose days an account's sign-ins are counted, where they are.
    pub days_of: Option<&'a Text>,
}

/// A page of a log.
pub struct LogPage {
    /// Whose log it is, where it is one account's.
    pub account: Option<Account>,
    /// The events, newest first.
    pub found: Found,
    /// An account's sign-ins of late, where they were asked for.
    pub sign_ins: Option<SignIns>,
    /// The addresses of accounts that they name.
    pub emails: BTreeMap<AccountId, String>,
}

/// Action: reads a log that is not one's own, which is an event in it.
pub async fn read_log(
    app: &App,
    by: By<'_>,
    of: LogOf<'_>,
    part: LogPart<'_>,
) -> Result<Option<LogPage>> {
    let mut event = by.event(Kind::LogRead);
    let (mut account, mut scope) = (None, Scope::Installation);
    if let LogOf::Account(whom) = of {
        let found = match whom {
            Whom::Id(id) => account::by_id(&mut &app.db, id).await?,
            Whom::Email(email) => account::by_email(&mut &app.db, email).await?,
        };
        let Some(found) = found else { return Ok(None) };
        (event, scope) = (event.on(found.id), Scope::Account(found.id));
        account = Some(found);
    }
    // Nobody who writes waits for a search; it is shown once it is in the log.
    let found = search(&mut &app.db, scope, part.filter, part.before, part.shown).await?;
    let sign_ins = match (scope, part.days_of) {
        (Scope::Account(id), Some(text)) => Some(activity_history::sign_ins(app, id, text).await?),
        _ => None,
    };
    let emails = emails(app, by, &found.entries).await?;
    security_log::note(app, event).await?;
    Ok(Some(LogPage { account, found, sign_ins, emails }))
}

/// Action: reads one event of a log that is not one's own, which is an event in
/// it, too.
pub async fn read_event(
    app: &App,
    by: By<'_>,
    id: EventId,
) -> Result<Option<(Looked, BTreeMap<AccountId, String>)>> {
    let Some(looked) = activity_history::look_at(app, id, app.clock.now()).await? else {
        return Ok(None);
    };
    let mut event = by.event(Kind::LogRead);
    if let Some(account) = looked.full.entry.account {
        event = event.on(account);
    }
    security_log::note(app, event).await?;
    let emails = emails(app, by, std::slice::from_ref(&looked.full.entry)).await?;
    Ok(Some((looked, emails)))
}

async fn emails(app: &App, by: By<'_>, entries: &[Entry]) -> Result<BTreeMap<AccountId, String>> {
    if matches!(by, By::Operator | By::Program(..)) {
        return Ok(BTreeMap::new());
    }
    account::emails(&mut &app.db, named(entries)).await
}

fn named(entries: &[Entry]) -> BTreeSet<AccountId> {
    entries.iter().flat_map(|entry| [entry.account, entry.actor]).flatten().collect()
}
