//! The other nodes, as this process last saw them.

use super::node::NodeId;
use super::tables::{NodeRow, Tables};
use super::ticks::{Ticks, nanos};
use super::{ALLOWANCE, LEASE};
use crate::Result;
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::Mutex;

/// What several who wait look at together.
#[derive(Default)]
pub struct Nodes(Mutex<Seen>);

#[derive(Default)]
struct Seen {
    /// The database was asked after this moment.
    asked: Option<u64>,
    rows: Arc<[NodeRow]>,
    /// Since when each is known to have that generation.
    since: BTreeMap<NodeId, (i64, u64)>,
}

impl Nodes {
    /// All nodes, as they are at or after a moment. Whoever asks while another does waits
    /// for that answer, and takes it where it is new enough.
    pub async fn look(
        &self,
        tables: &impl Tables,
        ticks: &Ticks,
        not_before: u64,
    ) -> Result<Arc<[NodeRow]>> {
        let mut seen = self.0.lock().await;
        if seen.asked.is_none_or(|asked| asked < not_before) {
            let asked = ticks.now();
            let rows = tables.nodes().await?;
            let read = ticks.now();
            let mut since = BTreeMap::new();
            for row in &rows {
                let known = seen.since.get(&row.id);
                let known = known.filter(|(generation, _)| *generation == row.generation);
                since.insert(row.id, known.copied().unwrap_or((row.generation, read)));
            }
            seen.asked = Some(asked);
            seen.rows = rows.into();
            seen.since = since;
        }
        Ok(Arc::clone(&seen.rows))
    }

    /// Removes the rows of nodes that have not renewed for longer than a lease: whatever
    /// they had has run out, and nobody has to wait for them again.
    pub async fn remove_dead(&self, tables: &impl Tables, ticks: &Ticks) -> Result<()> {
        let mut seen = self.0.lock().await;
        let now = ticks.now();
        let is_over = |read: u64| now.saturating_sub(read) >= nanos(LEASE) + nanos(ALLOWANCE);
        let dead: Vec<(NodeId, i64)> = seen
            .since
            .iter()
            .filter(|(_, (_, read))| is_over(*read))
            .map(|(id, (generation, _))| (*id, *generation))
            .collect();
        for (id, generation) in dead {
            tables.remove(id, generation).await?;
            seen.since.remove(&id);
            // What was seen before is of no use to whoever asks next.
            seen.asked = None;
        }
        Ok(())
    }
}
