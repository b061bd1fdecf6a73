//! What administrators and operators do to accounts that are not their own, and
//! who can't.

mod forced_change;
