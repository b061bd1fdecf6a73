use super::rules::{Wanted, takes_back, what_changes};
use super::{Taken, application, event, taken, view, withdraw};
use crate::app::App;
use crate::error::Result;
use crate::features::administration::{Act, By};
use crate::features::security_log::{Kind, Reason};
use crate::features::{application_sessions, applications, gate};
use crate::ids::ApplicationId;

/// What came of changing an application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Changed {
    /// It is as it was wanted.
    Done,
    /// There is no such application.
    Unknown,
    /// Somebody else has changed it since it was looked at.
    Meanwhile,
    /// Another one has some of it.
    Taken(Taken),
}

/// Action: changes an application, which was looked at when it had this revision. Its
/// kind stays what it is.
pub async fn change(
    app: &App,
    by: By<'_>,
    id: ApplicationId,
    revision: i64,
    wanted: &Wanted,
) -> Result<Changed> {
    let mut act = Act::begin(app, by, Kind::ApplicationChanged).await?;
    // Looked at before its row is taken, which raises the revision.
    let Some(before) = view::find(&mut act.tx, id, act.now).await? else {
        let event = act.event().refused(Reason::UnknownApplication);
        act.write(event).await?;
        return Ok(Changed::Unknown);
    };
    if before.application.revision != revision {
        let event = event(&act, id).refused(Reason::ChangedMeanwhile);
        act.write(event).await?;
        return Ok(Changed::Meanwhile);
    }
    if let Some(taken) = taken(&mut act.tx, id, wanted).await? {
        let event = event(&act, id).refused(taken.reason());
        act.write(event).await?;
        return Ok(Changed::Taken(taken));
    }
    application(&mut act, id).await?;
    if takes_back(&before, wanted) {
        // The accounts before the permissions' rows, as whoever signs in takes them.
        application_sessions::lock_signed_in(&mut act.tx, id).await?;
    }
    applications::change(&mut act.tx, id, wanted.properties()).await?;
    applications::set_addresses(&mut act.tx, id, wanted.addresses()).await?;
    let closed = gate::keep_rules(&mut act.tx, id, wanted.gates()).await?;
    let withdrawn = applications::declare(&mut act.tx, id, wanted.permissions()).await?;
    withdraw(&mut act.tx, id, &withdrawn).await?;
    let event = event(&act, id).detail(what_changes(&before, wanted, &closed));
    act.write(event).await?;
    Ok(Changed::Done)
}
