//! Revocation, under what is remembered: which changes this process knows of, whether it
//! may answer from memory at all, and when a change has reached everybody who may.
//!
//! A transaction that changes what somebody may have remembered names its subjects
//! ([`Tx::changed`](crate::Tx::changed)); one that writes a watched table and names none
//! can't be committed. It takes a number, which raises the epochs of its subjects here,
//! and is over only when no node answers from before it any more. `docs/revocation.md`
//! says why that holds.
//!
//! On `SQLite` this process is the only one, so the number is given in memory. On
//! `PostgreSQL` it is the last row that a transaction locks, so numbers are in the order of
//! commits and seen without gaps; nodes remember under a lease.

mod epochs;
mod node;
mod nodes;
mod shared;
mod tables;
#[cfg(test)]
mod tests;
mod ticks;
mod wait;

pub use epochs::{Epochs, Stamp};
pub use node::Membership;
pub use tables::{NUMBER, Postgres as PostgresTables, number};
pub use wait::{acknowledged, settled};

use crate::subject::{Subject, SubjectKind, Watched};
use crate::{Db, Statement};
use node::{Node, NodeId};
use nodes::Nodes;
use shared::Shared;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;
pub(crate) use ticks::{Ticks, nanos};
use tokio::sync::Notify;

/// A node answers from memory for so long after it began to renew. All nodes have to agree on
/// it: a version with another one can't run beside this.
pub const LEASE: Duration = Duration::from_secs(1);
/// How much longer a lease is waited for: clocks of two machines may differ in pace by a
/// fifth. Whoever sets a clock slowly lets it go wrong by up to a twelfth, either way.
const ALLOWANCE: Duration = Duration::from_millis(200);
/// A lease that never ends.
const FOR_EVER: u64 = u64::MAX;

/// What this process knows of changes.
pub struct Changes {
    epochs: Epochs,
    ticks: Ticks,
    /// Until when it may answer from memory.
    lease_end: AtomicU64,
    /// The newest number that it has heard of.
    heard: AtomicU64,
    /// Rung when there is a change to follow.
    news: Notify,
    /// Which node it is, if it is one: it need not wait for itself.
    node: Mutex<Option<NodeId>>,
    nodes: Nodes,
    /// The newest number, for those who wait for whatever was committed before.
    head: Shared<u64>,
    hint: Shared<()>,
    watched: OnceLock<&'static [Watched]>,
    waits_for_nobody: AtomicBool,
    /// The numbers have begun anew, so none of those here means anything.
    is_lost: AtomicBool,
}

impl Changes {
    /// Of a database that no other process writes.
    pub(crate) fn alone() -> Self {
        Self::new(Ticks::Machine, FOR_EVER)
    }

    /// Of a database that has other nodes: it remembers nothing before it is one.
    pub(crate) fn shared() -> Self {
        let changes = Self::new(Ticks::Machine, 0);
        #[cfg(feature = "testing")]
        if std::env::var_os("REVOCATION_WAITS_FOR_NOBODY").is_some() {
            changes.waits_for_nobody.store(true, Ordering::SeqCst);
        }
        changes
    }

    fn new(ticks: Ticks, lease_end: u64) -> Self {
        Self {
            epochs: Epochs::new(),
            ticks,
            lease_end: AtomicU64::new(lease_end),
            heard: AtomicU64::new(0),
            news: Notify::new(),
            node: Mutex::default(),
            nodes: Nodes::default(),
            head: Shared::default(),
            hint: Shared::default(),
            watched: OnceLock::new(),
            waits_for_nobody: AtomicBool::new(told_to_wait_for_nobody()),
            is_lost: AtomicBool::new(false),
        }
    }

