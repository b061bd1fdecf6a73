//! Leases: the row first, then the changes, then the use; and following in between.

use crate::state::{Node, Read, Renewal};
use crate::{Action, Guards, Protocol, State};

impl Protocol {
    pub(crate) fn actions_of_leases(&self, node: usize, actions: &mut Vec<Action>) {
        use Action::{Apply, CatchUp, Follow, GiveUp, Send, Tell, Use, Write, WriteStray};
        actions.extend([Send(node), CatchUp(node), Tell(node)]);
        if self.scene.fine {
            actions.extend([Write(node), Use(node)]);
        }
        if self.scene.follows {
            actions.push(Follow(node));
        }
        if self.scene.follows && self.scene.fine {
            actions.push(Apply(node));
        }
        if self.scene.strays {
            actions.extend([GiveUp(node), WriteStray(node)]);
        }
    }

    pub(crate) fn step_of_leases(&self, state: &State, action: Action) -> Option<State> {
        let next = match action {
            Action::Send(node) => self.send(state, node),
            Action::Write(node) => write(state, node),
            Action::CatchUp(node) => self.catch_up(state, node),
            Action::Use(node) => self.take(state, node),
            Action::GiveUp(node) => give_up(state, node),
            Action::WriteStray(node) => write_stray(state, node),
            Action::Follow(node) => self.follow(state, node),
            Action::Apply(node) => self.apply(state, node),
            Action::Tell(node) => tell(state, node),
            _ => None,
        }?;
        match action {
            _ if self.scene.fine => Some(next),
            Action::Send(node) => write(&next, node),
            Action::CatchUp(node) => self.take(&next, node).or(Some(next)),
            Action::Follow(node) => self.apply(&next, node),
            _ => Some(next),
        }
    }

    fn send(&self, state: &State, place: usize) -> Option<State> {
        let node = &state.nodes[place];
        if !node.up || node.left || node.renewal != Renewal::Idle {
            return None;
        }
        let read = (!self.guards.catch_up_after_write).then(|| self.read(state, place));
        let renewal = Renewal::Sent { left: self.scene.lease, read };
        state.with_node(place, |node| node.renewal = renewal)
    }

    fn catch_up(&self, state: &State, place: usize) -> Option<State> {
        let Renewal::Written { left, again, read } = state.nodes[place].renewal else {
            return None;
        };
        let guards = &self.guards;
        let left = if guards.lease_from_sending { left } else { self.scene.lease };
        let read = read.unwrap_or_else(|| self.read(state, place));
        state.with_node(place, |node| {
            if again && !guards.rejoined_catches_up {
                node.lease = left;
                node.renewal = Renewal::Idle;
                return;
            }
            if !guards.use_after_catch_up {
                node.lease = left;
            }
            early(guards, node, read);
            node.renewal = Renewal::CaughtUp { left, read };
        })
    }

    fn take(&self, state: &State, place: usize) -> Option<State> {
        let Renewal::CaughtUp { left, read } = state.nodes[place].renewal else {
            return None;
        };
        let read = self.arrived(state, read);
        let left = if self.guards.lease_not_from_answer { left } else { self.scene.lease };
        state.with_node(place, |node| {
            raise(&self.guards, node, read);
            node.joined = true;
            node.lease = left;
            node.renewal = Renewal::Idle;
        })
    }

    fn follow(&self, state: &State, place: usize) -> Option<State> {
        let node = &state.nodes[place];
        let behind = node.applied < state.database.head();
        if !node.up || node.left || !node.joined || node.following.is_some() || !behind {
            return None;
        }
        let read = self.read(state, place);
        state.with_node(place, |node| {
            early(&self.guards, node, read);
            node.following = Some(read);
        })
    }

    fn apply(&self, state: &State, place: usize) -> Option<State> {
        let read = self.arrived(state, state.nodes[place].following?);
        state.with_node(place, |node| {
            raise(&self.guards, node, read);
            node.following = None;
        })
    }

    fn read(&self, state: &State, place: usize) -> Read {
        state.database.read(state.nodes[place].applied, self.scene.collides)
    }

    /// Without the rule, a head is asked for once the changes are here.
    fn arrived(&self, state: &State, read: Read) -> Read {
        if self.guards.one_snapshot { read } else { Read { head: state.database.head(), ..read } }
    }
}

fn write(state: &State, place: usize) -> Option<State> {
    let Renewal::Sent { left, read } = state.nodes[place].renewal else {
        return None;
    };
    state.with(|next| {
        let new = next.write_row(next.nodes[place].row(place));
        let node = &mut next.nodes[place];
        node.renewal = Renewal::Written { left, again: new && node.joined, read };
    })
}

fn give_up(state: &State, place: usize) -> Option<State> {
    let node = &state.nodes[place];
    match node.renewal {
        Renewal::Idle => None,
        Renewal::Sent { .. } if node.stray.is_some() => None,
        _ => state.with_node(place, drop_renewal),
    }
}

/// Nobody waits for a renewal any longer, which may be on its way to the database.
pub(crate) fn drop_renewal(node: &mut Node) {
    if let Renewal::Sent { .. } = node.renewal {
        node.stray = Some(node.process);
    }
    node.renewal = Renewal::Idle;
}

fn write_stray(state: &State, place: usize) -> Option<State> {
    let process = state.nodes[place].stray?;
    state.with(|next| {
        next.nodes[place].stray = None;
        next.write_row(place * crate::state::PROCESSES + process);
    })
}

/// The row may say less than the node has applied, never more. Sent and committed in one step: what
/// arrives later says less.
fn tell(state: &State, place: usize) -> Option<State> {
    let node = &state.nodes[place];
    let row = node.row(place);
    let behind = state.database.rows[row].is_some_and(|row| row.applied < node.applied);
    if !node.up || !behind {
        return None;
    }
    let applied = node.applied;
    state.with(|next| {
        if let Some(row) = &mut next.database.rows[row] {
            row.applied = applied;
        }
    })
}

/// Without the rule, `applied` moves as soon as changes are read.
fn early(guards: &Guards, node: &mut Node, read: Read) {
    if !guards.applied_after_epochs {
        node.applied = node.applied.max(read.head);
    }
}

fn raise(guards: &Guards, node: &mut Node, read: Read) {
    let all = (read.gap && guards.gap_raises_all) || (!node.joined && guards.join_raises_all);
    let epoch = match () {
        () if all => read.head,
        // Where joining is only a matter of taking the head, nothing is read.
        () if !node.joined => 0,
        () => read.raised_to,
    };
    node.epoch = if guards.epochs_grow || epoch == 0 { node.epoch.max(epoch) } else { epoch };
    node.applied = node.applied.max(read.head);
}
