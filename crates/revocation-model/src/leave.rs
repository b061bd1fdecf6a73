//! Nodes that are killed, start, or give their leases back; rows of dead ones; a database that
//! forgets.

use crate::lease::drop_renewal;
use crate::state::{Node, PROCESSES, Revoker, Sweep};
use crate::{Action, Protocol, State};

impl Protocol {
    pub(crate) fn actions_of_leaving(&self, actions: &mut Vec<Action>) {
        let rows = self.rows();
        for node in 0..self.scene.nodes {
            if self.scene.crashes {
                actions.push(Action::Crash(node));
            }
            if self.scene.leaves {
                actions.push(Action::GiveBack(node));
            }
            if self.scene.starts > 0 {
                actions.push(Action::Start(node));
            }
        }
        if self.scene.leaves {
            actions.extend(rows.clone().map(Action::DeleteGivenBack));
        }
        for sweep in 0..self.scene.sweeps {
            actions.extend(rows.clone().map(|row| Action::AskForRow(sweep, row)));
            actions.extend(rows.clone().map(|row| Action::ReadRow(sweep, row)));
            actions.push(Action::DeleteRow(sweep));
        }
        if self.scene.prunes {
            actions.push(Action::Prune);
        }
        if !self.guards.rows_are_durable {
            actions.push(Action::RestartDatabase);
        }
    }

    pub(crate) fn step_of_leaving(&self, state: &State, action: Action) -> Option<State> {
        match action {
            Action::Crash(node) => self.crash(state, node),
            Action::Start(node) => self.start(state, node),
            Action::GiveBack(node) => self.give_back(state, node),
            Action::DeleteGivenBack(row) => delete_given_back(state, row),
            Action::AskForRow(sweep, row) => self.ask_for_row(state, sweep, row),
            Action::ReadRow(sweep, row) => self.read_row(state, sweep, row),
            Action::DeleteRow(sweep) => self.delete_row(state, sweep),
            Action::Prune => prune(state),
            Action::RestartDatabase => self.restart_database(state),
            _ => None,
        }
    }

    fn crash(&self, state: &State, place: usize) -> Option<State> {
        if !state.nodes[place].up {
            return None;
        }
        state.with(|next| self.end(next, place))
    }

    /// A process is gone with all that it knew and was about to do; what it has sent is not.
    fn end(&self, state: &mut State, place: usize) {
        let node = &mut state.nodes[place];
        drop_renewal(node);
        let remembered = node.remembered.filter(|_| !self.guards.starts_empty);
        *node =
            Node { up: false, process: node.process, stray: node.stray, remembered, ..Node::new() };
        for (revoker, home) in state.revokers.iter_mut().zip(&self.scene.revokers) {
            let acts = matches!(
                revoker,
                Revoker::Sent { .. } | Revoker::Committed { .. } | Revoker::Waiting { .. }
            );
            if acts && *home == Some(place) {
                *revoker = Revoker::Dead;
            }
        }
    }

    fn start(&self, state: &State, place: usize) -> Option<State> {
        let node = &state.nodes[place];
        let process = if self.guards.id_is_new { node.process + 1 } else { node.process };
        let running = node.up && !node.left;
        if state.starts == 0 || running || process >= PROCESSES {
            return None;
        }
        state.with(|next| {
            next.starts -= 1;
            self.end(next, place);
            let node = &mut next.nodes[place];
            node.up = true;
            node.process = process;
        })
    }

    fn give_back(&self, state: &State, place: usize) -> Option<State> {
        let node = &state.nodes[place];
        let row = node.row(place);
        if !node.up || node.left || !node.joined || node.stray.is_some() {
            return None;
        }
        state.with(|next| {
            let node = &mut next.nodes[place];
            node.left = true;
            node.following = None;
            if self.guards.ends_renewals {
                drop_renewal(node);
            }
            if self.guards.leaves_memory_first {
                node.lease = 0;
            }
            next.database.given_back |= 1 << row;
        })
    }

    fn ask_for_row(&self, state: &State, place: usize, row: usize) -> Option<State> {
        if self.guards.delete_from_answer || state.sweeps[place] != Sweep::Idle {
            return None;
        }
        state.with(|next| next.sweeps[place] = Sweep::Asked { row, left: self.wait() })
    }

    /// The wait begins when the answer was given: who gets it later waits longer.
    fn read_row(&self, state: &State, place: usize, row: usize) -> Option<State> {
        let left = match state.sweeps[place] {
            Sweep::Asked { row: asked, left } if asked == row => left,
            Sweep::Idle if !self.guards.delete_waits => 0,
            Sweep::Idle if self.guards.delete_from_answer => self.wait(),
            _ => return None,
        };
        let first = state.database.rows[row]?.first;
        let sweep = Sweep::Waiting { row, left, unchanged: true, first };
        state.with(|next| next.sweeps[place] = sweep)
    }

    fn delete_row(&self, state: &State, place: usize) -> Option<State> {
        let Sweep::Waiting { row, left: 0, unchanged, first } = state.sweeps[place] else {
            return None;
        };
        // Where rows that come again count from one, two first generations are the same one.
        let repeats = |first_now| !self.guards.generation_is_fresh && first && first_now;
        let found = state.database.rows[row]
            .is_some_and(|there| unchanged || repeats(there.first) || !self.guards.delete_guarded);
        state.with(|next| {
            next.sweeps[place] = Sweep::Idle;
            if found {
                next.database.rows[row] = None;
            }
        })
    }

    /// Lets go of rows that were not made durable; with the rule there are none.
    fn restart_database(&self, state: &State) -> Option<State> {
        if self.guards.rows_are_durable || state.database.rows.iter().all(Option::is_none) {
            return None;
        }
        state.with(|next| next.database.rows.fill(None))
    }
}

fn delete_given_back(state: &State, row: usize) -> Option<State> {
    if state.database.given_back & (1 << row) == 0 {
        return None;
    }
    state.with(|next| {
        next.database.given_back &= !(1 << row);
        next.database.rows[row] = None;
    })
}

fn prune(state: &State) -> Option<State> {
    if state.database.pruned >= state.database.head() {
        return None;
    }
    state.with(|next| next.database.pruned += 1)
}
