//! What an owner has switched, and which sign-ins they are told of.

use crate::features::notable_sign_ins::rules::Novelty;
use crate::time::Timestamp;
use std::time::Duration;

/// The links of a notice open for so long.
pub const LINK_LIFETIME: Duration = Duration::from_hours(7 * 24);

/// A notice is kept for so long, so that its link can say that it is too old.
pub const KEPT_FOR: Duration = Duration::from_hours(35 * 24);

/// A text message about a sign-in is of use for so long.
pub const TEXT_USEFUL_FOR: Duration = Duration::from_hours(4);

/// One thing that can be switched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Switch {
    /// Notices of new devices.
    Device,
    /// Notices of new locations.
    Location,
    /// Notices of new browsers.
    Browser,
    /// Notices by text message, beside those by mail.
    Texts,
}

impl Switch {
    /// All there are, in the order in which they are shown.
    pub const ALL: &[Self] = &[Self::Device, Self::Location, Self::Browser, Self::Texts];

    /// As the form sends it, in the log, and in the names of messages.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Device => "new-device",
            Self::Location => "new-location",
            Self::Browser => "new-browser",
            Self::Texts => "by-sms",
        }
    }

    /// The one that a tag names.
    pub fn from_tag(tag: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|switch| switch.tag() == tag)
    }
}

/// How they stand.
#[expect(clippy::struct_excessive_bools, reason = "each stands for itself")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Switches {
    /// Whether new devices are told.
    pub device: bool,
    /// Whether new locations are.
    pub location: bool,
    /// Whether new browsers are.
    pub browser: bool,
    /// Whether notices go by text message, too.
    pub texts: bool,
}

impl Default for Switches {
    fn default() -> Self {
        Self { device: true, location: true, browser: true, texts: false }
    }
}

impl Switches {
    /// How one stands.
    pub const fn is_on(self, switch: Switch) -> bool {
        match switch {
            Switch::Device => self.device,
            Switch::Location => self.location,
            Switch::Browser => self.browser,
            Switch::Texts => self.texts,
        }
    }

    /// With one of them switched.
    #[must_use]
    pub const fn with(mut self, switch: Switch, on: bool) -> Self {
        match switch {
            Switch::Device => self.device = on,
            Switch::Location => self.location = on,
            Switch::Browser => self.browser = on,
            Switch::Texts => self.texts = on,
        }
        self
    }

    /// Whether nothing is told, whatever is new.
    pub const fn is_muted(self) -> bool {
        !(self.device || self.location || self.browser)
    }

    /// Whether all that is new is told.
    pub const fn tells_all(self) -> bool {
        self.device && self.location && self.browser
    }

    /// Whether a sign-in is told: where anything is new that is switched on. The
    /// notice then names all that is new.
    pub const fn tell(self, new: Novelty) -> bool {
        (new.device && self.device)
            || (new.location && self.location)
            || (new.browser && self.browser)
    }
}

/// What was answered by a notice's link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Nothing yet.
    Open,
    /// It was the owner.
    Me,
    /// It was not.
    NotMe,
    /// It was not, and the account was locked.
    Locked,
}

impl Standing {
    /// By what is stored.
    pub const fn of(
        me: Option<Timestamp>,
        not_me: Option<Timestamp>,
        locked: Option<Timestamp>,
    ) -> Self {
        match (me, not_me, locked) {
            (_, _, Some(_)) => Self::Locked,
            // "Not me" can follow "me", and never the other way round: whoever reads
            // the owner's mail must not be able to take an alarm back.
            (_, Some(_), None) => Self::NotMe,
            (Some(_), None, None) => Self::Me,
            (None, None, None) => Self::Open,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_switch_stands_for_itself() {
        for switch in Switch::ALL {
            assert_eq!(Switch::from_tag(switch.tag()), Some(*switch));
            for on in [true, false] {
                let all = Switches::default().with(*switch, on);
                assert_eq!(all.is_on(*switch), on);
                for other in Switch::ALL.iter().filter(|other| *other != switch) {
                    assert_eq!(all.is_on(*other), Switches::default().is_on(*other));
                }
            }
        }
        assert_eq!(Switch::from_tag("device"), None);
    }

    /// Of all sixteen ways to switch and all eight sign-ins.
    #[test]
    fn what_is_new_and_switched_on_is_told() {
        for bits in 0..16_u8 {
            let on = |bit: u8| bits & bit != 0;
            let all = Switches { device: on(1), location: on(2), browser: on(4), texts: on(8) };
            for bits in 0..8_u8 {
                let is = |bit: u8| bits & bit != 0;
                let new = Novelty { device: is(1), location: is(2), browser: is(4) };
                let told = [(1, all.device), (2, all.location), (4, all.browser)];
                let told = told.into_iter().any(|(bit, switched)| switched && is(bit));
                assert_eq!(all.tell(new), told, "{all:?} {new:?}");
            }
        }
    }

    #[test]
    fn an_alarm_is_not_taken_back() {
        let at = Some(Timestamp::from_millis(1));
        assert_eq!(Standing::of(None, None, None), Standing::Open);
        assert_eq!(Standing::of(at, None, None), Standing::Me);
        assert_eq!(Standing::of(at, at, None), Standing::NotMe);
        assert_eq!(Standing::of(None, at, None), Standing::NotMe);
        assert_eq!(Standing::of(at, at, at), Standing::Locked);
    }
}
