use portcullis_db::{Bind, Column, Row, Value};

/// A kind of second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FactorKind {
    /// An authenticator app (TOTP, RFC 6238).
    Authenticator,
    /// A phone that gets text messages.
    Phone,
}

impl FactorKind {
    /// All there are, the stronger first.
    pub const ALL: &[Self] = &[Self::Authenticator, Self::Phone];

    /// As stored.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Authenticator => "authenticator",
            Self::Phone => "phone",
        }
    }

    /// The one that a stored tag names.
    pub fn from_tag(tag: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.tag() == tag)
    }
}

impl Column for FactorKind {
    fn read(row: &Row, index: usize) -> portcullis_db::Result<Self> {
        let tag: String = row.get(index)?;
        Self::from_tag(&tag).ok_or_else(|| Self::invalid(index, "there is no such second factor"))
    }
}

/// The kinds of second factor that an account holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FactorKinds {
    /// An authenticator app.
    pub authenticator: bool,
    /// A phone.
    pub phone: bool,
}

impl FactorKinds {
    /// Whether there is one at all: whether two-factor authentication is on.
    pub const fn any(self) -> bool {
        self.authenticator || self.phone
    }

    /// Whether one of the kind is held.
    pub const fn has(self, kind: FactorKind) -> bool {
        match kind {
            FactorKind::Authenticator => self.authenticator,
            FactorKind::Phone => self.phone,
        }
    }

    /// With one of the kind, or without.
    #[must_use]
    pub const fn with(mut self, kind: FactorKind, held: bool) -> Self {
        match kind {
            FactorKind::Authenticator => self.authenticator = held,
            FactorKind::Phone => self.phone = held,
        }
        self
    }

    /// What is held, the stronger first.
    pub fn held(self) -> impl Iterator<Item = FactorKind> {
        FactorKind::ALL.iter().copied().filter(move |kind| self.has(*kind))
    }
}

impl Bind for FactorKinds {
    const NULL: Value = Value::Text(None);
    fn bind(&self) -> Value {
        let tags: Vec<&str> = self.held().map(FactorKind::tag).collect();
        tags.join(" ").bind()
    }
}

impl Column for FactorKinds {
    /// A kind that this release does not know is an error: taken for none, it
    /// would open the account to the password alone.
    fn read(row: &Row, index: usize) -> portcullis_db::Result<Self> {
        let tags: String = row.get(index)?;
        let mut kinds = Self::default();
        for tag in tags.split_ascii_whitespace() {
            let kind = FactorKind::from_tag(tag)
                .ok_or_else(|| Self::invalid(index, "a second factor of a later release"))?;
            kinds = kinds.with(kind, true);
        }
        Ok(kinds)
    }
}
