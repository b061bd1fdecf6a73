//! Leaving an organisation.

use crate::error::{Refused, Result};
use crate::features::organisations::leave;
use crate::features::security_log::Reason;
use crate::http::{Answer, Member, Page, Visit};
use askama::Template;

#[derive(Template)]
#[template(path = "features/organisations/leave.html")]
struct LeavePage {
    page: Page,
    action: String,
    back: String,
    name: String,
}

/// Asks.
pub async fn page(visit: Visit, Member(_, granted): Member) -> Result<Answer> {
    Answer::page(&LeavePage {
        page: visit.page("title-leave", "organisations"),
        action: granted.organisation.path("/leave"),
        back: granted.organisation.path(""),
        name: granted.organisation.name,
    })
}

/// Leaves.
pub async fn submit(visit: Visit, Member(current, granted): Member) -> Result<Answer> {
    let organisation = &granted.organisation;
    match leave(&visit.app, &current, organisation, &visit.source).await? {
        Ok(()) => Ok(Answer::redirect("/organisations").flash(&visit.app, "flash-left")),
        Err(Reason::LastOwner) => {
            Ok(Answer::redirect(organisation.path(""))
                .flash(&visit.app, "flash-refused-last-owner"))
        }
        Err(_) => Err(Refused::NotFound.into()),
    }
}
