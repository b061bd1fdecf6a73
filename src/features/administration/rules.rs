//! What the administrator's pages decide without asking anybody.

use crate::features::account::Account;

/// Longest reason, in characters.
pub const MAX_REASON: usize = 200;

/// What an account is to an administrator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Its owner can sign in.
    Active,
    /// It has no password yet.
    Invited,
    /// It is suspended.
    Suspended,
    /// It is locked.
    Locked,
    /// It will be erased, unless its owner comes back.
    Closing,
    /// Everything personal about it is gone.
    Erased,
}

impl State {
    /// As the command line says it.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Invited => "invited",
            Self::Suspended => "suspended",
            Self::Locked => "locked",
            Self::Closing => "closing",
            Self::Erased => "erased",
        }
    }

    /// What counts most comes first.
    pub const fn of(account: &Account, has_password: bool) -> Self {
        if account.erased_at.is_some() {
            Self::Erased
        } else if account.suspended_at.is_some() {
            Self::Suspended
        } else if account.locked_at.is_some() {
            Self::Locked
        } else if account.closes_at.is_some() {
            Self::Closing
        } else if has_password {
            Self::Active
        } else {
            Self::Invited
        }
    }
}

/// A reason for the security log, where it can't be erased: a short line.
pub fn read_reason(typed: &str) -> Option<&str> {
    let typed = typed.trim();
    let fits = typed.chars().count() <= MAX_REASON && !typed.chars().any(char::is_control);
    fits.then_some(typed)
}

/// A mail server's answer without what looks like an address: it is nobody's
/// business to whom a message goes.
pub fn without_addresses(text: &str) -> String {
    let words = text.split(' ').map(|word| if word.contains('@') { "…" } else { word });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_s_answer_names_nobody() {
        let said = "550 5.1.1 <mira@example.com>: unknown, try postmaster@example.com";
        assert_eq!(without_addresses(said), "550 5.1.1 … unknown, try …");
        assert_eq!(without_addresses("connection refused"), "connection refused");
    }
}
