//! What an answer is worth.

use crate::features::suspicious_activity::{Answer, By};
use crate::ids::SessionId;
use crate::time::Timestamp;
use std::time::Duration;

/// An answer that an intruder could have given leaves the finding in sight for so
/// long.
pub const KEPT_FOR: Duration = Duration::from_hours(14 * 24);

/// What was said of a finding, and by whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answered {
    /// What.
    pub answer: Answer,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: By,
}

impl Answered {
    /// Whether what such an answer calls for is done: the password is new since.
    pub fn is_seen_to(&self, password_changed: Timestamp) -> bool {
        self.answer == Answer::NotMe && self.at < password_changed
    }
}

/// Where a finding stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Nobody has answered, or it went on since.
    Open,
    /// Somebody has, who may be the intruder: it stays in sight.
    InSight(Answered),
    /// Its owner has.
    Settled(Answered),
}

/// When a finding's events were, and in which session, where that could be the
/// intruder's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The first.
    pub from: Timestamp,
    /// The last.
    pub to: Timestamp,
    /// The session that did it.
    pub session: Option<SessionId>,
}

/// Where a finding stands by its answer.
pub fn standing(span: Span, answered: Option<Answered>, now: Timestamp) -> Standing {
    match answered {
        None => Standing::Open,
        Some(answered) if answered.at < span.to => Standing::Open,
        Some(answered) if !is_owners(span, answered.by) && now < answered.at.plus(KEPT_FOR) => {
            Standing::InSight(answered)
        }
        Some(answered) => Standing::Settled(answered),
    }
}

/// Whether whoever answers was there before it began, and not where it was done. A
/// mailed link proves a mailbox, and that is what an intruder may have.
fn is_owners(span: Span, by: By) -> bool {
    match by {
        By::Session { id, began_at } => began_at < span.from && Some(id) != span.session,
        By::Link => false,
    }
}
