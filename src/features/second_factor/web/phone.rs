//! A phone: its number, and the first code to it.

use super::{PAGE, PHONE, SAVE_CODES, VERIFY_PHONE, WayOn, done, no_code, said_of, wrong_code};
use crate::error::Result;
use crate::features::account::FactorKind;
use crate::features::enrolments;
use crate::features::second_factor::phone::Sent;
use crate::features::second_factor::rules::Code;
use crate::features::second_factor::sms::{NumberError, PhoneNumber};
use crate::features::second_factor::{
    BegunPhone, Enrolled, begin_phone, resend_first_code, verify as prove_first,
};
use crate::features::security_log::{Method, Reason};
use crate::features::sessions::Current;
use crate::http::{Answer, Field, Page, SteppedUpForSecondFactors, Visit};
use crate::places::CountryCode;
use crate::text::Text;
use askama::Template;
use axum::http::StatusCode;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "features/second_factor/phone.html")]
struct PhonePage {
    page: Page,
    number: Field,
    problem: Option<String>,
    countries: String,
    /// Behind the addresses that lead on from here.
    way_on: String,
}

#[derive(Template)]
#[template(path = "features/second_factor/verify_phone.html")]
struct VerifyPage {
    page: Page,
    number: String,
    code: Field,
    problem: Option<String>,
}

#[derive(Deserialize)]
struct NumberForm {
    #[serde(default)]
    number: String,
}

#[derive(Deserialize)]
struct CodeForm {
    #[serde(default)]
    code: String,
}

/// Asks for the number.
pub async fn page(
    visit: Visit,
    SteppedUpForSecondFactors(current): SteppedUpForSecondFactors,
) -> Result<Answer> {
    let way_on = way_on(&visit, &current).await?;
    ask(&visit, way_on.as_ref(), Field::new(visit.kept("number")), None)
}

/// The number: a code is sent to it.
pub async fn submit(
    visit: Visit,
    SteppedUpForSecondFactors(current): SteppedUpForSecondFactors,
) -> Result<Answer> {
    if !visit.app.config.sms_offered() {
        return Ok(Answer::redirect(PAGE));
    }
    let form: NumberForm = visit.form()?;
    let way_on = way_on(&visit, &current).await?;
    let way_on = way_on.as_ref();
    let field = Field::new(form.number.clone());
    let countries = &visit.app.config.sms_countries;
    let number = match PhoneNumber::parse(&form.number, countries.only(), countries) {
        Ok(number) => number,
        Err(error) => {
            let wrong = field.wrong(refusal(&visit.text, &form.number, error));
            return Ok(ask(&visit, way_on, wrong, None)?.status(StatusCode::BAD_REQUEST));
        }
    };
    let to = way_on.map(|own| &own.to);
    Ok(match begin_phone(&visit.app, &current, &number, to, &visit.source).await? {
        BegunPhone::Done => Answer::redirect(VERIFY_PHONE),
        BegunPhone::EmailUnverified => {
            Answer::redirect(PAGE).flash(&visit.app, "flash-refused-email-unverified")
        }
        BegunPhone::Wait(seconds) => {
            let problem = said_of(&visit.text, seconds);
            ask(&visit, way_on, field, Some(problem))?.status(StatusCode::TOO_MANY_REQUESTS)
        }
    })
}

/// Where they go on afterwards: also who asks for another number.
async fn way_on(visit: &Visit, current: &Current) -> Result<Option<WayOn>> {
    match WayOn::asked(visit).await? {
        Some(asked) => Ok(Some(asked)),
        None => WayOn::kept(visit, current).await,
    }
}

fn refusal(text: &Text, typed: &str, error: NumberError) -> String {
    let said = match error {
        _ if typed.trim().is_empty() => text.say("field-required"),
        NumberError::Invalid => text.say("number-invalid"),
        NumberError::NoCountry => text.say("number-no-country"),
        NumberError::Country => text.say("number-country"),
        NumberError::NotMobile => text.say("number-not-mobile"),
    };
    said.to_string()
}

