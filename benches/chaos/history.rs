//! What was asked, answered and acknowledged, on one clock.

use crate::doors::{DOORS, Door, Verdict};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// A moment of the run, in nanoseconds; never zero.
pub type Moment = u64;

pub struct History {
    began: Instant,
    /// For each account and door.
    told: Vec<Told>,
    /// By door.
    pub yes: [AtomicU64; DOORS],
    pub no: AtomicU64,
    pub neither: AtomicU64,
    /// Checks that began after the acknowledgement of what they ask about.
    pub late: AtomicU64,
    /// Of those that are meant to: within 50 ms after.
    pub within_50_ms: AtomicU64,
    under_way: AtomicUsize,
}

#[derive(Default)]
struct Told {
    /// When its revocation was sent first; zero before.
    sent: AtomicU64,
    /// When that was acknowledged; zero before.
    acknowledged: AtomicU64,
    /// Checks that ended after it was sent, and were answered yes.
    yes: Mutex<Vec<Check>>,
}

/// A check that was answered yes.
#[derive(Debug, Clone, Copy)]
pub struct Check {
    pub node: usize,
    pub begin: Moment,
    pub end: Moment,
}

/// A check that succeeded, and must not have.
#[derive(Debug)]
pub struct Violation {
    pub account: usize,
    pub door: Door,
    pub acknowledged: Moment,
    pub check: Check,
}

impl History {
    pub fn new(accounts: usize) -> Self {
        Self {
            began: Instant::now(),
            told: std::iter::repeat_with(Told::default).take(accounts * DOORS).collect(),
            yes: Default::default(),
            no: AtomicU64::new(0),
            neither: AtomicU64::new(0),
            late: AtomicU64::new(0),
            within_50_ms: AtomicU64::new(0),
            under_way: AtomicUsize::new(0),
        }
    }

    pub fn now(&self) -> Moment {
        self.began.elapsed().as_nanos() as u64 + 1
    }

    fn told(&self, account: usize, door: Door) -> &Told {
        &self.told[account * DOORS + door as usize]
    }

    /// A revocation is about to be sent that covers these.
    pub fn sent(&self, account: usize, doors: &[Door]) {
        let now = self.now();
        for door in doors {
            self.told(account, *door).sent.store(now, Ordering::SeqCst);
        }
    }

    /// Its answer was here at that moment.
    pub fn acknowledged(&self, account: usize, doors: &[Door], at: Moment) {
        for door in doors {
            self.told(account, *door).acknowledged.store(at, Ordering::SeqCst);
        }
    }

    /// A check begins.
    pub fn begin(&self) -> Moment {
        self.under_way.fetch_add(1, Ordering::SeqCst);
        self.now()
    }

    /// It has ended.
    pub fn end(&self, account: usize, door: Door, node: usize, begin: Moment, verdict: Verdict) {
        let end = self.now();
        let told = self.told(account, door);
        let count = match verdict {
            Verdict::Yes => &self.yes[door as usize],
            Verdict::No => &self.no,
            Verdict::None => &self.neither,
        };
        count.fetch_add(1, Ordering::Relaxed);
        // Whoever begins after the acknowledgement begins after this was set.
        if told.sent.load(Ordering::SeqCst) > 0 {
            if verdict == Verdict::Yes {
                told.yes.lock().unwrap().push(Check { node, begin, end });
            }
            let acknowledged = told.acknowledged.load(Ordering::SeqCst);
            if acknowledged > 0 && begin > acknowledged {
                self.late.fetch_add(1, Ordering::Relaxed);
                if begin - acknowledged <= 50_000_000 {
                    self.within_50_ms.fetch_add(1, Ordering::Relaxed);
                }
            }
        }
        self.under_way.fetch_sub(1, Ordering::SeqCst);
    }

    /// Waits for the checks that are under way.
    pub async fn settled(&self, patience: Duration) {
        let began = Instant::now();
        while self.under_way.load(Ordering::SeqCst) > 0 && began.elapsed() < patience {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Once nothing is under way: what broke the promise.
    pub fn violations(&self) -> Vec<Violation> {
        let mut found = Vec::new();
        for (place, told) in self.told.iter().enumerate() {
            let acknowledged = told.acknowledged.load(Ordering::SeqCst);
            if acknowledged == 0 {
                continue;
            }
            let late = told.yes.lock().unwrap().clone().into_iter();
            found.extend(late.filter(|check| check.begin > acknowledged).map(|check| Violation {
                account: place / DOORS,
                door: crate::doors::ALL[place % DOORS],
                acknowledged,
                check,
            }));
        }
        found
    }

    /// Answered yes after a revocation was under way, and rightly: it was not acknowledged yet.
    pub fn raced(&self) -> usize {
        self.told.iter().map(|told| told.yes.lock().unwrap().len()).sum()
    }
}
