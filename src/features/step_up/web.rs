//! The page that asks once more for what the account holds.

use super::acts::act;
use super::{Outcome, Proofs, Wanted, send_code, step_up, wanted};
use crate::error::Result;
use crate::features::applications;
use crate::features::password::rules::Password;
use crate::features::second_factor::phone::{Sent, number_of};
use crate::features::second_factor::rules::Presented;
use crate::features::second_factor::web::{
    Way, no_code, others, said_of, said_of_silent, wrong_code,
};
use crate::features::second_factor::{Ways, ways_of};
use crate::features::security_log::Method;
use crate::features::sessions::Current;
use crate::features::sign_in::ReturnPath;
use crate::http::{Answer, Field, Page, SignedIn, Visit, onward};
use askama::Template;
use axum::http::StatusCode;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "features/step_up/step_up.html")]
struct StepUpPage {
    page: Page,
    /// What the proof is asked for.
    act: String,
    email: String,
    wanted: Wanted,
    way: Method,
    others: Vec<Way>,
    for_second_factors: bool,
    password: Field,
    code: Field,
    problem: Option<String>,
    return_to: String,
    /// The phone that a code is sent to, as far as it is shown.
    phone: Option<String>,
    /// What is said where the phone gets none any more.
    silent: Option<String>,
    /// Whether nothing that is held can prove what is asked for here.
    closed: bool,
}

#[derive(Deserialize)]
struct Asked {
    return_to: Option<String>,
    way: Option<String>,
    #[serde(rename = "for")]
    what_for: Option<String>,
}

#[derive(Deserialize)]
struct Form {
    #[serde(default)]
    password: String,
    #[serde(default)]
    code: String,
    return_to: Option<String>,
    way: Option<String>,
    #[serde(rename = "for")]
    what_for: Option<String>,
}

/// What the page asks for, and where it leads.
struct Frame {
    return_to: String,
    ways: Ways,
    way: Method,
    for_second_factors: bool,
}

impl Frame {
    /// Where the only phone gets no codes any more, backup codes open the way to
    /// other second factors, and to nothing else.
    fn is_closed(&self, wanted: Wanted) -> bool {
        wanted.second_factor && self.ways.open.is_empty()
    }
}

#[derive(Default)]
struct Shown {
    password: Field,
    code: Field,
    problem: Option<String>,
}

const FOR_SECOND_FACTORS: &str = "second-factors";

async fn frame(
    visit: &Visit,
    current: &Current,
    return_to: Option<&str>,
    way: Option<&str>,
    what_for: Option<&str>,
) -> Result<Frame> {
    let return_to = return_to
        .and_then(ReturnPath::parse)
        .map_or_else(|| "/settings/security".to_owned(), |path| path.as_str().to_owned());
    let account = &current.account;
    let for_second_factors = what_for == Some(FOR_SECOND_FACTORS);
    let mut ways = ways_of(&visit.app, account).await?;
    // A backup code proves enough for second factors only, and the phone does not
    // stand in for an authenticator app.
    ways.open.retain(|way| match way {
        Method::BackupCode => for_second_factors,
        Method::Sms => !account.second_factors.authenticator,
        Method::Authenticator | Method::TrustedBrowser => true,
    });
    let way = ways.chosen(way);
    Ok(Frame { return_to, ways, way, for_second_factors })
}

/// Asks once more.
pub async fn page(visit: Visit, SignedIn(current): SignedIn) -> Result<Answer> {
    let asked: Asked = visit.query()?;
    let (way, what_for) = (asked.way.as_deref(), asked.what_for.as_deref());
    let frame = frame(&visit, &current, asked.return_to.as_deref(), way, what_for).await?;
    show(&visit, &current, frame, Shown::default()).await
}

