//! Randomness as a value that is handed in.

use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};
use std::sync::{Arc, Mutex, PoisonError};

/// The only source of randomness.
#[derive(Clone)]
pub struct Random(Source);

#[derive(Clone)]
enum Source {
    /// The operating system's.
    Os,
    /// Repeatable, for tests.
    Seeded(Arc<Mutex<ChaCha20Rng>>),
}

impl Random {
    /// The operating system's generator.
    pub const fn os() -> Self {
        Self(Source::Os)
    }

    /// A repeatable generator for tests.
    pub fn seeded(seed: u64) -> Self {
        Self(Source::Seeded(Arc::new(Mutex::new(ChaCha20Rng::seed_from_u64(seed)))))
    }

    /// So many random bytes.
    #[expect(clippy::disallowed_methods, reason = "this is where randomness comes from")]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        match &self.0 {
            Source::Os => {
                if let Err(error) = getrandom::fill(&mut bytes) {
                    // Going on with a predictable secret would be worse.
                    tracing::error!(%error, "the operating system gives no randomness");
                    std::process::abort();
                }
            }
            Source::Seeded(generator) => {
                generator.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(&mut bytes);
            }
        }
        bytes
    }
}
