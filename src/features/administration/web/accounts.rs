//! The list of accounts.

use crate::error::{Refused, Result};
use crate::features::administration::rules::State;
use crate::features::administration::{Listed, list_accounts};
use crate::http::{Answer, Auditor, Field, Page, Visit};
use crate::text::Moment;
use askama::Template;
use serde::Deserialize;

const SHOWN: usize = 50;

/// A state as a badge: its message and its tone.
pub struct Badge {
    /// The message.
    pub key: &'static str,
    /// The tone.
    pub tone: &'static str,
}

impl Badge {
    /// The badges of an account, the most important first.
    pub fn of(listed: &Listed) -> Vec<Self> {
        let (key, tone) = match State::of(&listed.account, listed.has_password) {
            State::Active => ("state-active", "ok"),
            State::Invited => ("state-invited", ""),
            State::Suspended => ("state-suspended", "bad"),
            State::Locked => ("state-locked", "bad"),
            State::Closing => ("state-closing", "warn"),
            State::Erased => ("state-erased", ""),
        };
        let mut badges = vec![Self { key, tone }];
        if listed.account.suspended_at.is_some() && listed.account.locked_at.is_some() {
            badges.push(Self { key: "state-locked", tone: "bad" });
        }
        if listed.account.password_change_required_at.is_some() {
            badges.push(Self { key: "state-password-required", tone: "warn" });
        }
        if listed.account.administrator_since.is_some() {
            badges.push(Self { key: "state-administrator", tone: "" });
        }
        if listed.account.auditor_since.is_some() {
            badges.push(Self { key: "state-auditor", tone: "" });
        }
        badges
    }
}

#[derive(Template)]
#[template(path = "features/administration/accounts.html")]
struct AccountsPage {
    page: Page,
    search: Field,
    searched: bool,
    rows: Vec<AccountRow>,
    first: bool,
    next: Option<String>,
}

struct AccountRow {
    id: String,
    email: String,
    name: String,
    created: Moment,
    badges: Vec<Badge>,
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    search: String,
    after: Option<String>,
}

/// Where the administrator's pages begin.
pub async fn home(_: Visit, Auditor(current): Auditor) -> Result<Answer> {
    let administrator = current.account.administrator_since.is_some();
    Ok(Answer::redirect(if administrator { "/admin/accounts" } else { "/admin/log" }))
}

/// The list, by age or by address.
pub async fn page(visit: Visit, _: Auditor) -> Result<Answer> {
    let asked: Asked = visit.query()?;
    let after = asked.after.as_deref().map(str::parse).transpose();
    let after = after.map_err(|_| Refused::NotFound)?;
    let limit = i64::try_from(SHOWN + 1).unwrap_or(i64::MAX);
    let found = list_accounts(&visit.app, &asked.search, after, limit).await?;
    let mut found = found.ok_or(Refused::NotFound)?;
    let more = found.len() > SHOWN;
    found.truncate(SHOWN);
    let search = asked.search.trim();
    let next = found.last().filter(|_| more).and_then(|last| {
        let after = last.account.id.to_string();
        let query = serde_urlencoded::to_string([("search", search), ("after", &after)]).ok()?;
        Some(format!("/admin/accounts?{query}"))
    });
    Answer::page(&AccountsPage {
        page: visit.page("title-admin-accounts", "admin-accounts"),
        search: Field::new(search),
        searched: !search.is_empty(),
        rows: found.into_iter().map(|listed| row(&visit, listed)).collect(),
        first: after.is_none(),
        next,
    })
}

fn row(visit: &Visit, listed: Listed) -> AccountRow {
    AccountRow {
        id: listed.account.id.to_string(),
        badges: Badge::of(&listed),
        email: listed.account.email,
        name: listed.account.name,
        created: visit.text.moment(listed.account.created_at),
    }
}
