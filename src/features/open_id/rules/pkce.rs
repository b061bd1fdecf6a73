use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// What the application has hashed (RFC 7636, S256): whoever holds the code must know
/// what it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Challenge([u8; 32]);

impl Challenge {
    /// 32 bytes in base64url without padding, in their one spelling.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        bytes.try_into().ok().map(Self)
    }

    /// From what is stored.
    pub fn from_stored(bytes: Vec<u8>) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// As stored.
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Whether this is what was hashed.
    pub fn is_of(&self, verifier: &Verifier) -> bool {
        let hash: [u8; 32] = Sha256::digest(verifier.0.as_bytes()).into();
        bool::from(hash.ct_eq(&self.0))
    }
}

/// What the application keeps until it exchanges the code.
pub struct Verifier(String);

impl Verifier {
    /// 43 to 128 characters that need no escaping (RFC 7636 §4.1).
    pub fn parse(text: &str) -> Option<Self> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        let good = (43..=128).contains(&text.len()) && text.bytes().all(plain);
        good.then(|| Self(text.to_owned()))
    }
}

impl std::fmt::Debug for Verifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Verifier(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of RFC 7636, appendix B.
    #[test]
    fn the_example_of_the_standard_fits() {
        let challenge = Challenge::parse("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM").unwrap();
        let verifier = Verifier::parse("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk").unwrap();
        assert!(challenge.is_of(&verifier));
        let other = Verifier::parse("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXl").unwrap();
        assert!(!challenge.is_of(&other));
    }

    #[test]
    fn other_spellings_are_none() {
        for text in [
            "",
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM=",
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cN",
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM",
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw",
        ] {
            assert_eq!(Challenge::parse(text), None, "{text}");
        }
        for text in [&"a".repeat(42), &"a".repeat(129), &format!("{} ", "a".repeat(43))] {
            assert!(Verifier::parse(text).is_none(), "{text}");
        }
        assert!(Verifier::parse(&"a".repeat(128)).is_some());
    }
}
