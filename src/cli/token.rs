//! `portcullis token …`: what an administrator's page shows and does, too.

use super::account::{refused, with_email};
use super::{Reply, USAGE, rfc3339};
use crate::app::App;
use crate::error::Result;
use crate::features::access_tokens::rules::State;
use crate::features::access_tokens::web::PlaceInList;
use crate::features::access_tokens::{self, Listed};
use crate::features::account;
use crate::features::account::rules::EmailAddress;
use crate::features::administration::{self, By, Changed, Whom};
use crate::features::security_log::Reason;
use crate::time::Timestamp;
use clap::{Args, Subcommand};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// List the access tokens of an account, the newest first: nothing that opens anything
    List {
        /// The account's e-mail address
        #[arg(long, value_name = "EMAIL")]
        account: String,
        /// How many
        #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(i64).range(1..=1000))]
        limit: i64,
        /// Go on after this place, which the last page names
        #[arg(long, value_name = "PLACE")]
        after: Option<String>,
    },
    /// Revoke access tokens of an account: they open nothing any more, at once
    Revoke {
        /// The account's e-mail address
        #[arg(long, value_name = "EMAIL")]
        account: String,
        #[command(flatten)]
        which: Which,
    },
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(super) struct Which {
    /// A token, as the list names it
    id: Option<String>,
    /// All of them
    #[arg(long)]
    all: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Order {
    List { account: String, limit: i64, after: Option<String> },
    Revoke { account: String, id: String },
    RevokeAll { account: String },
}

impl Command {
    pub(super) fn order(self) -> Order {
        match self {
            Self::List { account, limit, after } => Order::List { account, limit, after },
            Self::Revoke { account, which: Which { id: Some(id), .. } } => {
                Order::Revoke { account, id }
            }
            Self::Revoke { account, which: Which { id: None, .. } } => Order::RevokeAll { account },
        }
    }
}

pub(super) async fn carry_out(app: &App, order: Order) -> Result<Reply> {
    match order {
        Order::List { account, limit, after } => {
            with_email(&account, async |email| list(app, &email, limit, after.as_deref()).await)
                .await
        }
        Order::Revoke { account, id } => {
            with_email(&account, async |email| revoke(app, &email, &id).await).await
        }
        Order::RevokeAll { account } => {
            with_email(&account, async |email| revoke_all(app, &email).await).await
        }
    }
}

async fn list(app: &App, email: &EmailAddress, limit: i64, after: Option<&str>) -> Result<Reply> {
    let Ok(after) = after.map(str::parse::<PlaceInList>).transpose() else {
        return Ok(Reply::problem(USAGE, "--after takes what the last page named".into()));
    };
    let Some(account) = account::by_email(&mut &app.db, email).await? else {
        return Ok(refused(email.typed(), Reason::UnknownAccount));
    };
    let after = after.map(|place| place.0);
    let tokens = access_tokens::list(app, account.id, after, limit).await?;
    let full = i64::try_from(tokens.len()).is_ok_and(|count| count == limit);
    let next = tokens.last().filter(|_| full);
    let next = next.map(|last| PlaceInList((last.created_at, last.id)).to_string());
    let now = app.clock.now();
    let mut text: Vec<String> = tokens.iter().map(|token| as_text(token, now)).collect();
    text.extend(next.iter().map(|next| format!("more: --after {next}")));
    if text.is_empty() {
        text.push("there is no access token".into());
    }
    let tokens: Vec<Value> = tokens.iter().map(|token| as_json(token, now)).collect();
    Ok(Reply::done(text.join("\n"), json!({ "tokens": tokens, "next": next })))
}

const fn tag(state: State) -> &'static str {
    match state {
        State::Live => "active",
        State::Expired => "expired",
        State::Revoked => "revoked",
    }
}

fn as_text(token: &Listed, now: Timestamp) -> String {
    let permissions = token.permissions.names().collect::<Vec<_>>().join(" ");
    let expires = token
        .expires_at
        .map_or_else(|| "never expires".to_owned(), |at| format!("expires {}", rfc3339(at)));
    let used = token
        .last_used_at
        .map_or_else(|| "never used".to_owned(), |at| format!("last used {}", rfc3339(at)));
    format!(
        "{}  {:<7}  …{}  {expires}  {used}  {permissions}  {}",
        token.id,
        tag(token.state(now)),
        token.tail,
        token.name
    )
}

fn as_json(token: &Listed, now: Timestamp) -> Value {
    json!({
        "id": token.id.to_string(),
        "name": token.name,
        "last_four": token.tail,
        "state": tag(token.state(now)),
        "permissions": token.permissions.names().collect::<Vec<_>>(),
        "sources": token.sources.entries().collect::<Vec<_>>(),
        "created_at": rfc3339(token.created_at),
        "expires_at": token.expires_at.map(rfc3339),
        "last_used_at": token.last_used_at.map(rfc3339),
        "last_used_address": token.last_used_address,
        "revoked_at": token.revoked_at.map(rfc3339),
    })
}

async fn revoke(app: &App, email: &EmailAddress, id: &str) -> Result<Reply> {
    let unknown = || {
        let why = "is no access token of that account: portcullis token list";
        Reply::refused(format!("{} {why}", id.escape_debug()))
    };
    let Ok(token) = id.parse() else { return Ok(unknown()) };
    let whom = Whom::Email(email);
    let changed = administration::revoke_token(app, By::Operator, whom, token).await?;
    Ok(match changed {
        Changed::Done(..) => Reply::done(format!("{id} is revoked"), json!({ "revoked": 1 })),
        Changed::Refused(Reason::UnknownToken) => unknown(),
        Changed::Refused(Reason::Already) => {
            Reply::refused(format!("{id} is revoked or expired already"))
        }
        Changed::Refused(reason) => refused(email.typed(), reason),
    })
}

async fn revoke_all(app: &App, email: &EmailAddress) -> Result<Reply> {
    let whom = Whom::Email(email);
    Ok(match administration::revoke_tokens(app, By::Operator, whom).await? {
        Changed::Done(_, revoked) => Reply::done(
            format!("{}: access tokens revoked: {revoked}", email.typed()),
            json!({ "revoked": revoked }),
        ),
        Changed::Refused(reason) => refused(email.typed(), reason),
    })
}
