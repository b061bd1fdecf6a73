//! Which events a reader asks for.

use super::area::Area;
use crate::ids::{AccountId, OrganisationId};
use crate::time::Timestamp;
use std::net::IpAddr;

/// Whose events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// One account's.
    Account(AccountId),
    /// One organisation's.
    Organisation(OrganisationId),
    /// The whole installation's.
    Installation,
}

/// How an event ended, without the reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// It was done.
    Succeeded,
    /// It was not.
    Refused,
}

impl Verdict {
    /// Both.
    pub const ALL: &[Self] = &[Self::Succeeded, Self::Refused];

    /// As stored, and as asked for.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Succeeded => "succeeded",
            Self::Refused => "refused",
        }
    }

    /// The one that a tag names.
    pub fn from_tag(tag: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|verdict| verdict.tag() == tag)
    }
}

/// What they have to be; none of it for all of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Filter {
    /// What they are about.
    pub area: Option<Area>,
    /// How they ended.
    pub verdict: Option<Verdict>,
    /// The first moment.
    pub from: Option<Timestamp>,
    /// The moment after the last.
    pub until: Option<Timestamp>,
    /// Exactly where they came from.
    pub address: Option<IpAddr>,
}

impl Filter {
    /// Whether it leaves nothing out.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// What an index holds in one range each: all that fit are in these.
    pub(super) fn ranges(&self) -> Vec<(Area, Verdict)> {
        let of = |area| Verdict::ALL.iter().map(move |verdict| (area, *verdict));
        let fits = |(area, verdict): &(Area, Verdict)| {
            self.area.is_none_or(|own| own == *area)
                && self.verdict.is_none_or(|own| own == *verdict)
        };
        Area::ALL.iter().copied().flat_map(of).filter(fits).collect()
    }
}
