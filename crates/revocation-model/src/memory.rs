//! What nodes remember, and what they answer from it.

use crate::state::{Check, Fill, Node};
use crate::{Action, Protocol, State};

impl Protocol {
    pub(crate) fn actions_of_memory(&self, node: usize, actions: &mut Vec<Action>) {
        use Action::{
            Answered, BeginCheck, BeginFill, KeepFill, LookAtLease, LookIntoMemory, ReadFill,
        };
        if node >= self.scene.asked {
            return;
        }
        actions.extend([BeginFill(node), BeginCheck(node), LookIntoMemory(node), Answered(node)]);
        if self.scene.fine {
            actions.extend([ReadFill(node), KeepFill(node), LookAtLease(node)]);
        }
    }

    pub(crate) fn step_of_memory(&self, state: &State, action: Action) -> Option<State> {
        let next = match action {
            Action::BeginFill(node) => self.begin_fill(state, node),
            Action::ReadFill(node) => read_fill(state, node),
            Action::KeepFill(node) => self.keep_fill(state, node),
            Action::BeginCheck(node) => self.begin_check(state, node),
            Action::LookAtLease(node) => self.look_at_lease(state, node),
            Action::LookIntoMemory(node) => self.look_into_memory(state, node),
            Action::Answered(node) => answered(state, node),
            _ => None,
        }?;
        match action {
            _ if self.scene.fine => Some(next),
            Action::BeginFill(node) => self.keep_fill(&read_fill(&next, node)?, node),
            Action::BeginCheck(node) => self.look_at_lease(&next, node),
            _ => Some(next),
        }
    }

    /// A fill belongs to some check before; what that one answers is no matter. One that begins
    /// after the revocation finds nothing worth remembering.
    fn begin_fill(&self, state: &State, place: usize) -> Option<State> {
        let node = &state.nodes[place];
        let early = !node.joined && !self.scene.fills_early;
        if !node.up || early || node.fill.is_some() || state.database.revoked() {
            return None;
        }
        state.with_node(place, |node| node.fill = Some(Fill { as_of: node.applied, read: false }))
    }

    fn keep_fill(&self, state: &State, place: usize) -> Option<State> {
        let Fill { as_of, read: true } = state.nodes[place].fill? else {
            return None;
        };
        state.with(|next| {
            let revoked = next.database.revoked();
            let node = &mut next.nodes[place];
            let as_of = if self.guards.as_of_before_select { as_of } else { node.applied };
            node.fill = None;
            node.remembered = Some(as_of);
            if let Check::Shares { late } = node.check {
                let good = as_of >= node.epoch || !self.guards.shared_fill_judged;
                node.check = if good { Check::SaidYes { late } } else { asks(late, revoked) };
            }
        })
    }

    fn begin_check(&self, state: &State, place: usize) -> Option<State> {
        let node = &state.nodes[place];
        let late = state.acknowledged();
        if !node.up || !(late || self.scene.early_checks || !self.guards.lease_after_request) {
            return None;
        }
        let check = match node.check {
            Check::None if self.guards.lease_after_request => Check::Begun { late },
            Check::None if node.lease > 0 => Check::Prepared,
            Check::Prepared => Check::Leased { late },
            _ => return None,
        };
        state.with_node(place, |node| node.check = check)
    }

    fn look_at_lease(&self, state: &State, place: usize) -> Option<State> {
        let node = &state.nodes[place];
        let revoked = state.database.revoked();
        let leased = node.lease > 0 || !self.guards.memory_needs_lease;
        let check = match node.check {
            Check::Begun { late } if !self.guards.lease_before_memory => {
                if self.hit(node) {
                    Check::Remembered { late }
                } else {
                    asks(late, revoked)
                }
            }
            Check::Begun { late } if leased => Check::Leased { late },
            Check::Begun { late } if !self.guards.sharing_needs_lease && self.can_share(node) => {
                Check::Shares { late }
            }
            Check::Remembered { late } if leased => Check::SaidYes { late },
            Check::Begun { late } | Check::Remembered { late } => asks(late, revoked),
            _ => return None,
        };
        state.with_node(place, |node| node.check = check)
    }

    fn look_into_memory(&self, state: &State, place: usize) -> Option<State> {
        let node = &state.nodes[place];
        let Check::Leased { late } = node.check else {
            return None;
        };
        let check = match () {
            () if self.hit(node) => Check::SaidYes { late },
            () if self.can_share(node) => Check::Shares { late },
            () => asks(late, state.database.revoked()),
        };
        state.with_node(place, |node| node.check = check)
    }

    fn hit(&self, node: &Node) -> bool {
        node.remembered.is_some_and(|as_of| as_of >= node.epoch || !self.guards.epochs_compared)
    }

    fn can_share(&self, node: &Node) -> bool {
        self.scene.shares && node.fill.is_some()
    }
}

fn read_fill(state: &State, place: usize) -> Option<State> {
    let Fill { as_of, read: false } = state.nodes[place].fill? else {
        return None;
    };
    let revoked = state.database.revoked();
    state.with_node(place, |node| {
        node.fill = (!revoked).then_some(Fill { as_of, read: true });
        // Who waits for a fill that says no says no.
        if revoked && matches!(node.check, Check::Shares { .. }) {
            node.check = Check::None;
        }
    })
}

/// A check asks the database and answers what that says; a "no" is of no further interest.
fn asks(late: bool, revoked: bool) -> Check {
    if late && !revoked { Check::SaidYes { late } } else { Check::None }
}

fn answered(state: &State, place: usize) -> Option<State> {
    let Check::SaidYes { late: false } = state.nodes[place].check else {
        return None;
    };
    state.with_node(place, |node| node.check = Check::None)
}
