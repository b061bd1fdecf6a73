//! Argon2id on a bounded pool of threads that have what the processor has left over, so that
//! sign-ins under load never slow anything else.

mod pool;

use super::rules::Password;
use crate::config::Argon2Cost;
use crate::error::{Error, Fault, Refused, Result};
use crate::keys::DerivedKey;
use argon2_rust::params::{Memory, TagLen};
use argon2_rust::{
    Algorithm, Argon2, Decoded, Hasher, Params, Version, decode_string, encode_string_alloc,
};
use crossbeam_channel::{Sender, TrySendError};
use pool::Order;
use std::sync::Arc;
use std::time::Duration;

const TAG_BYTES: u64 = 32;
const BUSY_RETRY: Duration = Duration::from_secs(2);

/// A key that is not in the database.
#[derive(Clone, Debug)]
pub struct Pepper(DerivedKey);

impl Pepper {
    /// From a key of the ring.
    pub const fn new(key: DerivedKey) -> Self {
        Self(key)
    }
}

/// One hashing to do.
#[derive(Debug)]
pub enum Job {
    /// Makes a hash.
    Hash {
        /// Of what.
        password: Password,
        /// With which salt.
        salt: [u8; 16],
        /// With which key, if any.
        pepper: Option<Pepper>,
    },
    /// Compares; without a hash, the same work for nothing.
    Verify {
        /// What was typed.
        password: Password,
        /// What is stored.
        phc: Option<String>,
        /// With which key it was hashed, if any.
        pepper: Option<Pepper>,
    },
}

#[derive(Debug)]
enum Done {
    Hashed(String),
    Verified(bool),
}

/// The pool.
#[derive(Clone)]
pub struct Hashing {
    orders: Sender<Arc<Order>>,
}

impl Hashing {
    /// Starts its threads.
    pub fn start(cost: Argon2Cost, threads: usize, queue: usize) -> Result<Self> {
        let argon2 = argon2(cost).map_err(|error| {
            Fault::new(format!("these Argon2 parameters can't be used: {error}"))
        })?;
        let orders = pool::start(argon2, threads, queue)?;
        Ok(Self { orders })
    }

    /// Does a [`Job::Hash`]; its PHC string.
    pub async fn hash(&self, job: Job) -> Result<String> {
        match self.run(job).await? {
            Done::Hashed(phc) => Ok(phc),
            Done::Verified(_) => Err(Fault::new("a comparison was ordered as a hash").into()),
        }
    }

    /// Does a [`Job::Verify`]; whether the password is right.
    pub async fn verify(&self, job: Job) -> Result<bool> {
        match self.run(job).await? {
            Done::Verified(right) => Ok(right),
            Done::Hashed(_) => Err(Fault::new("a hash was ordered as a comparison").into()),
        }
    }

    async fn run(&self, job: Job) -> Result<Done> {
        let (order, answer) = Order::new(job);
        match self.orders.try_send(Arc::new(order)) {
            Ok(()) => {}
            Err(TrySendError::Full(_)) => {
                metrics::counter!("portcullis_hashings_refused_total").increment(1);
                return Err(Refused::Busy { retry_after: BUSY_RETRY }.into());
            }
            Err(TrySendError::Disconnected(_)) => {
                return Err(Fault::new("the hashing threads have ended").into());
            }
        }
        answer
            .await
            .map_err(|_| Error::from(Fault::new("a hashing thread ended in the middle")))?
            .map_err(|error| Fault::new(format!("Argon2: {error}")).into())
    }
}

fn run(
    hasher: &mut Hasher,
    argon2: Argon2,
    job: &Job,
) -> std::result::Result<Done, argon2_rust::Error> {
    metrics::counter!("portcullis_hashings_total").increment(1);
    hasher.set_argon2(argon2);
    match job {
        Job::Hash { password, salt, pepper } => {
            let tag = tag(hasher, password, salt, pepper.as_ref())?;
            encode_string_alloc(Algorithm::Argon2id, Version::V0x13, argon2.params(), salt, &tag)
                .map(Done::Hashed)
        }
        Job::Verify { password, phc: None, pepper } => {
            tag(hasher, password, b"nobody's account", pepper.as_ref())?;
            Ok(Done::Verified(false))
        }
        Job::Verify { password, phc: Some(phc), pepper } => {
            verify(hasher, argon2, password, phc, pepper.as_ref()).map(Done::Verified)
        }
    }
}

fn tag(
    hasher: &mut Hasher,
    password: &Password,
    salt: &[u8],
    pepper: Option<&Pepper>,
) -> std::result::Result<Vec<u8>, argon2_rust::Error> {
    hasher.hash_with_ad(password.reveal().as_bytes(), salt, secret(pepper), &[])
}

fn secret(pepper: Option<&Pepper>) -> &[u8] {
    pepper.map_or(&[], |pepper| pepper.0.bytes().as_slice())
}

fn verify(
    hasher: &mut Hasher,
    current: Argon2,
    password: &Password,
    phc: &str,
    pepper: Option<&Pepper>,
) -> std::result::Result<bool, argon2_rust::Error> {
    let decoded = decode(phc)?;
    hasher.set_argon2(Argon2::new(decoded.algorithm, decoded.version, decoded.params));
    let verdict = hasher.verify_with_ad(
        password.reveal().as_bytes(),
        &decoded.salt,
        secret(pepper),
        &[],
        &decoded.hash,
    );
    let right = match verdict {
        Ok(()) => true,
        Err(argon2_rust::Error::VerifyMismatch) => false,
        Err(error) => return Err(error),
    };
    // A hash of cheaper days would answer sooner than an unknown account does;
    // right or wrong, because a suspended account must not tell which it was.
    if let Some(rest) = missing_work(&decoded.params, current.params()) {
        hasher.set_argon2(Argon2::new(Algorithm::Argon2id, Version::V0x13, rest));
        tag(hasher, password, &decoded.salt, pepper)?;
    }
    Ok(right)
}

/// Parameters whose work is what `done` lacks to `wanted`, never less.
fn missing_work(done: &Params, wanted: &Params) -> Option<Params> {
    let work = |params: &Params| u64::from(params.memory_kib()) * u64::from(params.passes());
    let missing = work(wanted).checked_sub(work(done)).filter(|missing| *missing >= 8)?;
    let passes = missing.div_ceil(u64::from(wanted.memory_kib()));
    Params::builder()
        .memory(Memory::kib((missing / passes).max(8)))
        .passes(u32::try_from(passes).ok()?)
        .lanes(1)
        .tag_len(TagLen::bytes(TAG_BYTES))
        .build()
        .ok()
}

fn decode(phc: &str) -> std::result::Result<Decoded, argon2_rust::Error> {
    decode_string(phc, Algorithm::Argon2id)
}

fn argon2(cost: Argon2Cost) -> std::result::Result<Argon2, argon2_rust::Error> {
    let params = Params::builder()
        .memory(Memory::kib(u64::from(cost.memory_kib)))
        .passes(cost.iterations)
        .lanes(cost.parallelism)
        .tag_len(TagLen::bytes(TAG_BYTES))
        .build()?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// Whether a stored hash was made with these parameters.
pub fn is_current(phc: &str, cost: Argon2Cost) -> bool {
    decode(phc).is_ok_and(|decoded| {
        decoded.version == Version::V0x13
            && decoded.params.memory_kib() == cost.memory_kib
            && decoded.params.passes() == cost.iterations
            && decoded.params.lanes() == cost.parallelism
            && decoded.hash.len() as u64 == TAG_BYTES
    })
}

#[cfg(test)]
mod tests;
