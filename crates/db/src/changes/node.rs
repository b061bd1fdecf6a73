//! A node's own part: it renews its lease, and follows what the others change.

use super::tables::{MOST_NEWS, Postgres, Tables};
use super::ticks::nanos;
use super::{Changes, LEASE};
use crate::{Error, Result, Subject};
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use tokio::task::JoinHandle;

/// Made at random at each start.
pub type NodeId = [u8; 16];

/// So often a lease is renewed.
const RENEWAL: Duration = Duration::from_millis(250);
/// So often changes are looked for, hinted at or not.
const LOOK: Duration = Duration::from_millis(100);
/// What the database does not answer by then is asked again: a lease would be over.
const PATIENCE: Duration = LEASE;
/// So often dead nodes and old changes are removed.
const UPKEEP: Duration = Duration::from_secs(3);
/// Changes that stay for a node that comes late.
const KEPT: u64 = 10_000;

/// What one node does with the tables; a step is a method, so that tests take them one by
/// one.
pub struct Node<T> {
    id: NodeId,
    generation: AtomicI64,
    tables: T,
    changes: Arc<Changes>,
}

impl<T: Tables> Node<T> {
    pub fn new(id: NodeId, tables: T, changes: Arc<Changes>) -> Self {
        Self { id, generation: AtomicI64::new(0), tables, changes }
    }

    /// Renews the lease: tells the others that it does, then catches up, and only then
    /// answers from memory, for a time that is counted from before all of it.
    pub async fn renew(&self) -> Result<()> {
        let began = self.changes.ticks.now();
        let generation = self.generation.fetch_add(1, Ordering::SeqCst) + 1;
        self.tables.renew(self.id, generation, self.changes.epochs.applied()).await?;
        let is_new = self.catch_up().await?;
        self.changes.lend(began + nanos(LEASE));
        if is_new { self.note_applied().await } else { Ok(()) }
    }

    /// Learns what the others have changed, and tells them so.
    pub async fn follow(&self) -> Result<()> {
        if self.catch_up().await? { self.note_applied().await } else { Ok(()) }
    }

    async fn note_applied(&self) -> Result<()> {
        self.tables.note_applied(self.id, self.changes.epochs.applied()).await
    }

    /// Whether there was something new.
    async fn catch_up(&self) -> Result<bool> {
        let epochs = &self.changes.epochs;
        let applied = epochs.applied();
        let news = self.tables.since(applied).await?;
        if news.head < applied {
            self.changes.lose();
            return Err(Error::Schema("the numbers of changes have begun anew".into()));
        }
        self.changes.heard.fetch_max(news.head, Ordering::Relaxed);
        let Some(missed) = news.head.checked_sub(applied).filter(|missed| *missed > 0) else {
            return Ok(false);
        };
        // Numbers have no gaps, so it is seen whether some are missing.
        if news.changes.len() as u64 == missed && missed < MOST_NEWS {
            for (revision, subjects) in &news.changes {
                epochs.raise(subjects, *revision);
            }
        } else {
            epochs.raise(&[Subject::INSTALLATION], news.head);
        }
        epochs.caught_up(news.head);
        Ok(true)
    }

    /// Removes what nobody needs any more.
    pub async fn tidy(&self) -> Result<()> {
        let now = self.changes.ticks.now();
        let nodes = self.changes.nodes.look(&self.tables, &self.changes.ticks, now).await?;
        self.changes.nodes.remove_dead(&self.tables, &self.changes.ticks).await?;
        let slowest = nodes.iter().map(|node| node.applied).min().unwrap_or(0);
        let oldest = self.changes.epochs.applied().saturating_sub(KEPT);
        self.tables.forget(slowest.max(oldest)).await
    }

    /// Answers from memory no more, and lets nobody wait for it.
    pub async fn leave(&self) -> Result<()> {
        self.changes.give_back();
        self.tables.remove(self.id, self.generation.load(Ordering::SeqCst)).await
    }
}

/// Being a node: it ends when it is left, or dropped.
pub struct Membership {
    node: Option<Arc<Node<Postgres>>>,
    tasks: Vec<JoinHandle<()>>,
}

impl Membership {
    /// There is nobody else.
    pub(super) const fn alone() -> Self {
        Self { node: None, tasks: Vec::new() }
    }

    /// Returns when it has a lease, or could get none so far.
    pub(super) async fn begin(node: Node<Postgres>) -> Self {
        let node = Arc::new(node);
        if let Err(error) = in_time(node.renew()).await {
            tracing::warn!(%error, "no answers from memory yet: there is no lease");
        }
        let tasks = vec![
            tokio::spawn(renewing(Arc::clone(&node))),
            tokio::spawn(following(Arc::clone(&node))),
            tokio::spawn(listening(Arc::clone(&node))),
            tokio::spawn(tidying(Arc::clone(&node))),
        ];
        Self { node: Some(node), tasks }
    }

    /// Gives the lease back, so that nobody waits for it.
    pub async fn leave(mut self) {
        for task in std::mem::take(&mut self.tasks) {
            task.abort();
            // A renewal under way must not lend once more.
            let _ = task.await;
        }
        if let Some(node) = self.node.take()
            && let Err(error) = in_time(node.leave()).await
        {
            tracing::warn!(%error, "the lease could not be given back; it runs out");
        }
    }
}

impl Drop for Membership {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
        if let Some(node) = &self.node {
            node.changes.give_back();
        }
    }
}

async fn in_time(act: impl Future<Output = Result<()>>) -> Result<()> {
    let late = || Error::Unreachable(format!("no answer within {} s", PATIENCE.as_secs()));
    tokio::time::timeout(PATIENCE, act).await.unwrap_or_else(|_| Err(late()))
}

async fn renewing(node: Arc<Node<Postgres>>) {
    let mut due = tokio::time::interval(RENEWAL);
    due.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut failed = false;
    loop {
        due.tick().await;
        match in_time(node.renew()).await {
            Ok(()) if failed => tracing::info!("the lease is renewed again"),
            // Said once: after a lease the database is asked each time, and says the rest.
            Err(error) if !failed => tracing::warn!(%error, "the lease could not be renewed"),
            Ok(()) | Err(_) => {}
        }
        failed = node.changes.view().is_none();
    }
}

async fn following(node: Arc<Node<Postgres>>) {
    loop {
        let _ = tokio::time::timeout(LOOK, node.changes.news.notified()).await;
        if let Err(error) = in_time(node.follow()).await {
            tracing::debug!(%error, "changes could not be read; they are looked for again");
            tokio::time::sleep(LOOK).await;
        }
    }
}

async fn listening(node: Arc<Node<Postgres>>) {
    while !node.tables.is_closed() {
        let ring = || node.changes.news.notify_one();
        if let Err(error) = node.tables.listen(ring).await {
            tracing::debug!(%error, "hints of changes are not heard; changes are looked for");
        }
        tokio::time::sleep(PATIENCE).await;
    }
}

async fn tidying(node: Arc<Node<Postgres>>) {
    loop {
        tokio::time::sleep(UPKEEP).await;
        if let Err(error) = in_time(node.tidy()).await {
            tracing::debug!(%error, "old changes could not be removed; it is tried again");
        }
    }
}
