use crate::Scene;

/// A process of a node is its first or its second.
pub(crate) const PROCESSES: usize = 2;

/// All that there is at one moment. Of the places for nodes, revokers and sweeps a scene uses the
/// first ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct State {
    pub(crate) nodes: [Node; 3],
    pub(crate) database: Database,
    pub(crate) revokers: [Revoker; 2],
    pub(crate) sweeps: [Sweep; 2],
    pub(crate) slow_ticks: u8,
    pub(crate) others: u8,
    pub(crate) starts: u8,
}

/// What is committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Database {
    /// The last number that a change has taken.
    pub(crate) last: u8,
    /// The number of the one that revokes the credential; zero if there is none.
    pub(crate) revocation: u8,
    /// It has its number, but is not committed; only where that rule is broken.
    pub(crate) open: bool,
    /// Up to which number changes are gone.
    pub(crate) pruned: u8,
    /// The rows of nodes, [`PROCESSES`] for each.
    pub(crate) rows: [Option<Row>; 3 * PROCESSES],
    /// Rows whose deletion was sent by who gave them back, a bit each.
    pub(crate) given_back: u8,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Row {
    pub(crate) applied: u8,
    /// Not renewed since it was inserted.
    pub(crate) first: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Node {
    pub(crate) up: bool,
    /// Has given its lease back.
    pub(crate) left: bool,
    /// Which process this is.
    pub(crate) process: usize,
    /// Has had a lease.
    pub(crate) joined: bool,
    pub(crate) applied: u8,
    /// The larger one of the credential's and of everything's.
    pub(crate) epoch: u8,
    /// What the remembered row is as of.
    pub(crate) remembered: Option<u8>,
    /// What is left of it, by the node's clock.
    pub(crate) lease: u8,
    pub(crate) renewal: Renewal,
    /// The process whose renewal is on its way to the database, though nobody waits for it.
    pub(crate) stray: Option<usize>,
    pub(crate) following: Option<Read>,
    /// The number of a change that was committed by this node, which does not know it yet.
    pub(crate) own: Option<u8>,
    pub(crate) fill: Option<Fill>,
    pub(crate) check: Check,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Renewal {
    Idle,
    Sent { left: u8, read: Option<Read> },
    Written { left: u8, again: bool, read: Option<Read> },
    CaughtUp { left: u8, read: Read },
}

/// Changes as they were read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Read {
    pub(crate) head: u8,
    /// What they raise the credential's epoch to; zero if it is none of their subjects'.
    pub(crate) raised_to: u8,
    /// Some that should be among them were pruned.
    pub(crate) gap: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Fill {
    pub(crate) as_of: u8,
    /// The database has answered: not revoked.
    pub(crate) read: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Check {
    None,
    /// The lease was looked at before there is a request; only where that rule is broken.
    Prepared,
    /// `late`: after the acknowledgement.
    Begun {
        late: bool,
    },
    Leased {
        late: bool,
    },
    /// Memory was looked into before the lease; only where that rule is broken.
    Remembered {
        late: bool,
    },
    /// Waits for the fill that is under way.
    Shares {
        late: bool,
    },
    SaidYes {
        late: bool,
    },
}

/// A process that revokes the credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Revoker {
    Idle,
    /// Only where a rule is broken that is about this moment; `revision` if it is numbered already.
    Sent {
        revision: Option<u8>,
        left: u8,
        rows: u8,
    },
    /// `own`: by this very transaction.
    Committed {
        revision: u8,
        own: bool,
        left: u8,
        rows: u8,
    },
    /// For `rows`, a bit each.
    Waiting {
        revision: u8,
        left: u8,
        rows: u8,
    },
    /// It has just been acknowledged; `waited`: because time had run out.
    Acknowledges {
        waited: bool,
    },
    Acknowledged,
    /// Killed with its node.
    Dead,
}

/// Somebody who would delete the row of a dead node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Sweep {
    Idle,
    /// Only where the wait counts from here.
    Asked {
        row: usize,
        left: u8,
    },
    Waiting {
        row: usize,
        left: u8,
        /// The row was not written since.
        unchanged: bool,
        /// It was in its first generation.
        first: bool,
    },
}

impl State {
    pub(crate) fn new(scene: &Scene) -> Self {
        Self {
            nodes: [Node::new(); 3],
            database: Database {
                last: 0,
                revocation: 0,
                open: false,
                pruned: 0,
                rows: [None; 3 * PROCESSES],
                given_back: 0,
            },
            revokers: [Revoker::Idle; 2],
            sweeps: [Sweep::Idle; 2],
            slow_ticks: scene.slow_ticks,
            others: scene.others,
            starts: scene.starts,
        }
    }

    /// Somebody was told that the credential is revoked.
    pub(crate) fn acknowledged(&self) -> bool {
        let told = |revoker: &Revoker| {
            matches!(revoker, Revoker::Acknowledges { .. } | Revoker::Acknowledged)
        };
        self.revokers.iter().any(told)
    }

    /// The state after a change to it, as a step returns it.
    #[allow(clippy::unnecessary_wraps, reason = "a step that cannot be taken returns none")]
    pub(crate) fn with(&self, change: impl FnOnce(&mut Self)) -> Option<Self> {
        let mut next = *self;
        change(&mut next);
        Some(next)
    }

    /// The state after a change to one node.
    pub(crate) fn with_node(&self, node: usize, change: impl FnOnce(&mut Node)) -> Option<Self> {
        self.with(|next| change(&mut next.nodes[node]))
    }

    /// Writes a node's row anew, or for the first time; whether it was not there.
    pub(crate) fn write_row(&mut self, row: usize) -> bool {
        let there = self.database.rows[row];
        self.database.rows[row] =
            Some(Row { applied: there.map_or(0, |row| row.applied), first: there.is_none() });
        for sweep in &mut self.sweeps {
            if let Sweep::Waiting { row: watched, unchanged, .. } = sweep
                && *watched == row
            {
                *unchanged = false;
            }
        }
        there.is_none()
    }
}

impl Database {
    /// The number of the last change that is committed.
    pub(crate) fn head(&self) -> u8 {
        if self.open && self.revocation == self.last { self.last - 1 } else { self.last }
    }

    /// The credential is revoked.
    pub(crate) fn revoked(&self) -> bool {
        self.revocation > 0 && !self.open
    }

    /// The next number.
    pub(crate) fn take_number(&mut self) -> u8 {
        self.last += 1;
        self.last
    }

    /// What somebody reads who has applied changes up to a number. Where other credentials share
    /// the epoch of this one, their changes raise it, too.
    pub(crate) fn read(&self, applied: u8, collides: bool) -> Read {
        let raised_to = match () {
            () if collides => self.head(),
            () if self.open => 0,
            () => self.revocation,
        };
        Read {
            head: self.head(),
            raised_to: if raised_to > applied.max(self.pruned) { raised_to } else { 0 },
            gap: applied < self.pruned,
        }
    }
}

impl Node {
    pub(crate) fn new() -> Self {
        Self {
            up: true,
            left: false,
            process: 0,
            joined: false,
            applied: 0,
            epoch: 0,
            remembered: None,
            lease: 0,
            renewal: Renewal::Idle,
            stray: None,
            following: None,
            own: None,
            fill: None,
            check: Check::None,
        }
    }

    /// The row of this process, if the node has this place.
    pub(crate) fn row(&self, node: usize) -> usize {
        node * PROCESSES + self.process
    }
}
