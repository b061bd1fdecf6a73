use std::collections::BTreeSet;
use std::fmt;

/// Scopes that OpenID Connect gives a meaning, and Portcullis answers.
pub const STANDARD_SCOPES: &[&str] = &["openid", "profile", "email"];

/// What an application may see and do in one of its sessions, or has been let: scopes
/// of OpenID Connect, and permissions that it declares.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scopes(BTreeSet<String>);

impl Scopes {
    /// Names with spaces between, as they are stored and sent.
    pub fn parse(text: &str) -> Self {
        text.split(' ').filter(|name| !name.is_empty()).map(str::to_owned).collect()
    }

    /// As stored and sent.
    pub fn text(&self) -> String {
        self.to_string()
    }

    /// Whether this name is among them.
    pub fn has(&self, name: &str) -> bool {
        self.0.contains(name)
    }

    /// Their names, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Those that are permissions of an application.
    pub fn permissions(&self) -> impl Iterator<Item = &str> {
        self.names().filter(|name| !STANDARD_SCOPES.contains(name))
    }

    /// Whether this permission of an application is among them.
    pub fn permit(&self, name: &str) -> bool {
        self.has(name) && !STANDARD_SCOPES.contains(&name)
    }

    /// Whether others allow nothing that these don't.
    pub fn contain(&self, others: &Self) -> bool {
        others.0.is_subset(&self.0)
    }

    /// Both what is here and there.
    #[must_use]
    pub fn and(&self, others: &Self) -> Self {
        Self(self.0.union(&others.0).cloned().collect())
    }

    /// Bytes that they take beside themselves.
    pub fn bytes(&self) -> usize {
        self.names().map(crate::remembered::text).sum()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, name) in self.names().enumerate() {
            if place > 0 {
                f.write_str(" ")?;
            }
            f.write_str(name)?;
        }
        Ok(())
    }
}

impl FromIterator<String> for Scopes {
    fn from_iter<I: IntoIterator<Item = String>>(names: I) -> Self {
        Self(names.into_iter().collect())
    }
}
