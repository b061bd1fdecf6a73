//! How `portcullis account …` shows accounts: with the states that the
//! administrator's pages show.

use super::{Reply, USAGE, rfc3339};
use crate::app::App;
use crate::error::Result;
use crate::features::account::rules::EmailAddress;
use crate::features::account::{self, Account};
use crate::features::administration::rules::State;
use crate::features::administration::{self, Listed};
use crate::ids::AccountId;
use serde_json::{Value, json};

pub(super) async fn list(app: &App, limit: i64, after: Option<&str>) -> Result<Reply> {
    let place = after.map(str::parse::<AccountId>).transpose();
    let listed = match place {
        Ok(place) => administration::list_accounts(app, "", place, limit).await?,
        Err(_) => None,
    };
    let Some(listed) = listed else {
        return Ok(Reply::problem(USAGE, "--after takes what the last page named".into()));
    };
    let full = i64::try_from(listed.len()).is_ok_and(|count| count == limit);
    let next = listed.last().filter(|_| full).map(|last| last.account.id.to_string());
    let mut text: Vec<String> = listed.iter().map(line).collect();
    if let Some(next) = &next {
        text.push(format!("more: --after {next}"));
    }
    if text.is_empty() {
        text.push("there is no account".into());
    }
    let accounts: Vec<Value> =
        listed.iter().map(|own| with_state(&own.account, own.has_password)).collect();
    Ok(Reply::done(text.join("\n"), json!({ "accounts": accounts, "next": next })))
}

fn line(listed: &Listed) -> String {
    let (account, states) = (&listed.account, states(&listed.account, listed.has_password));
    format!("{}  {states:<9}  {}  {}", account.id, account.email, account.name)
}

/// One account, if there is such a one.
pub(super) async fn show(app: &App, email: &EmailAddress) -> Result<Option<Reply>> {
    let Some(account) = account::by_email(&mut &app.db, email).await? else { return Ok(None) };
    let seen = administration::see_account(app, account.id, app.clock.now()).await?;
    Ok(seen.map(|seen| {
        let has_password = seen.password_changed.is_some();
        let text = as_text(&seen.account, has_password);
        Reply::done(text, with_state(&seen.account, has_password))
    }))
}

/// In the words of the pages, in their order.
fn states(account: &Account, has_password: bool) -> String {
    let mut states = vec![State::of(account, has_password).tag()];
    if account.suspended_at.is_some() && account.locked_at.is_some() {
        states.push("locked");
    }
    if account.password_change_required_at.is_some() {
        states.push("new password required");
    }
    if account.administrator_since.is_some() {
        states.push("administrator");
    }
    if account.auditor_since.is_some() {
        states.push("auditor");
    }
    states.join(", ")
}

pub(super) fn as_text(account: &Account, has_password: bool) -> String {
    let closes = account.closes_at.map(|at| format!("\ncloses         {}", rfc3339(at)));
    format!(
        "id             {}\nemail          {}\nname           {}\nstate          {}\nlanguage       {}\n\
         time zone      {}\ncreated        {}{}",
        account.id,
        account.email,
        account.name,
        states(account, has_password),
        account.language.tag(),
        account.time_zone,
        rfc3339(account.created_at),
        closes.unwrap_or_default(),
    )
}

fn with_state(account: &Account, has_password: bool) -> Value {
    let mut json = as_json(account);
    if let Value::Object(fields) = &mut json {
        fields.insert("state".into(), json!(State::of(account, has_password).tag()));
        let required = account.password_change_required_at.is_some();
        fields.insert("password_change_required".into(), json!(required));
    }
    json
}

pub(super) fn as_json(account: &Account) -> Value {
    json!({
        "id": account.id.to_string(),
        "email": account.email,
        "email_verified": account.email_verified_at.is_some(),
        "name": account.name,
        "administrator": account.administrator_since.is_some(),
        "auditor": account.auditor_since.is_some(),
        "suspended": account.suspended_at.is_some(),
        "locked": account.locked_at.is_some(),
        "closes_at": account.closes_at.map(rfc3339),
        "erased": account.erased_at.is_some(),
        "language": account.language.tag(),
        "time_zone": account.time_zone,
        "created_at": rfc3339(account.created_at),
    })
}
