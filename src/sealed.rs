//! Encryption at rest: XChaCha20-Poly1305 under a key of the ring, bound to the
//! place where it is kept, so that a row copied elsewhere does not open.

use crate::error::{Fault, Result};
use crate::keys::{KeyRing, Purpose};
use crate::random::Random;
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use uuid::Uuid;
use zeroize::Zeroizing;

const NONCE: usize = 24;

/// A ciphertext, and which key opens it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// The root key that it was sealed under.
    pub key_id: String,
    /// Nonce, ciphertext and tag.
    pub bytes: Vec<u8>,
}

/// Where a ciphertext is kept: `table:column:row`.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    /// The table.
    pub table: &'static str,
    /// Its column.
    pub column: &'static str,
    /// The row's id.
    pub row: Uuid,
    /// Whose row it is, where it must not become somebody else's.
    pub owner: Option<Uuid>,
}

impl Place {
    fn bound(&self) -> Vec<u8> {
        let place = format!("{}:{}:{}", self.table, self.column, self.row);
        match self.owner {
            Some(owner) => format!("{place}:{owner}"),
            None => place,
        }
        .into_bytes()
    }
}

/// Seals for a place, under the current key.
pub fn seal(keys: &KeyRing, random: &Random, place: Place, plain: &[u8]) -> Result<Sealed> {
    let key = keys.derive(Purpose::Sealing);
    let nonce: [u8; NONCE] = random.bytes();
    let payload = Payload { msg: plain, aad: &place.bound() };
    let sealed = XChaCha20Poly1305::new(key.bytes().into())
        .encrypt(&XNonce::from(nonce), payload)
        .map_err(|_| Fault::new("a value is too long to be encrypted"))?;
    let bytes = [nonce.as_slice(), &sealed].concat();
    Ok(Sealed { key_id: keys.current_id().to_owned(), bytes })
}

/// Opens what was sealed for this very place.
pub fn open(keys: &KeyRing, place: Place, sealed: &Sealed) -> Result<Zeroizing<Vec<u8>>> {
    let key = keys.derive_from(&sealed.key_id, Purpose::Sealing).ok_or_else(|| {
        Fault::new(format!(
            "{}.{} was encrypted with the key {}, which the key file lacks",
            place.table, place.column, sealed.key_id
        ))
    })?;
    let opened = sealed.bytes.split_first_chunk::<NONCE>().and_then(|(nonce, body)| {
        let payload = Payload { msg: body, aad: &place.bound() };
        XChaCha20Poly1305::new(key.bytes().into()).decrypt(&XNonce::from(*nonce), payload).ok()
    });
    opened.map(Zeroizing::new).ok_or_else(|| {
        let (table, column, row) = (place.table, place.column, place.row);
        Fault::new(format!("{table}.{column} of {row} was changed or moved: it does not open"))
            .into()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(row: u128) -> Place {
        Place { table: "outbox", column: "sealed", row: Uuid::from_u128(row), owner: None }
    }

    #[test]
    fn it_opens_in_its_place_and_nowhere_else() {
        let random = Random::seeded(1);
        let keys = KeyRing::from_random(&random);
        let sealed = seal(&keys, &random, place(1), b"a letter").unwrap();
        assert_eq!(open(&keys, place(1), &sealed).unwrap().as_slice(), b"a letter");
        assert!(open(&keys, place(2), &sealed).is_err());
        let other = Place { column: "phone", ..place(1) };
        assert!(open(&keys, other, &sealed).is_err());
        let somebodys = Place { owner: Some(Uuid::from_u128(7)), ..place(1) };
        assert!(open(&keys, somebodys, &sealed).is_err());
        for index in 0..sealed.bytes.len() {
            let mut changed = sealed.clone();
            changed.bytes[index] ^= 1;
            assert!(open(&keys, place(1), &changed).is_err());
        }
        let cut = Sealed { bytes: sealed.bytes[..20].to_vec(), ..sealed.clone() };
        assert!(open(&keys, place(1), &cut).is_err());
        let unknown = Sealed { key_id: "other".into(), ..sealed };
        assert!(open(&keys, place(1), &unknown).is_err());
    }
}
