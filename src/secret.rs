//! Bearer secrets: how they look, and what of them is stored.

use crate::random::Random;
use portcullis_db::{Column, Row};
use sha2::{Digest, Sha256};
use std::fmt;
use subtle::ConstantTimeEq;
use uuid::Uuid;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// A text that must not be printed.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct SecretText(String);

impl SecretText {
    /// Wraps a text.
    pub const fn new(text: String) -> Self {
        Self(text)
    }

    /// The text itself: look where it goes.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretText(…)")
    }
}

/// The same where it stands in something else.
#[derive(Clone, Copy)]
pub struct SecretStr<'a>(&'a str);

impl<'a> SecretStr<'a> {
    /// Of a text.
    pub const fn new(text: &'a str) -> Self {
        Self(text)
    }

    /// The text itself: look where it goes.
    pub const fn reveal(self) -> &'a str {
        self.0
    }
}

impl fmt::Debug for SecretStr<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretStr(…)")
    }
}

/// What a bearer secret opens; it stands in the secret's own text, so that one
/// kind can't be presented as another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The cookie of a session.
    Session,
    /// The cookie of a known device.
    Device,
    /// The cookie of a browser that has not signed in.
    Browser,
    /// The one-time link that creates the first administrator.
    SetUp,
    /// A link that mail carries.
    Link,
    /// The cookie of a sign-in that waits for a second factor.
    PendingSignIn,
    /// The links of a notice of a sign-in.
    Notice,
    /// A personal access token.
    AccessToken,
    /// The cookie that binds a sign-in at the gate to a browser.
    GateBrowser,
    /// What an application proves itself with.
    ApplicationSecret,
    /// What an application holds of an account's session in it.
    ApplicationSession,
    /// What a browser carries to an application at a sign-in.
    AuthorizationCode,
    /// An invitation to an organisation.
    OrganisationInvitation,
}

impl Kind {
    const fn tag(self) -> &'static str {
        match self {
            Self::Session => "ses",
            Self::Device => "dev",
            Self::Browser => "bro",
            Self::SetUp => "set",
            Self::Link => "lnk",
            Self::PendingSignIn => "sgn",
            Self::Notice => "ntc",
            Self::AccessToken => "pat",
            Self::GateBrowser => "gbr",
            Self::ApplicationSecret => "app",
            Self::ApplicationSession => "aps",
            Self::AuthorizationCode => "cod",
            Self::OrganisationInvitation => "inv",
        }
    }
}

/// Base-62 digits of 128 bits, with leading zeros.
const HALF: usize = 22;
/// Base-62 digits of a CRC-32, with leading zeros.
const CHECKSUM: usize = 6;

/// `pcl_<kind>_<id><secret><checksum>`: found by its id, typos refused without
/// the database, findable by secret scanners.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Token {
    #[zeroize(skip)]
    kind: Kind,
    #[zeroize(skip)]
    id: Uuid,
    secret: [u8; 32],
}

impl Token {
    /// A new secret of 256 bits.
    pub fn new(kind: Kind, id: Uuid, random: &Random) -> Self {
        Self { kind, id, secret: random.bytes() }
    }

    /// Reads a presented text. Only the exact spelling that [`Token::encode`]
    /// gives is one: so many digits spell each number in one way, and none beside it.
    pub fn parse(kind: Kind, text: &str) -> Option<Self> {
        let body = text.strip_prefix("pcl_")?.strip_prefix(kind.tag())?.strip_prefix('_')?;
        if body.len() != HALF * 3 + CHECKSUM || !body.is_ascii() {
            return None;
        }
        let (id, rest) = body.split_at_checked(HALF)?;
        let (high, rest) = rest.split_at_checked(HALF)?;
        let (low, checksum) = rest.split_at_checked(HALF)?;
        let (checked, _) = text.split_at_checked(text.len() - CHECKSUM)?;
        let expected = u128::from(crc32fast::hash(checked.as_bytes()));
        if decode(checksum)? != expected {
            return None;
        }
        let mut secret = [0; 32];
        let (secret_high, secret_low) = secret.split_at_mut(16);
        secret_high.copy_from_slice(&decode_half(high)?);
        secret_low.copy_from_slice(&decode_half(low)?);
        Some(Self { kind, id: Uuid::from_bytes(decode_half(id)?), secret })
    }

    /// The text that its owner holds.
    pub fn encode(&self) -> SecretText {
        let (high, low) = self.secret.split_at(16);
        let text = format!(
            "pcl_{}_{}{}{}",
            self.kind.tag(),
            encode_half(self.id.as_bytes()),
            encode_half(high),
            encode_half(low),
        );
        let checksum = base62::encode(crc32fast::hash(text.as_bytes()));
        SecretText::new(format!("{text}{checksum:0>CHECKSUM$}"))
    }

