//! The overview page.

use super::look;
use crate::error::Result;
use crate::features::active_sessions::web::{SessionRow, rows};
use crate::features::backup_codes::rules::is_few;
use crate::features::login_notifications::rules::Switches;
use crate::features::second_factor::web::names;
use crate::features::security_log::{EventRow, event_row};
use crate::http::{Answer, Page, SignedIn, Visit};
use crate::text::{Moment, Text};
use askama::Template;

const SESSIONS_SHOWN: usize = 5;

#[derive(Template)]
#[template(path = "features/overview/overview.html")]
struct OverviewPage {
    page: Page,
    email: String,
    email_verified: bool,
    password_changed: Moment,
    refused: Option<RefusedView>,
    sessions: Vec<SessionRow>,
    more_sessions: i64,
    other_sessions: i64,
    events: Vec<EventRow>,
    devices: i64,
    /// What the owner hears of new sign-ins.
    notifications: String,
    /// Whether they hear of none.
    muted: bool,
    /// The second factors that are held, by their names.
    factors: Vec<String>,
    codes_left: i64,
    codes_few: bool,
}

struct RefusedView {
    count: i64,
    latest: Moment,
}

/// Settings → Security.
pub async fn page(visit: Visit, SignedIn(current): SignedIn) -> Result<Answer> {
    let seen = look(&visit.app, &current.account, visit.now).await?;
    let mut sessions = rows(&visit, &current, seen.sessions);
    let others = sessions.len().saturating_sub(1);
    let more = sessions.len().saturating_sub(SESSIONS_SHOWN);
    sessions.truncate(SESSIONS_SHOWN);
    let (text, places) = (&visit.text, &visit.app.places);
    Answer::page(&OverviewPage {
        page: visit.page("title-security", "security"),
        email: current.account.email.clone(),
        email_verified: current.account.email_verified_at.is_some(),
        password_changed: visit.text.moment(seen.password_changed),
        refused: seen
            .refused
            .map(|(count, latest)| RefusedView { count, latest: visit.text.moment(latest) }),
        sessions,
        more_sessions: i64::try_from(more).unwrap_or(i64::MAX),
        other_sessions: i64::try_from(others).unwrap_or(i64::MAX),
        events: seen
            .events
            .into_iter()
            .map(|entry| event_row(text, places, entry.for_owner()))
            .collect(),
        devices: seen.devices,
        notifications: said_of(text, seen.notifications),
        muted: seen.notifications.is_muted(),
        factors: names(&visit.text, current.account.second_factors),
        codes_left: seen.backup_codes,
        codes_few: is_few(seen.backup_codes),
    })
}

fn said_of(text: &Text, switches: Switches) -> String {
    if switches.is_muted() {
        text.say("row-notifications-none")
    } else if switches.tells_all() {
        text.say("row-notifications-all")
    } else {
        text.say("row-notifications-some")
    }
    .to_string()
}
