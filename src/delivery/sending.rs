//! Sending what the outbox holds. A message is taken by one node for one
//! attempt; one that dies in the middle is taken again after a while, so that
//! each message arrives at least once, with the same Message-ID.

use super::rules::{self, Next};
use super::store::{self, Held};
use super::{Failure, Message, outbox};
use crate::app::App;
use crate::error::Result;
use crate::time::Timestamp;
use futures_util::StreamExt;

const AT_ONCE: usize = 8;
const A_ROUND: i64 = 64;

/// One message on its way.
#[derive(Debug, Clone)]
pub struct Posted<M> {
    /// What it says.
    pub message: M,
    /// The same at each attempt.
    pub message_id: String,
    /// When it was written.
    pub date: Timestamp,
}

/// Action: tries everything that is due by one way, once; how many were sent.
pub async fn drain<M, F, Fut>(app: &App, carry: F) -> Result<u64>
where
    M: Message,
    F: Fn(Posted<M>) -> Fut,
    Fut: Future<Output = std::result::Result<(), Failure>>,
{
    let mut sent = 0;
    loop {
        let due = store::due(&mut &app.db, M::CHANNEL, app.clock.now(), A_ROUND).await?;
        if due.is_empty() {
            return Ok(sent);
        }
        let attempts = due.into_iter().map(|message| attempt(app, message, &carry));
        let mut attempts = futures_util::stream::iter(attempts).buffer_unordered(AT_ONCE);
        while let Some(arrived) = attempts.next().await {
            sent += u64::from(arrived?);
        }
    }
}

async fn attempt<M, F, Fut>(app: &App, message: Held, carry: &F) -> Result<bool>
where
    M: Message,
    F: Fn(Posted<M>) -> Fut,
    Fut: Future<Output = std::result::Result<(), Failure>>,
{
    let mut tx = app.db.begin().await?;
    let taken = store::take(&mut tx, &message, app.clock.now().plus(rules::LEASE)).await?;
    tx.commit().await?;
    if !taken {
        return Ok(false);
    }
    let outcome = match outbox::read(app, &message) {
        Ok(content) => {
            let message_id = message.id.to_string();
            carry(Posted { message: content, message_id, date: message.created_at }).await
        }
        Err(error) => {
            tracing::error!(?error, message = %message.id, "a message can't be read");
            Err(Failure::Never("it can't be decrypted: see the server's log".into()))
        }
    };
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let arrived = match outcome {
        Ok(()) => store::sent(&mut tx, message.id, now).await?,
        Err(Failure::Never(error)) => {
            tracing::warn!(message = %message.id, error, "a message will not be sent");
            store::dead(&mut tx, message.id, now, &error).await?;
            false
        }
        Err(Failure::Later(error)) => {
            let [jitter] = app.random.bytes();
            match rules::after_failure(message.attempts + 1, now, message.expires_at, jitter) {
                Next::Again(at) => store::again(&mut tx, message.id, at, &error).await?,
                Next::Dead => store::dead(&mut tx, message.id, now, &error).await?,
            }
            tracing::warn!(message = %message.id, error, "a message could not be sent");
            false
        }
    };
    tx.commit().await?;
    let result = if arrived { "sent" } else { "failed" };
    metrics::counter!(M::ATTEMPTS, "result" => result).increment(1);
    Ok(arrived)
}
