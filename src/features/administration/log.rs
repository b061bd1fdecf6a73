use super::by::{By, Whom};
use crate::app::App;
use crate::error::Result;
use crate::features::account::{self, Account};
use crate::features::security_log::{self, Entry, Kind, Place};
use crate::ids::AccountId;
use std::collections::{BTreeMap, BTreeSet};

/// Whose log is read.
#[derive(Debug, Clone, Copy)]
pub enum LogOf<'a> {
    /// One account's.
    Account(Whom<'a>),
    /// The installation's.
    Installation,
}

/// A page of a log.
pub struct LogPage {
    /// Whose log it is, where it is one account's.
    pub account: Option<Account>,
    /// The events, newest first.
    pub entries: Vec<Entry>,
    /// The addresses of accounts that they name.
    pub emails: BTreeMap<AccountId, String>,
}

/// Action: reads a log that is not one's own, which is an event in it.
pub async fn read_log(
    app: &App,
    by: By<'_>,
    of: LogOf<'_>,
    before: Option<Place>,
    limit: i64,
) -> Result<Option<LogPage>> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let mut event = by.event(Kind::LogRead);
    let (account, entries) = match of {
        LogOf::Installation => (None, security_log::of_installation(&mut tx, before, limit).await?),
        LogOf::Account(whom) => {
            let found = match whom {
                Whom::Id(id) => account::by_id(&mut tx, id).await?,
                Whom::Email(email) => account::by_email(&mut tx, email).await?,
            };
            let Some(account) = found else { return Ok(None) };
            event = event.on(account.id);
            let entries = security_log::of_account(&mut tx, account.id, before, limit).await?;
            (Some(account), entries)
        }
    };
    security_log::record(&mut tx, event, now, &app.random).await?;
    tx.commit().await?;
    let mut emails = BTreeMap::new();
    if !matches!(by, By::Operator) {
        for id in named(&entries) {
            if let Some(account) = account::by_id(&mut &app.db, id).await? {
                emails.insert(id, account.email);
            }
        }
    }
    Ok(Some(LogPage { account, entries, emails }))
}

fn named(entries: &[Entry]) -> BTreeSet<AccountId> {
    entries.iter().flat_map(|entry| [entry.account, entry.actor]).flatten().collect()
}
