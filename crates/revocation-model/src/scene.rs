/// How large an instance is, and what happens in it besides leases, fills, checks and one
/// revocation.
#[derive(Debug, Clone)]
#[allow(clippy::struct_excessive_bools, reason = "each is a kind of event")]
pub struct Scene {
    /// How many nodes there are.
    pub nodes: usize,
    /// How many of them are asked: the first ones. The others hold leases all the same.
    pub asked: usize,
    /// Each step is one of its own. Else steps are taken together where putting the second one off
    /// only loses time: a renewal is sent and committed, changes are read and applied, a fill
    /// begins, is answered and kept, a check begins and looks at the lease.
    pub fine: bool,
    /// How long a lease is, in ticks.
    pub lease: u8,
    /// How much longer the waits are.
    pub allowance: u8,
    /// How often a node's clock may fall behind by a tick.
    pub slow_ticks: u8,
    /// Who revokes: a node, or (`None`) a process without a memory.
    pub revokers: Vec<Option<usize>>,
    /// How many changes of other credentials are committed.
    pub others: u8,
    /// Those other credentials share their epoch with the one that is looked at.
    pub collides: bool,
    /// How often a process is started anew after it was killed or has left.
    pub starts: u8,
    /// How many rows of nodes are watched at once by who would delete them.
    pub sweeps: usize,
    /// Nodes follow changes between renewals.
    pub follows: bool,
    /// Changes are pruned.
    pub prunes: bool,
    /// Processes are killed.
    pub crashes: bool,
    /// Leases are given back.
    pub leaves: bool,
    /// Renewals are given up, and committed late.
    pub strays: bool,
    /// Fills begin before the node has had a lease, too.
    pub fills_early: bool,
    /// A check waits for a fill that another one has begun.
    pub shares: bool,
    /// Checks begin before the acknowledgement, too; no promise is about them, but they show that
    /// memory is used.
    pub early_checks: bool,
    /// What must be seen to happen, by the names of its properties.
    pub seen: Vec<&'static str>,
}

impl Default for Scene {
    fn default() -> Self {
        Self {
            nodes: 1,
            asked: 1,
            fine: false,
            lease: 2,
            allowance: 1,
            slow_ticks: 1,
            revokers: vec![None],
            others: 0,
            collides: false,
            starts: 0,
            sweeps: 0,
            follows: false,
            prunes: false,
            crashes: false,
            leaves: false,
            strays: false,
            fills_early: true,
            shares: false,
            early_checks: false,
            seen: Vec::new(),
        }
    }
}
