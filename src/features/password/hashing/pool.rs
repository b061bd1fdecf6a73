//! The threads that hash. The system gives them what nobody else wants, and takes it away
//! from them at once: a check that comes in the middle of a hash does not wait for it. Where
//! nothing is left over for long, one more thread steps in, of a low priority instead of none,
//! so that people can sign in then, too.
//!
//! Each keeps its memory while it is busy and gives it back when it is not.

#![expect(
    clippy::disallowed_methods,
    reason = "how long a thread has had for a hash is a matter of the machine, and not of the day"
)]

use super::{Done, Job, run};
use crate::error::{Fault, Result};
use argon2_rust::{Argon2, Hasher};
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded, select, unbounded};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};
use thread_priority::unix::{
    NormalThreadSchedulePolicy, set_thread_priority_and_policy, thread_native_id,
};
use thread_priority::{ThreadPriority, ThreadSchedulePolicy};
use tokio::sync::oneshot;

/// Memory is kept for so long.
const IDLE: Duration = Duration::from_secs(10);
/// A hash that is not done in ten times what it takes where a KiB takes a microsecond, has no
/// time of the processor.
const PATIENCE_FOR_KIB: Duration = Duration::from_micros(10);
/// The same for one that costs next to nothing.
const LEAST_PATIENCE: Duration = Duration::from_millis(20);
/// So often it is looked whether it has.
const PAUSE: Duration = Duration::from_millis(20);
/// Lower than the threads that answer requests.
const NICE: i32 = 10;

type Reply = std::result::Result<Done, argon2_rust::Error>;

/// One hashing to do, and whom to tell.
pub(super) struct Order {
    job: Job,
    reply: Mutex<Option<oneshot::Sender<Reply>>>,
}

/// An order that a thread has begun. It is gone once that has done it.
struct Begun {
    at: Instant,
    order: Weak<Order>,
}

/// How long a hash is waited for.
fn patience(argon2: Argon2) -> Duration {
    let params = argon2.params();
    let work = params.memory_kib().saturating_mul(params.passes());
    PATIENCE_FOR_KIB.saturating_mul(work).max(LEAST_PATIENCE)
}

impl Order {
    pub(super) fn new(job: Job) -> (Self, oneshot::Receiver<Reply>) {
        let (reply, answer) = oneshot::channel();
        (Self { job, reply: Mutex::new(Some(reply)) }, answer)
    }

    fn reply(&self) -> std::sync::MutexGuard<'_, Option<oneshot::Sender<Reply>>> {
        self.reply.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does it, unless nobody waits any more: the browser has gone, or somebody else has
    /// done it.
    fn fulfil(&self, hasher: &mut Hasher, argon2: Argon2) {
        if self.reply().as_ref().is_none_or(oneshot::Sender::is_closed) {
            return;
        }
        let done = run(hasher, argon2, &self.job);
        if let Some(reply) = self.reply().take() {
            let _ = reply.send(done);
        }
    }
}

/// Starts the threads; where to send orders, of which so many may wait.
pub(super) fn start(argon2: Argon2, threads: usize, queue: usize) -> Result<Sender<Arc<Order>>> {
    let (orders, incoming) = bounded(queue);
    let (begins, begun) = unbounded();
    for number in 0..threads {
        let (incoming, begins) = (incoming.clone(), begins.clone());
        spawn(format!("hashing-{number}"), move || {
            take_what_is_left_over();
            work(&incoming, &begins, argon2);
        })?;
    }
    spawn("hashing-late".to_owned(), move || {
        take_little();
        step_in(&begun, &incoming, argon2);
    })?;
    Ok(orders)
}

fn spawn(name: String, body: impl FnOnce() + Send + 'static) -> Result<()> {
    std::thread::Builder::new()
        .name(name)
        .spawn(body)
        .map_err(|error| Fault::new(format!("a thread can't be started: {error}")))?;
    Ok(())
}

