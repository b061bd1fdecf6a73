//! Disable 2FA.

use super::{PAGE, Way, no_code, others, said_of, said_of_silent, wrong_code};
use crate::error::Result;
use crate::features::password::rules::Password;
use crate::features::second_factor::phone::{Sent, number_of};
use crate::features::second_factor::rules::Presented;
use crate::features::second_factor::{
    DisableOutcome, Disabling, Ways, disable, send_disable_code, ways_of,
};
use crate::features::security_log::Method;
use crate::features::sessions::Current;
use crate::http::{Answer, Field, Page, SignedIn, Visit};
use askama::Template;
use axum::http::StatusCode;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "features/second_factor/disable.html")]
struct DisablePage {
    page: Page,
    email: String,
    way: Method,
    others: Vec<Way>,
    password: Field,
    code: Field,
    problem: Option<String>,
    phone: Option<String>,
    /// What is said where the phone gets none any more.
    silent: Option<String>,
}

#[derive(Deserialize)]
struct Asked {
    way: Option<String>,
}

#[derive(Deserialize)]
struct Form {
    #[serde(default)]
    password: String,
    #[serde(default)]
    code: String,
    way: Option<String>,
}

#[derive(Default)]
struct Shown {
    password: Field,
    code: Field,
    problem: Option<String>,
}

/// What is lost, and what it takes.
pub async fn page(visit: Visit, SignedIn(current): SignedIn) -> Result<Answer> {
    let asked: Asked = visit.query()?;
    show(&visit, &current, asked.way.as_deref(), Shown::default()).await
}

/// Confirm disable.
pub async fn submit(visit: Visit, SignedIn(current): SignedIn) -> Result<Answer> {
    let form: Form = visit.form()?;
    let way = chosen(&visit, &current, form.way.as_deref()).await?.1;
    let tag = Some(way.tag());
    let presented = Presented::parse(way, &form.code);
    let password = Password::parse(&form.password);
    let (Some(presented), Ok(password), false) = (presented, password, form.password.is_empty())
    else {
        let mut shown = Shown::default();
        if form.password.is_empty() {
            shown.password = Field::default().wrong(visit.text.say("field-required"));
        } else if Password::parse(&form.password).is_err() {
            shown.password = Field::default().wrong(visit.text.say("step-up-wrong"));
        }
        if Presented::parse(way, &form.code).is_none() {
            shown.code = no_code(&visit.text, way, &form.code);
        }
        let answer = show(&visit, &current, tag, shown).await?;
        return Ok(answer.status(StatusCode::BAD_REQUEST));
    };
    let device = visit.device();
    let asked = Disabling { password, presented };
    let outcome = disable(&visit.app, &current, device.as_ref(), asked, &visit.source).await?;
    let refused = |shown| show(&visit, &current, tag, shown);
    Ok(match outcome {
        DisableOutcome::Disabled(session) => Answer::redirect(PAGE)
            .session(&visit.app, &session)
            .flash(&visit.app, "flash-two-factor-disabled"),
        DisableOutcome::Off => Answer::redirect(PAGE),
        DisableOutcome::WrongPassword => {
            let password = Field::default().wrong(visit.text.say("step-up-wrong"));
            refused(Shown { password, ..Shown::default() }).await?.status(StatusCode::FORBIDDEN)
        }
        DisableOutcome::WrongCode(reason) => {
            let code = wrong_code(&visit.text, way, reason);
            refused(Shown { code, ..Shown::default() }).await?.status(StatusCode::FORBIDDEN)
        }
        DisableOutcome::Wait(wait) => {
            let problem = Some(visit.wait(wait));
            refused(Shown { problem, ..Shown::default() }).await?.wait(wait)
        }
    })
}

/// Sends a code by text message.
pub async fn send(visit: Visit, SignedIn(current): SignedIn) -> Result<Answer> {
    let way = Some(Method::Sms.tag());
    Ok(match send_disable_code(&visit.app, &current, &visit.source).await? {
        Sent::Noted => Answer::redirect("/settings/security/two-factor/disable?way=sms")
            .flash(&visit.app, "flash-code-sent"),
        Sent::Wait(seconds) => {
            let problem = Some(said_of(&visit.text, seconds));
            let shown = Shown { problem, ..Shown::default() };
            let answer = show(&visit, &current, way, shown).await?;
            answer.status(StatusCode::TOO_MANY_REQUESTS)
        }
        Sent::NoPhone => Answer::redirect(PAGE),
    })
}

async fn chosen(visit: &Visit, current: &Current, way: Option<&str>) -> Result<(Ways, Method)> {
    let account = &current.account;
    let ways = ways_of(&visit.app, account).await?;
    let way = ways.chosen(way);
    Ok((ways, way))
}

async fn show(visit: &Visit, current: &Current, way: Option<&str>, shown: Shown) -> Result<Answer> {
    if !current.account.second_factors.any() {
        return Ok(Answer::redirect(PAGE));
    }
    let (ways, way) = chosen(visit, current, way).await?;
    let Shown { password, code, problem } = shown;
    let phone = match way {
        Method::Sms => number_of(&visit.app, current.account.id).await?,
        _ => None,
    };
    Answer::page(&DisablePage {
        page: visit.page("title-disable-two-factor", "two-factor"),
        email: current.account.email.clone(),
        way,
        others: others(&visit.text, &ways.open, way),
        password,
        code,
        problem,
        phone: phone.map(|number| number.masked()),
        silent: said_of_silent(&visit.text, ways.silent.as_ref()),
    })
}
