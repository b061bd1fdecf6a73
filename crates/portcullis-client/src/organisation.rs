use serde::Deserialize;

/// The organisation that was asked about, and what the caller may do in it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Organisation {
    id: String,
    slug: String,
    name: String,
    role: Role,
}

/// What somebody may do in an organisation; each may what those before it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(from = "String")]
#[non_exhaustive]
pub enum Role {
    /// Something that this version does not know, which so opens nothing.
    Unknown,
    /// Belongs to it.
    Member,
    /// Runs it beside its owners.
    Admin,
    /// Owns it.
    Owner,
}

impl From<String> for Role {
    fn from(name: String) -> Self {
        match name.as_str() {
            "member" => Self::Member,
            "admin" => Self::Admin,
            "owner" => Self::Owner,
            _ => Self::Unknown,
        }
    }
}

impl Organisation {
    /// Its id: the same for ever, and never another's.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Its short name, which never changes, either.
    pub fn slug(&self) -> &str {
        &self.slug
    }

    /// What it is called; that can change.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the caller may do in it.
    pub const fn role(&self) -> Role {
        self.role
    }

    /// Whether it is the one that this names, by id or short name.
    pub(crate) fn is_named(&self, named: &str) -> bool {
        self.slug == named || self.id.eq_ignore_ascii_case(named)
    }
}