fn work(incoming: &Receiver<Arc<Order>>, begins: &Sender<Begun>, argon2: Argon2) {
    let mut hasher = argon2.hasher();
    loop {
        match incoming.recv_timeout(IDLE) {
            Ok(order) => {
                let _ = begins.send(Begun { at: Instant::now(), order: Arc::downgrade(&order) });
                order.fulfil(&mut hasher, argon2);
            }
            Err(RecvTimeoutError::Timeout) => hasher.clear(),
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

/// Does what threads have begun and get no time for, and their work after that until they do.
fn step_in(begun: &Receiver<Begun>, incoming: &Receiver<Arc<Order>>, argon2: Argon2) {
    let mut hasher = argon2.hasher();
    // What it has done for threads that have not got on with it yet.
    let mut stuck: Vec<Weak<Order>> = Vec::new();
    loop {
        stuck.retain(|order| order.strong_count() > 0);
        if stuck.is_empty() {
            hasher.clear();
            let Ok(first) = begun.recv() else { return };
            stuck.extend(step_in_for(&first, &mut hasher, argon2));
            continue;
        }
        select! {
            recv(begun) -> next => {
                let Ok(next) = next else { return };
                stuck.extend(step_in_for(&next, &mut hasher, argon2));
            }
            recv(incoming) -> order => {
                let Ok(order) = order else { return };
                order.fulfil(&mut hasher, argon2);
            }
            default(PAUSE) => {}
        }
    }
}

/// Waits until it should be done; does it if it is not, and says that its thread is stuck.
fn step_in_for(
    Begun { at, order }: &Begun,
    hasher: &mut Hasher,
    argon2: Argon2,
) -> Option<Weak<Order>> {
    if order.strong_count() > 0 {
        std::thread::sleep(patience(argon2).saturating_sub(at.elapsed()));
    }
    order.upgrade()?.fulfil(hasher, argon2);
    Some(Weak::clone(order))
}

/// `SCHED_IDLE`: whoever else wants the processor has it at once. A lower priority alone does
/// not do that: a thread finishes its turn, which is some milliseconds.
fn take_what_is_left_over() {
    let policy = ThreadSchedulePolicy::Normal(NormalThreadSchedulePolicy::Idle);
    let own = thread_native_id();
    if let Err(error) = set_thread_priority_and_policy(own, ThreadPriority::Min, policy) {
        tracing::warn!(?error, "hashing is not done in idle time alone");
        take_little();
    }
}

fn take_little() {
    let own = rustix::thread::gettid();
    if let Err(error) = rustix::process::setpriority_process(Some(own), NICE) {
        tracing::warn!(%error, "hashing runs at the priority of everything else");
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Hashing, Password, argon2};
    use super::*;
    use crate::config::Argon2Cost;

    const COST: Argon2Cost = Argon2Cost { memory_kib: 64, iterations: 1, parallelism: 1 };

    fn job() -> Job {
        Job::Verify { password: Password::parse("x").unwrap(), phc: None, pepper: None }
    }

    /// Threads have begun something and never get on with it: all of that is done, and so is
    /// what waits behind it.
    #[test]
    fn what_gets_no_time_is_done_by_the_thread_that_steps_in() {
        let argon2 = argon2(COST).unwrap();
        let (orders, incoming) = bounded(4);
        let (begins, begun) = unbounded();
        let at = Instant::now().checked_sub(patience(argon2)).unwrap();
        let (mut stuck, mut answers) = (Vec::new(), Vec::new());
        for _ in 0..3 {
            let (order, answer) = Order::new(job());
            let order = Arc::new(order);
            begins.send(Begun { at, order: Arc::downgrade(&order) }).unwrap();
            stuck.push(order);
            answers.push(answer);
        }
        let (waiting, answer) = Order::new(job());
        orders.send(Arc::new(waiting)).unwrap();
        answers.push(answer);
        let late = std::thread::spawn(move || step_in(&begun, &incoming, argon2));
        for answer in answers {
            assert!(matches!(answer.blocking_recv().unwrap().unwrap(), Done::Verified(false)));
        }
        // Once those threads are there again, they do the work.
        for order in &stuck {
            order.fulfil(&mut argon2.hasher(), argon2);
        }
        drop((stuck, begins));
        late.join().unwrap();
        let (left, mut last) = Order::new(job());
        assert!(orders.send(Arc::new(left)).is_err());
        assert!(last.try_recv().is_err());
    }

    /// What an installation lets a hash cost is no reason to do it twice.
    #[test]
    fn patience_is_a_matter_of_cost() {
        for (memory_kib, iterations, milliseconds) in
            [(47_104, 1, 471), (47_104, 3, 1_413), (1_048_576, 3, 31_457), (64, 1, 20)]
        {
            let cost = Argon2Cost { memory_kib, iterations, ..COST };
            assert_eq!(patience(argon2(cost).unwrap()).as_millis(), milliseconds);
        }
    }

    #[tokio::test]
    async fn hashing_has_what_is_left_over() {
        /// What `/proc` calls that policy.
        const IDLE_POLICY: &str = "5";
        let hashing = Hashing::start(COST, 1, 4).unwrap();
        assert!(!hashing.verify(job()).await.unwrap());
        let threads = std::fs::read_dir("/proc/self/task").unwrap();
        let stats = threads
            .filter_map(|thread| std::fs::read_to_string(thread.unwrap().path().join("stat")).ok());
        // Other tests have such threads, too, and some of them may only just have begun.
        let policies: Vec<String> = stats
            .filter(|stat| stat.contains("(hashing-0)"))
            .filter_map(|stat| stat.rsplit_once(") ")?.1.split(' ').nth(38).map(str::to_owned))
            .collect();
        assert!(policies.iter().any(|policy| policy == IDLE_POLICY), "{policies:?}");
    }
}
