//! Time as a value: one reading of the clock a request, handed down to rules.

use portcullis_db::{Bind, Column, Row, Value};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// A moment, in unix milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// From unix milliseconds.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// As unix milliseconds.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// This moment and so much more.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(millis(duration)))
    }

    /// This moment and so much less.
    #[must_use]
    pub fn minus(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(millis(duration)))
    }

    /// The latest whole multiple of a unit since 1970 that is not after this.
    #[must_use]
    pub fn start_of(self, unit: Duration) -> Self {
        Self(self.0.saturating_sub(self.0.rem_euclid(millis(unit).max(1))))
    }

    /// Reads RFC 3339, with any offset.
    pub fn from_rfc3339(text: &str) -> Option<Self> {
        let at: jiff::Timestamp = text.parse().ok()?;
        Some(Self(at.as_millisecond()))
    }

    /// As programs read it: RFC 3339, UTC, milliseconds.
    pub fn rfc3339(self) -> String {
        jiff::Timestamp::from_millisecond(self.0).map_or_else(
            |_| self.0.to_string(),
            |at| at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string(),
        )
    }

    /// How long ago `earlier` was; zero when it lies ahead.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

impl Bind for Timestamp {
    const NULL: Value = Value::BigInt(None);
    fn bind(&self) -> Value {
        self.0.bind()
    }
}

impl Column for Timestamp {
    fn read(row: &Row, index: usize) -> portcullis_db::Result<Self> {
        row.get(index).map(Self)
    }
}

/// The only source of time.
#[derive(Clone)]
pub struct Clock(Source);

#[derive(Clone)]
enum Source {
    /// This machine's clock.
    Machine,
    /// The database server's: a monotonic clock and its offset to that.
    Server { started: Instant, offset: Arc<AtomicI64> },
    /// Stands still until a test moves it.
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    /// This machine's clock, for a database that has none of its own.
    pub const fn machine() -> Self {
        Self(Source::Machine)
    }

    /// A clock that follows a database server's; `now` is what that said just
    /// now, so that all nodes agree.
    #[expect(clippy::disallowed_methods, reason = "the clock is where time comes from")]
    pub fn server(now: Timestamp) -> Self {
        let clock =
            Self(Source::Server { started: Instant::now(), offset: Arc::new(AtomicI64::new(0)) });
        clock.follow(now);
        clock
    }

    /// A clock for tests.
    pub fn fixed(now: Timestamp) -> Self {
        Self(Source::Fixed(Arc::new(AtomicI64::new(now.0))))
    }

    /// The present moment.
    #[expect(clippy::disallowed_methods, reason = "the clock is where time comes from")]
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Source::Machine => machine_now(),
            Source::Server { started, offset } => {
                Timestamp(millis(started.elapsed()).saturating_add(offset.load(Ordering::Relaxed)))
            }
            Source::Fixed(now) => Timestamp(now.load(Ordering::SeqCst)),
        }
    }

    /// Takes over what the database server says the time is.
    #[expect(clippy::disallowed_methods, reason = "the clock is where time comes from")]
    pub fn follow(&self, server: Timestamp) {
        if let Source::Server { started, offset } = &self.0 {
            offset.store(server.0.saturating_sub(millis(started.elapsed())), Ordering::Relaxed);
        }
    }

    /// How far this machine's own clock is from the time that is used.
    pub fn drift(&self) -> Duration {
        match &self.0 {
            Source::Server { .. } => {
                let (ours, used) = (machine_now(), self.now());
                ours.since(used).max(used.since(ours))
            }
            Source::Machine | Source::Fixed(_) => Duration::ZERO,
        }
    }

    /// Moves a fixed clock on; other clocks move by themselves.
    pub fn advance(&self, by: Duration) {
        if let Source::Fixed(now) = &self.0 {
            now.fetch_add(millis(by), Ordering::SeqCst);
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the clock is where time comes from")]
fn machine_now() -> Timestamp {
    Timestamp(SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, millis))
}
