#![allow(clippy::unwrap_used, clippy::expect_used)]

use super::{Groups, LookUp, MOST, MOST_GROUPS, MOST_UNDER_WAY, MOST_WAITING, Together};
use portcullis_db::{Error, Result};
use std::sync::{Arc, Mutex, RwLock};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;

/// A look-up's group, and what it was of.
type Begun = (u8, Vec<u32>);

/// Doubles numbers, each look-up as soon as it may.
#[derive(Clone)]
struct Doubling {
    begun: Arc<Mutex<Vec<Begun>>>,
    may_end: Arc<Semaphore>,
}

/// A group in which look-ups fail, and one in which they panic.
const FAILING: u8 = 100;
const PANICKING: u8 = 101;
/// One that there is not.
const NOBODYS: u8 = 102;
/// Beside what is told by a look-up for one alone.
const ALONE: u32 = 1_000_000;

impl LookUp for Doubling {
    type Group = u8;
    type Id = u32;
    type Found = u32;

    /// Never waits, and says that it was for one alone.
    async fn one(&self, _: &u8, id: &u32) -> Result<u32> {
        Ok(ALONE + id * 2)
    }

    async fn several(&self, group: &u8, ids: &[u32]) -> Result<Vec<u32>> {
        self.begun.lock().unwrap().push((*group, ids.to_vec()));
        self.may_end.acquire().await.unwrap().forget();
        match *group {
            FAILING => Err(Error::Unreachable("gone".into())),
            PANICKING => panic!("a look-up panics"),
            _ => Ok(ids.iter().map(|id| id * 2).collect()),
        }
    }

    fn is_there(group: &u8, _: &u32) -> bool {
        *group != NOBODYS
    }
}

struct World {
    together: Arc<Together<Doubling>>,
    doubling: Doubling,
}

impl World {
    /// In which everybody has asked once.
    async fn new() -> Self {
        let world = Self::empty();
        for group in [0, 1, 2, FAILING, PANICKING] {
            assert_eq!(world.ask(group, 1).await.await.unwrap(), ALONE + 2);
        }
        assert_eq!(world.begun(), []);
        world
    }

    fn empty() -> Self {
        let begun = Arc::default();
        let doubling = Doubling { begun, may_end: Arc::new(Semaphore::new(0)) };
        Self { together: Arc::new(Together::new(doubling.clone(), true)), doubling }
    }

    /// Asks, and lets everything run that can.
    async fn ask(&self, group: u8, id: u32) -> JoinHandle<u32> {
        let together = Arc::clone(&self.together);
        let asked = tokio::spawn(async move { together.find(group, id).await.unwrap() });
        settle().await;
        asked
    }

    /// As many look-ups as may be are under way, each of one that is told to nobody else.
    async fn busy(&self) -> Vec<JoinHandle<u32>> {
        let mut asked = Vec::new();
        for id in 0..u32::try_from(MOST_UNDER_WAY).unwrap() {
            asked.push(self.ask(0, 1000 + id).await);
        }
        assert_eq!(self.begun().len(), MOST_UNDER_WAY);
        asked
    }

    fn begun(&self) -> Vec<Begun> {
        self.doubling.begun.lock().unwrap().clone()
    }

    async fn end(&self, look_ups: usize) {
        self.doubling.may_end.add_permits(look_ups);
        settle().await;
    }
}

async fn settle() {
    for _ in 0..50 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(start_paused = true)]
async fn who_asks_later_is_answered_by_a_look_up_that_begins_later() {
    let world = World::new().await;
    let first = world.busy().await;
    // The same ids again: what is under way began before they were asked.
    let (same, other) = (world.ask(0, 1000).await, world.ask(0, 7).await);
    let again = world.ask(0, 7).await;
    assert_eq!(world.begun().len(), MOST_UNDER_WAY);
    world.end(1).await;
    assert_eq!(world.begun().last().unwrap(), &(0, vec![1000, 7]), "one for all who wait");
    assert!(!same.is_finished() && !other.is_finished());
    world.end(MOST_UNDER_WAY).await;
    assert_eq!(same.await.unwrap(), 2000);
    assert_eq!((other.await.unwrap(), again.await.unwrap()), (14, 14));
    for (asked, id) in first.into_iter().zip(1000..) {
        assert_eq!(asked.await.unwrap(), id * 2);
    }
    assert_eq!(world.begun().len(), MOST_UNDER_WAY + 1);
    // Nothing is left over.
    world.end(1).await;
    assert_eq!(world.ask(0, 3).await.await.unwrap(), 6);
}

