//! How entries are kept, as those who write the embedded file and those who read it must agree.

use sha2::{Digest, Sha256};
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

/// The first bytes of the embedded file.
pub(crate) const MAGIC: [u8; 8] = *b"PCCOMPW1";

/// Bytes before the embedded file's slot bits.
pub(crate) const HEADER_LEN: usize = 40;

/// The form in which passwords are compared: NFKC, then Unicode lower case of the whole.
pub(crate) fn normalise(password: &str) -> Zeroizing<String> {
    let composed = Zeroizing::new(password.nfkc().collect::<String>());
    Zeroizing::new(composed.to_lowercase())
}

/// The key of a normalised password: the first 8 bytes of its SHA-256.
pub(crate) fn key(normalised: &str) -> u64 {
    let digest: [u8; 32] = Sha256::digest(normalised.as_bytes()).into();
    u64::from_le_bytes(first_eight(&digest))
}

/// The first 8 bytes of a hash.
pub(crate) fn first_eight<const N: usize>(hash: &[u8; N]) -> [u8; 8] {
    let mut first = [0; 8];
    for (to, from) in first.iter_mut().zip(hash) {
        *to = *from;
    }
    first
}
