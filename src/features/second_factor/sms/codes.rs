//! Codes that are sent by text message: six digits, for ten minutes, once, and
//! for exactly what they were asked for. Only a MAC of each is stored, over all
//! that it is bound to.

use super::number::PhoneNumber;
use super::store::{self, CodeKey};
use crate::app::App;
use crate::error::Result;
use crate::ids::AccountId;
use crate::keys::{DerivedKey, Purpose as KeyPurpose};
use crate::random::Random;
use crate::secret::SecretText;
use crate::time::Timestamp;
use portcullis_db::Tx;
use std::time::Duration;
use subtle::ConstantTimeEq;

/// A code opens nothing after it.
pub const LIFETIME: Duration = Duration::from_mins(10);
const DIGITS: usize = 6;
/// All codes there are.
const CODES: u32 = 1_000_000;

/// What a code is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodePurpose {
    /// The second step of signing in.
    SignIn,
    /// Proving again who one is.
    StepUp,
    /// Proving that a number is one's own.
    Enrolment,
    /// Turning two-factor authentication off.
    Disable,
}

impl CodePurpose {
    /// All there are.
    pub const ALL: &[Self] = &[Self::SignIn, Self::StepUp, Self::Enrolment, Self::Disable];

    /// As stored.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::SignIn => "sign-in",
            Self::StepUp => "step-up",
            Self::Enrolment => "enrolment",
            Self::Disable => "disable",
        }
    }
}

/// What a code is bound to, beside the number that it was sent to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Binding {
    /// Whose it is.
    pub account: AccountId,
    /// What it is for.
    pub purpose: CodePurpose,
    /// The id of the sign-in under way, the session or the enrolment.
    pub subject: [u8; 16],
}

impl Binding {
    const fn key(&self) -> CodeKey {
        CodeKey { account: self.account, purpose: self.purpose.tag(), subject: self.subject }
    }

    fn mac(&self, key: &DerivedKey, number: &PhoneNumber, code: &str) -> Vec<u8> {
        let account = self.account.uuid();
        let parts: [&[u8]; 5] = [
            account.as_bytes(),
            self.purpose.tag().as_bytes(),
            &self.subject,
            number.e164().as_bytes(),
            code.as_bytes(),
        ];
        key.mac(&parts).to_vec()
    }
}

/// What is stored of a code, and by which key.
pub(super) struct Stored {
    pub(super) key_id: String,
    pub(super) mac: Vec<u8>,
}

/// Step: a new code for one thing. One that was sent for it before is void.
pub async fn issue(
    tx: &mut Tx,
    app: &App,
    binding: &Binding,
    number: &PhoneNumber,
    now: Timestamp,
) -> Result<SecretText> {
    let code = random_code(&app.random);
    let key = app.keys.derive(KeyPurpose::SmsCode);
    let mac = binding.mac(&key, number, code.reveal());
    let stored = Stored { key_id: app.keys.current_id().to_owned(), mac };
    store::issue(tx, binding.key(), &stored, now, now.plus(LIFETIME)).await?;
    Ok(code)
}

/// Step: whether what was typed is the code that was sent last, for this and to
/// this number; it opens once. The attempt is the caller's to count.
pub async fn spend(
    tx: &mut Tx,
    app: &App,
    binding: &Binding,
    number: &PhoneNumber,
    typed: &str,
    now: Timestamp,
) -> Result<bool> {
    let Some(stored) = store::find(tx, binding.key(), now).await? else { return Ok(false) };
    let Some(key) = app.keys.derive_from(&stored.key_id, KeyPurpose::SmsCode) else {
        return Ok(false);
    };
    let Some(code) = read(typed) else { return Ok(false) };
    let mac = binding.mac(&key, number, code.reveal());
    if !bool::from(mac.ct_eq(&stored.mac)) {
        return Ok(false);
    }
    store::spend(tx, binding.key(), &stored, now).await
}

/// Step: ends every code of an account.
pub async fn void_all(tx: &mut Tx, account: AccountId) -> Result<u64> {
    store::void_all(tx, account).await
}

/// Each code is as likely as any other: numbers beyond the last whole million
/// are drawn again.
fn random_code(random: &Random) -> SecretText {
    const FAIR: u32 = u32::MAX - u32::MAX % CODES;
    loop {
        let number = u32::from_be_bytes(random.bytes());
        if number < FAIR {
            return SecretText::new(format!("{:0DIGITS$}", number % CODES));
        }
    }
}

/// Six digits of ASCII, with spaces and dashes wherever they were put.
fn read(typed: &str) -> Option<SecretText> {
    let is_filler = |c: char| matches!(c, ' ' | '\u{a0}' | '-' | '\u{2010}'..='\u{2014}');
    if typed.len() > 64 {
        return None;
    }
    let digits: String = typed.chars().filter(|c| !is_filler(*c)).collect();
    let is_code = digits.len() == DIGITS && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_code.then(|| SecretText::new(digits))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn codes_are_six_digits_and_evenly_spread() {
        let random = Random::seeded(7);
        let mut tens = [0_u32; 10];
        let mut first = [0_u32; 10];
        for _ in 0..50_000 {
            let code = random_code(&random);
            assert!(code.reveal().len() == 6 && read(code.reveal()).is_some());
            let digit = |at: usize| usize::from(code.reveal().as_bytes()[at] - b'0');
            first[digit(0)] += 1;
            tens[digit(4)] += 1;
        }
        for count in tens.iter().chain(&first) {
            assert!((4_700..5_300).contains(count), "{tens:?} {first:?}");
        }
    }

    #[test]
    fn mf_04_one_code_has_one_value() {
        for typed in ["123456", "123 456", " 12-34-56 ", "1 2 3 4 5 6", "123\u{a0}456"] {
            assert_eq!(read(typed).unwrap().reveal(), "123456", "{typed}");
        }
        for typed in [
            "",
            "12345",
            "1234567",
            "0123456",
            "+123456",
            "12345a",
            "1e5",
            "-1",
            "١٢٣٤٥٦",
            "１２３４５６",
            "123456\0",
            "123,456",
            "0x1234",
            "null",
            "[]",
        ] {
            assert!(read(typed).is_none(), "{typed:?}");
        }
        assert!(read(&format!("{}123456", " ".repeat(100))).is_none());
    }

    proptest! {
        #[test]
        fn nothing_that_is_typed_breaks_it(typed in "\\PC{0,80}") {
            if let Some(code) = read(&typed) {
                prop_assert_eq!(code.reveal().len(), 6);
            }
        }
    }
}
