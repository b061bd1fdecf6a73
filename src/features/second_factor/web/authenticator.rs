//! The QR code, the key, and the first code.

use super::{PAGE, SAVE_CODES, WayOn, done, no_code, wrong_code};
use crate::error::Result;
use crate::features::account::FactorKind;
use crate::features::enrolments;
use crate::features::second_factor::authenticator::rules::Seed;
use crate::features::second_factor::authenticator::{Qr, draw};
use crate::features::second_factor::rules::Code;
use crate::features::second_factor::{Enrolled, verify as prove_first};
use crate::features::security_log::{Method, Reason};
use crate::features::sessions::Current;
use crate::http::{Answer, Field, Page, SteppedUpForSecondFactors, Visit};
use askama::Template;
use axum::http::StatusCode;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "features/second_factor/authenticator.html")]
struct AuthenticatorPage {
    page: Page,
    qr: Qr,
    key: String,
    address: String,
    code: Field,
    problem: Option<String>,
}

#[derive(Deserialize)]
struct Form {
    #[serde(default)]
    code: String,
}

/// What to scan, or to type.
pub async fn page(
    visit: Visit,
    SteppedUpForSecondFactors(current): SteppedUpForSecondFactors,
) -> Result<Answer> {
    show(&visit, &current, Field::default(), None).await
}

/// The first code of the app.
pub async fn verify(
    visit: Visit,
    SteppedUpForSecondFactors(current): SteppedUpForSecondFactors,
) -> Result<Answer> {
    let form: Form = visit.form()?;
    let Some(code) = Code::parse(&form.code) else {
        let field = no_code(&visit.text, Method::Authenticator, &form.code);
        return Ok(show(&visit, &current, field, None).await?.status(StatusCode::BAD_REQUEST));
    };
    let way_on = WayOn::kept(&visit, &current).await?;
    let device = visit.device();
    Ok(match prove_first(&visit.app, &current, device.as_ref(), &code, &visit.source).await? {
        Enrolled::SaveCodes => Answer::redirect(SAVE_CODES),
        Enrolled::Done(session) => {
            done(&visit, way_on.as_ref(), &session, "flash-authenticator-added")?
        }
        Enrolled::Wrong => {
            let field = wrong_code(&visit.text, Method::Authenticator, Reason::WrongCode);
            show(&visit, &current, field, None).await?.status(StatusCode::FORBIDDEN)
        }
        Enrolled::Wait(wait) => {
            let problem = Some(visit.wait(wait));
            show(&visit, &current, Field::default(), problem).await?.wait(wait)
        }
        Enrolled::Nothing => {
            Answer::redirect(PAGE).flash(&visit.app, "flash-refused-enrolment-over")
        }
    })
}

async fn show(
    visit: &Visit,
    current: &Current,
    code: Field,
    problem: Option<String>,
) -> Result<Answer> {
    let found = enrolments::current(&visit.app, current, visit.now).await?;
    let Some((enrolment, secret)) =
        found.filter(|(enrolment, _)| enrolment.kind == FactorKind::Authenticator)
    else {
        return Ok(Answer::redirect(PAGE));
    };
    if enrolment.proved_at.is_some() {
        return Ok(Answer::redirect(SAVE_CODES));
    }
    let seed = Seed::from_bytes(&secret)?;
    let issuer = &visit.app.config.totp_issuer;
    let address = seed.address(issuer, &current.account.email)?;
    Answer::page(&AuthenticatorPage {
        page: visit.page("title-authenticator", "two-factor"),
        qr: draw(&address)?,
        key: seed.grouped(),
        address,
        code,
        problem,
    })
}
