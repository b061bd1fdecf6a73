//! Look-ups that are made together. Who asks while others are being answered waits until one
//! of those is done; the next is for all who ask by then. It begins after each of them has
//! asked, so it is as new as one of their own would be, and costs them one way to the
//! database and back.

use portcullis_db::Result;
use std::collections::VecDeque;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::oneshot;

/// So many things are looked up at once.
pub const MOST: usize = 16;
/// So many look-ups are under way at once; fewer are larger, and cost less.
const MOST_UNDER_WAY: usize = 2;
/// So many wait.
const MOST_WAITING: usize = 1024;
/// Who has waited for so long asks alone: a connection may hang, and others may not.
const PATIENCE: Duration = Duration::from_millis(250);

/// One way of looking things up.
pub trait LookUp: Send + Sync + 'static {
    /// Things of one group are looked up together.
    type Group: Eq + Send;
    /// Which thing.
    type Id: Eq + Send;
    /// What is found of a thing.
    type Found: Clone + Send;

    /// Looks up no more than [`MOST`], none twice; what is found of each, in the same order.
    fn look_up(
        &self,
        group: Self::Group,
        ids: &[Self::Id],
    ) -> impl Future<Output = Result<Vec<Self::Found>>> + Send;
}

/// Everybody who looks things up in one way.
pub struct Together<L: LookUp>(Arc<Parts<L>>);

struct Parts<L: LookUp> {
    look_up: L,
    queue: Mutex<Queue<L>>,
}

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
    /// Nobody asks yet.
    pub fn new(look_up: L) -> Self {
        let queue = Mutex::new(Queue { waiting: VecDeque::new(), under_way: 0 });
        Self(Arc::new(Parts { look_up, queue }))
    }

    /// What is found of a thing. None where that failed, or takes long: whoever asks may still
    /// ask alone, and then hears why.
    pub async fn find(&self, group: L::Group, id: L::Id) -> Option<L::Found> {
        let (answer, found) = oneshot::channel();
        if self.0.queue().add(Waiting { group, id, answer })? {
            tokio::spawn(Turn { parts: Arc::clone(&self.0), is_over: false }.run());
        }
        tokio::time::timeout(PATIENCE, found).await.ok()?.ok()
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
            match self.parts.look_up.look_up(group, &ids).await {
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
