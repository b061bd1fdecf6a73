//! One application: what a developer needs of it, and what proves it.

use super::{SECTION, find, overlaps, say_kind, say_lifetime};
use crate::error::Result;
use crate::features::application_sessions;
use crate::features::applications::rules::{AddressKind, ApplicationKind};
use crate::features::applications::{Declared, Secret};
use crate::http::{Administrator, Answer, Choice, Page, Visit};
use crate::ids::ApplicationSecretId;
use crate::text::Moment;
use askama::Template;

#[derive(Template)]
#[template(path = "features/application_settings/application.html")]
struct ApplicationPage {
    page: Page,
    id: String,
    name: String,
    kind: String,
    confidential: bool,
    issuer: String,
    discovery: String,
    made: Moment,
    lifetime: String,
    algorithm: &'static str,
    logout_url: Option<String>,
    return_addresses: Vec<String>,
    after_sign_out: Vec<String>,
    gate: Vec<String>,
    asserted: bool,
    permissions: Vec<Declared>,
    sessions: i64,
    secrets: Vec<SecretRow>,
    overlaps: Vec<Choice>,
    /// The id of the secret that the form makes.
    next_secret: String,
}

struct SecretRow {
    id: String,
    tail: String,
    made: Moment,
    expires: Option<Moment>,
}

/// The page of one application.
pub async fn page(visit: Visit, _: Administrator) -> Result<Answer> {
    let details = find(&visit).await?;
    let application = details.application;
    let sessions = application_sessions::count(&visit.app, application.id, visit.now).await?;
    let row = |secret: Secret| SecretRow {
        id: secret.id.to_string(),
        made: visit.text.moment(secret.created_at),
        expires: secret.expires_at.map(|at| visit.text.moment(at)),
        tail: secret.tail,
    };
    let public_url = &visit.app.config.public_url;
    Answer::page(&ApplicationPage {
        page: visit.page("title-admin-application", SECTION),
        id: application.id.to_string(),
        kind: say_kind(&visit, application.kind),
        confidential: application.kind == ApplicationKind::Confidential,
        issuer: public_url.origin().to_owned(),
        discovery: public_url.link("/.well-known/openid-configuration"),
        made: visit.text.moment(application.created_at),
        lifetime: say_lifetime(&visit, application.session_lifetime),
        algorithm: application.id_token_algorithm.tag(),
        logout_url: application.back_channel_logout_url,
        return_addresses: details.addresses.of(AddressKind::Return),
        after_sign_out: details.addresses.of(AddressKind::AfterSignOut),
        gate: details.addresses.of(AddressKind::Gate),
        asserted: application.identity_assertion,
        permissions: details.permissions,
        sessions,
        secrets: details.secrets.into_iter().map(row).collect(),
        overlaps: overlaps(&visit),
        next_secret: ApplicationSecretId::new(visit.now, &visit.app.random).to_string(),
        name: application.name,
    })
}
