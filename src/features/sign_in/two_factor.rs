//! The page that asks for the second factor of a sign-in.

use super::ReturnPath;
use super::second_step::{Completed, SecondStep, cancel as give_up, complete, send_code};
use super::web::HOME;
use crate::error::Result;
use crate::features::applications;
use crate::features::backup_codes::rules::is_few;
use crate::features::pending_sign_ins::Waiting;
use crate::features::second_factor::phone::{Sent, Standing, standing};
use crate::features::second_factor::rules::Presented;
use crate::features::second_factor::web::{
    Way, no_code, others, said_of, said_of_silent, wrong_code,
};
use crate::features::second_factor::{Ways, ways_of};
use crate::features::security_log::Method;
use crate::http::{Answer, Field, HalfSignedIn, Page, Visit, onward};
use crate::text::Text;
use askama::Template;
use axum::http::StatusCode;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "features/sign_in/two_factor.html")]
struct TwoFactorPage {
    page: Page,
    email: String,
    /// The application that one goes on to afterwards.
    application: Option<String>,
    way: Method,
    others: Vec<Way>,
    code: Field,
    trust_offered: bool,
    trust: bool,
    /// The phone that a code is sent to, as far as it is shown.
    phone: Option<String>,
    /// What is said where no code was asked for yet.
    unasked: Option<String>,
    /// What is said where the phone gets none any more.
    silent: Option<String>,
    problem: Option<String>,
}

#[derive(Deserialize)]
struct Asked {
    way: Option<String>,
}

#[derive(Deserialize)]
struct Form {
    #[serde(default)]
    code: String,
    way: Option<String>,
    trust: Option<String>,
}

/// The preferred way first, and the others a step away.
pub async fn page(visit: Visit, HalfSignedIn(waiting): HalfSignedIn) -> Result<Answer> {
    let asked: Asked = visit.query()?;
    let (ways, way) = chosen(&visit, &waiting, asked.way.as_deref()).await?;
    show(&visit, &waiting, &ways, way, Shown::default()).await
}

/// The code.
pub async fn submit(visit: Visit, HalfSignedIn(waiting): HalfSignedIn) -> Result<Answer> {
    let form: Form = visit.form()?;
    let trust = form.trust.as_deref() == Some("yes");
    let (ways, way) = chosen(&visit, &waiting, form.way.as_deref()).await?;
    let Some(presented) = Presented::parse(way, &form.code) else {
        let field = no_code(&visit.text, way, &form.code);
        let answer =
            show(&visit, &waiting, &ways, way, Shown { code: field, trust, problem: None }).await?;
        return Ok(answer.status(StatusCode::BAD_REQUEST));
    };
    let (device, replaces) = (visit.device(), visit.current.clone());
    let step = SecondStep { presented, trust, device, replaces };
    let app = &visit.app;
    Ok(match complete(app, &waiting, step, &visit.source).await? {
        Completed::SignedIn { new, kept, codes_left } => {
            let return_to = waiting.pending.return_to.as_deref().and_then(ReturnPath::parse);
            let to = return_to.as_ref().map_or(HOME, ReturnPath::as_str);
            let answer = onward(&visit, to)?
                .session(app, &new.session)
                .device(app, &new.device)
                .without_pending_sign_in(app);
            match codes_left {
                _ if kept => answer.flash(app, "flash-account-kept"),
                Some(left) if is_few(left) => answer.flash(app, "flash-refused-few-backup-codes"),
                Some(_) => answer.flash(app, "flash-backup-code-used"),
                None => answer,
            }
        }
        Completed::Wrong(reason) => {
            let field = wrong_code(&visit.text, way, reason);
            let answer =
                show(&visit, &waiting, &ways, way, Shown { code: field, trust, problem: None })
                    .await?;
            answer.status(StatusCode::FORBIDDEN)
        }
        Completed::Wait(_) => Answer::redirect("/sign-in")
            .without_pending_sign_in(app)
            .flash(app, "flash-refused-too-many-codes"),
        Completed::Over => Answer::redirect("/sign-in")
            .without_pending_sign_in(app)
            .flash(app, "flash-refused-sign-in-over"),
    })
}

/// Sends a code by text message.
pub async fn send(visit: Visit, HalfSignedIn(waiting): HalfSignedIn) -> Result<Answer> {
    let (ways, _) = chosen(&visit, &waiting, None).await?;
    Ok(match send_code(&visit.app, &waiting, &visit.source).await? {
        Sent::Noted => {
            Answer::redirect("/sign-in/two-factor?way=sms").flash(&visit.app, "flash-code-sent")
        }
        Sent::Wait(seconds) => {
            let problem = Some(said_of(&visit.text, seconds));
            let shown = Shown { problem, ..Shown::default() };
            let answer = show(&visit, &waiting, &ways, Method::Sms, shown).await?;
            answer.status(StatusCode::TOO_MANY_REQUESTS)
        }
        Sent::NoPhone => Answer::redirect("/sign-in/two-factor"),
    })
}

/// Gives the sign-in up.
pub async fn cancel(visit: Visit, HalfSignedIn(waiting): HalfSignedIn) -> Result<Answer> {
    give_up(&visit.app, &waiting, &visit.source).await?;
    Ok(Answer::redirect("/sign-in").without_pending_sign_in(&visit.app))
}

async fn chosen(visit: &Visit, waiting: &Waiting, way: Option<&str>) -> Result<(Ways, Method)> {
    let account = &waiting.account;
    let ways = ways_of(&visit.app, account).await?;
    let way = ways.chosen(way);
    Ok((ways, way))
}

async fn show(
    visit: &Visit,
    waiting: &Waiting,
    ways: &Ways,
    way: Method,
    shown: Shown,
) -> Result<Answer> {
    let Shown { code, trust, problem } = shown;
    let (account, since) = (&waiting.account, waiting.pending.created_at);
    let standing = match way {
        Method::Sms => standing(&visit.app, account.id, since, visit.now).await?,
        _ => None,
    };
    let unasked = standing.as_ref().and_then(|standing| said_of_unasked(&visit.text, standing));
    let return_to = waiting.pending.return_to.as_deref().and_then(ReturnPath::parse);
    let application = match &return_to {
        Some(path) => applications::bound_for(&visit.app, path).await?,
        None => None,
    };
    Answer::page(&TwoFactorPage {
        page: visit.page("title-sign-in-two-factor", ""),
        email: account.email.clone(),
        application,
        way,
        others: others(&visit.text, &ways.open, way),
        code,
        trust_offered: visit.app.config.trust_browsers,
        trust,
        phone: standing.map(|standing| standing.number.masked()),
        unasked,
        silent: said_of_silent(&visit.text, ways.silent.as_ref()),
        problem,
    })
}

/// Nothing is said where a code was asked for. Whether it could be sent is not for
/// whoever only knows the password.
fn said_of_unasked(text: &Text, standing: &Standing) -> Option<String> {
    let number = standing.number.masked();
    let said = match (standing.asked, standing.wait) {
        (true, _) => return None,
        (false, None) => text.say("way-sms-unasked").with("number", number).to_string(),
        (false, Some(seconds)) => {
            let said = text.say("way-sms-not-sent").with("number", number);
            format!("{said} {}", said_of(text, seconds))
        }
    };
    Some(said)
}

#[derive(Default)]
struct Shown {
    code: Field,
    trust: bool,
    problem: Option<String>,
}