    /// What a transaction has to say after this statement: one of these kinds of subject.
    pub(crate) fn to_name(&self, statement: &Statement) -> Option<&'static [SubjectKind]> {
        let table = statement.writes.filter(|_| statement.quiet.is_none())?;
        let watched = self.watched.get()?.iter().find(|watched| watched.table == table)?;
        Some(watched.about)
    }

    /// Something was committed here, by the one process that writes.
    pub(crate) fn made_here(&self, subjects: &[Subject]) {
        // A number is given after the commit: who reads it or a later one before a
        // look-up finds what was committed.
        let revision = self.epochs.next();
        self.epochs.raise(subjects, revision);
        self.heard.fetch_max(revision, Ordering::Relaxed);
    }

    /// Something was committed here under a number that all nodes share. What lies before
    /// it may not be known yet.
    pub(crate) fn made_under(&self, subjects: &[Subject], revision: u64) {
        self.epochs.raise(subjects, revision);
        self.heard.fetch_max(revision, Ordering::Relaxed);
        self.news.notify_one();
    }

    fn view(&self) -> Option<View<'_>> {
        let end = self.lease_end.load(Ordering::SeqCst);
        if end != FOR_EVER && (self.ticks.now() >= end || self.is_lost.load(Ordering::SeqCst)) {
            return None;
        }
        Some(View { epochs: &self.epochs, as_of: self.epochs.applied() })
    }

    /// It may answer from memory until then, and no lease that it had ends before.
    fn lend(&self, until: u64) {
        self.lease_end.fetch_max(until, Ordering::SeqCst);
    }

    /// It answers from memory no more, as long as this process lives.
    fn lose(&self) {
        if !self.is_lost.swap(true, Ordering::SeqCst) {
            tracing::error!(
                "the database has gone back to before what this node knows of it: checks are \
                 answered by the database alone. Restart this node"
            );
        }
    }

    /// It is this node from now on.
    fn be(&self, id: NodeId) {
        *self.node.lock().unwrap_or_else(PoisonError::into_inner) = Some(id);
    }

    /// Which node it is.
    fn node(&self) -> Option<NodeId> {
        *self.node.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// It answers from memory no more.
    fn give_back(&self) {
        self.lease_end.store(0, Ordering::SeqCst);
    }
}

/// A run of `cargo xtask chaos check` has to see what goes wrong then. Built for tests alone.
#[cfg(feature = "testing")]
fn told_to_wait_for_nobody() -> bool {
    std::env::var_os("PORTCULLIS_TEST_WITHOUT_WAIT").is_some()
}

#[cfg(not(feature = "testing"))]
const fn told_to_wait_for_nobody() -> bool {
    false
}

/// The right to answer from memory at one moment. What is read from the database while it
/// is held is remembered as of that moment.
pub struct View<'a> {
    epochs: &'a Epochs,
    as_of: u64,
}

impl View<'_> {
    /// Whether what was remembered under a stamp is still so.
    pub fn is_current(&self, stamp: &Stamp) -> bool {
        self.epochs.is_current(stamp)
    }

    /// For what was asked of the database since this view was taken, and depends on these.
    pub fn stamp(&self, subjects: &[Subject]) -> Stamp {
        self.epochs.stamp(self.as_of, subjects)
    }
}

/// How it stands with this process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Whether it may answer from memory.
    pub may_remember: bool,
    /// Changes that it has heard of and does not know yet.
    pub behind: u64,
}

impl Db {
    pub(crate) const fn changes(&self) -> &std::sync::Arc<Changes> {
        match self {
            Self::Sqlite { changes, .. } | Self::Postgres { changes, .. } => changes,
        }
    }

    /// From now on, who writes one of these tables has to say whom that is about.
    pub fn watch(&self, tables: &'static [Watched]) {
        let _ = self.changes().watched.set(tables);
    }

    /// What may be answered from memory now; none where nothing may. To be taken after
    /// what is to be answered was asked, and before memory is looked at.
    pub fn view(&self) -> Option<View<'_>> {
        self.changes().view()
    }

    /// How it stands with this process.
    pub fn standing(&self) -> Standing {
        let changes = self.changes();
        let heard = changes.heard.load(Ordering::Relaxed);
        Standing {
            may_remember: changes.view().is_some(),
            behind: heard.saturating_sub(changes.epochs.applied()),
        }
    }

    /// Becomes a node that answers from memory, under an id that no other has. Until it is
    /// left, or dropped.
    pub async fn join(&self, id: [u8; 16]) -> Membership {
        match self {
            Self::Sqlite { .. } => Membership::alone(),
            Self::Postgres { side, changes, .. } => {
                changes.be(id);
                let tables = PostgresTables::new(side.clone());
                Membership::begin(Node::new(id, tables, std::sync::Arc::clone(changes))).await
            }
        }
    }

    /// For tests that have to see what goes wrong then: changes made here are over before
    /// others know of them. A process of its own is told by `REVOCATION_WAITS_FOR_NOBODY`.
    #[cfg(feature = "testing")]
    pub fn wait_for_nobody(&self) {
        self.changes().waits_for_nobody.store(true, Ordering::SeqCst);
    }
}
