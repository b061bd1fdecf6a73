//! `portcullis outbox …`: neither what a message says nor to whom it goes.

use super::{Reply, USAGE, rfc3339};
use crate::app::App;
use crate::delivery::Queued;
use crate::delivery::rules::QueuePlace;
use crate::error::Result;
use crate::features::administration::{By, list_waiting, look_at_outbox, retry};
use crate::ids::MessageId;
use clap::{Args, Subcommand};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// List messages that wait, the next to be tried first
    List {
        /// Those that are not tried any more instead, the latest first
        #[arg(long)]
        dead: bool,
        /// How many
        #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(i64).range(1..=1000))]
        limit: i64,
        /// Go on after this place, which the last page names
        #[arg(long, value_name = "PLACE")]
        after: Option<String>,
    },
    /// Try what was given up once more
    Retry(Which),
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(super) struct Which {
    /// A message, as the list names it
    id: Option<String>,
    /// All that can be tried
    #[arg(long)]
    all: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Order {
    List { dead: bool, limit: i64, after: Option<String> },
    Retry { id: String },
    RetryAll,
}

impl Command {
    pub(super) fn order(self) -> Order {
        match self {
            Self::List { dead, limit, after } => Order::List { dead, limit, after },
            Self::Retry(Which { id: Some(id), .. }) => Order::Retry { id },
            Self::Retry(Which { id: None, .. }) => Order::RetryAll,
        }
    }
}

pub(super) async fn carry_out(app: &App, order: Order) -> Result<Reply> {
    match order {
        Order::List { dead, limit, after } => list(app, dead, limit, after.as_deref()).await,
        Order::Retry { id } => {
            let done = match id.parse() {
                Ok(id) => retry(app, By::Operator, id).await?,
                Err(_) => false,
            };
            Ok(if done {
                Reply::done(format!("{id} is tried again"), json!({ "retried": 1 }))
            } else {
                let why =
                    "is not among those that can be tried again: portcullis outbox list --dead";
                Reply::refused(format!("{} {why}", id.escape_debug()))
            })
        }
        Order::RetryAll => retry_all(app).await,
    }
}

async fn list(app: &App, dead: bool, limit: i64, after: Option<&str>) -> Result<Reply> {
    let Ok(after) = after.map(str::parse::<QueuePlace>).transpose() else {
        return Ok(Reply::problem(USAGE, "--after takes what the last page named".into()));
    };
    let outbox = look_at_outbox(app, after, limit).await?;
    let messages = if dead { outbox.dead } else { list_waiting(app, after, limit).await? };
    let full = i64::try_from(messages.len()).is_ok_and(|count| count == limit);
    let next = messages.last().filter(|_| full).and_then(Queued::place);
    let backlog = outbox.backlog;
    let mut text = vec![format!("waiting: {}, given up: {}", backlog.waiting, backlog.dead)];
    text.extend(messages.iter().map(as_text));
    text.extend(next.map(|next| format!("more: --after {next}")));
    let json = json!({
        "waiting": backlog.waiting,
        "oldest": backlog.oldest.map(rfc3339),
        "dead": backlog.dead,
        "messages": messages.iter().map(as_json).collect::<Vec<_>>(),
        "next": next.map(|next| next.to_string()),
    });
    Ok(Reply::done(text.join("\n"), json))
}

/// Each is an act of its own, with its own event.
async fn retry_all(app: &App) -> Result<Reply> {
    const AT_ONCE: i64 = 1000;
    let outbox = look_at_outbox(app, None, AT_ONCE).await?;
    let ids: Vec<MessageId> =
        outbox.dead.iter().filter(|message| message.can_be_retried).map(|one| one.id).collect();
    let mut retried = 0_u64;
    for id in ids {
        retried += u64::from(retry(app, By::Operator, id).await?);
    }
    Ok(Reply::done(format!("tried again: {retried}"), json!({ "retried": retried })))
}

/// One line, whatever a mail server has answered.
fn as_text(message: &Queued) -> String {
    let mut parts = vec![format!(
        "{}  {}  {}  attempts={}",
        message.id,
        rfc3339(message.created_at),
        message.purpose,
        message.attempts
    )];
    let times = [("next", message.next_attempt_at), ("dead", message.dead_at)];
    parts.extend(times.iter().filter_map(|(name, at)| Some(format!("{name}={}", rfc3339((*at)?)))));
    if message.dead_at.is_some() && !message.can_be_retried {
        parts.push("no longer of use".into());
    }
    if let Some(error) = &message.last_error {
        parts.push(format!("error={}", error.escape_debug()));
    }
    parts.join("  ")
}

fn as_json(message: &Queued) -> Value {
    json!({
        "id": message.id.to_string(),
        "purpose": message.purpose,
        "account_id": message.account.map(|id| id.to_string()),
        "created_at": rfc3339(message.created_at),
        "expires_at": rfc3339(message.expires_at),
        "attempts": message.attempts,
        "next_attempt_at": message.next_attempt_at.map(rfc3339),
        "dead_at": message.dead_at.map(rfc3339),
        "last_error": message.last_error,
        "can_be_retried": message.can_be_retried,
    })
}
