//! Signing everybody out.

use crate::error::Result;
use crate::features::administration::{By, end_every_session};
use crate::http::{AdministratorSteppedUp, Answer, Page, Visit};
use askama::Template;

#[derive(Template)]
#[template(path = "features/administration/end_sessions.html")]
struct EndSessionsPage {
    page: Page,
}

/// The page that asks.
pub async fn page(visit: Visit, _: AdministratorSteppedUp) -> Result<Answer> {
    Answer::page(&EndSessionsPage { page: visit.page("title-admin-end-every-session", "") })
}

/// Ends every session but the one at hand.
pub async fn submit(
    visit: Visit,
    AdministratorSteppedUp(current): AdministratorSteppedUp,
) -> Result<Answer> {
    end_every_session(&visit.app, By::Administrator(&current, &visit.source)).await?;
    Ok(Answer::redirect("/admin/accounts").flash(&visit.app, "flash-admin-every-session-ended"))
}
