//! Which links set a password, and what is said of one that does not open.

use crate::features::account::{Account, Shut};
use crate::features::mailed_links::Purpose;
use crate::features::security_log::Kind;

/// By which kind of mail somebody comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// They have lost the password.
    Reset,
    /// They never had one.
    Invitation,
}

impl Door {
    /// What its links are for.
    pub const fn purpose(self) -> Purpose {
        match self {
            Self::Reset => Purpose::PasswordReset,
            Self::Invitation => Purpose::Invitation,
        }
    }

    /// Whether there was no password before.
    pub const fn is_invitation(self) -> bool {
        matches!(self, Self::Invitation)
    }

    /// Whether an account is shut to whoever comes by it.
    pub const fn shut(self, account: &Account) -> Option<Shut> {
        match self {
            Self::Reset => account.shut_to_return(),
            Self::Invitation => account.shut(),
        }
    }

    /// What the log calls it.
    pub const fn kind(self) -> Kind {
        match self {
            Self::Reset => Kind::PasswordReset,
            Self::Invitation => Kind::InvitationAccepted,
        }
    }
}

/// An address of which its owner sees that it is theirs, and nobody else what
/// it is.
pub fn masked(email: &str) -> String {
    match email.rsplit_once('@') {
        Some((local, domain)) => {
            let first: String = local.chars().take(1).collect();
            format!("{first}•••@{domain}")
        }
        None => "•••".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_masked_address_tells_its_length_to_nobody() {
        assert_eq!(masked("mira@example.com"), "m•••@example.com");
        assert_eq!(masked("m@example.com"), "m•••@example.com");
        assert_eq!(masked("mira"), "•••");
    }
}
