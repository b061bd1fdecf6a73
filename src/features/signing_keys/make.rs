//! Making keys. Both kinds come from the operating system's generator by their
//! libraries' own way: a key must not be repeatable, in a test either.

use super::rules::Algorithm;
use crate::error::{Fault, Result};
use graviola::signing::rsa::{KeySize, SigningKey};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use zeroize::Zeroizing;

/// More than an RSA key of 2048 bits takes in PKCS #8.
const LONGEST: usize = 4096;

/// Whether this machine can make keys of an algorithm.
pub(super) fn is_possible(algorithm: Algorithm) -> bool {
    match algorithm {
        Algorithm::Es256 => true,
        Algorithm::Rs256 => graviola::util::is_cpu_supported(),
    }
}

/// A new private key, in PKCS #8. It may take a second: call it where that is no harm.
pub(super) fn private_key(algorithm: Algorithm) -> Result<Zeroizing<Vec<u8>>> {
    match algorithm {
        Algorithm::Es256 => {
            let made = EcdsaKeyPair::generate_pkcs8(
                &ECDSA_P256_SHA256_FIXED_SIGNING,
                &SystemRandom::new(),
            );
            let document = made.map_err(|_| Fault::new("a key for ES256 can't be made"))?;
            Ok(Zeroizing::new(document.as_ref().to_vec()))
        }
        Algorithm::Rs256 => {
            if !is_possible(algorithm) {
                return Err(Fault::new(
                    "this processor lacks what making a key for RS256 takes: make the \
                     application's ID tokens with ES256",
                )
                .into());
            }
            let failed = |error| Fault::new(format!("a key for RS256 can't be made: {error:?}"));
            let key = SigningKey::generate(KeySize::Rsa2048).map_err(failed)?;
            let mut buffer = Zeroizing::new([0; LONGEST]);
            let document = key.to_pkcs8_der(buffer.as_mut_slice()).map_err(failed)?;
            Ok(Zeroizing::new(document.to_vec()))
        }
    }
}
