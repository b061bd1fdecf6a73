//! The applications that an owner has signed in to: what each may see, and taking it
//! back. It has nothing of its own; it shows and ends what other rooms hold.

pub mod web;

use crate::app::App;
use crate::error::{Refused, Result};
use crate::features::applications::rules::Scopes;
use crate::features::security_log::{self, Event, Kind, Object, Reason};
use crate::features::sessions::{self, Current};
use crate::features::{application_sessions, consents};
use crate::http::Source;
use crate::ids::{AccountId, ApplicationId};
use crate::time::Timestamp;
use application_sessions::rules::Ended;
use std::collections::BTreeMap;

/// An application that may see something of an account.
#[derive(Debug, Clone)]
pub struct Connected {
    /// The application.
    pub id: ApplicationId,
    /// What people know it by.
    pub name: String,
    /// What it may see and do.
    pub scopes: Scopes,
    /// Since when.
    pub since: Timestamp,
    /// When it was used last, to the minute.
    pub last_used_at: Option<Timestamp>,
    /// Whether the owner is signed in to it.
    pub signed_in: bool,
}

/// Those that an owner is signed in to, or has let see something, by name.
pub async fn list(app: &App, account: AccountId, now: Timestamp) -> Result<Vec<Connected>> {
    let mut all: BTreeMap<ApplicationId, Connected> = BTreeMap::new();
    for consents::Listed { consent, application_name } in consents::list(app, account).await? {
        let connected = Connected {
            id: consent.application,
            name: application_name,
            scopes: consent.scopes,
            since: consent.granted_at,
            last_used_at: None,
            signed_in: false,
        };
        all.insert(consent.application, connected);
    }
    for child in application_sessions::list(app, account, now).await? {
        let own = all.entry(child.application).or_insert_with(|| Connected {
            id: child.application,
            name: child.application_name.clone(),
            scopes: Scopes::default(),
            since: child.created_at,
            last_used_at: None,
            signed_in: true,
        });
        own.signed_in = true;
        own.scopes = own.scopes.and(&child.scopes);
        own.since = own.since.min(child.created_at);
        own.last_used_at = own.last_used_at.max(child.last_used_at.or(Some(child.created_at)));
    }
    let mut all: Vec<Connected> = all.into_values().collect();
    all.sort_by(|one, other| (&one.name, one.id).cmp(&(&other.name, other.id)));
    Ok(all)
}

/// Action: takes back what an application may see, and ends the owner's sessions in it.
/// It only takes away, so nobody is asked for a proof first.
pub async fn remove_access(
    app: &App,
    current: &Current,
    application: ApplicationId,
    source: &Source,
) -> Result<()> {
    let now = app.clock.now();
    let account = current.account.id;
    let mut tx = app.db.begin().await?;
    sessions::confirm(&mut tx, current).await?;
    let consent = consents::remove(&mut tx, account, application).await?;
    let reason = Ended::AccessRemoved;
    let ended =
        application_sessions::end_in_application(&mut tx, account, application, reason, now)
            .await?;
    let event = Event::by_owner(Kind::ApplicationAccessRemoved, current.owner()).from(source);
    let event = event.object(Object::Application, application.uuid());
    let done = consent || ended > 0;
    let event = if done {
        event.detail(format!("sessions {ended}"))
    } else {
        event.refused(Reason::UnknownApplication)
    };
    security_log::record(&mut tx, event, now, &app.random).await?;
    tx.commit().await?;
    if done { Ok(()) } else { Err(Refused::NotFound.into()) }
}
