//! What goes wrong: in turns nothing does for a while, and much does.

use crate::Run;
use crate::dice::Dice;
use crate::nodes::Node;
use crate::proxy::Way;
use rustix::process::{Pid, Signal, kill_process};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;
use tokio::task::JoinHandle;

/// Kinds of fault, and how often each happened.
#[derive(Default)]
pub struct Faults {
    /// Faults may begin.
    storm: AtomicBool,
    /// So many are under way.
    under_way: AtomicUsize,
    counts: [AtomicUsize; KINDS.len()],
}

pub const KINDS: [&str; 8] = [
    "stopped and gone on",
    "killed and started",
    "left and started",
    "cut off from the database",
    "database silent to it",
    "database slow to it",
    "database restarted",
    "database killed",
];

const KILLED: usize = 1;

impl Faults {
    pub fn counts(&self) -> impl Iterator<Item = (&'static str, usize)> {
        let counts = self.counts.iter().map(|count| count.load(Ordering::Relaxed));
        KINDS.into_iter().zip(counts)
    }

    /// Nothing is wrong now.
    pub fn is_calm(&self) -> bool {
        !self.storm.load(Ordering::SeqCst) && self.under_way.load(Ordering::SeqCst) == 0
    }

    fn begins(&self, kind: usize) {
        self.counts[kind].fetch_add(1, Ordering::Relaxed);
    }
}

pub fn begin(run: &Arc<Run>) -> Vec<JoinHandle<()>> {
    let mut tasks = vec![tokio::spawn(weather(Arc::clone(run)))];
    for node in 0..run.plan.nodes {
        let dice = Dice::new(run.plan.seed, 10 + node as u64);
        tasks.push(tokio::spawn(at_node(Arc::clone(run), node, dice)));
    }
    let dice = Dice::new(run.plan.seed, 9);
    tasks.push(tokio::spawn(at_database(Arc::clone(run), dice)));
    tasks
}

async fn weather(run: Arc<Run>) {
    while run.goes_on() {
        for (storm, lasting) in [(false, run.plan.calm), (true, run.plan.storm)] {
            run.faults.storm.store(storm, Ordering::SeqCst);
            rest(&run, lasting).await;
        }
    }
}

/// Lets time pass, but not past the end of the run.
async fn rest(run: &Run, lasting: Duration) {
    let end = tokio::time::Instant::now() + lasting;
    while run.goes_on() && tokio::time::Instant::now() < end {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn at_node(run: Arc<Run>, index: usize, mut dice: Dice) {
    let node = &run.site.nodes[index];
    while run.goes_on() {
        rest(&run, dice.millis(300, 3_000)).await;
        if node.has_ended().await {
            println!("node {index} has ended by itself:\n{}", run.site.log(index, 5));
            start(&run, node).await;
        }
        if run.faults.storm.load(Ordering::SeqCst) && run.goes_on() {
            run.faults.under_way.fetch_add(1, Ordering::SeqCst);
            let kind = if run.plan.only_killed { KILLED } else { dice.below(6) };
            run.faults.begins(kind);
            strike(&run, node, kind, &mut dice).await;
            let run = Arc::clone(&run);
            tokio::spawn(async move {
                // Leases that it had are over then, and its own is there again.
                tokio::time::sleep(Duration::from_secs(3)).await;
                run.faults.under_way.fetch_sub(1, Ordering::SeqCst);
            });
        }
    }
}

async fn strike(run: &Run, node: &Node, kind: usize, dice: &mut Dice) {
    let lasting = dice.millis(50, 4_500);
    match kind {
        0 => {
            node.signal(Signal::STOP).await;
            rest(run, lasting).await;
            node.signal(Signal::CONT).await;
        }
        KILLED => {
            node.signal(Signal::KILL).await;
            node.ended().await;
            // At once, or when its lease is over.
            if dice.below(2) == 0 {
                rest(run, lasting).await;
            }
            start(run, node).await;
        }
        2 => {
            node.signal(Signal::TERM).await;
            node.ended().await;
            start(run, node).await;
        }
        _ => {
            node.proxy.set(match kind {
                3 => Way::Cut,
                4 => Way::Still,
                _ => Way::Slow(dice.millis(2, 300)),
            });
            rest(run, lasting).await;
            node.proxy.set(Way::Open);
        }
    }
}

async fn start(run: &Run, node: &Node) {
    run.site.launch(node, &run.plan).await;
    node.ready().await;
}

async fn at_database(run: Arc<Run>, mut dice: Dice) {
    while run.goes_on() {
        rest(&run, dice.millis(5_000, 20_000)).await;
        let may = run.faults.storm.load(Ordering::SeqCst) && !run.plan.only_killed;
        if may && run.goes_on() {
            run.faults.under_way.fetch_add(1, Ordering::SeqCst);
            let killed = dice.below(2);
            run.faults.begins(6 + killed);
            // Whoever started this run starts it again.
            if let Some(pid) = database(&run.site.pid_file) {
                let _ = kill_process(pid, if killed == 1 { Signal::QUIT } else { Signal::INT });
            }
            rest(&run, Duration::from_secs(5)).await;
            run.faults.under_way.fetch_sub(1, Ordering::SeqCst);
        }
    }
}

fn database(pid_file: &str) -> Option<Pid> {
    let text = std::fs::read_to_string(pid_file).ok()?;
    Pid::from_raw(text.lines().next()?.trim().parse().ok()?)
}
