//! Each rule is needed: without it alone, a check breaks the promise.

use crate::scenes;
use crate::walk::{breaks, holds_with};
use revocation_model::Guards;

macro_rules! needed {
    ($($guard:ident: $scene:ident)*) => {
    $(
        #[test]
        fn $guard() {
            breaks(stringify!($guard), scenes::$scene(), |guards| guards.$guard = false);
        }
    )*

        // A rule that nobody takes away does not compile.
        const _: fn(Guards) = |Guards { $($guard: _,)* starts_empty: _ }| ();
    };
}

needed! {
    memory_needs_lease: one_lease
    lease_before_memory: one_lease
    lease_after_request: one_lease
    epochs_compared: one_lease
    lease_from_sending: swept
    lease_not_from_answer: one_lease
    catch_up_after_write: one_lease
    use_after_catch_up: one_lease
    rejoined_catches_up: swept
    one_snapshot: one_lease
    applied_after_epochs: one_lease
    epochs_grow: one_epoch
    gap_raises_all: many_changes
    join_raises_all: one_lease
    clock_of_sleepers: one_lease
    as_of_before_select: one_lease
    shared_fill_judged: shared_fills
    sharing_needs_lease: shared_fills
    commit_order: many_changes
    waits: one_lease
    wait_from_known: one_lease
    allowance: one_lease
    rows_after_commit: one_lease
    own_change_applied: two_nodes
    own_change_skips_none: many_changes
    repeat_waits: repeated
    delete_waits: swept
    delete_from_answer: swept
    delete_guarded: swept
    generation_is_fresh: swept
    id_is_new: come_and_go
    rows_are_durable: one_lease
    leaves_memory_first: come_and_go
    ends_renewals: come_and_go
}

/// That a process starts with an empty memory is no rule that the promise rests on alone: joining
/// raises everything, so what was kept would not count. Where nothing is remembered before the
/// first lease, either of the two is enough, and neither is not.
#[test]
fn starts_empty_or_join_raises_all() {
    let with = |starts_empty, join_raises_all| Guards {
        starts_empty,
        join_raises_all,
        ..Guards::default()
    };
    holds_with("kept, raised", scenes::killed(), with(false, true));
    holds_with("empty, not raised", scenes::filled_under_leases(), with(true, false));
    breaks("starts_empty and join_raises_all", scenes::filled_under_leases(), |guards| {
        *guards = with(false, false);
    });
}
