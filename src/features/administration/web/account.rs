//! One account.

use super::accounts::Badge;
use super::acts::AccountAct;
use crate::error::{Refused, Result};
use crate::features::administration::rules::State;
use crate::features::administration::{Listed, Seen, see_account};
use crate::features::second_factor::web::names;
use crate::http::{Administrator, Answer, Page, Visit};
use crate::text::Moment;
use askama::Template;

#[derive(Template)]
#[template(path = "features/administration/account.html")]
struct AccountPage {
    page: Page,
    id: String,
    name: String,
    email: String,
    badges: Vec<Badge>,
    email_verified: Option<Moment>,
    created: Moment,
    password_changed: Option<Moment>,
    /// The second factors that are held, by their names.
    factors: Vec<String>,
    invited_until: Option<String>,
    closes_at: Option<String>,
    sessions: i64,
    devices: i64,
    tokens: i64,
    acts: Vec<ActRow>,
}

struct ActRow {
    name: &'static str,
    title_key: &'static str,
    explanation_key: &'static str,
    button_key: &'static str,
    asks_first: bool,
    danger: bool,
}

/// What an administrator sees of one account, and can do to it.
pub async fn page(visit: Visit, Administrator(current): Administrator) -> Result<Answer> {
    let id = visit.param("id").parse().map_err(|_| Refused::NotFound)?;
    let seen = see_account(&visit.app, id, visit.now).await?.ok_or(Refused::NotFound)?;
    let moment = |at| visit.text.moment(at);
    let listed =
        Listed { account: seen.account.clone(), has_password: seen.password_changed.is_some() };
    let acts = acts(&seen, &listed, current.account.id == id);
    Answer::page(&AccountPage {
        page: visit.page("title-admin-account", "admin-accounts"),
        id: id.to_string(),
        badges: Badge::of(&listed),
        name: seen.account.name,
        email: seen.account.email,
        email_verified: seen.account.email_verified_at.map(moment),
        created: moment(seen.account.created_at),
        password_changed: seen.password_changed.map(moment),
        factors: names(&visit.text, seen.account.second_factors),
        invited_until: seen.invited_until.map(|at| moment(at).absolute),
        closes_at: seen.account.closes_at.map(|at| moment(at).absolute),
        sessions: i64::try_from(seen.sessions).unwrap_or(i64::MAX),
        devices: seen.devices,
        tokens: seen.tokens,
        acts: acts.into_iter().map(row).collect(),
    })
}

/// What can be done to it as it is now. The act looks again.
fn acts(seen: &Seen, listed: &Listed, own: bool) -> Vec<AccountAct> {
    let account = &seen.account;
    let mut acts = Vec::new();
    match State::of(account, listed.has_password) {
        State::Erased => return acts,
        State::Suspended => acts.push(AccountAct::Restore),
        State::Locked => {
            acts.push(AccountAct::SendResetLink);
            acts.push(AccountAct::Unlock);
            if account.password_change_required_at.is_none() {
                acts.push(AccountAct::RequirePasswordChange);
            }
        }
        State::Invited => acts.push(AccountAct::ResendInvitation),
        State::Active | State::Closing => {
            acts.push(AccountAct::SendResetLink);
            if account.password_change_required_at.is_none() {
                acts.push(AccountAct::RequirePasswordChange);
            }
            acts.push(AccountAct::ForgetFailures);
        }
    }
    if account.second_factors.any() && !own {
        acts.push(AccountAct::RemoveSecondFactor);
    }
    if seen.sessions > usize::from(own) {
        acts.push(AccountAct::EndSessions);
    }
    if seen.tokens > 0 {
        acts.push(AccountAct::RevokeTokens);
    }
    if account.administrator_since.is_some() {
        acts.push(AccountAct::UnmakeAdministrator);
    } else if !account.is_shut() {
        acts.push(AccountAct::MakeAdministrator);
    }
    if account.auditor_since.is_some() {
        acts.push(AccountAct::UnmakeAuditor);
    } else if !account.is_shut() && account.administrator_since.is_none() {
        acts.push(AccountAct::MakeAuditor);
    }
    if account.suspended_at.is_none() && !own {
        acts.push(AccountAct::Suspend);
    }
    if account.closes_at.is_some() {
        acts.push(AccountAct::Keep);
    } else if !own {
        acts.push(AccountAct::Close);
    }
    acts
}

const fn row(act: AccountAct) -> ActRow {
    ActRow {
        name: act.path(),
        title_key: act.title_key(),
        explanation_key: act.explanation_key(),
        button_key: act.button_key(),
        asks_first: act.asks_first(),
        danger: act.is_danger(),
    }
}
