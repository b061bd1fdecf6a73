#![allow(clippy::unwrap_used, clippy::expect_used)]

use super::{LookUp, MOST, MOST_UNDER_WAY, MOST_WAITING, Together};
use portcullis_db::{Error, Result};
use std::sync::{Arc, Mutex};
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

impl LookUp for Doubling {
    type Group = u8;
    type Id = u32;
    type Found = u32;

    async fn look_up(&self, group: u8, ids: &[u32]) -> Result<Vec<u32>> {
        self.begun.lock().unwrap().push((group, ids.to_vec()));
        self.may_end.acquire().await.unwrap().forget();
        match group {
            FAILING => Err(Error::Unreachable("gone".into())),
            PANICKING => panic!("a look-up panics"),
            _ => Ok(ids.iter().map(|id| id * 2).collect()),
        }
    }
}

struct World {
    together: Arc<Together<Doubling>>,
    doubling: Doubling,
}

impl World {
    fn new() -> Self {
        let begun = Arc::default();
        let doubling = Doubling { begun, may_end: Arc::new(Semaphore::new(0)) };
        Self { together: Arc::new(Together::new(doubling.clone())), doubling }
    }

    /// Asks, and lets everything run that can.
    async fn ask(&self, group: u8, id: u32) -> JoinHandle<Option<u32>> {
        let together = Arc::clone(&self.together);
        let asked = tokio::spawn(async move { together.find(group, id).await });
        settle().await;
        asked
    }

    /// As many look-ups as may be are under way, each of one that is told to nobody else.
    async fn busy(&self) -> Vec<JoinHandle<Option<u32>>> {
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
    let world = World::new();
    let first = world.busy().await;
    // The same ids again: what is under way began before they were asked.
    let (same, other) = (world.ask(0, 1000).await, world.ask(0, 7).await);
    let again = world.ask(0, 7).await;
    assert_eq!(world.begun().len(), MOST_UNDER_WAY);
    world.end(1).await;
    assert_eq!(world.begun().last().unwrap(), &(0, vec![1000, 7]), "one for all who wait");
    assert!(!same.is_finished() && !other.is_finished());
    world.end(MOST_UNDER_WAY).await;
    assert_eq!(same.await.unwrap(), Some(2000));
    assert_eq!((other.await.unwrap(), again.await.unwrap()), (Some(14), Some(14)));
    for (asked, id) in first.into_iter().zip(1000..) {
        assert_eq!(asked.await.unwrap(), Some(id * 2));
    }
    assert_eq!(world.begun().len(), MOST_UNDER_WAY + 1);
    // Nothing is left over.
    world.end(1).await;
    assert_eq!(world.ask(0, 3).await.await.unwrap(), Some(6));
}

#[tokio::test(start_paused = true)]
async fn a_look_up_is_of_one_group_and_of_no_more_than_are_allowed() {
    let world = World::new();
    let first = world.busy().await;
    let mut asked = Vec::new();
    for id in 0..u32::try_from(MOST).unwrap() + 2 {
        asked.push((id, world.ask(1, id).await));
        asked.push((id, world.ask(2, id).await));
    }
    world.end(100).await;
    for (id, asked) in asked {
        assert_eq!(asked.await.unwrap(), Some(id * 2));
    }
    drop(first);
    let begun = world.begun().split_off(MOST_UNDER_WAY);
    let sizes: Vec<(u8, usize)> = begun.iter().map(|(group, ids)| (*group, ids.len())).collect();
    assert_eq!(sizes, [(1, MOST), (2, MOST), (1, 2), (2, 2)], "{begun:?}");
}

#[tokio::test(start_paused = true)]
async fn where_a_look_up_fails_each_asks_alone() {
    for group in [FAILING, PANICKING] {
        let world = World::new();
        world.end(1000).await;
        for id in 0..20 {
            assert_eq!(world.ask(group, id).await.await.unwrap(), None);
        }
        assert_eq!(world.ask(0, 1).await.await.unwrap(), Some(2), "others can still be made");
    }
}

#[tokio::test(start_paused = true)]
async fn what_hangs_keeps_nobody_for_long() {
    let world = World::new();
    let hanging = world.busy().await;
    let waiting = world.ask(0, 1).await;
    assert_eq!(waiting.await.unwrap(), None);
    for hanging in hanging {
        assert_eq!(hanging.await.unwrap(), None);
    }
    // Nobody waits for it any more, so it is not looked up.
    let late = world.ask(0, 2).await;
    world.end(100).await;
    assert_eq!(late.await.unwrap(), Some(4));
    assert_eq!(world.begun().split_off(MOST_UNDER_WAY), [(0, vec![2])]);
}

#[tokio::test(start_paused = true)]
async fn no_more_wait_than_are_allowed() {
    let world = World::new();
    let first = world.busy().await;
    for id in 0..u32::try_from(MOST_WAITING).unwrap() {
        let together = Arc::clone(&world.together);
        tokio::spawn(async move { together.find(0, id).await });
    }
    settle().await;
    assert_eq!(world.ask(0, 1).await.await.unwrap(), None, "told at once");
    assert!(first.iter().all(|first| !first.is_finished()));
}
