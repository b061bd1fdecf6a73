use super::rules::{Name, TimeZoneName};
use super::store;
use crate::app::App;
use crate::error::{Refused, Result};
use crate::features::security_log::{self, Event, Kind, Owner};
use crate::http::Source;
use crate::text::Language;

/// What an owner says about themselves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// How they are called.
    pub name: Name,
    /// The language they read.
    pub language: Language,
    /// Where they are.
    pub time_zone: TimeZoneName,
}

/// Action: changes the profile.
pub async fn change_profile(
    app: &App,
    owner: Owner,
    source: &Source,
    profile: &Profile,
) -> Result<()> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    if !store::set_profile(&mut tx, owner.0, profile).await? {
        return Err(Refused::NotFound.into());
    }
    let event = Event::by_owner(Kind::ProfileChanged, owner).from(source);
    security_log::record(&mut tx, event, now, &app.random).await?;
    tx.commit().await?;
    Ok(())
}
