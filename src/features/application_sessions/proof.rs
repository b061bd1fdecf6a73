use crate::time::Timestamp;

/// How sure it is who somebody is, by the names that applications know (`acr`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Acr {
    /// The password was proved.
    OneFactor,
    /// So was a second factor, in the same session.
    TwoFactors,
}

impl Acr {
    /// All there are.
    pub const ALL: &[Self] = &[Self::OneFactor, Self::TwoFactors];

    /// As applications ask for it and get it.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::OneFactor => "urn:portcullis:acr:one-factor",
            Self::TwoFactors => "urn:portcullis:acr:two-factors",
        }
    }

    /// The one that a name means.
    pub fn from_tag(tag: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|acr| acr.tag() == tag)
    }
}

/// What was proved in a session, and when: of a browser that is trusted no second
/// factor is among it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proof {
    /// When the session began, for one in which nothing was proved by itself.
    pub began_at: Timestamp,
    /// The password.
    pub password_at: Option<Timestamp>,
    /// A code of the authenticator app.
    pub totp_at: Option<Timestamp>,
    /// A code by SMS.
    pub sms_at: Option<Timestamp>,
    /// A backup code.
    pub backup_code_at: Option<Timestamp>,
}

impl Proof {
    /// When its owner last proved who they are (`auth_time`).
    pub fn at(&self) -> Timestamp {
        let all = [self.password_at, self.totp_at, self.sms_at, self.backup_code_at];
        all.into_iter().flatten().max().unwrap_or(self.began_at)
    }

    /// How sure it is.
    pub const fn acr(&self) -> Acr {
        let second =
            self.totp_at.is_some() || self.sms_at.is_some() || self.backup_code_at.is_some();
        if self.password_at.is_some() && second { Acr::TwoFactors } else { Acr::OneFactor }
    }

    /// By what, in the words of RFC 8176 (`amr`).
    pub fn methods(&self) -> Vec<&'static str> {
        let mut methods = Vec::new();
        if self.password_at.is_some() {
            methods.push("pwd");
        }
        if self.totp_at.is_some() || self.backup_code_at.is_some() {
            methods.push("otp");
        }
        if self.sms_at.is_some() {
            methods.push("sms");
        }
        if self.acr() == Acr::TwoFactors {
            methods.push("mfa");
        }
        methods
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_proved_says_how_sure_it_is() {
        let at = |millis| Some(Timestamp::from_millis(millis));
        let password = Proof {
            began_at: Timestamp::from_millis(1),
            password_at: at(1),
            totp_at: None,
            sms_at: None,
            backup_code_at: None,
        };
        assert_eq!((password.at().millis(), password.acr()), (1, Acr::OneFactor));
        assert_eq!(password.methods(), ["pwd"]);
        let app = Proof { totp_at: at(9), ..password };
        assert_eq!((app.at().millis(), app.acr()), (9, Acr::TwoFactors));
        assert_eq!(app.methods(), ["pwd", "otp", "mfa"]);
        let sms = Proof { sms_at: at(5), ..password };
        assert_eq!((sms.acr(), sms.methods()), (Acr::TwoFactors, vec!["pwd", "sms", "mfa"]));
        let nothing = Proof { password_at: None, ..password };
        assert_eq!((nothing.at().millis(), nothing.acr()), (1, Acr::OneFactor));
        assert!(nothing.methods().is_empty());
    }

    #[test]
    fn names_are_read_back() {
        for acr in Acr::ALL {
            assert_eq!(Acr::from_tag(acr.tag()), Some(*acr));
        }
        assert_eq!(Acr::from_tag("2"), None);
    }
}
