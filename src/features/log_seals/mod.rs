//! Seals over the security log. Each minute what has been committed is sealed: a
//! Merkle root over its leaves in the order of commits, and a head over that root
//! and the head before, which a key proves that is not in the database. Whoever
//! has the database alone can't change, add, move or remove an event below a seal
//! without being found; whoever noted a head elsewhere also finds a tail cut off.
//!
//! Old events are removed a whole seal at a time. The seal stays, and says so in a
//! way that takes the key, too.

mod rules;
mod store;
mod verify;

use crate::app::App;
use crate::error::{Fault, Result};
use crate::features::security_log::{self, Mark};
use crate::keys::Purpose;
use crate::time::Timestamp;
use portcullis_db::{Reader, Statement};
pub use rules::{Head, NotAHead, Seal};
use rules::{Tree, head_of, mac_of, pruned_mac_of, under_one};
pub use verify::{Problem, Progress, Trouble, go_on};

pub(crate) const fn statements() -> &'static [Statement] {
    store::ALL
}

/// So many events are under a seal at most, so that they can go at once.
const EVENTS: i64 = 500;
/// So many seals are made or emptied a run, so that other upkeep has its turn.
const BATCHES: usize = 200;

/// The newest head, if anything is sealed.
pub async fn head(db: &mut impl Reader) -> Result<Option<(Head, Timestamp)>> {
    let newest = store::newest(db).await?;
    Ok(newest.map(|seal| (seal.noted(), seal.sealed_at)))
}

/// Action: seals what has been committed and is not sealed yet; how many events.
/// Any node may, and of several at once one makes the next seal.
pub async fn seal(app: &App) -> Result<u64> {
    let mut sealed = 0;
    for _ in 0..BATCHES {
        let before = store::newest(&mut &app.db).await?;
        let Some(seal) = next(app, before.as_ref()).await? else { break };
        let mut tx = app.db.begin().await?;
        if !store::insert(&mut tx, &seal).await? {
            // Another node was faster, and goes on.
            break;
        }
        tx.commit().await?;
        sealed += u64::try_from(seal.events).unwrap_or(0);
    }
    Ok(sealed)
}

async fn next(app: &App, before: Option<&Seal>) -> Result<Option<Seal>> {
    let after = before.map_or(Mark::start(), |seal| seal.last.clone());
    let mut leaves = security_log::leaves_after(&mut &app.db, &after, EVENTS).await?;
    leaves.truncate(under_one(&leaves));
    let Some(last) = leaves.last() else { return Ok(None) };
    let mut tree = Tree::default();
    for leaf in &leaves {
        tree.push(leaf);
    }
    let newest_at = leaves.iter().map(|leaf| leaf.occurred_at).max();
    let mut seal = Seal {
        number: before.map_or(0, |seal| seal.number).saturating_add(1),
        last: last.mark.clone(),
        events: i64::try_from(leaves.len()).unwrap_or(i64::MAX),
        newest_at: newest_at.unwrap_or(last.occurred_at),
        root: tree.root().to_vec(),
        sealed_at: app.clock.now(),
        head: Vec::new(),
        key_id: app.keys.current_id().to_owned(),
        mac: Vec::new(),
        pruned: None,
    };
    seal.head = head_of(before.map(|seal| seal.head.as_slice()), &seal).to_vec();
    seal.mac = mac_of(&app.keys.derive(Purpose::LogSeal), &seal).to_vec();
    Ok(Some(seal))
}

/// Action: removes the events under seals that are older than this installation
/// keeps, the oldest first; how many went. What is not sealed stays.
pub async fn prune(app: &App, now: Timestamp) -> Result<u64> {
    let Some(kept) = app.config.log_retention else { return Ok(0) };
    let mut removed = 0;
    for _ in 0..BATCHES {
        let Some(seal) = store::oldest_kept(&mut &app.db).await? else { break };
        if seal.newest_at >= now.minus(kept) {
            break;
        }
        let Some(gone) = empty(app, &seal, now).await? else { break };
        removed += gone;
    }
    Ok(removed)
}

/// None where another node does it at the same moment.
async fn empty(app: &App, seal: &Seal, now: Timestamp) -> Result<Option<u64>> {
    let before = store::by_number(&mut &app.db, seal.number.saturating_sub(1)).await?;
    // Else whoever has the database would have the server remove what is young, and
    // prove that it was right.
    let head = before.as_ref().map(|seal| seal.head.as_slice());
    if seal.head != head_of(head, seal) || !seal.is_proved(&app.keys) {
        let number = seal.number;
        return Err(Fault::new(format!(
            "seal {number} of the security log does not hold, so nothing old is removed. Run \
             `portcullis log verify`"
        ))
        .into());
    }
    let after = before.map_or(Mark::start(), |seal| seal.last);
    let mac = pruned_mac_of(&app.keys.derive(Purpose::LogSeal), seal, now);
    let mut tx = app.db.begin().await?;
    if !store::mark_pruned(&mut tx, seal.number, now, app.keys.current_id(), &mac).await? {
        return Ok(None);
    }
    let removed = security_log::remove_between(&mut tx, &after, &seal.last).await?;
    tx.commit().await?;
    if u64::try_from(seal.events) != Ok(removed) {
        let (number, sealed) = (seal.number, seal.events);
        tracing::error!(number, sealed, removed, "a seal of the log held another number of events");
    }
    Ok(Some(removed))
}
