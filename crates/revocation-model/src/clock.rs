//! Time: what is left on clocks grows less, for all or for all but one.

use crate::state::{Node, Renewal, Revoker, Sweep};
use crate::{Action, Protocol, State};

impl Protocol {
    pub(crate) fn actions_of_time(&self, actions: &mut Vec<Action>) {
        actions.push(Action::Tick);
        actions.extend((0..self.scene.nodes).map(Action::TickSlow));
    }

    pub(crate) fn step_of_time(&self, state: &State, action: Action) -> Option<State> {
        match action {
            Action::Tick => state.with(|next| tick(next, None)),
            // Without the rule, a clock stands still for as long as the machine sleeps.
            Action::TickSlow(node) if !self.guards.clock_of_sleepers => {
                state.with(|next| tick(next, Some(node)))
            }
            Action::TickSlow(node) if state.slow_ticks > 0 => state.with(|next| {
                next.slow_ticks -= 1;
                tick(next, Some(node));
            }),
            _ => None,
        }
    }

    /// How long who waits for a lease to end does so. Their clock is the fastest one.
    pub(crate) fn wait(&self) -> u8 {
        self.scene.lease + if self.guards.allowance { self.scene.allowance } else { 0 }
    }
}

fn tick(state: &mut State, slow: Option<usize>) {
    for (place, node) in state.nodes.iter_mut().enumerate() {
        if slow != Some(place) {
            tick_node(node);
        }
    }
    for revoker in &mut state.revokers {
        if let Revoker::Sent { left, .. }
        | Revoker::Committed { left, .. }
        | Revoker::Waiting { left, .. } = revoker
        {
            *left = left.saturating_sub(1);
        }
    }
    for sweep in &mut state.sweeps {
        if let Sweep::Asked { left, .. } | Sweep::Waiting { left, .. } = sweep {
            *left = left.saturating_sub(1);
        }
    }
}

fn tick_node(node: &mut Node) {
    node.lease = node.lease.saturating_sub(1);
    if let Renewal::Sent { left, .. }
    | Renewal::Written { left, .. }
    | Renewal::CaughtUp { left, .. } = &mut node.renewal
    {
        *left = left.saturating_sub(1);
    }
}
