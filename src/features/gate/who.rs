//! Who presents what a request carries: the one check that answers every door.

use super::{Caller, Identity, Presented};
use crate::app::App;
use crate::error::Result;
use crate::features::check::check;
use crate::features::check::rules::{Question, Verdict};
use crate::features::organisation_access::{Refusal, Which};
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

/// Who presents it.
pub(super) enum Who {
    /// Somebody who is known, and gets in where the organisation is, if one is named.
    Known(Box<Found>),
    /// Somebody who belongs to it and does not get in.
    Outside(Box<Refusal>),
    /// Somebody who is known, and for whom there is no such organisation.
    Stranger,
    /// Nobody.
    Nobody,
}

/// Who it is, if it opens anything in this application. An access token that is accepted
/// from some networks only is accepted from where the proxy says that the request comes
/// from.
pub(super) async fn find(
    app: &App,
    application: ApplicationId,
    caller: Caller<'_>,
    organisation: Option<&str>,
    now: Timestamp,
) -> Result<Who> {
    let (Presented::Bearer(secret) | Presented::Cookie(secret)) = caller.presented else {
        return Ok(Who::Nobody);
    };
    let question = Question {
        presented: secret.reveal(),
        end_user: caller.address,
        program: caller.program,
        required: "",
        organisation: organisation.map(Which::Slug),
    };
    let answer = match check(app, application, &question, now).await? {
        Verdict::Active(answer) => answer,
        Verdict::Refused(refusal) => return Ok(Who::Outside(refusal)),
        Verdict::Stranger => return Ok(Who::Stranger),
        Verdict::Inactive => return Ok(Who::Nobody),
    };
    let permissions: BTreeSet<String> = answer.scopes().permissions().map(str::to_owned).collect();
    let account = answer.account();
    Ok(Who::Known(Box::new(Found {
        identity: Identity {
            user: account.id.to_string(),
            email: account.email.clone(),
            name: account.name.clone(),
            permissions: permissions.iter().cloned().collect(),
            organisation: answer
                .organisation()
                .map(|granted| (granted.organisation.slug.clone(), granted.role.tag().to_owned())),
        },
        second_factor: answer.has_two_factors(),
        permissions,
    })))
}
