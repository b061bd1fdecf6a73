//! The overview: is my account safe, who is in, what happened lately, what
//! should I do next.

use crate::error::Result;
use crate::features::security_log::{self, Entry, Kind, Outcome};
use crate::features::{known_devices, password, sessions};
use crate::http::{Answer, Page, SignedIn, Visit};
use crate::text::Moment;
use askama::Template;
use std::time::Duration;

const SESSIONS_SHOWN: usize = 5;
const EVENTS_SHOWN: i64 = 6;
/// Refused sign-ins are worth a word for so long.
const REFUSED_WITHIN: Duration = Duration::from_hours(28 * 24);

#[derive(Template)]
#[template(path = "features/account/overview.html")]
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
}

struct RefusedView {
    count: i64,
    latest: Moment,
}

struct SessionRow {
    id: String,
    this: bool,
    address: String,
    signed_in: Moment,
    active: Moment,
    program: String,
}

struct EventRow {
    icon: &'static str,
    sentence: String,
    detail: String,
    refused: bool,
    when: Moment,
}

/// Settings → Security.
pub async fn overview(visit: Visit, SignedIn(current): SignedIn) -> Result<Answer> {
    let (app, account) = (&visit.app, &current.account);
    let mut sessions = sessions::list(app, account.id, visit.now).await?;
    // The one at hand first, whatever is shown.
    sessions.sort_by_key(|session| session.id != current.session.id);
    let others = sessions.len().saturating_sub(1);
    let more = sessions.len().saturating_sub(SESSIONS_SHOWN);
    let since = visit.now.minus(REFUSED_WITHIN);
    let refused = security_log::refused_sign_ins(&mut &app.db, account.id, since).await?;
    let events = security_log::of_account(&mut &app.db, account.id, None, EVENTS_SHOWN).await?;
    let changed = password::changed_at(app, account.id).await?.unwrap_or(account.created_at);
    let unknown = || visit.text.say("address-unknown").to_string();
    Answer::page(&OverviewPage {
        page: visit.page("title-security", "security"),
        email: account.email.clone(),
        email_verified: account.email_verified_at.is_some(),
        password_changed: visit.text.moment(changed),
        refused: refused
            .map(|(count, latest)| RefusedView { count, latest: visit.text.moment(latest) }),
        sessions: sessions
            .into_iter()
            .take(SESSIONS_SHOWN)
            .map(|session| SessionRow {
                id: session.id.to_string(),
                this: session.id == current.session.id,
                address: session.address.unwrap_or_else(unknown),
                signed_in: visit.text.moment(session.created_at),
                active: visit.text.moment(session.last_active_at),
                program: session.user_agent,
            })
            .collect(),
        more_sessions: i64::try_from(more).unwrap_or(i64::MAX),
        other_sessions: i64::try_from(others).unwrap_or(i64::MAX),
        events: events.into_iter().map(|entry| event_row(&visit, entry)).collect(),
        devices: known_devices::count(app, account.id).await?,
    })
}

fn event_row(visit: &Visit, entry: Entry) -> EventRow {
    let sentence = match entry.outcome {
        Outcome::Succeeded => format!("event-{}-succeeded", entry.kind.tag()),
        Outcome::Refused(reason) => format!("event-{}-refused-{}", entry.kind.tag(), reason.tag()),
    };
    let detail: Vec<String> = [entry.address, entry.user_agent].into_iter().flatten().collect();
    EventRow {
        icon: icon(entry.kind, entry.outcome),
        sentence: visit.text.say(sentence).to_string(),
        detail: detail.join(" · "),
        refused: entry.outcome != Outcome::Succeeded,
        when: visit.text.moment(entry.occurred_at),
    }
}

const fn icon(kind: Kind, outcome: Outcome) -> &'static str {
    match (outcome, kind) {
        (Outcome::Refused(_), _) => "alert-circle",
        (_, Kind::SignIn) => "computer",
        (_, Kind::SignOut | Kind::SessionEnded | Kind::OtherSessionsEnded) => "log-out",
        (_, Kind::PasswordChanged) => "key",
        (_, Kind::ProfileChanged | Kind::AccountCreated | Kind::AdministratorSetUp) => "user",
        (_, _) => "shield",
    }
}
