//! Organisation → Security: the list, what it would do, and what became of the last change.

mod view;

use super::rules::{Problem, Typed};
use super::{Saved, Wanted, preview, save};
use crate::error::Result;
use crate::features::organisation_admins::By;
use crate::features::organisations::Granted;
use crate::features::sessions::Current;
use crate::http::{Answer, OrganisationAdminSteppedUp, Visit};
use axum::http::StatusCode;
use serde::Deserialize;
use view::{Said, Shown};

#[derive(Deserialize)]
struct Sent {
    #[serde(default)]
    enabled: String,
    #[serde(default)]
    entries: String,
    #[serde(default)]
    seen: i64,
    #[serde(default)]
    everything: String,
    #[serde(default)]
    act: String,
}

impl Sent {
    fn kept(visit: &Visit) -> Self {
        let kept = |name: &str| visit.kept(name).to_owned();
        Self {
            enabled: kept("enabled"),
            entries: kept("entries"),
            seen: visit.kept("seen").parse().unwrap_or_default(),
            everything: kept("everything"),
            act: String::new(),
        }
    }
}

/// The page, with what counts at the moment.
pub async fn page(
    visit: Visit,
    OrganisationAdminSteppedUp(_, granted): OrganisationAdminSteppedUp,
) -> Result<Answer> {
    let mut shown = Shown::load(&visit, &granted).await?;
    // What was typed before a fresh proof was asked for.
    if !visit.kept_fields().is_empty() {
        shown.fill(&visit, &Sent::kept(&visit));
        shown.judge(&visit);
    }
    Answer::page(&shown.into_page(&visit, &granted))
}

/// One of the form's buttons: save, preview, put what was meant in its place, or add the
/// address that one is at.
pub async fn submit(
    visit: Visit,
    OrganisationAdminSteppedUp(current, granted): OrganisationAdminSteppedUp,
) -> Result<Answer> {
    let sent: Sent = visit.form()?;
    let mut shown = Shown::load(&visit, &granted).await?;
    shown.fill(&visit, &sent);
    let typed = shown.judge(&visit);
    if shown.is_wrong() {
        return answer(shown, &visit, &granted, StatusCode::UNPROCESSABLE_ENTITY);
    }
    if sent.act == "save" {
        return saving(shown, &visit, (&current, &granted), &typed).await;
    }
    if sent.act == "preview" || shown.form.enabled {
        let list = typed.list();
        let looked = preview(&visit.app, &granted.organisation, &list, visit.now).await?;
        shown.preview = Some(looked);
    }
    answer(shown, &visit, &granted, StatusCode::OK)
}

async fn saving(
    mut shown: Shown,
    visit: &Visit,
    (current, granted): (&Current, &Granted),
    typed: &Typed,
) -> Result<Answer> {
    let wanted =
        Wanted { enabled: shown.form.enabled, entries: typed.list(), seen: shown.form.seen };
    let (by, own) = (By::Session(current), &granted.organisation);
    let said = match save(&visit.app, by, own, wanted, &visit.source).await? {
        Saved::Done(Some(_)) => return Ok(back(visit, granted, "flash-allowlist-confirmed")),
        Saved::Done(None) if shown.form.enabled => {
            return Ok(back(visit, granted, "flash-allowlist-saved"));
        }
        Saved::Done(None) => return Ok(back(visit, granted, "flash-allowlist-off")),
        Saved::Unchanged => return Ok(back(visit, granted, "flash-refused-allowlist-same")),
        Saved::Stale(latest, state) => {
            shown.meanwhile(visit, typed, &latest, state).await?;
            Said::Stale
        }
        Saved::LocksOut => Said::LocksOut,
        Saved::AllEnd => Said::AllEnd,
        Saved::Plan => Said::Plan,
    };
    shown.said = Some(said);
    answer(shown, visit, granted, StatusCode::UNPROCESSABLE_ENTITY)
}

fn back(visit: &Visit, granted: &Granted, said: &'static str) -> Answer {
    Answer::redirect(granted.organisation.path("/security")).flash(&visit.app, said)
}

fn answer(shown: Shown, visit: &Visit, granted: &Granted, status: StatusCode) -> Result<Answer> {
    Ok(Answer::page(&shown.into_page(visit, granted))?.status(status))
}

/// What is wrong with a line, in words.
fn problem(visit: &Visit, problem: &Problem) -> String {
    let text = &visit.text;
    match problem {
        Problem::Unreadable => text.say("entry-unreadable"),
        Problem::HostBits(meant) => text.say("entry-host-bits").with("meant", meant.to_string()),
        Problem::Backwards => text.say("entry-backwards"),
        Problem::Families => text.say("entry-families"),
        Problem::NoDay => text.say("entry-no-day"),
        Problem::Over => text.say("entry-over"),
        Problem::LongLabel => text.say("entry-long-label"),
        Problem::Same(line) => {
            let line = i64::try_from(*line).unwrap_or(i64::MAX);
            text.say("entry-same").number("line", line)
        }
        Problem::TooMany => text.say("entry-too-many"),
        Problem::Scattered => text.say("entry-scattered"),
    }
    .to_string()
}