#[tokio::test(start_paused = true)]
async fn a_look_up_is_of_one_group_and_of_no_more_than_are_allowed() {
    let world = World::new().await;
    let first = world.busy().await;
    let mut asked = Vec::new();
    for id in 0..u32::try_from(MOST).unwrap() + 2 {
        asked.push((id, world.ask(1, id).await));
        asked.push((id, world.ask(2, id).await));
    }
    world.end(100).await;
    for (id, asked) in asked {
        assert_eq!(asked.await.unwrap(), id * 2);
    }
    drop(first);
    let begun = world.begun().split_off(MOST_UNDER_WAY);
    let sizes: Vec<(u8, usize)> = begun.iter().map(|(group, ids)| (*group, ids.len())).collect();
    assert_eq!(sizes, [(1, MOST), (2, MOST), (1, 2), (2, 2)], "{begun:?}");
}

#[tokio::test(start_paused = true)]
async fn where_a_look_up_fails_each_asks_alone() {
    for group in [FAILING, PANICKING] {
        let world = World::new().await;
        world.end(1000).await;
        for id in 0..20 {
            assert_eq!(world.ask(group, id).await.await.unwrap(), ALONE + id * 2);
        }
        assert_eq!(world.ask(0, 1).await.await.unwrap(), 2, "others can still be made");
    }
}

#[tokio::test(start_paused = true)]
async fn what_hangs_keeps_nobody_for_long() {
    let world = World::new().await;
    let hanging = world.busy().await;
    let waiting = world.ask(0, 1).await;
    assert_eq!(waiting.await.unwrap(), ALONE + 2);
    for (hanging, id) in hanging.into_iter().zip(1000..) {
        assert_eq!(hanging.await.unwrap(), ALONE + id * 2);
    }
    // Nobody waits for it any more, so it is not looked up.
    let late = world.ask(0, 2).await;
    world.end(100).await;
    assert_eq!(late.await.unwrap(), 4);
    assert_eq!(world.begun().split_off(MOST_UNDER_WAY), [(0, vec![2])]);
}

#[tokio::test(start_paused = true)]
async fn no_more_wait_than_are_allowed() {
    let world = World::new().await;
    let first = world.busy().await;
    for id in 0..u32::try_from(MOST_WAITING).unwrap() {
        let together = Arc::clone(&world.together);
        tokio::spawn(async move { together.find(0, id).await.unwrap() });
    }
    settle().await;
    assert_eq!(world.ask(0, 1).await.await.unwrap(), ALONE + 2, "told at once");
    assert!(first.iter().all(|first| !first.is_finished()));
}

#[tokio::test(start_paused = true)]
async fn groups_that_there_are_not_keep_nobody_waiting() {
    let world = World::new().await;
    let first = world.busy().await;
    for id in 0..100 {
        let asked = world.ask(NOBODYS, id).await;
        assert_eq!(asked.await.unwrap(), ALONE + id * 2, "alone, however often");
    }
    let waiting = world.ask(0, 1).await;
    world.end(1).await;
    assert_eq!(world.begun().last().unwrap(), &(0, vec![1]), "the next is of who is known");
    world.end(1).await;
    drop((first, waiting));
}

#[tokio::test(start_paused = true)]
async fn who_is_forgotten_among_many_is_known_again_after_one_look_up() {
    let groups = Groups(RwLock::default());
    for group in 0..MOST_GROUPS {
        groups.add(group);
    }
    assert!(groups.has(&0));
    groups.add(MOST_GROUPS);
    assert!(groups.has(&MOST_GROUPS) && !groups.has(&0));
    groups.add(0);
    assert!(groups.has(&0));
}

#[tokio::test(start_paused = true)]
async fn what_is_near_is_looked_up_alone() {
    let world = World::empty();
    let together = Together::new(world.doubling.clone(), false);
    for _ in 0..3 {
        assert_eq!(together.find(0, 7).await.unwrap(), ALONE + 14);
    }
    assert_eq!(world.begun(), []);
}
