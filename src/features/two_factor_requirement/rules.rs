//! Whether a member has what their organisation asks for, at this moment and in this
//! session.

use crate::features::account::FactorKinds;
use crate::features::sessions::rules::Proved;
use crate::time::Timestamp;
use std::time::Duration;

/// The times that can be chosen, in days, until those without a second factor are kept out.
pub const GRACE_DAYS: &[u64] = &[0, 7, 14, 30];
/// The last of them.
pub const LONGEST_GRACE: Duration = Duration::from_hours(30 * 24);
/// Those who have none are reminded so long before that.
const REMINDED: [Duration; 2] = [Duration::from_hours(7 * 24), Duration::from_hours(24)];

/// What an organisation asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Requirement {
    /// Since when.
    pub required_at: Timestamp,
    /// Until when those who have none get in.
    pub grace_until: Timestamp,
    /// Whether a phone alone is none.
    pub sms_excluded: bool,
}

impl Requirement {
    /// Whether what is held is enough once it is proved.
    pub const fn is_met_by(&self, held: FactorKinds) -> bool {
        held.authenticator || (held.phone && !self.sms_excluded)
    }

    /// Whether it was proved in a session, and is still held.
    const fn is_proved(&self, held: FactorKinds, proved: Proved) -> bool {
        (held.authenticator && proved.totp)
            || (held.phone && proved.sms && !self.sms_excluded)
            || proved.backup_code
    }
}

/// How a member stands to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Nothing is asked, or it is proved.
    Fine,
    /// They have until then to set one up.
    Grace(Timestamp),
    /// They have to set one up first.
    Enrol,
    /// They hold one, and this session has not proved it.
    Prove,
}

/// How a member stands who holds these and has proved those in the session at hand.
pub fn standing(
    requirement: Option<&Requirement>,
    held: FactorKinds,
    proved: Proved,
    now: Timestamp,
) -> Standing {
    let Some(requirement) = requirement else { return Standing::Fine };
    if !requirement.is_met_by(held) {
        // What was proved with a factor that is gone, or is none here, counts for nothing.
        return if now < requirement.grace_until {
            Standing::Grace(requirement.grace_until)
        } else {
            Standing::Enrol
        };
    }
    if requirement.is_proved(held, proved) { Standing::Fine } else { Standing::Prove }
}

/// When to remind next, after this moment.
pub fn next_reminder(grace_until: Timestamp, now: Timestamp) -> Option<Timestamp> {
    REMINDED.into_iter().map(|before| grace_until.minus(before)).find(|at| *at > now)
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    const fn held(authenticator: bool, phone: bool) -> FactorKinds {
        FactorKinds { authenticator, phone }
    }

    /// MF-13: what counts is what is held now and was proved in this session.
    #[test]
    fn mf_13_a_member_has_what_is_asked_or_is_out() {
        let nothing = Proved::PASSWORD;
        let totp = Proved { totp: true, ..Proved::PASSWORD };
        let sms = Proved { sms: true, ..Proved::PASSWORD };
        let backup = Proved { backup_code: true, ..Proved::PASSWORD };
        let any = Requirement { required_at: at(0), grace_until: at(10), sms_excluded: false };
        let strict = Requirement { sms_excluded: true, ..any };
        let stands = |requirement: &Requirement, held, proved, now| {
            standing(Some(requirement), held, proved, at(now))
        };
        for proved in [nothing, totp, sms, backup] {
            assert_eq!(standing(None, held(false, false), proved, at(50)), Standing::Fine);
            assert_eq!(stands(&any, held(false, false), proved, 9), Standing::Grace(at(10)));
            assert_eq!(stands(&any, held(false, false), proved, 10), Standing::Enrol);
            assert_eq!(stands(&strict, held(false, true), proved, 10), Standing::Enrol);
        }
        assert_eq!(stands(&any, held(true, false), nothing, 10), Standing::Prove);
        assert_eq!(stands(&any, held(true, false), nothing, 9), Standing::Prove);
        assert_eq!(stands(&any, held(true, false), sms, 10), Standing::Prove);
        assert_eq!(stands(&any, held(true, false), totp, 10), Standing::Fine);
        assert_eq!(stands(&any, held(false, true), sms, 10), Standing::Fine);
        assert_eq!(stands(&any, held(false, true), totp, 10), Standing::Prove);
        assert_eq!(stands(&strict, held(true, true), sms, 10), Standing::Prove);
        assert_eq!(stands(&strict, held(true, true), totp, 10), Standing::Fine);
        assert_eq!(stands(&strict, held(true, false), backup, 10), Standing::Fine);
    }

    #[test]
    fn reminders_come_a_week_and_a_day_before() {
        const DAY: i64 = 86_400_000;
        let grace = at(14 * DAY);
        assert_eq!(next_reminder(grace, at(0)), Some(at(7 * DAY)));
        assert_eq!(next_reminder(grace, at(7 * DAY)), Some(at(13 * DAY)));
        assert_eq!(next_reminder(grace, at(13 * DAY)), None);
        assert_eq!(next_reminder(at(2 * DAY), at(0)), Some(at(DAY)));
    }
}
