/// The rules of the protocol. Each is kept by default; a test takes one away and sees that the
/// promise breaks.
#[derive(Debug, Clone)]
#[allow(clippy::struct_excessive_bools, reason = "each is a rule of its own")]
pub struct Guards {
    /// A node answers from memory only under a lease.
    pub memory_needs_lease: bool,
    /// A check looks at the lease before it looks into the memory.
    pub lease_before_memory: bool,
    /// And after it has begun: no verdict on the lease is kept for later checks.
    pub lease_after_request: bool,
    /// A hit counts only while its subjects' epochs are not above what it was read under.
    pub epochs_compared: bool,

    /// A lease counts from before its renewal was sent, not from when that was known to be written.
    pub lease_from_sending: bool,
    /// And not from when the last answer of the renewal was here.
    pub lease_not_from_answer: bool,
    /// Changes are caught up with after the renewal was acknowledged, not beside it.
    pub catch_up_after_write: bool,
    /// The lease is used after that, not before.
    pub use_after_catch_up: bool,
    /// A node whose row was gone catches up, too.
    pub rejoined_catches_up: bool,
    /// What is applied by now is the last change that was read, not a head read later.
    pub one_snapshot: bool,
    /// `applied` moves after the epochs do.
    pub applied_after_epochs: bool,
    /// An epoch only grows, whoever applies changes in whatever order.
    pub epochs_grow: bool,
    /// Changes that were pruned before they were read raise everything.
    pub gap_raises_all: bool,
    /// So does joining.
    pub join_raises_all: bool,
    /// A process starts with an empty memory.
    pub starts_empty: bool,
    /// The lease runs on a clock that goes on while the machine sleeps.
    pub clock_of_sleepers: bool,

    /// What a fill is as of is read before its question is sent.
    pub as_of_before_select: bool,
    /// A fill that another check began is judged like a hit.
    pub shared_fill_judged: bool,
    /// And used only by a check that found a lease.
    pub sharing_needs_lease: bool,

    /// Changes are numbered in the order of commits.
    pub commit_order: bool,
    /// A revocation waits for the rows of nodes.
    pub waits: bool,
    /// The wait counts from when the commit was known, not from when it was sent.
    pub wait_from_known: bool,
    /// It is longer than a lease by what clocks may differ.
    pub allowance: bool,
    /// Rows of nodes are read after the commit.
    pub rows_after_commit: bool,
    /// The acting node, which does not wait for itself, applies its change.
    pub own_change_applied: bool,
    /// And no more than its change: `applied` does not skip what others have committed.
    pub own_change_skips_none: bool,
    /// Who finds the credential revoked waits before they say so, too.
    pub repeat_waits: bool,

    /// A row is deleted only after its reader has waited.
    pub delete_waits: bool,
    /// That wait counts from the answer, not from the question.
    pub delete_from_answer: bool,
    /// The row is deleted only if it was not renewed since.
    pub delete_guarded: bool,
    /// No row repeats a generation, also not one that comes again.
    pub generation_is_fresh: bool,
    /// A process has another id than the one before.
    pub id_is_new: bool,
    /// A renewal that was acknowledged survives a crash of the database.
    pub rows_are_durable: bool,
    /// Who gives a lease back answers from memory no more before the row goes.
    pub leaves_memory_first: bool,
    /// And has ended its renewals.
    pub ends_renewals: bool,
}

impl Default for Guards {
    fn default() -> Self {
        Self {
            memory_needs_lease: true,
            lease_before_memory: true,
            lease_after_request: true,
            epochs_compared: true,
            lease_from_sending: true,
            lease_not_from_answer: true,
            catch_up_after_write: true,
            use_after_catch_up: true,
            rejoined_catches_up: true,
            one_snapshot: true,
            applied_after_epochs: true,
            epochs_grow: true,
            gap_raises_all: true,
            join_raises_all: true,
            starts_empty: true,
            clock_of_sleepers: true,
            as_of_before_select: true,
            shared_fill_judged: true,
            sharing_needs_lease: true,
            commit_order: true,
            waits: true,
            wait_from_known: true,
            allowance: true,
            rows_after_commit: true,
            own_change_applied: true,
            own_change_skips_none: true,
            repeat_waits: true,
            delete_waits: true,
            delete_from_answer: true,
            delete_guarded: true,
            generation_is_fresh: true,
            id_is_new: true,
            rows_are_durable: true,
            leaves_memory_first: true,
            ends_renewals: true,
        }
    }
}
