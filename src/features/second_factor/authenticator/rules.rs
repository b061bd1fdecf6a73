//! Seeds, the address that hands one to an app, and which step a code is of.

use crate::error::{Fault, Result};
use crate::features::second_factor::rules::Code;
use crate::time::Timestamp;
use totp_rs::{Algorithm, Builder, Secret, Totp};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// 160 bits, as RFC 4226 §4 recommends.
pub const SEED: usize = 20;
/// Seconds that a code is shown for (RFC 6238 §5.2).
const STEP: i64 = 30;
const DIGITS: u8 = 6;
const GROUP: usize = 4;

/// What both sides know.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Seed([u8; SEED]);

impl std::fmt::Debug for Seed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Seed(…)")
    }
}

impl Seed {
    /// A new one, from random bytes.
    pub const fn from_random(bytes: [u8; SEED]) -> Self {
        Self(bytes)
    }

    /// As it was kept.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let seed = bytes.try_into().map(Self);
        seed.map_err(|_| Fault::new("an authenticator’s seed has not 20 bytes").into())
    }

    /// To be sealed.
    pub const fn bytes(&self) -> &[u8; SEED] {
        &self.0
    }

    /// In Base32, in groups of four, to be typed.
    pub fn grouped(&self) -> String {
        let text = Secret::from(self.0.to_vec()).to_base32();
        let groups: Vec<String> = text
            .as_bytes()
            .chunks(GROUP)
            .map(|group| String::from_utf8_lossy(group).into())
            .collect();
        groups.join(" ")
    }

    fn builder(&self) -> Builder {
        // No skew: which steps are looked at is said below.
        Builder::new()
            .with_algorithm(Algorithm::SHA1)
            .with_digits(DIGITS)
            .with_skew(0)
            .with_step_duration(STEP.unsigned_abs())
            .with_secret(Secret::from(self.0.to_vec()))
    }

    fn totp(&self) -> Result<Totp> {
        self.builder().build().map_err(|error| Fault::new(format!("TOTP: {error}")).into())
    }

    /// What an app reads from the QR code: the seed, whose it is, and of which
    /// product.
    pub fn address(&self, issuer: &str, email: &str) -> Result<String> {
        // A colon would part the label elsewhere.
        let without_colon = |text: &str| text.replace(':', " ");
        self.builder()
            .with_issuer(Some(without_colon(issuer)))
            .with_account_name(without_colon(email))
            .build()
            .and_then(|totp| totp.to_url())
            .map_err(|error| Fault::new(format!("otpauth: {error}")).into())
    }

    /// The time step that a code is of: the current one, or the one before it
    /// for who types slowly.
    pub fn matching_step(&self, code: &Code, now: Timestamp) -> Result<Option<i64>> {
        let totp = self.totp()?;
        let current = now.millis().div_euclid(1000 * STEP);
        for step in [current, current - 1] {
            let Ok(time) = u64::try_from(step * STEP) else { continue };
            if totp.check(code.reveal(), time).is_some() {
                return Ok(Some(step));
            }
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SECOND: i64 = 1000;

    fn code(text: &str) -> Code {
        Code::parse(text).unwrap()
    }

    /// RFC 6238, appendix B, with the last six of the eight digits.
    #[test]
    fn the_vectors_of_rfc_6238_hold() {
        let seed = Seed(*b"12345678901234567890");
        for (second, digits) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            let now = Timestamp::from_millis(second * SECOND);
            let step = seed.matching_step(&code(digits), now).unwrap();
            assert_eq!(step, Some(second / 30), "{second}");
        }
    }

    #[test]
    fn a_code_holds_for_its_step_and_the_next() {
        let seed = Seed(*b"12345678901234567890");
        let found = |second: i64| {
            seed.matching_step(&code("050471"), Timestamp::from_millis(second * SECOND)).unwrap()
        };
        let step = 1_111_111_111 / 30;
        let begins = step * 30;
        assert_eq!(found(begins - 1), None);
        assert_eq!(found(begins), Some(step));
        assert_eq!(found(begins + 59), Some(step));
        assert_eq!(found(begins + 60), None);
    }

    #[test]
    fn the_address_says_whose_it_is() {
        let seed = Seed(*b"12345678901234567890");
        let address = seed.address("Acme: Tools", "mira+a@example.com").unwrap();
        assert!(address.starts_with("otpauth://totp/"), "{address}");
        let url = url::Url::parse(&address).unwrap();
        let of = |key: &str| url.query_pairs().find(|(own, _)| own == key).unwrap().1.into_owned();
        assert_eq!(of("secret"), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert_eq!(of("issuer"), "Acme  Tools");
        assert_eq!(seed.grouped().replace(' ', ""), of("secret"));
        assert!(format!("{seed:?}").len() < 10);
    }

    proptest! {
        #[test]
        fn no_time_and_no_seed_is_a_fault(seed: [u8; SEED], millis: i64, digits in 0_u32..1_000_000) {
            let found = Seed(seed).matching_step(&code(&format!("{digits:06}")), Timestamp::from_millis(millis));
            prop_assert!(found.is_ok());
        }
    }
}
