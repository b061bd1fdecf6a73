//! The races, step by step: tables in memory, a clock that stands still, and something
//! that happens in the middle of a call.

use super::node::{Node, NodeId};
use super::tables::{MOST_NEWS, News, NodeRow, Tables};
use super::ticks::{Ticks, nanos};
use super::{ALLOWANCE, Changes, LEASE, acknowledged, settled};
use crate::subject::{Subject, SubjectKind};
use crate::{Error, Result};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

const MIRA: Subject = Subject::new(SubjectKind::Account, [1; 16]);
const OTHER: Subject = Subject::new(SubjectKind::Account, [2; 16]);

type Meanwhile = Box<dyn FnMut(&World) + Send>;

/// What all nodes share.
#[derive(Clone, Default)]
struct World {
    state: Arc<Mutex<State>>,
    now: Arc<AtomicU64>,
    /// What happens as soon as the named call has begun.
    meanwhile: Arc<Mutex<Option<(&'static str, Meanwhile)>>>,
}

#[derive(Default)]
struct State {
    head: u64,
    changes: Vec<(u64, Vec<Subject>)>,
    nodes: BTreeMap<NodeId, NodeRow>,
    is_away: bool,
}

impl World {
    fn node(&self, id: u8) -> (Node<World>, Arc<Changes>) {
        let changes = Arc::new(Changes::new(Ticks::Fixed(Arc::clone(&self.now)), 0));
        changes.be([id; 16]);
        (Node::new([id; 16], self.clone(), Arc::clone(&changes)), changes)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// Somebody's change.
    fn commit(&self, subjects: &[Subject]) -> u64 {
        let mut state = self.state();
        state.head += 1;
        let head = state.head;
        state.changes.push((head, subjects.to_vec()));
        head
    }

    fn pass(&self, time: Duration) {
        self.now.fetch_add(nanos(time), Ordering::SeqCst);
    }

    fn during(&self, call: &'static str, act: impl FnMut(&Self) + Send + 'static) {
        *self.meanwhile.lock().unwrap() = Some((call, Box::new(act)));
    }

    fn begun(&self, call: &str) -> Result<()> {
        // Taken out, so that it may call, too.
        let due = self.meanwhile.lock().unwrap().take_if(|(own, _)| *own == call);
        if let Some((call, mut act)) = due {
            act(self);
            self.meanwhile.lock().unwrap().get_or_insert((call, act));
        }
        if self.state().is_away { Err(Error::Unreachable("away".into())) } else { Ok(()) }
    }
}

impl Tables for World {
    async fn renew(&self, id: NodeId, generation: i64, applied: u64) -> Result<()> {
        self.begun("renew")?;
        let mut state = self.state();
        let row = state.nodes.entry(id).or_insert(NodeRow { id, generation, applied });
        row.generation = generation;
        Ok(())
    }

    async fn since(&self, applied: u64) -> Result<News> {
        self.begun("since")?;
        let state = self.state();
        let newer = state.changes.iter().filter(|(revision, _)| *revision > applied);
        let most = usize::try_from(MOST_NEWS).unwrap();
        Ok(News { head: state.head, changes: newer.take(most).cloned().collect() })
    }

    async fn head(&self) -> Result<u64> {
        self.begun("head")?;
        Ok(self.state().head)
    }

    async fn note_applied(&self, id: NodeId, applied: u64) -> Result<()> {
        self.begun("note")?;
        if let Some(row) = self.state().nodes.get_mut(&id) {
            row.applied = row.applied.max(applied);
        }
        Ok(())
    }

    async fn nodes(&self) -> Result<Vec<NodeRow>> {
        self.begun("nodes")?;
        Ok(self.state().nodes.values().copied().collect())
    }

    async fn remove(&self, id: NodeId, generation: i64) -> Result<()> {
        self.begun("remove")?;
        self.state().nodes.retain(|own, row| *own != id || row.generation != generation);
        Ok(())
    }

