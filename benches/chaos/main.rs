//! Real nodes over one PostgreSQL that are asked all the time, while credentials are revoked and
//! nodes are stopped, killed and cut off, and the database is restarted: does any check succeed
//! that began after a revocation was acknowledged? (docs/revocation.md)
//!
//! Every check has a begin and an end on this process's one clock. A violation is a check that was
//! answered yes, and began after the answer to a revocation which covers it had arrived. Run it by
//! `cargo xtask chaos check`, which starts PostgreSQL, and starts it again each time this process
//! kills it.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::disallowed_methods
)]

mod asking;
mod dice;
mod doors;
mod faults;
mod history;
mod nodes;
mod people;
mod plan;
mod proxy;
mod report;
mod revoking;
mod wire;

use history::History;
use nodes::Site;
use plan::Plan;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// What all tasks share.
pub struct Run {
    pub plan: Plan,
    pub site: Site,
    pub people: people::People,
    pub history: History,
    pub slots: asking::Slots,
    pub faults: faults::Faults,
    pub revocations: revoking::Revocations,
    /// Cleared once enough was revoked, or time is up.
    pub goes_on: AtomicBool,
}

impl Run {
    pub fn goes_on(&self) -> bool {
        self.goes_on.load(Ordering::SeqCst)
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|it| it != "--bench").collect();
    let plan = Plan::read(&arguments);
    println!("{plan}");
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap()
        .block_on(run(plan))
}

async fn run(plan: Plan) -> ExitCode {
    let people = people::People::new(&plan);
    let site = Site::start(&plan, &people).await;
    let history = History::new(people.count());
    let run = Arc::new(Run {
        plan,
        site,
        people,
        history,
        slots: asking::Slots::new(),
        faults: faults::Faults::default(),
        revocations: revoking::Revocations::new(),
        goes_on: AtomicBool::new(true),
    });
    let faults = faults::begin(&run);
    let asking = asking::begin(&run);
    let revoking = revoking::begin(&run);
    let all = async {
        for one in revoking {
            one.await.unwrap();
        }
    };
    let in_time = tokio::time::timeout(run.plan.lasting, all).await.is_ok();
    if !in_time {
        println!("time is up");
    }
    run.goes_on.store(false, Ordering::SeqCst);
    for one in faults.into_iter().chain(asking) {
        one.await.unwrap();
    }
    // Checks that wait for nodes which were stopped until now.
    run.history.settled(Duration::from_secs(15)).await;
    report::told(&run)
}
