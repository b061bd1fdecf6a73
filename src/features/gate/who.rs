//! Who presents what a request carries: the one check that answers every door.

use super::{Caller, Presented};
use crate::app::App;
use crate::error::Result;
use crate::features::check::rules::{Question, Verdict};
use crate::features::check::{self, Answer};
use crate::features::organisation_access::{Refusal, Which};
use crate::ids::ApplicationId;
use crate::time::Timestamp;
use portcullis_db::View;

/// Who presents it.
pub(super) enum Who {
    /// Somebody who is known, and gets in where the organisation is, if one is named.
    Known(Answer),
    /// Somebody who belongs to it and does not get in.
    Outside(Box<Refusal>),
    /// Somebody who is known, and for whom there is no such organisation.
    Stranger,
    /// Nobody.
    Nobody,
}

impl From<Verdict> for Who {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Active(answer) => Self::Known(answer),
            Verdict::Refused(refusal) => Self::Outside(refusal),
            Verdict::Stranger => Self::Stranger,
            Verdict::Inactive => Self::Nobody,
        }
    }
}

/// What is asked; none where nothing is presented. An access token that is accepted from
/// some networks only is accepted from where the proxy says that the request comes from.
fn question<'a>(caller: Caller<'a>, organisation: Option<&'a str>) -> Option<Question<'a>> {
    let (Presented::Bearer(secret) | Presented::Cookie(secret)) = caller.presented else {
        return None;
    };
    Some(Question {
        presented: secret.reveal(),
        end_user: caller.address,
        program: caller.program,
        required: "",
        organisation: organisation.map(Which::Slug),
    })
}

/// Who it is, if it opens anything in this application.
pub(super) async fn find(
    app: &App,
    application: ApplicationId,
    caller: Caller<'_>,
    organisation: Option<&str>,
    now: Timestamp,
) -> Result<Who> {
    match question(caller, organisation) {
        Some(question) => Ok(check::check(app, application, &question, now).await?.into()),
        None => Ok(Who::Nobody),
    }
}

/// The same at once, where it is remembered that it opens something, or nothing is presented.
pub(super) fn remembered(
    app: &App,
    view: &View<'_>,
    application: ApplicationId,
    caller: Caller<'_>,
    organisation: Option<&str>,
    now: Timestamp,
) -> Option<Who> {
    match question(caller, organisation) {
        Some(question) => check::remembered(app, view, application, &question, now).map(Who::Known),
        None => Some(Who::Nobody),
    }
}
