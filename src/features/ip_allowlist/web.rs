//! Organisation → Security: the list, what it would do, and what became of the last change.

mod view;

use super::rules::{Problem, Typed, read, without_flaws};
use super::{By, Preview, Saved, Wanted, preview, save};
use crate::error::Result;
use crate::features::organisations::Granted;
use crate::http::{Answer, OrganisationAdminSteppedUp, Visit};
use axum::http::StatusCode;
use serde::Deserialize;
use view::{Form, Said, Shown};

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

/// The page, with what counts at the moment.
pub async fn page(
    visit: Visit,
    OrganisationAdminSteppedUp(_, granted): OrganisationAdminSteppedUp,
) -> Result<Answer> {
    let shown = Shown::load(&visit, &granted).await?;
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
    shown.form = Form {
        enabled: sent.enabled == "yes",
        entries: sent.entries,
        everything: sent.everything == "yes",
        seen: sent.seen,
    };
    match sent.act.as_str() {
        "mend" => shown.form.entries = without_flaws(&shown.form.entries),
        "add" => shown.add_own_address(&visit),
        _ => {}
    }
    let typed = read(&shown.form.entries, |range, day| shown.end_of(&visit, range, day), visit.now);
    let everything = typed.everything().filter(|_| !shown.form.everything && shown.form.enabled);
    if !typed.wrong.is_empty() || everything.is_some() {
        shown.judge(&visit, &typed, everything);
        return answer(shown, &visit, &granted, StatusCode::UNPROCESSABLE_ENTITY);
    }
    shown.judge(&visit, &typed, None);
    if sent.act != "save" {
        if sent.act == "preview" || shown.form.enabled {
            shown.preview = Some(look(&visit, &granted, &typed).await?);
        }
        return answer(shown, &visit, &granted, StatusCode::OK);
    }
    let wanted =
        Wanted { enabled: shown.form.enabled, entries: typed.list(), seen: shown.form.seen };
    let saved =
        save(&visit.app, By::Session(&current), &granted.organisation, wanted, &visit.source)
            .await?;
    let path = granted.organisation.path("/security");
    shown.said = Some(match saved {
        Saved::Done(Some(_)) => {
            return Ok(Answer::redirect(path).flash(&visit.app, "flash-allowlist-confirmed"));
        }
        Saved::Done(None) if shown.form.enabled => {
            return Ok(Answer::redirect(path).flash(&visit.app, "flash-allowlist-saved"));
        }
        Saved::Done(None) => {
            return Ok(Answer::redirect(path).flash(&visit.app, "flash-allowlist-off"));
        }
        Saved::Unchanged => {
            return Ok(Answer::redirect(path).flash(&visit.app, "flash-refused-allowlist-same"));
        }
        Saved::Stale(latest, state) => {
            shown.meanwhile(&visit, &typed, &latest, state).await?;
            Said::Stale
        }
        Saved::LocksOut => Said::LocksOut,
        Saved::AllEnd => Said::AllEnd,
        Saved::Plan => Said::Plan,
    });
    answer(shown, &visit, &granted, StatusCode::UNPROCESSABLE_ENTITY)
}

async fn look(visit: &Visit, granted: &Granted, typed: &Typed) -> Result<Preview> {
    preview(&visit.app, &granted.organisation, &typed.list(), visit.now).await
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
