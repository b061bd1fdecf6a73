//! Organisation → Security → Require two-factor authentication.

use super::rules::{GRACE_DAYS, Requirement};
use super::{Looked, Wanted, change, look};
use crate::error::{Refused, Result};
use crate::features::organisation_admins::By;
use crate::features::organisations::Granted;
use crate::features::organisations::rules::Plan;
use crate::features::organisations::web::Tabs;
use crate::features::security_log::Reason;
use crate::http::{Answer, Choice, OrganisationAdminSteppedUp, Page, Visit};
use askama::Template;
use axum::http::StatusCode;
use serde::Deserialize;
use std::time::Duration;

#[derive(Template)]
#[template(path = "features/two_factor_requirement/two_factor.html")]
struct TwoFactorPage {
    page: Page,
    tabs: Tabs,
    enterprise: bool,
    /// Since when it is required, and until when those without one get in.
    since: Option<(String, String)>,
    required: bool,
    sms_excluded: bool,
    grace: Vec<Choice>,
    without: i64,
    looked_at: i64,
    problem: Option<String>,
}

#[derive(Deserialize)]
struct Form {
    #[serde(default)]
    required: String,
    #[serde(default)]
    sms_excluded: String,
    #[serde(default)]
    grace: String,
}

/// Asks.
pub async fn page(
    visit: Visit,
    OrganisationAdminSteppedUp(_, granted): OrganisationAdminSteppedUp,
) -> Result<Answer> {
    let looked = look(&visit.app, granted.organisation.id).await?;
    let (required, sms) = looked.requirement.map_or((false, false), |own| (true, own.sms_excluded));
    Answer::page(&view(&visit, &granted, looked, (required, sms, 7)))
}

/// What was chosen.
pub async fn submit(
    visit: Visit,
    OrganisationAdminSteppedUp(current, granted): OrganisationAdminSteppedUp,
) -> Result<Answer> {
    let form: Form = visit.form()?;
    let days: u64 = form.grace.parse().unwrap_or(0);
    if !GRACE_DAYS.contains(&days) {
        return Err(Refused::Unreadable.into());
    }
    let (required, sms_excluded) = (form.required == "yes", form.sms_excluded == "yes");
    let grace = Duration::from_hours(days * 24);
    let wanted = Wanted { required, grace: Some(grace), sms_excluded };
    let organisation = &granted.organisation;
    let by = By::Session(&current);
    let done = change(&visit.app, by, organisation, wanted, &visit.source).await?;
    let path = organisation.path("/security");
    let problem = match done {
        Ok(()) if required => {
            return Ok(Answer::redirect(path).flash(&visit.app, "flash-two-factor-required"));
        }
        Ok(()) => {
            return Ok(Answer::redirect(path).flash(&visit.app, "flash-two-factor-not-required"));
        }
        Err(Reason::Already) => return Ok(Answer::redirect(path)),
        Err(Reason::LocksOut) => visit.text.say("require-two-factor-own"),
        Err(_) => visit.text.say("require-two-factor-free"),
    };
    let looked = look(&visit.app, organisation.id).await?;
    let mut shown = view(&visit, &granted, looked, (required, sms_excluded, days));
    shown.problem = Some(problem.to_string());
    Ok(Answer::page(&shown)?.status(StatusCode::UNPROCESSABLE_ENTITY))
}

fn view(
    visit: &Visit,
    granted: &Granted,
    looked: Looked,
    (required, sms_excluded, days): (bool, bool, u64),
) -> TwoFactorPage {
    let text = &visit.text;
    let choice = |own: &u64| Choice {
        value: own.to_string(),
        label: match own {
            0 => text.say("grace-none").to_string(),
            days => {
                let days = i64::try_from(*days).unwrap_or(i64::MAX);
                text.say("grace-days").number("count", days).to_string()
            }
        },
        selected: *own == days,
    };
    let Looked { requirement, without, looked_at } = looked;
    TwoFactorPage {
        page: visit.page("title-require-two-factor", "organisations"),
        tabs: Tabs::new(&granted.organisation, granted.role, "security"),
        enterprise: granted.organisation.plan == Plan::Enterprise,
        since: requirement.map(|Requirement { required_at, grace_until, .. }| {
            (text.moment(required_at).absolute, text.moment(grace_until).absolute)
        }),
        required,
        sms_excluded,
        grace: GRACE_DAYS.iter().map(choice).collect(),
        without: i64::try_from(without).unwrap_or(i64::MAX),
        looked_at: i64::try_from(looked_at).unwrap_or(i64::MAX),
        problem: None,
    }
}
