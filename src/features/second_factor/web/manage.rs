//! What is held.

use super::{PAGE, said_of_silent};
use crate::error::{Refused, Result};
use crate::features::account::FactorKind;
use crate::features::backup_codes::{self, rules};
use crate::features::enrolments;
use crate::features::second_factor::phone::number_of;
use crate::features::second_factor::rules::{method_of, ways};
use crate::features::second_factor::{
    Managed, SecondFactor, held, prefer as set_preferred, preferred, remove as take_off,
};
use crate::http::{Answer, Page, SignedIn, SteppedUpForSecondFactors, Visit};
use crate::text::Moment;
use askama::Template;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "features/second_factor/two_factor.html")]
struct TwoFactorPage {
    page: Page,
    on: bool,
    email_verified: bool,
    factors: Vec<FactorRow>,
    missing: Vec<&'static str>,
    codes_left: i64,
    codes_few: bool,
    /// Where what is being set up goes on.
    unfinished: Option<&'static str>,
    /// Of the phone, if one is held.
    number: Option<String>,
    /// What is said where it gets no codes any more.
    silent: Option<String>,
}

struct FactorRow {
    tag: &'static str,
    name: String,
    added: Moment,
    used: Option<Moment>,
    preferred: bool,
    /// Where another takes its place, if there can be one.
    replace: Option<&'static str>,
    /// Whether others are held, too.
    one_of_several: bool,
}

#[derive(Deserialize)]
struct Form {
    #[serde(default)]
    kind: String,
}

/// Settings → Security → Two-Factor Authentication.
pub async fn page(visit: Visit, SignedIn(current): SignedIn) -> Result<Answer> {
    let account = &current.account;
    let factors = held(&visit.app, account.id).await?;
    let first = preferred(&visit.app, account.id).await?;
    let first = ways(account.second_factors, first).first().copied();
    let codes_left = backup_codes::count_left(&visit.app, account.id).await?;
    let unfinished = enrolments::current(&visit.app, &current, visit.now).await?;
    let number = number_of(&visit.app, account.id).await?;
    let config = &visit.app.config;
    let silent = number.as_ref().filter(|number| !config.sms_reaches(number.country()));
    let row = |factor: &SecondFactor| {
        let method = method_of(factor.kind);
        FactorRow {
            tag: factor.kind.tag(),
            name: visit.text.say(format!("factor-{}", factor.kind.tag())).to_string(),
            added: visit.text.moment(factor.created_at),
            used: factor.last_used_at.map(|at| visit.text.moment(at)),
            preferred: factors.len() > 1 && first == Some(method),
            replace: match factor.kind {
                FactorKind::Authenticator => Some(super::ENABLE),
                FactorKind::Phone => config.sms_offered().then_some(super::PHONE),
            },
            one_of_several: factors.len() > 1,
        }
    };
    Answer::page(&TwoFactorPage {
        page: visit.page("title-two-factor", "two-factor"),
        on: account.second_factors.any(),
        email_verified: account.email_verified_at.is_some(),
        missing: FactorKind::ALL
            .iter()
            .copied()
            .filter(|kind| !account.second_factors.has(*kind))
            .filter(|kind| *kind != FactorKind::Phone || config.sms_offered())
            .map(FactorKind::tag)
            .collect(),
        factors: factors.iter().map(row).collect(),
        codes_left,
        codes_few: rules::is_few(codes_left),
        unfinished: unfinished.map(|(enrolment, _)| match (enrolment.proved_at, enrolment.kind) {
            (Some(_), _) => super::SAVE_CODES,
            (None, FactorKind::Authenticator) => super::AUTHENTICATOR,
            (None, FactorKind::Phone) => super::VERIFY_PHONE,
        }),
        silent: said_of_silent(&visit.text, silent),
        number: number.map(|number| number.international()),
    })
}

fn kind(visit: &Visit) -> Result<FactorKind> {
    let form: Form = visit.form()?;
    FactorKind::from_tag(&form.kind).ok_or_else(|| Refused::NotFound.into())
}

/// Which is asked for first.
pub async fn prefer(visit: Visit, SignedIn(current): SignedIn) -> Result<Answer> {
    match set_preferred(&visit.app, &current, kind(&visit)?, &visit.source).await? {
        Managed::Done(_) => {
            Ok(Answer::redirect(PAGE).flash(&visit.app, "flash-second-factor-preferred"))
        }
        Managed::NotHeld | Managed::Last => Err(Refused::NotFound.into()),
    }
}

/// Takes one off while another stays.
pub async fn remove(
    visit: Visit,
    SteppedUpForSecondFactors(current): SteppedUpForSecondFactors,
) -> Result<Answer> {
    match take_off(&visit.app, &current, kind(&visit)?, &visit.source).await? {
        Managed::Done(session) => {
            let answer = Answer::redirect(PAGE).flash(&visit.app, "flash-second-factor-removed");
            Ok(match session {
                Some(session) => answer.session(&visit.app, &session),
                None => answer,
            })
        }
        Managed::Last => {
            Ok(Answer::redirect(PAGE).flash(&visit.app, "flash-refused-last-second-factor"))
        }
        Managed::NotHeld => Err(Refused::NotFound.into()),
    }
}
