//! What administrators and operators do to accounts that are not their own, and
//! who can't.

pub mod actors;
mod acts;
mod closed;
mod forced_change;
mod invite;
mod lists;
mod remove_second_factor;
