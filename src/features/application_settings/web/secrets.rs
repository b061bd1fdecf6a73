//! Secrets of an application: the only pages that ever show one.

use super::{PAGE, SECTION, find};
use crate::error::{Refused, Result};
use crate::features::administration::By;
use crate::features::application_settings::{Made, Revoked, make_secret, revoke_secret};
use crate::features::applications::rules::Overlap;
use crate::http::{AdministratorSteppedUp, Answer, Page, Visit};
use crate::ids::ApplicationId;
use crate::secret::SecretText;
use askama::Template;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "features/application_settings/made.html")]
struct MadePage {
    page: Page,
    id: String,
    name: String,
    secret: SecretText,
    discovery: String,
}

/// A secret that was just made: this answer is the only place where it stands.
pub(super) fn show(
    visit: &Visit,
    title: &'static str,
    id: ApplicationId,
    name: String,
    secret: SecretText,
) -> Result<Answer> {
    Answer::page(&MadePage {
        page: visit.page(title, SECTION),
        id: id.to_string(),
        name,
        secret,
        discovery: visit.app.config.public_url.link("/.well-known/openid-configuration"),
    })
}

#[derive(Deserialize)]
struct Form {
    #[serde(default)]
    secret: String,
    #[serde(default)]
    overlap: String,
}

/// Makes another secret, and shows it.
pub async fn submit(
    visit: Visit,
    AdministratorSteppedUp(current): AdministratorSteppedUp,
) -> Result<Answer> {
    let form: Form = visit.form()?;
    let id: ApplicationId = visit.param("id").parse().map_err(|_| Refused::NotFound)?;
    let secret = form.secret.parse().map_err(|_| Refused::Unreadable)?;
    let overlap = Overlap::from_tag(&form.overlap).ok_or(Refused::Unreadable)?;
    let by = By::Administrator(&current, &visit.source);
    let back = Answer::redirect(format!("{PAGE}/{id}"));
    match make_secret(&visit.app, by, id, secret, overlap).await? {
        Made::Done(secret) => {
            let name = find(&visit).await?.application.name;
            show(&visit, "title-admin-application-secret", id, name, secret.text)
        }
        Made::Already => Ok(back.flash(&visit.app, "flash-refused-secret-made")),
        Made::TooMany => Ok(back.flash(&visit.app, "flash-refused-too-many-secrets")),
        Made::Public => Ok(back.flash(&visit.app, "flash-refused-public-application")),
        Made::Unknown => Err(Refused::NotFound.into()),
    }
}

/// Revokes one.
pub async fn revoke(
    visit: Visit,
    AdministratorSteppedUp(current): AdministratorSteppedUp,
) -> Result<Answer> {
    let id: ApplicationId = visit.param("id").parse().map_err(|_| Refused::NotFound)?;
    let secret = visit.param("secret").parse().map_err(|_| Refused::NotFound)?;
    let by = By::Administrator(&current, &visit.source);
    match revoke_secret(&visit.app, by, id, secret).await? {
        Revoked::Done => Ok(Answer::redirect(format!("{PAGE}/{id}"))
            .flash(&visit.app, "flash-admin-secret-revoked")),
        Revoked::Unknown => Err(Refused::NotFound.into()),
    }
}
