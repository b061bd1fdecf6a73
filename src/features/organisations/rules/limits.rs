use crate::ids::OrganisationId;
use portcullis_db::{Column, Row};

/// The organisations that something is limited to: it opens what is theirs, and nothing
/// else, of anybody's. None for what has no such limit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Limits(Vec<OrganisationId>);

/// Organisations that one token can be limited to.
pub const MOST_LIMITS: usize = 50;

impl Limits {
    /// No limit.
    pub const NONE: &Self = &Self(Vec::new());

    /// To these, each once.
    pub fn to(ids: impl IntoIterator<Item = OrganisationId>) -> Self {
        let mut own: Vec<OrganisationId> = ids.into_iter().collect();
        own.sort();
        own.dedup();
        Self(own)
    }

    /// As stored: ids with spaces between. What can't be read must not pass for no limit.
    pub fn parse(text: &str) -> Option<Self> {
        let ids: Option<Vec<OrganisationId>> =
            text.split_whitespace().map(|id| id.parse().ok()).collect();
        ids.map(Self::to)
    }

    /// The same, to store.
    pub fn text(&self) -> String {
        self.0.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    }

    /// Whether there is a limit at all.
    pub const fn is_limited(&self) -> bool {
        !self.0.is_empty()
    }

    /// Whether what is this organisation's may be opened.
    pub fn allow(&self, organisation: OrganisationId) -> bool {
        self.0.is_empty() || self.0.contains(&organisation)
    }

    /// The organisations, where there is a limit.
    pub fn ids(&self) -> &[OrganisationId] {
        &self.0
    }
}

impl Column for Limits {
    fn read(row: &Row, index: usize) -> portcullis_db::Result<Self> {
        let text: String = row.get(index)?;
        Self::parse(&text).ok_or_else(|| Self::invalid(index, "these are no organisations"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_limit_is_read_back_and_nothing_else_passes_for_one() {
        let [one, two] = [1, 2].map(|id| OrganisationId::from_uuid(Uuid::from_u128(id)));
        let limits = Limits::to([two, one, two]);
        assert_eq!(limits.ids(), [one, two]);
        assert_eq!(Limits::parse(&limits.text()), Some(limits.clone()));
        let other = OrganisationId::from_uuid(Uuid::from_u128(3));
        assert!(limits.is_limited() && limits.allow(one) && !limits.allow(other));
        assert!(!Limits::NONE.is_limited() && Limits::NONE.allow(other));
        assert_eq!(Limits::parse(""), Some(Limits::default()));
        assert_eq!(Limits::parse("acme"), None);
        assert_eq!(Limits::parse(&format!("{one} acme")), None);
    }
}
