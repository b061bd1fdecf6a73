//! The overview page.

use super::look;
use crate::error::Result;
use crate::features::active_sessions::web::{SessionRow, rows};
use crate::features::backup_codes::rules::is_few;
use crate::features::login_notifications::rules::Switches;
use crate::features::second_factor::web::names;
use crate::features::security_log::{EventRow, event_row};
use crate::features::sessions::Current;
use crate::features::suspicious_activity::rules::Standing;
use crate::features::suspicious_activity::web::view::FindingView;
use crate::features::suspicious_activity::{By, Finding};
use crate::http::{Answer, Page, SignedIn, Visit};
use crate::text::{Moment, Text};
use crate::time::Timestamp;
use askama::Template;

const SESSIONS_SHOWN: usize = 5;

#[derive(Template)]
#[template(path = "features/overview/overview.html")]
struct OverviewPage {
    page: Page,
    email: String,
    email_verified: bool,
    password_changed: Moment,
    /// What waits for an answer, or was answered by somebody else.
    review: Option<ReviewView>,
    sessions: Vec<SessionRow>,
    more_sessions: i64,
    other_sessions: i64,
    events: Vec<EventRow>,
    devices: i64,
    tokens: i64,
    applications: i64,
    /// What the owner hears of new sign-ins.
    notifications: String,
    /// Whether they hear of none.
    muted: bool,
    /// The second factors that are held, by their names.
    factors: Vec<String>,
    codes_left: i64,
    codes_few: bool,
}

/// The newest that deserves a look.
struct ReviewView {
    /// Whether nobody has answered it.
    open: bool,
    title: String,
    when: Moment,
    /// How many more there are of it.
    more: i64,
}

/// The newest that is open; where none is, the newest that somebody in another session
/// has answered, who may not be the owner, until the password is new.
fn review(
    visit: &Visit,
    current: &Current,
    findings: Vec<Finding>,
    password_changed: Timestamp,
) -> Option<ReviewView> {
    let is_open = |finding: &Finding| finding.standing == Standing::Open;
    let is_open_there = findings.iter().any(is_open);
    let by_another = |finding: &Finding| match finding.standing {
        Standing::InSight(answered) => {
            answered.by != By::session(&current.session) && !answered.is_seen_to(password_changed)
        }
        Standing::Open | Standing::Settled(_) => false,
    };
    let mut shown = findings
        .into_iter()
        .filter(|finding| if is_open_there { is_open(finding) } else { by_another(finding) });
    let newest = FindingView::of(&visit.text, &visit.app.places, shown.next()?);
    Some(ReviewView {
        open: is_open_there,
        title: newest.title,
        when: newest.when,
        more: i64::try_from(shown.count()).unwrap_or(i64::MAX),
    })
}

/// Settings → Security.
pub async fn page(visit: Visit, SignedIn(current): SignedIn) -> Result<Answer> {
    let seen = look(&visit.app, &current.account, visit.now).await?;
    let mut sessions = rows(&visit, &current, seen.sessions, &seen.children);
    let others = sessions.len().saturating_sub(1);
    let more = sessions.len().saturating_sub(SESSIONS_SHOWN);
    sessions.truncate(SESSIONS_SHOWN);
    let (text, places) = (&visit.text, &visit.app.places);
    Answer::page(&OverviewPage {
        page: visit.page("title-security", "security"),
        email: current.account.email.clone(),
        email_verified: current.account.email_verified_at.is_some(),
        password_changed: visit.text.moment(seen.password_changed),
        review: review(&visit, &current, seen.findings, seen.password_changed),
        sessions,
        more_sessions: i64::try_from(more).unwrap_or(i64::MAX),
        other_sessions: i64::try_from(others).unwrap_or(i64::MAX),
        events: seen
            .events
            .into_iter()
            .map(|entry| event_row(text, places, entry.for_owner()))
            .collect(),
        devices: seen.devices,
        tokens: seen.tokens,
        applications: seen.applications,
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
