//! Backup codes: how many are left, and new ones to save.

use super::{PAGE, SAVE_CODES, WayOn, done};
use crate::error::Result;
use crate::features::backup_codes::{self, rules};
use crate::features::enrolments;
use crate::features::second_factor::{Managed, confirm_codes, generate_codes};
use crate::features::security_log::Kind;
use crate::features::sessions::Current;
use crate::http::{Answer, Page, SignedIn, SteppedUpForSecondFactors, Visit};
use askama::Template;
use axum::http::StatusCode;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "features/second_factor/backup_codes.html")]
struct BackupCodesPage {
    page: Page,
    left: i64,
    few: bool,
}

#[derive(Template)]
#[template(path = "features/second_factor/save_codes.html")]
struct SaveCodesPage {
    page: Page,
    codes: Vec<String>,
    /// Whether two-factor authentication is switched on by them.
    enabling: bool,
    /// The application that one goes on to afterwards.
    application: Option<String>,
    /// What stands above them on paper.
    heading: String,
    error: Option<String>,
}

#[derive(Deserialize)]
struct Form {
    #[serde(default)]
    saved: String,
}

/// How many are left.
pub async fn page(visit: Visit, SignedIn(current): SignedIn) -> Result<Answer> {
    if !current.account.second_factors.any() {
        return Ok(Answer::redirect(PAGE));
    }
    let left = backup_codes::count_left(&visit.app, current.account.id).await?;
    let page = visit.page("title-backup-codes", "two-factor");
    Answer::page(&BackupCodesPage { page, left, few: rules::is_few(left) })
}

/// New ones.
pub async fn generate(
    visit: Visit,
    SteppedUpForSecondFactors(current): SteppedUpForSecondFactors,
) -> Result<Answer> {
    Ok(match generate_codes(&visit.app, &current, &visit.source).await? {
        Managed::Done(_) => Answer::redirect(SAVE_CODES),
        Managed::NotHeld | Managed::Last => Answer::redirect(PAGE),
    })
}

/// The set that waits to be confirmed: as often as its owner looks, until they
/// have confirmed it, and never after.
pub async fn save_page(
    visit: Visit,
    SteppedUpForSecondFactors(current): SteppedUpForSecondFactors,
) -> Result<Answer> {
    show(&visit, &current, None).await
}

/// The same as a file.
pub async fn download(
    visit: Visit,
    SteppedUpForSecondFactors(current): SteppedUpForSecondFactors,
) -> Result<Answer> {
    let Some(codes) = pending(&visit, &current).await? else {
        return Ok(Answer::redirect(PAGE));
    };
    let heading = heading(&visit, &current);
    let text = format!("{heading}\n\n{}\n", codes.join("\n"));
    Ok(Answer::file("backup-codes.txt", text))
}

/// They are saved.
pub async fn confirm(
    visit: Visit,
    SteppedUpForSecondFactors(current): SteppedUpForSecondFactors,
) -> Result<Answer> {
    let form: Form = visit.form()?;
    if form.saved != "yes" {
        let error = Some(visit.text.say("backup-codes-not-saved").to_string());
        return Ok(show(&visit, &current, error).await?.status(StatusCode::BAD_REQUEST));
    }
    let way_on = WayOn::kept(&visit, &current).await?;
    match confirm_codes(&visit.app, &current, &visit.source).await? {
        None => Ok(Answer::redirect(PAGE).flash(&visit.app, "flash-refused-enrolment-over")),
        Some((Kind::TwoFactorEnabled, session)) => {
            done(&visit, way_on.as_ref(), &session, "flash-two-factor-enabled")
        }
        Some((_, session)) => done(&visit, None, &session, "flash-backup-codes-made"),
    }
}

/// What stands above the codes, wherever they are kept.
fn heading(visit: &Visit, current: &Current) -> String {
    let (product, email) = (&visit.app.config.product_name, &current.account.email);
    let said = visit.text.say("backup-codes-file").with("product", product).with("email", email);
    said.to_string()
}

async fn pending(visit: &Visit, current: &Current) -> Result<Option<Vec<String>>> {
    let codes = backup_codes::to_save(&visit.app, current, visit.now).await?;
    Ok(codes.map(|codes| codes.iter().map(rules::BackupCode::grouped).collect()))
}

async fn show(visit: &Visit, current: &Current, error: Option<String>) -> Result<Answer> {
    let Some(codes) = pending(visit, current).await? else {
        return Ok(Answer::redirect(PAGE));
    };
    let enabling = enrolments::current(&visit.app, current, visit.now).await?.is_some();
    let page = visit.page("title-save-backup-codes", "two-factor");
    let heading = heading(visit, current);
    let application = WayOn::name(WayOn::kept(visit, current).await?);
    Answer::page(&SaveCodesPage { page, codes, enabling, application, heading, error })
}
