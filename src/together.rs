//! Look-ups that are made together. Who asks while others are being answered waits until one
//! of those is done; the next is for all who ask by then. It begins after each of them has
//! asked, so it is as new as one of their own would be, and costs them one way to the
//! database and back.

use portcullis_db::Result;
use std::collections::{HashSet, VecDeque};
use std::future::Future;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;
use tokio::sync::oneshot;

/// So many things are looked up at once.
pub const MOST: usize = 16;
/// So many look-ups are under way at once; fewer are larger, and cost less.
const MOST_UNDER_WAY: usize = 2;
/// So many wait.
const MOST_WAITING: usize = 1024;
/// So many groups are known.
const MOST_GROUPS: usize = 4096;
/// Who has waited for so long asks alone: a connection may hang, and others may not.
const PATIENCE: Duration = Duration::from_millis(250);

/// One way of looking things up.
pub trait LookUp: Send + Sync + 'static {
    /// Things of one group are looked up together.
    type Group: Clone + Eq + Hash + Send + Sync;
    /// Which thing.
    type Id: Clone + Eq + Send + Sync;
    /// What is found of a thing.
    type Found: Clone + Send;

    /// Looks up one thing.
    fn one(
        &self,
        group: &Self::Group,
        id: &Self::Id,
    ) -> impl Future<Output = Result<Self::Found>> + Send;

    /// Looks up no more than [`MOST`], none twice; what is found of each, in the same order.
    fn several(
        &self,
        group: &Self::Group,
        ids: &[Self::Id],
    ) -> impl Future<Output = Result<Vec<Self::Found>>> + Send;

    /// Whether there is such a group, by what was found.
    fn is_there(group: &Self::Group, found: &Self::Found) -> bool;
}

/// Everybody who looks things up in one way.
pub struct Together<L: LookUp>(Arc<Parts<L>>);

struct Parts<L: LookUp> {
    look_up: L,
    /// Those who may wait for each other. Anybody can name groups that there are not, as many
    /// as they like, and each would keep others waiting: who names one asks alone.
    groups: Option<Groups<L::Group>>,
    queue: Mutex<Queue<L>>,
}

/// Groups that there are.
struct Groups<G>(RwLock<HashSet<G>>);

struct Queue<L: LookUp> {
    waiting: VecDeque<Waiting<L>>,
    under_way: usize,
}

struct Waiting<L: LookUp> {
    group: L::Group,
    id: L::Id,
    answer: oneshot::Sender<L::Found>,
}

/// Those who are answered at once, and by which of the ids.
struct Batch<L: LookUp> {
    group: L::Group,
    ids: Vec<L::Id>,
    answers: Vec<(usize, oneshot::Sender<L::Found>)>,
}

impl<L: LookUp> Together<L> {
    /// Nobody asks yet. Each asks alone where that costs no way to somewhere else.
    pub fn new(look_up: L, is_far: bool) -> Self {
        let groups = is_far.then(|| Groups(RwLock::default()));
        let queue = Mutex::new(Queue { waiting: VecDeque::new(), under_way: 0 });
        Self(Arc::new(Parts { look_up, groups, queue }))
    }

    /// What is found of a thing, by a look-up that begins after this.
    ///
    /// # Errors
    /// Those of a look-up for this alone.
    pub async fn find(&self, group: L::Group, id: L::Id) -> Result<L::Found> {
        let Some(groups) = &self.0.groups else { return self.0.look_up.one(&group, &id).await };
        let is_there = groups.has(&group);
        if is_there && let Some(found) = self.shared(group.clone(), id.clone()).await {
            return Ok(found);
        }
        let found = self.0.look_up.one(&group, &id).await?;
        if !is_there && L::is_there(&group, &found) {
            groups.add(group);
        }
        Ok(found)
    }

    /// None where it failed, or takes long: whoever asks may still ask alone, and then hears why.
    async fn shared(&self, group: L::Group, id: L::Id) -> Option<L::Found> {
        let (answer, found) = oneshot::channel();
        if self.0.queue().add(Waiting { group, id, answer })? {
            tokio::spawn(Turn { parts: Arc::clone(&self.0), is_over: false }.run());
        }
        tokio::time::timeout(PATIENCE, found).await.ok()?.ok()
    }
}

impl<G: Eq + Hash> Groups<G> {
    fn has(&self, group: &G) -> bool {
        self.0.read().unwrap_or_else(PoisonError::into_inner).contains(group)
    }

    fn add(&self, group: G) {
        let mut groups = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if groups.len() >= MOST_GROUPS {
            // Each that is still in use is back after one look-up.
            groups.clear();
        }
        groups.insert(group);
    }
}

impl<L: LookUp> Parts<L> {
    fn queue(&self) -> MutexGuard<'_, Queue<L>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<L: LookUp> Queue<L> {
    /// Whether one more look-up is to begin; none where too many wait.
    fn add(&mut self, waiting: Waiting<L>) -> Option<bool> {
        if self.waiting.len() >= MOST_WAITING {
            return None;
        }
        self.waiting.push_back(waiting);
        let begins = self.under_way < MOST_UNDER_WAY;
        self.under_way += usize::from(begins);
        Some(begins)
    }

    /// Whoever has waited longest, with others of their group.
    fn next(&mut self) -> Option<Batch<L>> {
        // Some have asked alone meanwhile, or left.
        self.waiting.retain(|waiting| !waiting.answer.is_closed());
        let Waiting { group, id, answer } = self.waiting.pop_front()?;
        let mut batch = Batch { group, ids: vec![id], answers: vec![(0, answer)] };
        self.waiting = std::mem::take(&mut self.waiting)
            .into_iter()
            .filter_map(|waiting| batch.take(waiting))
            .collect();
        Some(batch)
    }
}

impl<L: LookUp> Batch<L> {
    /// Gives back whom it is not for.
    fn take(&mut self, waiting: Waiting<L>) -> Option<Waiting<L>> {
        let place = self.ids.iter().position(|id| *id == waiting.id);
        if waiting.group != self.group || (place.is_none() && self.ids.len() >= MOST) {
            return Some(waiting);
        }
        let place = place.unwrap_or(self.ids.len());
        if place == self.ids.len() {
            self.ids.push(waiting.id);
        }
        self.answers.push((place, waiting.answer));
        None
    }
}

/// The right to have look-ups under way, one after the other.
struct Turn<L: LookUp> {
    parts: Arc<Parts<L>>,
    is_over: bool,
}

impl<L: LookUp> Turn<L> {
    async fn run(mut self) {
        // Those who are here already ask first.
        tokio::task::yield_now().await;
        while let Some(Batch { group, ids, answers }) = self.next() {
            match self.parts.look_up.several(&group, &ids).await {
                Ok(found) => {
                    for (place, answer) in answers {
                        if let Some(found) = found.get(place) {
                            // Whoever has left needs none.
                            let _ = answer.send(found.clone());
                        }
                    }
                }
                Err(error) => tracing::debug!(%error, "each who asked together asks alone"),
            }
        }
    }

    fn next(&mut self) -> Option<Batch<L>> {
        let mut queue = self.parts.queue();
        let batch = queue.next();
        if batch.is_none() {
            // Under the same lock: whoever comes now begins one.
            queue.under_way -= 1;
            self.is_over = true;
        }
        batch
    }
}

impl<L: LookUp> Drop for Turn<L> {
    fn drop(&mut self) {
        // It ended in the middle.
        if !self.is_over {
            self.parts.queue().under_way -= 1;
        }
    }
}

#[cfg(test)]
mod tests;
