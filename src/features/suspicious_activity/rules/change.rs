//! A second factor or the email address changed soon after a sign-in with a new
//! device: what an intruder does first.

use super::in_order;
use crate::features::notable_sign_ins::Notable;
use crate::features::security_log::Entry;
use crate::time::Timestamp;
use std::time::Duration;

/// So soon.
pub const SOON: Duration = Duration::from_hours(24);

/// Changes soon after a sign-in with a new device, each with the latest such
/// sign-in. What was done in a session that was there before it is not suspect:
/// `began_at` says when a session's sign-in was, if that is known.
pub fn soon_after_a_new_device(
    changes: &[Entry],
    sign_ins: &[Notable],
    began_at: impl Fn(&Entry) -> Option<Timestamp>,
) -> Vec<(Entry, Notable)> {
    let mut found = Vec::new();
    for change in in_order(changes) {
        // What an administrator or the operator did is not the intruder's.
        if change.is_by_another() || matches!(change.actor_kind.as_str(), "operator" | "server") {
            continue;
        }
        let since = change.occurred_at.minus(SOON);
        let new = sign_ins
            .iter()
            .filter(|sign_in| sign_in.new.device)
            .filter(|sign_in| (since..=change.occurred_at).contains(&sign_in.at))
            .filter(|sign_in| began_at(&change).is_none_or(|began| began >= sign_in.at))
            .max_by_key(|sign_in| (sign_in.at, sign_in.event));
        found.extend(new.map(|sign_in| (change.clone(), sign_in.clone())));
    }
    found
}
