//! What is typed as a second factor, and which are offered.

use crate::features::account::{FactorKind, FactorKinds};
use crate::features::backup_codes::rules::BackupCode;
use crate::features::failure_counters::rules::Guarded;
use crate::features::security_log::Method;
use crate::features::sessions::rules::Proved;
use zeroize::{Zeroize, ZeroizeOnDrop};

const DIGITS: usize = 6;

/// Six digits, from an app or a message.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Code(String);

impl Code {
    /// Reads what somebody typed, with the spaces and dashes that they read.
    /// Nothing else is left out, so that a code has one value.
    pub fn parse(typed: &str) -> Option<Self> {
        let digits: String = typed
            .chars()
            .filter(|symbol| !matches!(symbol, ' ' | '\t' | '\u{a0}' | '-' | '\u{2013}'))
            .collect();
        let is_code = digits.len() == DIGITS && digits.bytes().all(|byte| byte.is_ascii_digit());
        is_code.then_some(Self(digits))
    }

    /// The digits.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Code(…)")
    }
}

/// A second factor as it is presented.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Presented {
    /// A code of the authenticator app.
    Authenticator(Code),
    /// A code by SMS.
    Sms(Code),
    /// A backup code.
    BackupCode(BackupCode),
}

impl Presented {
    /// What was typed for a way; none when it can be no code of that.
    pub fn parse(method: Method, typed: &str) -> Option<Self> {
        match method {
            Method::Authenticator => Code::parse(typed).map(Self::Authenticator),
            Method::Sms => Code::parse(typed).map(Self::Sms),
            Method::BackupCode => BackupCode::parse(typed).map(Self::BackupCode),
            Method::TrustedBrowser => None,
        }
    }

    /// Which way it is.
    pub const fn method(&self) -> Method {
        match self {
            Self::Authenticator(_) => Method::Authenticator,
            Self::Sms(_) => Method::Sms,
            Self::BackupCode(_) => Method::BackupCode,
        }
    }

    /// What counts its failures.
    pub const fn guarded(&self) -> Guarded {
        match self {
            Self::Authenticator(_) | Self::Sms(_) => Guarded::Code,
            Self::BackupCode(_) => Guarded::BackupCode,
        }
    }

    /// What it proves when it is right.
    pub const fn proves(&self) -> Proved {
        let nothing = Proved { password: false, totp: false, sms: false, backup_code: false };
        match self {
            Self::Authenticator(_) => Proved { totp: true, ..nothing },
            Self::Sms(_) => Proved { sms: true, ..nothing },
            Self::BackupCode(_) => Proved { backup_code: true, ..nothing },
        }
    }
}

/// The way that uses a kind of second factor.
pub const fn method_of(kind: FactorKind) -> Method {
    match kind {
        FactorKind::Authenticator => Method::Authenticator,
        FactorKind::Phone => Method::Sms,
    }
}

/// The ways to prove a second factor, the one to ask for first: what the owner
/// prefers, the rest, and backup codes last.
pub fn ways(held: FactorKinds, preferred: Option<FactorKind>) -> Vec<Method> {
    let mut kinds: Vec<FactorKind> = held.held().collect();
    kinds.sort_by_key(|kind| Some(*kind) != preferred);
    kinds.into_iter().map(method_of).chain([Method::BackupCode]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// MF-04: a code has one value, however it is spelled.
    #[test]
    fn mf_04_every_other_spelling_is_refused() {
        for typed in ["123456", "123 456", " 123456 ", "12-34-56", "123\u{a0}456"] {
            assert_eq!(Code::parse(typed).unwrap().reveal(), "123456", "{typed:?}");
        }
        for typed in [
            "",
            "12345",
            "1234567",
            "0123456",
            "+123456",
            "-1",
            "1e5",
            "12345a",
            "١٢٣٤٥٦",
            "null",
            "[]",
            "123456\0",
            "１２３４５６",
            "0x1234",
            "123.456",
            "123,456",
        ] {
            assert_eq!(Code::parse(typed), None, "{typed:?}");
        }
    }

    #[test]
    fn the_preferred_way_comes_first_and_backup_codes_last() {
        use Method::{Authenticator, BackupCode, Sms};
        let both = FactorKinds { authenticator: true, phone: true };
        assert_eq!(ways(both, None), [Authenticator, Sms, BackupCode]);
        assert_eq!(ways(both, Some(FactorKind::Phone)), [Sms, Authenticator, BackupCode]);
        let phone = FactorKinds { phone: true, ..FactorKinds::default() };
        assert_eq!(ways(phone, Some(FactorKind::Authenticator)), [Sms, BackupCode]);
    }
}
