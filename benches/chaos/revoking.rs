//! Revocations of every kind, through the front door, of those who are asked about most; and checks
//! that begin right after each was acknowledged.

mod acts;

use crate::Run;
use crate::asking::{SLOTS, check};
use crate::dice::Dice;
use crate::doors::Door;
use crate::people::WIDE_EVERY;
use crate::wire::Wire;
pub use acts::KINDS;
use acts::{Act, Answer};
use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::task::JoinHandle;

/// Who revoke at the same time.
const REVOKERS: u64 = 4;
/// Checks that begin within 50 ms after an acknowledgement.
const CHECKS: usize = 20;
/// A revocation that failed so often is left: nothing is promised of it.
const TRIES: usize = 8;

/// What was revoked, and how it went.
pub struct Revocations {
    begun: AtomicUsize,
    wide: AtomicUsize,
    next: AtomicUsize,
    busy: Vec<AtomicBool>,
    pub done: Mutex<Done>,
}

#[derive(Default)]
pub struct Done {
    pub kinds: BTreeMap<&'static str, usize>,
    /// What was acknowledged of each, and at which try.
    pub of: HashMap<usize, (&'static str, usize)>,
    /// Acknowledged at a later try.
    pub repeated: usize,
    pub left: usize,
    /// What the last command that failed said.
    pub failed: String,
    /// What the last one of each kind that was refused was told.
    pub refused: BTreeMap<&'static str, String>,
    /// How long the try took that was acknowledged: when all was well, and else; and by a
    /// command, which is a process of its own.
    pub calm: Vec<Duration>,
    pub storm: Vec<Duration>,
    pub command: Vec<Duration>,
}

impl Revocations {
    pub fn new() -> Self {
        Self {
            begun: AtomicUsize::new(0),
            wide: AtomicUsize::new(0),
            next: AtomicUsize::new(SLOTS),
            busy: std::iter::repeat_with(AtomicBool::default).take(SLOTS).collect(),
            done: Mutex::default(),
        }
    }
}

pub fn begin(run: &Arc<Run>) -> Vec<JoinHandle<()>> {
    (0..if run.plan.light { 1 } else { REVOKERS })
        .map(|revoker| {
            let dice = Dice::new(run.plan.seed, 100 + revoker);
            tokio::spawn(revoke(Arc::clone(run), dice))
        })
        .collect()
}

async fn revoke(run: Arc<Run>, mut dice: Dice) {
    let all = &run.revocations;
    while run.goes_on() {
        let number = all.begun.fetch_add(1, Ordering::SeqCst);
        if number >= run.plan.revocations {
            return;
        }
        if number % WIDE_EVERY == WIDE_EVERY - 1 {
            let place = all.wide.fetch_add(1, Ordering::SeqCst);
            let number = run.people.many + place;
            warm(&run, number, &mut dice).await;
            one(&run, number, acts::WIDE[place % acts::WIDE.len()], &mut dice).await;
            continue;
        }
        if run.plan.light {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let slot = dice.zipf(SLOTS);
        if all.busy[slot].swap(true, Ordering::SeqCst) {
            all.begun.fetch_sub(1, Ordering::SeqCst);
            tokio::time::sleep(Duration::from_millis(1)).await;
            continue;
        }
        let act = acts::of_account(number, &mut dice);
        one(&run, run.slots.at(slot), act, &mut dice).await;
        // The load asks about who was revoked for a little longer.
        let next = all.next.fetch_add(1, Ordering::SeqCst);
        let run = Arc::clone(&run);
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(200)).await;
            run.slots.put(slot, next);
            // And is to remember the next one before that is revoked.
            tokio::time::sleep(Duration::from_millis(200)).await;
            run.revocations.busy[slot].store(false, Ordering::SeqCst);
        });
    }
}

/// Every node remembers somebody whom the load does not ask about.
async fn warm(run: &Run, number: usize, dice: &mut Dice) {
    for node in 0..run.plan.nodes {
        let mut wire = Wire::new(run.site.nodes[node].port);
        for door in crate::doors::ALL {
            let asked = check(run, &mut wire, node, number, door, dice);
            let _ = tokio::time::timeout(Duration::from_secs(1), asked).await;
        }
    }
}

/// Revokes, at another node if one fails, until that is acknowledged.
async fn one(run: &Arc<Run>, number: usize, act: Act, dice: &mut Dice) {
    let doors = act.covers();
    run.history.sent(number, doors);
    for attempt in 0..TRIES {
        if !run.goes_on() {
            return;
        }
        let node = dice.below(run.plan.nodes);
        let was_calm = run.faults.is_calm();
        let began = run.history.now();
        let answer = act.carry_out(run, run.people.one(number), node, dice).await;
        let at = run.history.now();
        match answer {
            Answer::Acknowledged => {
                run.history.acknowledged(number, doors, at);
                burst(run, number, doors, dice);
                let took = Duration::from_nanos(at - began);
                let mut done = run.revocations.done.lock().unwrap();
                *done.kinds.entry(act.name()).or_default() += 1;
                done.of.insert(number, (act.name(), attempt + 1));
                done.repeated += usize::from(attempt > 0);
                let all_well = was_calm && run.faults.is_calm();
                let times = match (act.is_quick(), all_well) {
                    (false, _) => &mut done.command,
                    (true, true) => &mut done.calm,
                    (true, false) => &mut done.storm,
                };
                times.push(took);
                return;
            }
            // Whoever asks is not let in any more: that is no acknowledgement.
            Answer::Refused(said) => {
                let mut done = run.revocations.done.lock().unwrap();
                done.refused.insert(act.name(), said);
                break;
            }
            Answer::Failed => tokio::time::sleep(dice.millis(5, 200)).await,
        }
    }
    run.revocations.done.lock().unwrap().left += 1;
}

fn burst(run: &Arc<Run>, number: usize, doors: &'static [Door], dice: &mut Dice) {
    let own = dice.next();
    for place in 0..CHECKS {
        let (run, mut dice) = (Arc::clone(run), Dice::new(own, place as u64));
        let node = place % run.plan.nodes;
        let door = doors[(place / run.plan.nodes) % doors.len()];
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(2 * place as u64)).await;
            let mut wire = Wire::new(run.site.nodes[node].port);
            check(&run, &mut wire, node, number, door, &mut dice).await;
        });
    }
}
