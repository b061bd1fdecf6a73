//! What came of it.

use crate::Run;
use crate::nodes::Node;
use crate::revoking::KINDS;
use std::process::ExitCode;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// Fewer than this say nothing about how often each kind should have been seen.
const ENOUGH: usize = 250;
/// The same of faults.
const MANY: usize = 60;
const SHOWN: usize = 5;

/// Says it; fails where the promise was broken, or the run proves nothing.
pub fn told(run: &Run) -> ExitCode {
    let history = &run.history;
    let count = |of: &std::sync::atomic::AtomicU64| of.load(Ordering::Relaxed);
    let violations = history.violations();
    let mut done = run.revocations.done.lock().unwrap();
    let acknowledged: usize = done.kinds.values().sum();
    let yes: Vec<u64> = history.yes.iter().map(count).collect();
    println!(
        "checks: {} yes, {} no, {} neither; {} began after the acknowledgement of what they ask \
         about, {} of them within 50 ms; {} were answered yes while it was under way",
        yes.iter().sum::<u64>(),
        count(&history.no),
        count(&history.neither),
        count(&history.late),
        count(&history.within_50_ms),
        history.raced() - violations.len(),
    );
    let from_memory: Vec<u64> = run.site.nodes.iter().map(Node::answered_from_memory).collect();
    println!("answered from memory, at least: {from_memory:?}");
    println!(
        "revocations acknowledged: {acknowledged}, {} of them at a later try; {} left without an \
         acknowledgement",
        done.repeated, done.left
    );
    for (kind, count) in &done.kinds {
        println!("  {count:6} {kind}");
    }
    if !done.failed.is_empty() {
        println!("the last command that failed said: {}", done.failed.trim());
    }
    for (kind, said) in &done.refused {
        println!("the last one refused of {kind}: {said}");
    }
    println!("faults:");
    for (kind, count) in run.faults.counts() {
        println!("  {count:6} {kind}");
    }
    say_times("all well", &mut done.calm);
    say_times("else", &mut done.storm);
    say_times("by command", &mut done.command);
    for violation in violations.iter().take(SHOWN) {
        let late = Duration::from_nanos(violation.check.begin - violation.acknowledged);
        let (act, attempt) = done.of.get(&violation.account).copied().unwrap_or_default();
        println!(
            "VIOLATION: account {}, {act} at try {attempt}, by {:?} at node {}: acknowledged at \
             {:?}, check begun {late:?} after that, answered yes {:?} later",
            violation.account,
            violation.door,
            violation.check.node,
            Duration::from_nanos(violation.acknowledged),
            Duration::from_nanos(violation.check.end - violation.check.begin),
        );
    }
    println!("violations: {}", violations.len());
    let kinds = done.kinds.len();
    let (mut faults, mut fault_kinds) = (0, 0);
    for (_, count) in run.faults.counts() {
        faults += count;
        fault_kinds += usize::from(count > 0);
    }
    let any_fault = !run.plan.only_killed && !run.plan.storm.is_zero();
    let says_nothing = [
        (acknowledged == 0, "nothing was revoked"),
        (yes.contains(&0), "at some door no check was answered yes"),
        (from_memory.iter().sum::<u64>() == 0, "nothing was answered from memory"),
        (count(&history.within_50_ms) < acknowledged as u64, "few checks began right after"),
        (acknowledged >= ENOUGH && kinds < KINDS, "a kind of revocation never happened"),
        (any_fault && faults == 0, "nothing went wrong"),
        (any_fault && faults >= MANY && fault_kinds < 6, "hardly any kind of fault happened"),
    ];
    let said: Vec<&str> =
        says_nothing.into_iter().filter_map(|(so, why)| so.then_some(why)).collect();
    if !said.is_empty() {
        println!("this run proves nothing: {}", said.join("; "));
        return ExitCode::FAILURE;
    }
    match (run.plan.without_wait, violations.is_empty()) {
        (false, true) => {
            println!("held: no check succeeded that began after the acknowledgement");
            ExitCode::SUCCESS
        }
        (false, false) => {
            println!("BROKEN");
            ExitCode::FAILURE
        }
        (true, false) => {
            println!("caught: without the wait, the promise is broken, and this run sees it");
            ExitCode::SUCCESS
        }
        (true, true) => {
            println!("NOT CAUGHT: without the wait, this run should see the promise broken");
            ExitCode::FAILURE
        }
    }
}

fn say_times(when: &str, times: &mut [Duration]) {
    times.sort_unstable();
    let (Some(last), len) = (times.last(), times.len()) else { return };
    let at = |share: f64| times[((len as f64 * share) as usize).min(len - 1)].as_secs_f64() * 1e3;
    println!(
        "acknowledged, {when} ({len}): p50 {:.1} ms, p90 {:.1} ms, p99 {:.1} ms, slowest {:.0} ms",
        at(0.5),
        at(0.9),
        at(0.99),
        last.as_secs_f64() * 1e3
    );
}
