//! An organisation's log for programs.

use super::events;
use crate::features::activity_history::api::{Asked, Events};
use crate::http::api::{Call, OrganisationLog, Result, Shown};

/// What happened.
pub async fn list(
    call: Call,
    OrganisationLog(_, granted): OrganisationLog,
) -> Result<Shown<Events>> {
    let id = granted.organisation.id;
    let asked = Asked::read(&call, &id.to_string())?;
    let found = events(&call.app, id, &asked.filter, asked.before, asked.limit).await?;
    Ok(asked.page(&call, found))
}
