//! The owner's page of applications.

use super::{Connected, list, remove_access};
use crate::error::{Refused, Result};
use crate::features::applications::{Offered, catalogue};
use crate::http::{Answer, Page, SignedIn, Visit};
use crate::text::Moment;
use askama::Template;

const PAGE: &str = "/settings/security/applications";

#[derive(Template)]
#[template(path = "features/connected_applications/applications.html")]
struct ApplicationsPage {
    page: Page,
    applications: Vec<Row>,
}

struct Row {
    id: String,
    name: String,
    signed_in: bool,
    since: Moment,
    used: Option<Moment>,
    /// What it may see and do, in words.
    sees: Vec<String>,
}

/// Those that have access.
pub async fn page(visit: Visit, SignedIn(current): SignedIn) -> Result<Answer> {
    let found = list(&visit.app, current.account.id, visit.now).await?;
    let catalogue = if found.is_empty() { Vec::new() } else { catalogue(&visit.app).await? };
    let row = |one: Connected| Row {
        id: one.id.to_string(),
        sees: sees(&visit, &one, &catalogue),
        since: visit.text.moment(one.since),
        used: one.last_used_at.map(|at| visit.text.moment(at)),
        signed_in: one.signed_in,
        name: one.name,
    };
    Answer::page(&ApplicationsPage {
        applications: found.into_iter().map(row).collect(),
        page: visit.page("title-connected-applications", "applications"),
    })
}

/// Scopes in words; a permission in those of its application.
fn sees(visit: &Visit, one: &Connected, catalogue: &[Offered]) -> Vec<String> {
    let declared = |name: &str| {
        let own = catalogue.iter().find(|offered| offered.id == one.id)?;
        let own = own.permissions.iter().find(|own| own.name == name)?;
        Some(own.about.clone())
    };
    let say = |name: &str| match name {
        "openid" => None,
        "profile" => Some(visit.text.say("connected-sees-profile").to_string()),
        "email" => Some(visit.text.say("connected-sees-email").to_string()),
        name => declared(name),
    };
    one.scopes.names().filter_map(say).collect()
}

/// Takes it back.
pub async fn remove(visit: Visit, SignedIn(current): SignedIn) -> Result<Answer> {
    let id = visit.param("id").parse().map_err(|_| Refused::NotFound)?;
    remove_access(&visit.app, &current, id, &visit.source).await?;
    Ok(Answer::redirect(PAGE).flash(&visit.app, "flash-access-removed"))
}
