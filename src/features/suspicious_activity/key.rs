//! What a finding is known by: it stays the same however often the findings are
//! worked out, so that an answer stays with its finding.

use crate::ids::EventId;
use std::fmt;
use std::str::FromStr;

/// A finding's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FindingKey {
    /// Failed sign-ins: all of them are one finding, or a flood would bury the rest.
    FailedSignIns,
    /// Refused second factors: one finding, for the same reason.
    RefusedCodes,
    /// A sign-in from a place that is new.
    SignIn(EventId),
    /// A sign-in too far from the one before.
    Journey(EventId),
    /// A second factor or the email address changed.
    Change(EventId),
    /// An export of the log.
    Export(EventId),
}

/// A text that names no finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this names no finding")]
pub struct NotAFinding;

impl FindingKey {
    /// The finding that a sign-in from a new place is, or would be.
    pub const fn sign_in(event: EventId) -> Self {
        Self::SignIn(event)
    }

    /// What kind of finding it is, as stored and in the names of messages.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::FailedSignIns => "failed-sign-ins",
            Self::RefusedCodes => "refused-codes",
            Self::SignIn(_) => "sign-in",
            Self::Journey(_) => "journey",
            Self::Change(_) => "change",
            Self::Export(_) => "export",
        }
    }

    /// The event that it is about, where it is about one.
    pub const fn event(self) -> Option<EventId> {
        match self {
            Self::FailedSignIns | Self::RefusedCodes => None,
            Self::SignIn(event)
            | Self::Journey(event)
            | Self::Change(event)
            | Self::Export(event) => Some(event),
        }
    }
}

impl fmt::Display for FindingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())?;
        self.event().map_or(Ok(()), |event| write!(f, "-{event}"))
    }
}

impl FromStr for FindingKey {
    type Err = NotAFinding;

    /// Only the canonical spelling, so that a finding has one.
    fn from_str(text: &str) -> Result<Self, NotAFinding> {
        let about = |kind: &str| text.strip_prefix(kind)?.parse::<EventId>().ok();
        match text {
            "failed-sign-ins" => Ok(Self::FailedSignIns),
            "refused-codes" => Ok(Self::RefusedCodes),
            _ => (about("sign-in-").map(Self::SignIn))
                .or_else(|| about("journey-").map(Self::Journey))
                .or_else(|| about("change-").map(Self::Change))
                .or_else(|| about("export-").map(Self::Export))
                .ok_or(NotAFinding),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_finding_has_one_spelling() {
        let event = EventId::from_uuid(Uuid::from_u128(0x0123_4567_89ab_7def_8123_4567_89ab_cdef));
        let keys = [
            FindingKey::FailedSignIns,
            FindingKey::RefusedCodes,
            FindingKey::sign_in(event),
            FindingKey::Journey(event),
            FindingKey::Change(event),
            FindingKey::Export(event),
        ];
        for key in keys {
            let text = key.to_string();
            assert_eq!(text.parse(), Ok(key), "{text}");
            for other in [text.to_uppercase(), format!(" {text}"), format!("{text}-"), text + "0"] {
                assert_eq!(other.parse::<FindingKey>(), Err(NotAFinding), "{other}");
            }
        }
    }
}