    /// What it is looked up by.
    pub const fn id(&self) -> Uuid {
        self.id
    }

    /// What is stored of it.
    pub fn hash(&self) -> SecretHash {
        let mut hash = Sha256::new();
        hash.update(b"portcullis/token/v1/");
        hash.update(self.kind.tag());
        hash.update(self.id.as_bytes());
        hash.update(self.secret);
        SecretHash(hash.finalize().into())
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Token({:?} {})", self.kind, self.id)
    }
}

fn encode_half(bytes: &[u8]) -> String {
    let number = bytes.iter().fold(0_u128, |number, byte| (number << 8) | u128::from(*byte));
    format!("{:0>HALF$}", base62::encode(number))
}

fn decode_half(text: &str) -> Option<[u8; 16]> {
    decode(text).map(u128::to_be_bytes)
}

/// Digits and nothing else, of a number that 128 bits hold.
fn decode(text: &str) -> Option<u128> {
    let is_digits = text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if is_digits { base62::decode(text).ok() } else { None }
}

/// The SHA-256 of a random secret: enough, because there is nothing to guess.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct SecretHash([u8; 32]);

impl Column for SecretHash {
    fn read(row: &Row, index: usize) -> portcullis_db::Result<Self> {
        row.get(index).map(Self)
    }
}

impl SecretHash {
    /// The bytes to store.
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Whether a stored hash is this one, in constant time.
    pub fn matches(&self, stored: &Self) -> bool {
        self.0.ct_eq(&stored.0).into()
    }
}

impl fmt::Debug for SecretHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretHash(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Timestamp;

    fn token() -> Token {
        let random = Random::seeded(1);
        Token::new(
            Kind::Session,
            crate::ids::new_uuid(Timestamp::from_millis(1_700_000_000_000), &random),
            &random,
        )
    }

    #[test]
    fn a_token_reads_back() {
        let token = token();
        let read = Token::parse(Kind::Session, token.encode().reveal()).unwrap();
        assert_eq!(read.id(), token.id());
        assert_eq!(read.hash(), token.hash());
    }

    /// SE-06: only the exact canonical text is the secret.
    #[test]
    fn se_06_every_other_spelling_is_refused() {
        let text = token().encode().reveal().to_owned();
        let mut others = vec![
            format!("{text} "),
            format!(" {text}"),
            format!("{text}="),
            text.to_uppercase(),
            text.to_lowercase(),
            text.replace("pcl_ses_", "pcl_dev_"),
            text.replace("pcl_ses_", "pcl_ses_0"),
        ];
        for length in 0..text.len() {
            others.push(text[..length].to_owned());
        }
        for position in 0..text.len() {
            let mut changed = text.clone().into_bytes();
            changed[position] = if changed[position] == b'0' { b'1' } else { b'0' };
            others.push(String::from_utf8(changed).unwrap());
        }
        for other in others {
            assert!(Token::parse(Kind::Session, &other).is_none(), "{other}");
        }
        assert!(Token::parse(Kind::Device, &text).is_none());
    }

    proptest::proptest! {
        /// SE-06: what reads back is spelled as it was read, whatever was presented.
        #[test]
        fn se_06_a_text_that_is_read_is_the_canonical_one(body in "[0-9A-Za-z]{66}", seed: u64) {
            let text = format!("pcl_ses_{body}");
            let checksum = base62::encode(crc32fast::hash(text.as_bytes()));
            let text = format!("{text}{checksum:0>CHECKSUM$}");
            if let Some(token) = Token::parse(Kind::Session, &text) {
                let encoded = token.encode();
                proptest::prop_assert_eq!(encoded.reveal(), text);
            }
            let random = Random::seeded(seed);
            let token = Token::new(Kind::Session, Uuid::from_bytes(random.bytes()), &random);
            let text = token.encode().reveal().to_owned();
            proptest::prop_assert_eq!(Token::parse(Kind::Session, &text).unwrap().hash(), token.hash());
        }
    }

    /// SE-06: a number beyond 128 bits does not turn over.
    #[test]
    fn se_06_digits_do_not_overflow() {
        for body in ["z".repeat(66), format!("7n42DGM5Tflk9n8mt7Fhc8{}", "0".repeat(44))] {
            let text = format!("pcl_ses_{body}");
            let checksum = base62::encode(crc32fast::hash(text.as_bytes()));
            let text = format!("{text}{checksum:0>CHECKSUM$}");
            assert!(Token::parse(Kind::Session, &text).is_none(), "{body}");
        }
    }

    #[test]
    fn debug_shows_no_secret() {
        let token = token();
        let text = token.encode().reveal().to_owned();
        let printed = format!("{token:?} {:?} {:?}", token.encode(), token.hash());
        assert!(!printed.contains(&text[30..60]));
    }
}
