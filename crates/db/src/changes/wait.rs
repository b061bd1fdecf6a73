//! The end of a change: when no node answers from before it any more.

use super::tables::Tables;
use super::ticks::nanos;
use super::{ALLOWANCE, Changes, LEASE};
use std::time::Duration;

const FIRST_PAUSE: Duration = Duration::from_millis(1);
const LONGEST_PAUSE: Duration = Duration::from_millis(16);
/// The hint is not worth more.
const HINT: Duration = Duration::from_millis(100);

/// Waits until each node either knows of a change or has no lease that is older. Call when
/// it is known to be committed, and known here.
pub async fn acknowledged(changes: &Changes, tables: &impl Tables, revision: u64) {
    if changes.waits_for_nobody.load(std::sync::atomic::Ordering::SeqCst) {
        return;
    }
    let known = changes.ticks.now();
    // A lease that does not include it began to be renewed before it was committed. Twice
    // the allowance, so that who has been waited out can be removed at once.
    let end = known + nanos(LEASE) + 2 * nanos(ALLOWANCE);
    let own = changes.node();
    let mut pause = FIRST_PAUSE;
    let mut hinted = false;
    loop {
        let now = changes.ticks.now();
        let Some(left) = end.checked_sub(now).filter(|left| *left > 0) else { break };
        let left = Duration::from_nanos(left);
        let looked = changes.nodes.look(tables, &changes.ticks, now);
        match tokio::time::timeout(left, looked).await {
            Ok(Ok(nodes)) => {
                let knows = |id, applied| Some(id) == own || applied >= revision;
                if nodes.iter().all(|node| knows(node.id, node.applied)) {
                    break;
                }
                if !hinted {
                    hinted = true;
                    let _ = tokio::time::timeout(HINT.min(left), tables.hint()).await;
                }
            }
            // Then nobody can be asked, and time alone says when it is over.
            Ok(Err(_)) | Err(_) => {}
        }
        tokio::time::sleep(pause.min(left)).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
    let waited = changes.ticks.now().saturating_sub(known);
    metrics::histogram!("portcullis_revocation_seconds").record(Duration::from_nanos(waited));
    if waited >= nanos(LEASE)
        && let Err(error) = changes.nodes.remove_dead(tables, &changes.ticks).await
    {
        tracing::warn!(%error, "the row of a node that has stopped could not be removed");
    }
}
