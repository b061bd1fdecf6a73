use super::{application, event, withdraw};
use crate::app::App;
use crate::error::Result;
use crate::features::administration::{Act, By};
use crate::features::security_log::{Kind, Reason};
use crate::features::{application_sessions, applications, consents, gate};
use crate::ids::ApplicationId;

/// What came of removing an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Removed {
    /// It is gone; so many sessions in it ended.
    Done(u64),
    /// There is no such application.
    Unknown,
}

/// Action: removes an application, with everybody's sessions in it, its secrets, its rules
/// at the gate, and its permissions from whatever carries them. Its id stays its own.
pub async fn remove(app: &App, by: By<'_>, id: ApplicationId) -> Result<Removed> {
    let mut act = Act::begin(app, by, Kind::ApplicationRemoved).await?;
    if application(&mut act, id).await?.is_none() {
        let event = act.event().refused(Reason::UnknownApplication);
        act.write(event).await?;
        return Ok(Removed::Unknown);
    }
    let now = act.now;
    let ended = application_sessions::end_of_application(&mut act.tx, id, now).await?;
    let withdrawn = applications::remove(&mut act.tx, id, now).await?;
    withdraw(&mut act.tx, id, &withdrawn).await?;
    gate::keep_rules(&mut act.tx, id, &[]).await?;
    consents::remove_application(&mut act.tx, id).await?;
    let event = event(&act, id).detail(format!("sessions {ended}"));
    act.write(event).await?;
    Ok(Removed::Done(ended))
}
