//! The page that asks for the second factor of a sign-in.

use super::ReturnPath;
use super::second_step::{Completed, SecondStep, cancel as give_up, complete, send_code};
use super::web::HOME;
use crate::error::Result;
use crate::features::backup_codes::rules::is_few;
use crate::features::pending_sign_ins::Waiting;
use crate::features::second_factor::phone::{Sent, number_of};
use crate::features::second_factor::preferred;
use crate::features::second_factor::rules::{Presented, ways};
use crate::features::second_factor::web::{Way, no_code, others, said_of, wrong_code};
use crate::features::security_log::Method;
use crate::http::{Answer, Field, HalfSignedIn, Page, Visit};
use askama::Template;
use axum::http::StatusCode;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "features/sign_in/two_factor.html")]
struct TwoFactorPage {
    page: Page,
    email: String,
    way: Method,
    others: Vec<Way>,
    code: Field,
    trust_offered: bool,
    trust: bool,
    /// The phone that a code is sent to, as far as it is shown.
    phone: Option<String>,
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
            let answer = Answer::redirect(to)
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

async fn chosen(
    visit: &Visit,
    waiting: &Waiting,
    way: Option<&str>,
) -> Result<(Vec<Method>, Method)> {
    let account = &waiting.account;
    let first = preferred(&visit.app, account.id).await?;
    let ways = ways(account.second_factors, first);
    let way = way.and_then(Method::from_tag).filter(|way| ways.contains(way));
    let way = way.or_else(|| ways.first().copied()).unwrap_or(Method::BackupCode);
    Ok((ways, way))
}

async fn show(
    visit: &Visit,
    waiting: &Waiting,
    ways: &[Method],
    way: Method,
    shown: Shown,
) -> Result<Answer> {
    let Shown { code, trust, problem } = shown;
    let phone = match way {
        Method::Sms => number_of(&visit.app, waiting.account.id).await?,
        _ => None,
    };
    Answer::page(&TwoFactorPage {
        page: visit.page("title-sign-in-two-factor", ""),
        email: waiting.account.email.clone(),
        way,
        others: others(&visit.text, ways, way),
        code,
        trust_offered: visit.app.config.trust_browsers,
        trust,
        phone: phone.map(|number| number.masked()),
        problem,
    })
}

#[derive(Default)]
struct Shown {
    code: Field,
    trust: bool,
    problem: Option<String>,
}
