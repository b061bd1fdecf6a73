//! The end of a change: when no node answers from before it any more.

use super::node::NodeId;
use super::tables::Tables;
use super::ticks::nanos;
use super::{ALLOWANCE, Changes, LEASE};
use std::time::Duration;

const FIRST_PAUSE: Duration = Duration::from_millis(1);
const LONGEST_PAUSE: Duration = Duration::from_millis(16);
/// The hint is not worth more.
const HINT: Duration = Duration::from_millis(100);

/// How long after the allowance: who has been waited out can then be removed at once.
const MORE: Duration = Duration::from_millis(20);

/// Waits until each node either knows of a change or has no lease that is older. Call when
/// it is known to be committed, and known here.
pub async fn acknowledged(changes: &Changes, tables: &impl Tables, revision: u64) {
    let began = changes.ticks.now();
    wait(changes, tables, revision, changes.node()).await;
    let waited = changes.ticks.now().saturating_sub(began);
    metrics::histogram!("portcullis_revocation_seconds").record(Duration::from_nanos(waited));
}

/// Waits for whatever was committed before, by anybody: somebody is to be told that what
/// they want to end has ended already, and whoever ended it may still be waiting.
pub async fn settled(changes: &Changes, tables: &impl Tables) {
    let head = changes.head.after(&changes.ticks, changes.ticks.now(), tables.head());
    let Ok(Ok(revision)) = tokio::time::timeout(LEASE, head).await else {
        // Nobody knows what that was, so it is waited for as long as for anything.
        return wait(changes, tables, u64::MAX, None).await;
    };
    changes.news.notify_one();
    // This node need not know of it either.
    let own = changes.node().filter(|_| changes.epochs.applied() >= revision);
    wait(changes, tables, revision, own).await;
}

async fn wait(changes: &Changes, tables: &impl Tables, revision: u64, own: Option<NodeId>) {
    if changes.waits_for_nobody.load(std::sync::atomic::Ordering::SeqCst) {
        return;
    }
    let known = changes.ticks.now();
    // A lease that does not include it began to be renewed before it was committed.
    let end = known + nanos(LEASE) + nanos(ALLOWANCE) + nanos(MORE);
    let mut pause = FIRST_PAUSE;
    let mut hinted = false;
    loop {
        let now = changes.ticks.now();
        let Some(left) = end.checked_sub(now).filter(|left| *left > 0) else { break };
        let left = Duration::from_nanos(left);
        let looked = changes.nodes.look(tables, &changes.ticks, now);
        // Where nobody can be asked, time alone says when it is over.
        if let Ok(Ok(nodes)) = tokio::time::timeout(left, looked).await {
            let is_there = |id, applied| Some(id) == own || applied >= revision;
            if nodes.iter().all(|node| is_there(node.id, node.applied)) {
                break;
            }
            if !hinted {
                hinted = true;
                let hint = changes.hint.after(&changes.ticks, known, tables.hint());
                let _ = tokio::time::timeout(HINT.min(left), hint).await;
            }
        }
        tokio::time::sleep(pause.min(left)).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
    let waited = changes.ticks.now().saturating_sub(known);
    if waited >= nanos(LEASE)
        && let Err(error) = changes.nodes.remove_dead(tables, &changes.ticks).await
    {
        tracing::warn!(%error, "the row of a node that has stopped could not be removed");
    }
}
