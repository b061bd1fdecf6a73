//! `portcullis log …`

use super::{Reply, USAGE, log_export, log_verify, rfc3339};
use crate::app::App;
use crate::error::Result;
use crate::features::account::rules::EmailAddress;
use crate::features::administration::{By, LogOf, LogPart, Whom, read_log};
use crate::features::log_seals::Progress;
use crate::features::security_log::{self, Entry, Filter, Outcome, Place};
use crate::time::Timestamp;
use clap::{Args, Subcommand};
use serde::{Deserialize, Serialize};
use serde_json::json;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// List events, newest first; reading them is itself an event
    List(List),
    /// Write events to standard output in the order of their commits, as CSV or JSON Lines; that is itself an event
    Export(log_export::Asked),
    /// See whether the log is what was sealed, and say exactly what is not; 1 where something is not
    Verify(log_verify::Asked),
    /// Print the newest head of the seals, to be noted elsewhere
    Head,
    /// Print the reference of events, which needs no database
    Reference,
}

#[derive(Debug, Clone, Args, Serialize, Deserialize)]
pub(crate) struct List {
    /// Only this account's, by its e-mail address
    #[arg(long, value_name = "EMAIL")]
    account: Option<String>,
    /// How many
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(i64).range(1..=1000))]
    limit: i64,
    /// Go on before this place, which the last page names
    #[arg(long, value_name = "PLACE")]
    before: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Order {
    List(List),
    Export(log_export::Page),
    Verify(Box<Progress>),
    Head,
}

/// What can stand in the log.
pub(super) fn reference() -> Reply {
    let text = security_log::reference();
    let json = json!({ "reference": text });
    Reply::done(text.trim_end(), json)
}

pub(super) async fn carry_out(app: &App, order: Order) -> Result<Reply> {
    match order {
        Order::List(asked) => list(app, asked).await,
        Order::Export(page) => log_export::carry_out(app, page).await,
        Order::Verify(progress) => log_verify::carry_out(app, *progress).await,
        Order::Head => log_verify::head(app).await,
    }
}

async fn list(app: &App, asked: List) -> Result<Reply> {
    let List { account, limit, before } = asked;
    let before = match before.as_deref().map(read_place) {
        None => None,
        Some(Some(place)) => Some(place),
        Some(None) => {
            return Ok(Reply::problem(USAGE, "--before takes what the last page named".into()));
        }
    };
    let email = match account.as_deref().map(EmailAddress::parse) {
        None => None,
        Some(Ok(email)) => Some(email),
        Some(Err(error)) => return Ok(Reply::problem(USAGE, error.to_string())),
    };
    let of = email.as_ref().map_or(LogOf::Installation, |email| LogOf::Account(Whom::Email(email)));
    let shown = usize::try_from(limit).unwrap_or(0);
    let part = LogPart { filter: &Filter::default(), before, shown, days_of: None };
    let Some(page) = read_log(app, By::Operator, of, part).await? else {
        return Ok(Reply::refused("there is no account with this address"));
    };
    let entries = page.found.entries;
    let next = page.found.older.map(|(at, id)| format!("{}.{id}", at.millis()));
    let mut text: Vec<String> = entries.iter().map(as_text).collect();
    if let Some(next) = &next {
        text.push(format!("more: --before {next}"));
    }
    if text.is_empty() {
        text.push("there is no event".into());
    }
    let json = json!({ "events": entries.iter().map(as_json).collect::<Vec<_>>(), "next": next });
    Ok(Reply::done(text.join("\n"), json))
}

fn read_place(text: &str) -> Option<Place> {
    let (millis, id) = text.split_once('.')?;
    Some((Timestamp::from_millis(millis.parse().ok()?), id.parse().ok()?))
}

const fn result(entry: &Entry) -> (&'static str, Option<&'static str>) {
    match entry.outcome {
        Outcome::Succeeded => ("succeeded", None),
        Outcome::Refused(reason) => ("refused", Some(reason.tag())),
    }
}

/// One line, whatever the fields hold: a terminal must not obey them.
fn as_text(entry: &Entry) -> String {
    let (result, reason) = result(entry);
    let mut parts = vec![format!("{}  {} {result}", rfc3339(entry.occurred_at), entry.kind.tag())];
    let account = entry.account.map(|id| id.to_string());
    let more = [
        ("reason", reason),
        ("account", account.as_deref()),
        ("email", entry.email.as_deref()),
        ("address", entry.address.as_deref()),
        ("by", Some(entry.actor_kind.as_str())),
        ("detail", entry.detail.as_deref()),
        ("program", entry.user_agent.as_deref()),
    ];
    for (name, value) in more {
        if let Some(value) = value {
            parts.push(format!("{name}={}", value.escape_debug()));
        }
    }
    parts.join("  ")
}

fn as_json(entry: &Entry) -> serde_json::Value {
    let (result, reason) = result(entry);
    json!({
        "id": entry.id.to_string(),
        "occurred_at": rfc3339(entry.occurred_at),
        "kind": entry.kind.tag(),
        "result": result,
        "reason": reason,
        "account_id": entry.account.map(|id| id.to_string()),
        "actor_kind": entry.actor_kind,
        "actor_id": entry.actor.map(|id| id.to_string()),
        "session_id": entry.session.map(|id| id.to_string()),
        "detail": entry.detail,
        "address": entry.address,
        "user_agent": entry.user_agent,
        "email": entry.email,
    })
}
