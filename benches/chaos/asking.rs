//! The load: every node is asked all the time, mostly about a few.

use crate::Run;
use crate::dice::Dice;
use crate::doors::{Door, Verdict};
use crate::wire::Wire;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::task::JoinHandle;

/// So many accounts are asked about at a time; the first one most.
pub const SLOTS: usize = 256;
/// At each node.
const WORKERS: u64 = 4;

/// Who is asked about: accounts by their numbers.
pub struct Slots(Vec<AtomicUsize>);

impl Slots {
    pub fn new() -> Self {
        Self((0..SLOTS).map(AtomicUsize::new).collect())
    }

    pub fn at(&self, slot: usize) -> usize {
        self.0[slot].load(Ordering::SeqCst)
    }

    /// Somebody else from now on.
    pub fn put(&self, slot: usize, number: usize) {
        self.0[slot].store(number, Ordering::SeqCst);
    }
}

pub fn begin(run: &Arc<Run>) -> Vec<JoinHandle<()>> {
    let mut tasks = Vec::new();
    for node in 0..run.plan.nodes {
        for worker in 0..WORKERS {
            let dice = Dice::new(run.plan.seed, 1_000 + node as u64 * 100 + worker);
            tasks.push(tokio::spawn(ask(Arc::clone(run), node, dice)));
        }
        let run = Arc::clone(run);
        tasks.push(tokio::spawn(async move {
            while run.goes_on() {
                run.site.nodes[node].look().await;
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
        }));
    }
    tasks
}

async fn ask(run: Arc<Run>, node: usize, mut dice: Dice) {
    let mut wire = Wire::new(run.site.nodes[node].port);
    while run.goes_on() {
        let number = run.slots.at(dice.zipf(SLOTS));
        let door = Door::any(&mut dice);
        if check(&run, &mut wire, node, number, door, &mut dice).await == Verdict::None {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        // The machine has others to serve, too.
        let rest = if run.plan.light { 20_000 } else { 500 };
        tokio::time::sleep(Duration::from_micros(rest)).await;
    }
}

/// One check, written down.
pub async fn check(
    run: &Run,
    wire: &mut Wire,
    node: usize,
    number: usize,
    door: Door,
    dice: &mut Dice,
) -> Verdict {
    let question = door.question(run.people.one(number), dice);
    let begin = run.history.begin();
    let verdict = wire.ask(&question).await.map_or(Verdict::None, |reply| door.verdict(&reply));
    run.history.end(number, door, node, begin, verdict);
    verdict
}
