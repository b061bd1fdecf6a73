//! The protocol of `docs/revocation.md` as a model that a checker walks through: every order in
//! which its steps can happen, for instances that are small enough.
//!
//! Reading order: [`Guards`] are the rules of the protocol, each of which can be taken away;
//! [`Scene`] says how large an instance is and what happens in it; [`State`] is what there is at
//! one moment; then the steps, a file a subject: `lease` (renewing, catching up, following),
//! `memory` (fills and checks), `revoke` (commit, wait, acknowledge), `leave` (crashes, starts,
//! leases given back, rows of dead nodes deleted, changes pruned), `clock` (time).
//!
//! What is left out, and why nothing is lost by it:
//!
//! - **Pauses.** A step may always be put off while time goes on. So a node that is stopped for
//!   any time, between any two steps, needs no step of its own.
//! - **Rows that say no.** They are not remembered here: a "no" never breaks the promise.
//! - **Other credentials.** One is looked at. Changes of others raise numbers, nothing else.
//! - **Moments.** There are only the times that are left on clocks, and which row was written
//!   since it was read, not how often. So an instance is finite although its runs are endless.

#![allow(
    clippy::indexing_slicing,
    reason = "a step about a node that is not there is a mistake in the model, and has to be loud"
)]

mod clock;
mod guards;
mod lease;
mod leave;
mod memory;
mod properties;
mod revoke;
mod scene;
mod state;

pub use guards::Guards;
pub use properties::PROMISE;
pub use scene::Scene;
pub use state::State;

use stateright::{Model, Property};

/// One instance of the protocol.
#[derive(Debug, Clone)]
pub struct Protocol {
    /// How large it is, and what happens in it.
    pub scene: Scene,
    /// The rules that are kept.
    pub guards: Guards,
}

/// What can happen next. Nodes, revokers and sweeps are numbered from zero; a row is named by node
/// and start of its process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Time goes on for all.
    Tick,
    /// Time goes on, and this node's clock does not notice.
    TickSlow(usize),

    /// A renewal is sent; its lease counts from here.
    Send(usize),
    /// The database commits the renewal.
    Write(usize),
    /// The node learns of that, asks for the changes that it has not applied, and is answered.
    CatchUp(usize),
    /// The answer is here: applied, and the lease is used.
    Use(usize),
    /// The node waits no longer for its renewal, which may still be committed.
    GiveUp(usize),
    /// The database commits a renewal that nobody waits for.
    WriteStray(usize),
    /// Between renewals the node asks for changes, and is answered.
    Follow(usize),
    /// They are applied.
    Apply(usize),
    /// The node's row says what it has applied.
    Tell(usize),

    /// A fill begins.
    BeginFill(usize),
    /// The database answers it.
    ReadFill(usize),
    /// The row is remembered.
    KeepFill(usize),
    /// A check begins.
    BeginCheck(usize),
    /// It looks at the lease.
    LookAtLease(usize),
    /// It looks into the memory.
    LookIntoMemory(usize),
    /// Its answer has left.
    Answered(usize),

    /// COMMIT is sent.
    SendCommit(usize),
    /// The database commits the revocation.
    Commit(usize),
    /// Whoever revokes learns of that, applies it and reads the rows of nodes.
    Know(usize),
    /// A row turns out to have applied it, or to be gone.
    SeeRow(usize, usize),
    /// The revocation is acknowledged.
    Acknowledge(usize),
    /// A change that has nothing to do with the credential is committed by a node.
    Other(usize),
    /// That node learns of it.
    KnowOther(usize),

    /// A node's process is killed.
    Crash(usize),
    /// Its process starts.
    Start(usize),
    /// A node stops, and gives its lease back.
    GiveBack(usize),
    /// The database deletes a row that was given back.
    DeleteGivenBack(usize),
    /// Somebody asks for a row.
    AskForRow(usize, usize),
    /// And is answered.
    ReadRow(usize, usize),
    /// Having waited, they have the database delete it.
    DeleteRow(usize),
    /// The oldest change is pruned.
    Prune,
    /// The database is killed, and starts.
    RestartDatabase,
}

impl Protocol {
    /// The rows of nodes that there can be: one for each process.
    fn rows(&self) -> impl Iterator<Item = usize> + Clone {
        let each = if self.scene.starts > 0 { 1 } else { state::PROCESSES };
        (0..self.scene.nodes * state::PROCESSES).step_by(each)
    }
}

impl Model for Protocol {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        vec![State::new(&self.scene)]
    }

    fn actions(&self, _: &State, actions: &mut Vec<Action>) {
        self.actions_of_time(actions);
        for node in 0..self.scene.nodes {
            self.actions_of_leases(node, actions);
            self.actions_of_memory(node, actions);
        }
        self.actions_of_revokers(actions);
        self.actions_of_leaving(actions);
    }

    fn next_state(&self, state: &State, action: Action) -> Option<State> {
        self.step_of_time(state, action)
            .or_else(|| self.step_of_leases(state, action))
            .or_else(|| self.step_of_memory(state, action))
            .or_else(|| self.step_of_revokers(state, action))
            .or_else(|| self.step_of_leaving(state, action))
    }

    fn properties(&self) -> Vec<Property<Self>> {
        properties::of(&self.scene)
    }
}
