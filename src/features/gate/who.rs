//! Who presents what a request carries: the one check that answers every door.

use super::{Caller, Identity, Presented};
use crate::app::App;
use crate::error::Result;
use crate::features::check::check;
use crate::features::check::rules::{Question, Verdict};
use crate::ids::ApplicationId;
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

/// Who it is, if it opens anything in this application. An access token that is accepted
/// from some networks only is accepted from where the proxy says that the request comes
/// from.
pub(super) async fn find(
    app: &App,
    application: ApplicationId,
    caller: Caller<'_>,
    now: Timestamp,
) -> Result<Option<Found>> {
    let (Presented::Bearer(secret) | Presented::Cookie(secret)) = caller.presented else {
        return Ok(None);
    };
    let question = Question {
        presented: secret.reveal(),
        end_user: caller.address,
        program: caller.program,
        required: "",
    };
    let Verdict::Active(answer) = check(app, application, &question, now).await? else {
        return Ok(None);
    };
    let permissions: BTreeSet<String> = answer.scopes().permissions().map(str::to_owned).collect();
    let account = answer.account();
    Ok(Some(Found {
        identity: Identity {
            user: account.id.to_string(),
            email: account.email.clone(),
            name: account.name.clone(),
            permissions: permissions.iter().cloned().collect(),
        },
        second_factor: answer.has_two_factors(),
        permissions,
    }))
}
