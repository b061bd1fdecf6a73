//! A refused second factor: whoever got so far had the right password.

use super::{Group, in_order, is_typo};
use crate::features::security_log::Entry;

/// The refused second factors that were no slip of whoever then signed in.
pub fn refused_codes(refused: &[Entry], arrivals: &[Entry], is_cut: bool) -> Option<Group> {
    let mut refused = in_order(refused);
    refused.retain(|event| !is_typo(event, arrivals));
    Group::of(refused, is_cut)
}
