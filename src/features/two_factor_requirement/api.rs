//! What an organisation asks of its members' second factors, for programs.

use super::rules::{GRACE_DAYS, Requirement};
use super::{Looked, Wanted, change, look};
use crate::features::organisation_admins::By;
use crate::features::organisations::Granted;
use crate::features::security_log::Reason;
use crate::http::api::{
    Call, Code, OrganisationAdminRead, OrganisationAdminWrite, Problem, Result, Shown, Wrong,
};
use crate::ids::OrganisationId;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use utoipa::ToSchema;

/// What an organisation asks of its members' second factors.
#[derive(Debug, Serialize, ToSchema)]
pub struct TwoFactorRequirement {
    /// Whether members have to have one.
    required: bool,
    /// Since when.
    #[schema(format = "date-time")]
    required_at: Option<String>,
    /// Until when those who have none get in.
    #[schema(format = "date-time")]
    grace_until: Option<String>,
    /// Whether codes by text message are none.
    sms_excluded: bool,
    /// How many members have none at all …
    members_without: usize,
    /// … of so many that were looked at; a large organisation's are not counted to the end.
    members_looked_at: usize,
}

/// What is to be asked.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRequirement {
    /// Whether members have to have a second factor.
    required: bool,
    /// How long those who have none get in, in days from now: 0, 7, 14 or 30. Where it is
    /// required already, the time that was set stays without this.
    #[serde(default)]
    grace_days: Option<u64>,
    /// Whether codes by text message are none.
    #[serde(default)]
    sms_excluded: bool,
}

/// What is asked.
pub async fn show(
    call: Call,
    OrganisationAdminRead(_, granted): OrganisationAdminRead,
) -> Result<Shown<TwoFactorRequirement>> {
    shown(&call, granted.organisation.id).await
}

async fn shown(call: &Call, id: OrganisationId) -> Result<Shown<TwoFactorRequirement>> {
    let Looked { requirement, without, looked_at } = look(&call.app, id).await?;
    Ok(Shown(TwoFactorRequirement {
        required: requirement.is_some(),
        required_at: requirement.map(|own| own.required_at.rfc3339()),
        grace_until: requirement.map(|own| own.grace_until.rfc3339()),
        sms_excluded: requirement.is_some_and(|own| own.sms_excluded),
        members_without: without,
        members_looked_at: looked_at,
    }))
}

/// Something else is to be asked.
pub async fn save(
    call: Call,
    OrganisationAdminWrite(bearer, granted): OrganisationAdminWrite,
) -> Result<Shown<TwoFactorRequirement>> {
    let Granted { organisation, .. } = granted;
    let now_asked = look(&call.app, organisation.id).await?.requirement;
    let wanted = wanted(&call.body()?, now_asked)?;
    let by = By::Token(&bearer);
    let said = |code, detail: &str| {
        Err(Problem { detail: Some(detail.to_owned()), ..Problem::new(code) }.into())
    };
    match change(&call.app, by, &organisation, wanted, &call.source).await? {
        Ok(()) | Err(Reason::Already) => shown(&call, organisation.id).await,
        Err(Reason::LocksOut) => {
            said(Code::LocksOut, "The account has no second factor that would be enough.")
        }
        Err(_) => Err(Code::Plan.into()),
    }
}

fn wanted(new: &NewRequirement, now_asked: Option<Requirement>) -> Result<Wanted> {
    let wrong = match new.grace_days {
        Some(days) if !GRACE_DAYS.contains(&days) => "0, 7, 14 or 30",
        // Nobody is shut out at once because something was left out.
        None if new.required && now_asked.is_none() => "needed where nothing is required yet",
        _ => {
            let grace = new.grace_days.map(|days| Duration::from_hours(days * 24));
            return Ok(Wanted { required: new.required, grace, sms_excluded: new.sms_excluded });
        }
    };
    let wrong = Wrong { name: "grace_days".to_owned(), message: wrong.to_owned() };
    Err(Problem::wrong(vec![wrong]).into())
}
