use std::time::Duration;

/// A clock that is nobody's wall: it only goes forward, at the pace of the machine, also
/// while that is suspended. Leases are measured by it, each on one machine alone.
#[derive(Clone, Debug)]
pub enum Ticks {
    /// The machine's time since it was started.
    Machine,
    /// Stands still until a test moves it: nanoseconds.
    #[cfg(test)]
    Fixed(std::sync::Arc<std::sync::atomic::AtomicU64>),
}

impl Ticks {
    /// Nanoseconds since the machine was started.
    pub fn now(&self) -> u64 {
        match self {
            Self::Machine => {
                let now = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
                let (seconds, nanos) = (now.tv_sec.cast_unsigned(), now.tv_nsec.cast_unsigned());
                seconds.saturating_mul(1_000_000_000).saturating_add(nanos)
            }
            #[cfg(test)]
            Self::Fixed(now) => now.load(std::sync::atomic::Ordering::SeqCst),
        }
    }
}

/// So many nanoseconds.
pub const fn nanos(duration: Duration) -> u64 {
    #[expect(clippy::cast_possible_truncation, reason = "durations here are seconds")]
    let nanos = duration.as_nanos() as u64;
    nanos
}