/// What was typed there.
pub async fn submit(visit: Visit, SignedIn(current): SignedIn) -> Result<Answer> {
    let form: Form = visit.form()?;
    let (way, what_for) = (form.way.as_deref(), form.what_for.as_deref());
    let frame = frame(&visit, &current, form.return_to.as_deref(), way, what_for).await?;
    let (way, wanted) = (frame.way, wanted(current.account.second_factors));
    if frame.is_closed(wanted) {
        let answer = show(&visit, &current, frame, Shown::default()).await?;
        return Ok(answer.status(StatusCode::FORBIDDEN));
    }
    let proofs = match read(&visit, wanted, way, &form) {
        Ok(proofs) => proofs,
        Err(shown) => {
            return Ok(show(&visit, &current, frame, shown).await?.status(StatusCode::BAD_REQUEST));
        }
    };
    let device = visit.device();
    Ok(match step_up(&visit.app, &current, proofs, device.as_ref(), &visit.source).await? {
        Outcome::Proved(session) => onward(&visit, &frame.return_to)?.session(&visit.app, &session),
        Outcome::WrongPassword => {
            let password = Field::default().wrong(visit.text.say("step-up-wrong"));
            let shown = Shown { password, ..Shown::default() };
            show(&visit, &current, frame, shown).await?.status(StatusCode::FORBIDDEN)
        }
        Outcome::WrongCode(reason) => {
            let code = wrong_code(&visit.text, way, reason);
            let shown = Shown { code, ..Shown::default() };
            show(&visit, &current, frame, shown).await?.status(StatusCode::FORBIDDEN)
        }
        Outcome::Wait(wait) => {
            let shown = Shown { problem: Some(visit.wait(wait)), ..Shown::default() };
            show(&visit, &current, frame, shown).await?.wait(wait)
        }
    })
}

/// Sends a code by text message.
pub async fn send(visit: Visit, SignedIn(current): SignedIn) -> Result<Answer> {
    let form: Form = visit.form()?;
    let way = Some(Method::Sms.tag());
    let what_for = form.what_for.as_deref();
    let frame = frame(&visit, &current, form.return_to.as_deref(), way, what_for).await?;
    let sent = send_code(&visit.app, &current, &visit.source).await?;
    let key = match sent {
        Sent::Noted => "flash-code-sent",
        Sent::Wait(seconds) => {
            let shown = Shown { problem: Some(said_of(&visit.text, seconds)), ..Shown::default() };
            let answer = show(&visit, &current, frame, shown).await?;
            return Ok(answer.status(StatusCode::TOO_MANY_REQUESTS));
        }
        Sent::NoPhone => return onward(&visit, &frame.return_to),
    };
    let mut asked = vec![("return_to", frame.return_to.as_str()), ("way", Method::Sms.tag())];
    if frame.for_second_factors {
        asked.push(("for", FOR_SECOND_FACTORS));
    }
    let query = serde_urlencoded::to_string(asked).unwrap_or_default();
    Ok(Answer::redirect(format!("/step-up?{query}")).flash(&visit.app, key))
}

/// What was typed, where it can be what is asked for.
fn read(
    visit: &Visit,
    wanted: Wanted,
    way: Method,
    form: &Form,
) -> std::result::Result<Proofs, Shown> {
    let password = Password::parse(&form.password).ok().filter(|_| !form.password.is_empty());
    let presented = Presented::parse(way, &form.code);
    let mut shown = Shown::default();
    if wanted.password && password.is_none() {
        let key = if form.password.is_empty() { "field-required" } else { "step-up-wrong" };
        shown.password = Field::default().wrong(visit.text.say(key));
    }
    if wanted.second_factor && presented.is_none() {
        shown.code = no_code(&visit.text, way, &form.code);
    }
    match (wanted.password, password, wanted.second_factor, presented) {
        (true, Some(password), false, _) => Ok(Proofs::Password(password)),
        (false, _, true, Some(presented)) => Ok(Proofs::SecondFactor(presented)),
        (true, Some(password), true, Some(presented)) => Ok(Proofs::Both(password, presented)),
        _ => Err(shown),
    }
}

async fn show(visit: &Visit, current: &Current, frame: Frame, shown: Shown) -> Result<Answer> {
    let phone = match frame.way {
        Method::Sms => number_of(&visit.app, current.account.id).await?,
        _ => None,
    };
    let wanted = wanted(current.account.second_factors);
    let closed = frame.is_closed(wanted);
    let application = match ReturnPath::parse(&frame.return_to) {
        Some(path) => applications::bound_for(&visit.app, &path).await?,
        None => None,
    };
    Answer::page(&StepUpPage {
        page: visit.page("title-step-up", ""),
        act: act(&visit.text, &frame.return_to, application.as_deref()),
        email: current.account.email.clone(),
        wanted,
        way: frame.way,
        others: others(&visit.text, &frame.ways.open, frame.way),
        for_second_factors: frame.for_second_factors,
        password: shown.password,
        code: shown.code,
        problem: shown.problem,
        return_to: frame.return_to,
        phone: phone.map(|number| number.masked()),
        silent: said_of_silent(&visit.text, frame.ways.silent.as_ref()),
        closed,
    })
}