/// Asks for the code that was sent.
pub async fn verify_page(
    visit: Visit,
    SteppedUpForSecondFactors(current): SteppedUpForSecondFactors,
) -> Result<Answer> {
    show(&visit, &current, Field::default(), None).await
}

/// The code.
pub async fn verify(
    visit: Visit,
    SteppedUpForSecondFactors(current): SteppedUpForSecondFactors,
) -> Result<Answer> {
    let form: CodeForm = visit.form()?;
    let Some(code) = Code::parse(&form.code) else {
        let field = no_code(&visit.text, Method::Sms, &form.code);
        return Ok(show(&visit, &current, field, None).await?.status(StatusCode::BAD_REQUEST));
    };
    let way_on = WayOn::kept(&visit, &current).await?;
    let device = visit.device();
    let outcome = prove_first(&visit.app, &current, device.as_ref(), &code, &visit.source).await?;
    Ok(match outcome {
        Enrolled::SaveCodes => Answer::redirect(SAVE_CODES),
        Enrolled::Done(session) => done(&visit, way_on.as_ref(), &session, "flash-phone-added")?,
        Enrolled::Wrong => {
            let field = wrong_code(&visit.text, Method::Sms, Reason::WrongCode);
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

/// Sends the first code once more.
pub async fn resend(
    visit: Visit,
    SteppedUpForSecondFactors(current): SteppedUpForSecondFactors,
) -> Result<Answer> {
    Ok(match resend_first_code(&visit.app, &current, &visit.source).await? {
        Sent::Noted => Answer::redirect(VERIFY_PHONE).flash(&visit.app, "flash-code-sent"),
        Sent::Wait(seconds) => {
            let problem = Some(said_of(&visit.text, seconds));
            show(&visit, &current, Field::default(), problem)
                .await?
                .status(StatusCode::TOO_MANY_REQUESTS)
        }
        Sent::NoPhone => Answer::redirect(PAGE).flash(&visit.app, "flash-refused-enrolment-over"),
    })
}

fn ask(
    visit: &Visit,
    way_on: Option<&WayOn>,
    number: Field,
    problem: Option<String>,
) -> Result<Answer> {
    let config = &visit.app.config;
    if !config.sms_offered() {
        return Ok(Answer::redirect(PAGE));
    }
    let name = |code: &str| match CountryCode::from_code(code) {
        Some(country) => country.say(&visit.text),
        None => code.to_owned(),
    };
    let mut names: Vec<String> =
        config.sms_countries.iter().map(|country| name(country.code())).collect();
    names.sort_unstable();
    let countries = names.join(", ");
    let page = visit.page("title-phone", "two-factor");
    let way_on = WayOn::query(way_on);
    Answer::page(&PhonePage { page, number, problem, countries, way_on })
}

async fn show(
    visit: &Visit,
    current: &Current,
    code: Field,
    problem: Option<String>,
) -> Result<Answer> {
    let found = enrolments::current(&visit.app, current, visit.now).await?;
    let Some((enrolment, secret)) =
        found.filter(|(enrolment, _)| enrolment.kind == FactorKind::Phone)
    else {
        return Ok(Answer::redirect(PHONE));
    };
    if enrolment.proved_at.is_some() {
        return Ok(Answer::redirect(SAVE_CODES));
    }
    let stored = std::str::from_utf8(&secret).unwrap_or_default();
    let reached = |number: &PhoneNumber| visit.app.config.sms_reaches(number.country());
    let Some(number) = PhoneNumber::from_e164(stored).filter(reached) else {
        let answer = Answer::redirect(PAGE);
        return Ok(answer.flash(&visit.app, "flash-refused-enrolment-over"));
    };
    let page = visit.page("title-verify-phone", "two-factor");
    Answer::page(&VerifyPage { page, number: number.international(), code, problem })
}
