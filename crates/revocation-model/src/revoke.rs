//! Revocations: commit, apply, wait for the others, acknowledge. And changes of other credentials.

use crate::state::Revoker;
use crate::{Action, Protocol, State};

impl Protocol {
    pub(crate) fn actions_of_revokers(&self, actions: &mut Vec<Action>) {
        use Action::{Acknowledge, Commit, Know, KnowOther, Other, SeeRow, SendCommit};
        for revoker in 0..self.scene.revokers.len() {
            actions.extend([SendCommit(revoker), Commit(revoker), Know(revoker)]);
            actions.push(Acknowledge(revoker));
            actions.extend(self.rows().map(|row| SeeRow(revoker, row)));
        }
        if self.scene.others > 0 {
            for node in 0..self.scene.nodes {
                actions.extend([Other(node), KnowOther(node)]);
            }
        }
    }

    pub(crate) fn step_of_revokers(&self, state: &State, action: Action) -> Option<State> {
        match action {
            Action::SendCommit(revoker) => self.send_commit(state, revoker),
            Action::Commit(revoker) => self.commit(state, revoker),
            Action::Know(revoker) => self.know(state, revoker),
            Action::SeeRow(revoker, row) => see_row(state, revoker, row),
            Action::Acknowledge(revoker) => acknowledge(state, revoker),
            Action::Other(node) => self.other(state, node),
            Action::KnowOther(node) => know_other(state, node),
            _ => None,
        }
    }

    /// That COMMIT is sent matters only where a rule is broken that is about this moment.
    fn send_commit(&self, state: &State, place: usize) -> Option<State> {
        let guards = &self.guards;
        let kept = guards.commit_order && guards.wait_from_known && guards.rows_after_commit;
        if kept || state.revokers[place] != Revoker::Idle || !self.home_is_up(state, place) {
            return None;
        }
        state.with(|next| {
            let revision = (!guards.commit_order).then(|| {
                next.database.open = true;
                next.database.revocation = next.database.take_number();
                next.database.revocation
            });
            let rows = self.rows_to_wait_for(next, place, u8::MAX);
            next.revokers[place] = Revoker::Sent { revision, left: self.wait(), rows };
        })
    }

    fn commit(&self, state: &State, place: usize) -> Option<State> {
        let guards = &self.guards;
        let (numbered, left, rows) = match state.revokers[place] {
            Revoker::Sent { revision, left, rows } => (revision, left, rows),
            Revoker::Idle
                if guards.commit_order && guards.wait_from_known && guards.rows_after_commit =>
            {
                (None, 0, 0)
            }
            _ => return None,
        };
        if !self.home_is_up(state, place) {
            return None;
        }
        state.with(|next| {
            let database = &mut next.database;
            let (revision, own) = if let Some(revision) = numbered {
                database.open = false;
                (revision, true)
            } else if database.revoked() {
                (database.head(), false)
            } else {
                database.revocation = database.take_number();
                (database.revocation, true)
            };
            next.revokers[place] = Revoker::Committed { revision, own, left, rows };
        })
    }

    fn know(&self, state: &State, place: usize) -> Option<State> {
        let Revoker::Committed { revision, own, left, rows } = state.revokers[place] else {
            return None;
        };
        let guards = &self.guards;
        let home = self.scene.revokers[place];
        let rows = match () {
            () if !guards.rows_after_commit => rows,
            () if own => self.rows_to_wait_for(state, place, revision),
            // Who has changed nothing has applied nothing: their own row counts like any other.
            () => rows_behind(state, revision),
        };
        let left = if guards.wait_from_known { self.wait() } else { left };
        let waits = guards.waits && (own || guards.repeat_waits);
        state.with(|next| {
            if let Some(home) = home.filter(|_| own) {
                let node = &mut next.nodes[home];
                if guards.own_change_applied {
                    node.epoch = node.epoch.max(revision);
                }
                if !guards.own_change_skips_none {
                    node.applied = node.applied.max(revision);
                }
            }
            next.revokers[place] = if waits {
                Revoker::Waiting { revision, left, rows }
            } else {
                Revoker::Acknowledges { waited: false }
            };
        })
    }

    fn other(&self, state: &State, place: usize) -> Option<State> {
        let node = &state.nodes[place];
        if state.others == 0 || !node.up || node.own.is_some() {
            return None;
        }
        state.with(|next| {
            next.others -= 1;
            let revision = next.database.take_number();
            // Else it applies its own subject's epoch, which is another one.
            if !self.guards.own_change_skips_none {
                next.nodes[place].own = Some(revision);
            }
        })
    }

    fn home_is_up(&self, state: &State, place: usize) -> bool {
        self.scene.revokers[place].is_none_or(|home| state.nodes[home].up)
    }

    /// All but the acting process's own.
    fn rows_to_wait_for(&self, state: &State, place: usize, revision: u8) -> u8 {
        let own = self.scene.revokers[place].map(|home| state.nodes[home].row(home));
        rows_behind(state, revision) & !own.map_or(0, |row| 1 << row)
    }
}

/// The rows that have not applied a change, a bit each.
fn rows_behind(state: &State, revision: u8) -> u8 {
    let rows = state.database.rows.iter().enumerate();
    rows.filter(|(_, row)| row.is_some_and(|row| row.applied < revision))
        .fold(0, |bits, (place, _)| bits | 1 << place)
}

fn see_row(state: &State, place: usize, row: usize) -> Option<State> {
    let Revoker::Waiting { revision, left, rows } = state.revokers[place] else {
        return None;
    };
    let awaited = rows & (1 << row) != 0;
    let done = state.database.rows[row].is_none_or(|row| row.applied >= revision);
    if !awaited || !done {
        return None;
    }
    let rows = rows & !(1 << row);
    state.with(|next| next.revokers[place] = Revoker::Waiting { revision, left, rows })
}

fn acknowledge(state: &State, place: usize) -> Option<State> {
    let next = match state.revokers[place] {
        Revoker::Waiting { rows: 0, .. } => Revoker::Acknowledges { waited: false },
        Revoker::Waiting { left: 0, .. } => Revoker::Acknowledges { waited: true },
        Revoker::Acknowledges { .. } => Revoker::Acknowledged,
        _ => return None,
    };
    state.with(|state| state.revokers[place] = next)
}

/// Where the rule is broken, `applied` jumps to the number of the node's own change.
fn know_other(state: &State, place: usize) -> Option<State> {
    let revision = state.nodes[place].own?;
    state.with_node(place, |node| {
        node.own = None;
        node.applied = node.applied.max(revision);
    })
}
