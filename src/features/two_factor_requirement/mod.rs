//! An organisation can require a second factor of its members. Whoever has none is told,
//! has a while to set one up, and sees nothing of the organisation after that until they
//! have.

pub mod api;
mod letters;
pub mod rules;
mod store;
pub mod web;

use crate::app::App;
use crate::error::Result;
use crate::features::organisation_admins::By;
use crate::features::organisations::rules::Plan;
use crate::features::organisations::{self, FIRST, Organisation};
use crate::features::security_log::{self, Kind, Reason};
use crate::http::Source;
use crate::ids::OrganisationId;
use crate::time::Timestamp;
use portcullis_db::{Reader, Statement, Tx};
use rules::{Requirement, Standing, next_reminder, standing};
use std::time::Duration;

pub(crate) const fn statements() -> &'static [Statement] {
    store::ALL
}

/// What an organisation asks for, if it does.
pub async fn find(
    db: &mut impl Reader,
    organisation: OrganisationId,
) -> Result<Option<Requirement>> {
    store::find(db, organisation).await
}

/// Step: an organisation that is removed asks for nothing.
pub async fn remove_organisation(tx: &mut Tx, organisation: OrganisationId) -> Result<()> {
    store::remove(tx, organisation).await
}

/// What an owner or admin wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// Whether it is required at all.
    pub required: bool,
    /// How long those who have none get in from now on; none for as long as was said before.
    pub grace: Option<Duration>,
    /// Whether a phone alone is none.
    pub sms_excluded: bool,
}

/// Action: requires a second factor, or does not any more. Call for an admin who has just
/// proved who they are, or for a token that may.
pub async fn change(
    app: &App,
    by: By<'_>,
    organisation: &Organisation,
    wanted: Wanted,
    source: &Source,
) -> Result<std::result::Result<(), Reason>> {
    let now = app.clock.now();
    let id = organisation.id;
    let mut tx = app.db.begin().await?;
    by.confirm(&mut tx, id, now).await?;
    let event = by.event(Kind::TwoFactorRequirementChanged, id, source);
    let before = store::find(&mut tx, id).await?;
    let after = wanted.required.then(|| Requirement {
        required_at: before.map_or(now, |before| before.required_at),
        grace_until: match (wanted.grace, before) {
            (Some(grace), _) => now.plus(grace),
            (None, Some(before)) => before.grace_until,
            // It was given up a moment ago: nobody is shut out at once for that.
            (None, None) => now.plus(rules::LONGEST_GRACE),
        },
        sms_excluded: wanted.sms_excluded,
    });
    let plan = organisations::by_id(&mut tx, id).await?.map(|found| found.plan);
    let locks_out = after.is_some_and(|after| {
        let after = Requirement { grace_until: now, ..after };
        match by {
            By::Session(current) => {
                let (held, proved) = (current.account.second_factors, current.session.proved());
                standing(Some(&after), held, proved, now) != Standing::Fine
            }
            // What its account holds was proved when it was made.
            By::Token(bearer) => !after.is_met_by(bearer.account.second_factors),
        }
    });
    let reason = if before.is_none() && after.is_none() {
        Some(Reason::Already)
    } else if after.is_some() && plan != Some(Plan::Enterprise) {
        Some(Reason::Plan)
    } else if locks_out {
        Some(Reason::LocksOut)
    } else if before == after {
        Some(Reason::Already)
    } else {
        None
    };
    let event = event.detail(by.detail(&format!("{} → {}", said(before), said(after))));
    if let Some(reason) = reason {
        security_log::record(&mut tx, event.refused(reason), now, &app.random).await?;
        tx.commit().await?;
        return Ok(Err(reason));
    }
    match after {
        None => store::remove(&mut tx, id).await?,
        Some(after) => {
            let remind_at = next_reminder(after.grace_until, now);
            store::set(&mut tx, id, &after, remind_at).await?;
        }
    }
    security_log::record(&mut tx, event, now, &app.random).await?;
    tx.commit().await?;
    if let Some(after) = after {
        tell_those_without(app, organisation, &after, false, now).await?;
    }
    Ok(Ok(()))
}

fn said(requirement: Option<Requirement>) -> String {
    match requirement {
        None => "off".to_owned(),
        Some(Requirement { grace_until, sms_excluded, .. }) => {
            let sms = if sms_excluded { ", SMS excluded" } else { "" };
            format!("required from {}{sms}", grace_until.rfc3339())
        }
    }
}

/// Action: reminds those who have no second factor, where it is time; how many were.
pub async fn remind_due(app: &App) -> Result<u64> {
    let now = app.clock.now();
    let mut told = 0;
    for (id, at) in store::due(&mut &app.db, now).await? {
        let Some(requirement) = store::find(&mut &app.db, id).await? else { continue };
        let mut tx = app.db.begin().await?;
        let next = next_reminder(requirement.grace_until, now);
        let taken = store::take(&mut tx, id, at, next).await?;
        let organisation = organisations::by_id(&mut tx, id).await?;
        tx.commit().await?;
        if let (true, Some(organisation)) = (taken && now < requirement.grace_until, organisation) {
            told += tell_those_without(app, &organisation, &requirement, true, now).await?;
        }
    }
    Ok(told)
}

/// Members in pages, a transaction each, so that a large organisation holds nobody up.
async fn tell_those_without(
    app: &App,
    organisation: &Organisation,
    requirement: &Requirement,
    again: bool,
    now: Timestamp,
) -> Result<u64> {
    const AT_ONCE: i64 = 200;
    let (mut after, mut told) = (FIRST, 0);
    loop {
        let page = organisations::members(&mut &app.db, organisation.id, after, AT_ONCE).await?;
        let Some(last) = page.last() else { return Ok(told) };
        after = (last.joined_at, last.account);
        let mut tx = app.db.begin().await?;
        for member in page.iter().filter(|member| !requirement.is_met_by(member.second_factors)) {
            letters::required(&mut tx, app, organisation, member, requirement, again, now).await?;
            told += 1;
        }
        tx.commit().await?;
    }
}

/// What the page about it shows.
#[derive(Debug, Clone, Copy)]
pub struct Looked {
    /// What is asked now.
    pub requirement: Option<Requirement>,
    /// How many members have no second factor …
    pub without: usize,
    /// … of so many that were looked at.
    pub looked_at: usize,
}

/// What is asked, and of how many it asks something new.
pub async fn look(app: &App, organisation: OrganisationId) -> Result<Looked> {
    const MOST: i64 = 1000;
    let db = &mut &app.db;
    let members = organisations::members(db, organisation, FIRST, MOST).await?;
    let without = members.iter().filter(|member| !member.second_factors.any()).count();
    let requirement = store::find(db, organisation).await?;
    Ok(Looked { requirement, without, looked_at: members.len() })
}
