/// Longest name.
pub const MAX_PERMISSION: usize = 60;

/// Areas that are Portcullis's own, now or one day: no application's permission can be
/// taken for one of them.
const OWN_AREAS: &[&str] = &[
    "account",
    "accounts",
    "admin",
    "allowlist",
    "applications",
    "email",
    "gate",
    "log",
    "notifications",
    "oauth",
    "openid",
    "organisation",
    "organisations",
    "password",
    "portcullis",
    "profile",
    "review",
    "security",
    "sessions",
    "tokens",
    "two-factor",
];

/// The name of a permission that an application declares, such as `clients:read`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PermissionName(String);

/// Why a text is no such name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotAPermission {
    /// It has another form.
    Form,
    /// It is longer than [`MAX_PERMISSION`].
    TooLong,
    /// Its area is one of Portcullis's own.
    Own,
}

impl PermissionName {
    /// Two words with a colon between, each of lower-case letters, digits and hyphens,
    /// beginning with a letter.
    pub fn parse(text: &str) -> Result<Self, NotAPermission> {
        let (area, act) = text.split_once(':').ok_or(NotAPermission::Form)?;
        if !is_word(area) || !is_word(act) {
            return Err(NotAPermission::Form);
        }
        if text.len() > MAX_PERMISSION {
            return Err(NotAPermission::TooLong);
        }
        if OWN_AREAS.contains(&area) {
            return Err(NotAPermission::Own);
        }
        Ok(Self(text.to_owned()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_word(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_one_form() {
        for good in
            ["clients:read", "a:b", "invoices-2:write-all", &format!("a:{}", "b".repeat(58))]
        {
            assert_eq!(PermissionName::parse(good).unwrap().as_str(), good);
        }
        for wrong in [
            "",
            ":",
            "clients",
            "clients:",
            ":read",
            "Clients:read",
            "clients:Read",
            "clients:re ad",
            "clients :read",
            "1a:b",
            "a:-b",
            "-a:b",
            "a:b:c",
            "a:b*",
            "clients:read\n",
            "ключ:read",
            "a:b\u{200b}",
        ] {
            assert_eq!(PermissionName::parse(wrong), Err(NotAPermission::Form), "{wrong}");
        }
        let long = format!("a:{}", "b".repeat(59));
        assert_eq!(PermissionName::parse(&long), Err(NotAPermission::TooLong));
        for own in ["profile:read", "admin:read", "tokens:make", "organisations:read"] {
            assert_eq!(PermissionName::parse(own), Err(NotAPermission::Own), "{own}");
        }
    }
}