    async fn forget(&self, up_to: u64) -> Result<()> {
        self.begun("forget")?;
        self.state().changes.retain(|(revision, _)| *revision > up_to);
        Ok(())
    }

    async fn hint(&self) -> Result<()> {
        self.begun("hint")
    }
}

fn may_remember(changes: &Changes) -> bool {
    changes.view().is_some()
}

#[tokio::test]
async fn what_is_remembered_dies_with_a_change_of_its_subject_alone() {
    let world = World::default();
    let (node, changes) = world.node(1);
    node.renew().await.unwrap();
    let view = changes.view().unwrap();
    let (mira, other) = (view.stamp(&[MIRA, Subject::INSTALLATION]), view.stamp(&[OTHER]));
    assert!(view.is_current(&mira) && view.is_current(&other));
    world.commit(&[MIRA]);
    node.follow().await.unwrap();
    let view = changes.view().unwrap();
    assert!(!view.is_current(&mira));
    // Two subjects share a slot once in 65,536 runs.
    assert!(
        view.is_current(&other)
            || changes.epochs.stamp(0, &[MIRA]) == changes.epochs.stamp(0, &[OTHER])
    );
    assert!(view.is_current(&view.stamp(&[MIRA])));
    world.commit(&[Subject::INSTALLATION]);
    node.follow().await.unwrap();
    assert!(!changes.view().unwrap().is_current(&view.stamp(&[MIRA, Subject::INSTALLATION])));
}

#[tokio::test]
async fn a_look_up_that_began_before_a_change_brings_nothing_back() {
    let world = World::default();
    let (node, changes) = world.node(1);
    node.renew().await.unwrap();
    let before = changes.view().unwrap();
    world.commit(&[MIRA]);
    node.follow().await.unwrap();
    // What it found arrives only now.
    let late = before.stamp(&[MIRA]);
    assert!(!changes.view().unwrap().is_current(&late));
}

#[tokio::test]
async fn a_change_made_here_counts_here_before_it_is_followed() {
    let world = World::default();
    let (node, changes) = world.node(1);
    node.renew().await.unwrap();
    let stamp = changes.view().unwrap().stamp(&[MIRA]);
    let unseen = world.commit(&[OTHER]);
    let own = world.commit(&[MIRA]);
    changes.made_under(&[MIRA], own);
    let view = changes.view().unwrap();
    assert!(!view.is_current(&stamp));
    // The change before it is not known, so nothing may pass for newer than that.
    assert!(view.as_of < unseen);
    assert!(!view.is_current(&view.stamp(&[MIRA])));
    node.follow().await.unwrap();
    let view = changes.view().unwrap();
    assert!(view.is_current(&view.stamp(&[MIRA])));
}

#[tokio::test]
async fn one_process_alone_numbers_what_it_has_committed() {
    let changes = Changes::alone();
    let before = changes.view().unwrap();
    let stamp = before.stamp(&[MIRA]);
    assert!(before.is_current(&stamp));
    changes.made_here(&[MIRA]);
    assert!(!changes.view().unwrap().is_current(&stamp));
    assert!(!changes.view().unwrap().is_current(&before.stamp(&[MIRA])));
    let after = changes.view().unwrap();
    assert!(after.is_current(&after.stamp(&[MIRA])));
}

#[tokio::test]
async fn a_lease_is_counted_from_before_its_renewal_was_sent() {
    let world = World::default();
    let (node, changes) = world.node(1);
    assert!(!may_remember(&changes));
    let slow = LEASE.checked_sub(Duration::from_millis(1)).unwrap();
    world.during("renew", move |world| world.pass(slow));
    node.renew().await.unwrap();
    assert!(may_remember(&changes));
    world.pass(Duration::from_millis(1));
    assert!(!may_remember(&changes));
    // A renewal that takes longer than it lends lends nothing.
    world.during("since", |world| world.pass(LEASE));
    node.renew().await.unwrap();
    assert!(!may_remember(&changes));
}

#[tokio::test]
async fn a_renewal_that_fails_half_way_lends_nothing() {
    let world = World::default();
    let (node, changes) = world.node(1);
    world.during("since", |world| world.state().is_away = true);
    assert!(node.renew().await.is_err());
    assert!(!may_remember(&changes));
}

#[tokio::test]
async fn a_change_between_a_renewal_and_its_catching_up_is_in_the_lease() {
    let world = World::default();
    let (node, changes) = world.node(1);
    node.renew().await.unwrap();
    let stamp = changes.view().unwrap().stamp(&[MIRA]);
    world.during("since", |world| {
        if world.state().head == 0 {
            world.commit(&[MIRA]);
        }
    });
    node.renew().await.unwrap();
    assert!(!changes.view().unwrap().is_current(&stamp));
    assert_eq!(world.state().nodes[&[1; 16]].applied, 1);
}

#[tokio::test]
async fn who_has_missed_changes_that_are_gone_takes_everything_for_changed() {
    let world = World::default();
    let (node, changes) = world.node(1);
    node.renew().await.unwrap();
    let stamp = changes.view().unwrap().stamp(&[MIRA, Subject::INSTALLATION]);
    world.commit(&[MIRA]);
    world.commit(&[OTHER]);
    world.state().changes.remove(0);
    node.follow().await.unwrap();
    assert!(!changes.view().unwrap().is_current(&stamp));
    assert_eq!(changes.epochs.applied(), 2);
    // So does who has missed more than are read at once, or all of them.
    for (commits, kept) in [(MOST_NEWS + 5, true), (1, false)] {
        let stamp = changes.view().unwrap().stamp(&[MIRA, Subject::INSTALLATION]);
        for _ in 0..commits {
            world.commit(&[OTHER]);
        }
        if !kept {
            world.state().changes.clear();
        }
        node.follow().await.unwrap();
        assert!(!changes.view().unwrap().is_current(&stamp));
        assert_eq!(changes.epochs.applied(), world.state().head);
    }
}

#[tokio::test(start_paused = true)]
async fn a_change_is_over_when_every_node_knows_of_it() {
    let world = World::default();
    let (node, _) = world.node(1);
    let (other, known) = world.node(2);
    node.renew().await.unwrap();
    other.renew().await.unwrap();
    let stamp = known.view().unwrap().stamp(&[MIRA]);
    let (_, acting) = world.node(1);
    let revision = world.commit(&[MIRA]);
    world.during("nodes", |world| world.pass(Duration::from_millis(1)));
    let waiting = tokio::spawn({
        let (acting, world) = (Arc::clone(&acting), world.clone());
        async move { acknowledged(&acting, &world, revision).await }
    });
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(!waiting.is_finished());
    other.follow().await.unwrap();
    waiting.await.unwrap();
    assert!(!known.view().unwrap().is_current(&stamp));
    assert!(world.now.load(Ordering::SeqCst) < nanos(LEASE), "nobody was waited out");
}

#[tokio::test(start_paused = true)]
async fn a_node_that_stands_still_is_waited_out_once() {
    let world = World::default();
    let (node, stopped) = world.node(1);
    node.renew().await.unwrap();
    let (_, acting) = world.node(2);
    let revision = world.commit(&[MIRA]);
    let lease_end = nanos(LEASE);
    world.during("nodes", |world| world.pass(Duration::from_millis(10)));
    acknowledged(&acting, &world, revision).await;
    assert!(world.now.load(Ordering::SeqCst) >= lease_end + nanos(ALLOWANCE));
    assert!(!may_remember(&stopped));
    // It is there no more, so the next change does not wait.
    assert!(world.state().nodes.is_empty());
    let before = world.now.load(Ordering::SeqCst);
    let revision = world.commit(&[MIRA]);
    acknowledged(&acting, &world, revision).await;
    assert!(world.now.load(Ordering::SeqCst) - before < nanos(Duration::from_millis(50)));
    // It comes back: its row is made anew, and it has caught up before it remembers.
    node.renew().await.unwrap();
    assert!(may_remember(&stopped));
    assert_eq!((stopped.epochs.applied(), world.state().nodes.len()), (2, 1));
}

/// Its renewals arrive, but it never says that it has caught up: it is waited out, because
/// each of those leases includes the change, and stays.
#[tokio::test(start_paused = true)]
async fn a_node_that_renews_is_not_taken_for_dead() {
    let world = World::default();
    let (node, _) = world.node(1);
    node.renew().await.unwrap();
    let (_, acting) = world.node(2);
    let revision = world.commit(&[MIRA]);
    world.during("nodes", |world| {
        world.pass(Duration::from_millis(10));
        world.state().nodes.values_mut().for_each(|row| row.generation += 1);
    });
    acknowledged(&acting, &world, revision).await;
    assert_eq!(world.state().nodes.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn without_a_database_time_alone_ends_the_wait() {
    let world = World::default();
    let (node, stopped) = world.node(1);
    node.renew().await.unwrap();
    let (_, acting) = world.node(2);
    let revision = world.commit(&[MIRA]);
    world.state().is_away = true;
    world.during("nodes", |world| world.pass(Duration::from_millis(10)));
    acknowledged(&acting, &world, revision).await;
    assert!(world.now.load(Ordering::SeqCst) >= nanos(LEASE) + nanos(ALLOWANCE));
    assert!(!may_remember(&stopped));
}

/// Whoever finds that somebody else has ended something answers no sooner than they may;
/// also on the node that does not know of it itself.
#[tokio::test(start_paused = true)]
async fn what_is_found_ended_is_waited_for_like_an_end() {
    let world = World::default();
    let (node, known) = world.node(1);
    node.renew().await.unwrap();
    let stamp = known.view().unwrap().stamp(&[MIRA]);
    world.commit(&[MIRA]);
    world.during("nodes", |world| world.pass(Duration::from_millis(1)));
    let waiting = tokio::spawn({
        let (known, world) = (Arc::clone(&known), world.clone());
        async move { settled(&known, &world).await }
    });
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(!waiting.is_finished());
    node.follow().await.unwrap();
    waiting.await.unwrap();
    assert!(!known.view().unwrap().is_current(&stamp));
    // Where everybody knows everything, it takes one look.
    let before = world.now.load(Ordering::SeqCst);
    settled(&known, &world).await;
    assert!(world.now.load(Ordering::SeqCst) - before <= nanos(Duration::from_millis(1)));
}

#[tokio::test]
async fn a_database_that_has_gone_back_ends_all_memory() {
    let world = World::default();
    let (node, changes) = world.node(1);
    for _ in 0..3 {
        world.commit(&[OTHER]);
    }
    node.renew().await.unwrap();
    assert!(may_remember(&changes));
    world.state().head = 2;
    assert!(node.follow().await.is_err());
    assert!(!may_remember(&changes));
    world.state().head = 9;
    node.renew().await.unwrap();
    assert!(!may_remember(&changes), "stamps of before mean nothing");
}

#[tokio::test]
async fn who_gives_the_lease_back_remembers_nothing_and_is_gone() {
    let world = World::default();
    let (node, changes) = world.node(1);
    node.renew().await.unwrap();
    world.during("remove", {
        let changes = Arc::clone(&changes);
        move |_| assert!(!may_remember(&changes))
    });
    node.leave().await.unwrap();
    assert!(!may_remember(&changes));
    assert!(world.state().nodes.is_empty());
}

#[tokio::test]
async fn changes_that_every_node_knows_are_forgotten() {
    let world = World::default();
    let (node, _) = world.node(1);
    let (slow, _) = world.node(2);
    node.renew().await.unwrap();
    slow.renew().await.unwrap();
    world.commit(&[MIRA]);
    slow.follow().await.unwrap();
    world.commit(&[MIRA]);
    node.follow().await.unwrap();
    node.tidy().await.unwrap();
    let left: Vec<u64> = world.state().changes.iter().map(|(revision, _)| *revision).collect();
    assert_eq!(left, [2]);
}
