//! Random walks of attempts and time against a small model of the rules.

use crate::support::{Backend, Browser, OTHER_PASSWORD, PASSWORD, TestApp, rounds};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::time::Duration;

const MIRA: &str = "mira@example.com";
const DAY: u64 = 24 * 3600;
const MONTH: u64 = 30 * DAY;
/// So long after its last sign-in a known device is a stranger again.
const KNOWN_FOR: u64 = 400 * DAY;

#[derive(Debug, Clone, Copy)]
enum Step {
    /// From a browser that was never here.
    Stranger { right: bool },
    /// From the owner's known browser.
    Known { right: bool },
    /// So many seconds pass.
    Wait(u64),
    /// Both counters have been tried as often as it takes to be nearly spent. One that is
    /// spent stays so: no attempt lowers a counter, and what is spent is not dated anew.
    NearlySpent,
}

#[derive(Debug, PartialEq, Eq)]
enum Answer {
    In,
    Wrong,
    Wait(u64),
    /// Waiting does not open it.
    Closed,
}

/// One counter: failures in a row, the last of them, and until when to wait.
#[derive(Debug, Default)]
struct Counter {
    failures: u32,
    last: u64,
    until: u64,
    longest: u64,
}

impl Counter {
    fn spent(&self) -> bool {
        self.failures >= 100
    }

    /// Counts an attempt that may be judged, or says how long to wait.
    fn charge(&mut self, now: u64) -> Option<u64> {
        if now < self.until {
            return Some(self.until - now);
        }
        if now > self.last + MONTH && !self.spent() {
            self.failures = 0;
        }
        self.failures += 1;
        self.last = now;
        let over = self.failures.checked_sub(5);
        let wait = over.map_or(0, |over| 30_u64.saturating_mul(2_u64.saturating_pow(over)));
        self.until = now + wait.min(self.longest);
        None
    }

    fn clear(&mut self) {
        *self = Self { longest: self.longest, ..Self::default() };
    }
}

struct Model {
    account: Counter,
    device: Counter,
    now: u64,
    /// When the known device last signed in.
    signed_in: u64,
}

impl Model {
    fn new() -> Self {
        let counter = |longest| Counter { longest, ..Counter::default() };
        Self { account: counter(3600), device: counter(900), now: 0, signed_in: 0 }
    }

    fn attempt(&mut self, known: bool, right: bool) -> Answer {
        let now = self.now;
        let still_known = known && now - self.signed_in < KNOWN_FOR;
        let by_device = still_known && (now < self.device.until || !self.device.spent());
        let counter = if by_device { &mut self.device } else { &mut self.account };
        if now >= counter.until && counter.spent() {
            return Answer::Closed;
        }
        if let Some(wait) = counter.charge(now) {
            return Answer::Wait(wait);
        }
        if !right {
            return Answer::Wrong;
        }
        counter.clear();
        if by_device && self.account.spent() {
            self.account.clear();
        } else if known && !by_device {
            self.device.clear();
        }
        if known {
            self.signed_in = now;
        }
        Answer::In
    }
}

fn step() -> impl Strategy<Value = Step> {
    let right = prop::bool::weighted(0.2);
    prop_oneof![
        6 => right.prop_map(|right| Step::Stranger { right }),
        4 => right.prop_map(|right| Step::Known { right }),
        4 => prop::sample::select(vec![1, 29, 30, 59, 60, 120, 600, 900, 3599, 3600])
            .prop_map(Step::Wait),
        1 => prop::sample::select(vec![MONTH - 1, MONTH, MONTH + 1]).prop_map(Step::Wait),
        1 => Just(Step::NearlySpent),
    ]
}

async fn answer(browser: &mut Browser, right: bool) -> Answer {
    browser.forget("-session");
    let password = if right { PASSWORD } else { OTHER_PASSWORD };
    let reply = browser.sign_in(MIRA, password).await;
    match reply.status.as_u16() {
        303 => Answer::In,
        403 => Answer::Wrong,
        429 => {
            let Some(seconds) = reply.headers.get("retry-after") else {
                return Answer::Closed;
            };
            Answer::Wait(seconds.to_str().unwrap().parse::<u64>().unwrap() - 1)
        }
        other => panic!("{other}"),
    }
}

async fn walk(steps: Vec<Step>) -> Result<(), TestCaseError> {
    let app = TestApp::new(Backend::Sqlite).await;
    app.account(MIRA).await;
    let mut known = app.browser();
    known.signs_in(MIRA, PASSWORD).await;
    let mut model = Model::new();
    for step in steps {
        match step {
            Step::Wait(seconds) => {
                app.wait(Duration::from_secs(seconds));
                model.now += seconds;
            }
            Step::NearlySpent => {
                app.tamper("UPDATE failure_counters SET failures = 99 WHERE kind LIKE 'password%' AND failures > 0 AND failures < 99").await;
                for counter in [&mut model.account, &mut model.device] {
                    if (1..99).contains(&counter.failures) {
                        counter.failures = 99;
                    }
                }
            }
            Step::Stranger { right } => {
                let got = answer(&mut app.browser(), right).await;
                prop_assert_eq!(got, model.attempt(false, right), "{:?}", step);
            }
            Step::Known { right } => {
                let got = answer(&mut known, right).await;
                prop_assert_eq!(got, model.attempt(true, right), "{:?}", step);
            }
        }
        for (kind, counter) in [("account", &model.account), ("device", &model.device)] {
            let sql = format!(
                "SELECT COALESCE(MAX(failures), 0) FROM failure_counters WHERE kind = 'password-{kind}'"
            );
            prop_assert_eq!(
                app.count(&sql).await,
                i64::from(counter.failures),
                "{} after {:?}",
                kind,
                step
            );
        }
    }
    Ok(())
}

/// A browser that was away for longer than devices are known is a stranger, but
/// a right password there begins its count anew like that of a known one.
#[tokio::test]
async fn a_device_that_is_known_again_begins_anew() {
    let wrong = Step::Known { right: false };
    let away = std::iter::repeat_n(Step::Wait(MONTH + 1), 14);
    let steps = [wrong, Step::NearlySpent, wrong].into_iter().chain(away);
    walk(steps.chain([Step::Known { right: true }, wrong]).collect()).await.unwrap();
}

/// A spent device's count stands for good, whatever its browser tries as a stranger, and
/// for however long.
#[tokio::test]
async fn a_spent_device_stays_spent_while_it_is_tried() {
    let wrong = Step::Known { right: false };
    let month = [Step::Wait(MONTH + 1), wrong, Step::NearlySpent, wrong];
    let steps = [wrong, Step::NearlySpent, wrong, Step::Wait(3600)];
    walk([&steps[..], &month, &month].concat()).await.unwrap();
}

#[test]
fn random_walks_follow_the_rules() {
    let cases = u32::try_from(rounds() * 4).unwrap();
    let config =
        Config { cases, failure_persistence: None, max_shrink_iters: 200, ..Config::default() };
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let strategy = prop::collection::vec(step(), 1..60);
    TestRunner::new(config)
        .run(&strategy, |steps| runtime.block_on(walk(steps)))
        .unwrap_or_else(|error| panic!("{error}"));
}
