//! Who presents what a request carries: one look-up by the primary key.

use super::{Identity, Presented};
use crate::app::App;
use crate::error::Result;
use crate::features::application_sessions;
use crate::http::Source;
use crate::ids::ApplicationId;
use crate::secret::{Kind, Token};
use crate::time::Timestamp;
use std::collections::BTreeSet;

/// Somebody who is known.
pub(super) struct Found {
    pub(super) identity: Identity,
    /// Whether they have proved a second factor in the session at hand.
    pub(super) second_factor: bool,
    /// What of this application's permissions they were allowed.
    pub(super) permissions: BTreeSet<String>,
}

/// Who it is, if it opens anything in this application.
pub(super) async fn find(
    app: &App,
    application: ApplicationId,
    presented: &Presented,
    source: &Source,
    now: Timestamp,
) -> Result<Option<Found>> {
    let (Presented::Bearer(secret) | Presented::Cookie(secret)) = presented else {
        return Ok(None);
    };
    let Some(secret) = Token::parse(Kind::ApplicationSession, secret.reveal()) else {
        return Ok(None);
    };
    let Some(held) = application_sessions::authenticate(app, &secret, now).await? else {
        return Ok(None);
    };
    if held.application != application {
        return Ok(None);
    }
    application_sessions::note_use(app, &held, source.address, now).await;
    let permissions: BTreeSet<String> = held.scopes.permissions().map(str::to_owned).collect();
    let parent = &held.parent;
    Ok(Some(Found {
        identity: Identity {
            user: held.account.id.to_string(),
            email: held.account.email.clone(),
            name: held.account.name.clone(),
            permissions: permissions.iter().cloned().collect(),
        },
        second_factor: parent.totp_at.is_some()
            || parent.sms_at.is_some()
            || parent.backup_code_at.is_some(),
        permissions,
    }))
}
