//! Asking before an application is removed.

use super::{PAGE, SECTION, find};
use crate::error::{Refused, Result};
use crate::features::administration::By;
use crate::features::application_sessions;
use crate::features::application_settings::{Removed, remove};
use crate::http::{AdministratorSteppedUp, Answer, Page, Visit};
use askama::Template;

#[derive(Template)]
#[template(path = "features/application_settings/remove.html")]
struct RemovePage {
    page: Page,
    action: String,
    back: String,
    name: String,
    sessions: i64,
    permissions: Vec<String>,
}

/// Says what it does.
pub async fn page(visit: Visit, _: AdministratorSteppedUp) -> Result<Answer> {
    let details = find(&visit).await?;
    let id = details.application.id;
    Answer::page(&RemovePage {
        page: visit.page("title-admin-application-remove", SECTION),
        action: format!("{PAGE}/{id}/remove"),
        back: format!("{PAGE}/{id}"),
        name: details.application.name,
        sessions: application_sessions::count(&visit.app, id, visit.now).await?,
        permissions: details.permissions.into_iter().map(|own| own.name).collect(),
    })
}

/// Does it.
pub async fn submit(
    visit: Visit,
    AdministratorSteppedUp(current): AdministratorSteppedUp,
) -> Result<Answer> {
    let id = visit.param("id").parse().map_err(|_| Refused::NotFound)?;
    let by = By::Administrator(&current, &visit.source);
    match remove(&visit.app, by, id).await? {
        Removed::Done(_) => {
            Ok(Answer::redirect(PAGE).flash(&visit.app, "flash-admin-application-removed"))
        }
        Removed::Unknown => Err(Refused::NotFound.into()),
    }
}
