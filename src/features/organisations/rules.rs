//! Plans, roles, and who may do what to whom.

mod kinds;
mod limits;

use std::time::Duration;

pub use kinds::{Plan, Role};
pub use limits::{Limits, MOST_LIMITS};

/// How long an invitation can be accepted.
pub const INVITATION_LIFETIME: Duration = Duration::from_hours(7 * 24);
/// Invitations that wait for an answer in one organisation.
pub const MOST_INVITATIONS: i64 = 200;
/// Invitations to one address from one organisation in a day.
pub const MOST_TO_ONE: i64 = 5;
/// Longest short name.
const MAX_SLUG: usize = 40;
/// Short names that pages of ours have.
const TAKEN: &[&str] = &["new", "invitations"];

/// The short name of an organisation, which stands in addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slug(String);

/// A text that is no short name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a short name has 2 to 40 of a–z, 0–9 and single hyphens between them")]
pub struct NotASlug;

impl Slug {
    /// Lower-case letters, digits, and single hyphens between them.
    pub fn parse(text: &str) -> Result<Self, NotASlug> {
        let text = text.trim();
        let part = |part: &str| {
            !part.is_empty()
                && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        };
        let fine = (2..=MAX_SLUG).contains(&text.len()) && text.split('-').all(part);
        // What could be an id is none: each way to name an organisation means one.
        let is_id = uuid::Uuid::try_parse(text).is_ok();
        if fine && !is_id && !TAKEN.contains(&text) {
            Ok(Self(text.to_owned()))
        } else {
            Err(NotASlug)
        }
    }

    /// The short name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_admin_is_no_owners_master() {
        let may = |actor: Role| actor.gives().collect::<Vec<_>>();
        assert_eq!(may(Role::Member), []);
        assert_eq!(may(Role::Admin), [Role::Member, Role::Admin]);
        assert_eq!(may(Role::Owner), [Role::Member, Role::Admin, Role::Owner]);
        assert!(Role::Owner > Role::Admin && Role::Admin > Role::Member);
    }

    #[test]
    fn a_short_name_has_one_spelling() {
        for fine in ["ac", "acme", "acme-2", "4-you", &"a".repeat(40)] {
            assert_eq!(Slug::parse(fine).unwrap().as_str(), fine);
        }
        let (long, id) = ("a".repeat(41), "01900000-0000-7000-8000-000000000000");
        for wrong in
            ["", "a", "Acme", "ac me", "-acme", "acme-", "a--b", "new", "é2", "a/b", &long, id]
        {
            assert_eq!(Slug::parse(wrong), Err(NotASlug), "{wrong}");
        }
    }
}
