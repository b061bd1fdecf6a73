//! What must always hold, and what must be seen to happen so that this says something.

use crate::state::{Check, Node, Renewal, Revoker};
use crate::{Protocol, Scene, State};
use stateright::Property;

/// The promise, as the checker's reports name it.
pub const PROMISE: &str = "no check that began after the acknowledgement says yes";

type Seen = fn(&Protocol, &State) -> bool;

const SEEN: &[(&str, Seen)] = &[
    ("memory says yes under a lease", |_, state| {
        any(state, |node| said_yes(node) && node.lease > 0)
    }),
    ("a check stands still until its lease is over, and says yes", |_, state| {
        any(state, |node| said_yes(node) && node.lease == 0)
    }),
    ("memory says yes while the revocation is committed but not acknowledged", |_, state| {
        state.database.revoked() && !state.acknowledged() && any(state, said_yes)
    }),
    ("acknowledged because all have applied it", |_, state| {
        let joined = any(state, |node| node.joined && node.applied > 0 && node.lease > 0);
        joined && state.revokers.contains(&Revoker::Acknowledges { waited: false })
    }),
    ("acknowledged because time had run out", |_, state| {
        state.revokers.contains(&Revoker::Acknowledges { waited: true })
    }),
    (
        "a node that missed the revocation stays behind the acknowledgement, without a lease",
        |_, state| {
            state.acknowledged()
                && any(state, |node| node.up && node.joined && node.applied == 0 && has_hit(node))
        },
    ),
    ("a fill races the revocation", |_, state| {
        state.database.revoked()
            && any(state, |node| node.lease > 0 && node.fill.is_some_and(|fill| fill.read))
    }),
    ("what it brings is not good enough", |_, state| {
        any(state, |node| node.lease > 0 && node.remembered.is_some() && !has_hit(node))
    }),
    ("a check shares a fill", |_, state| {
        any(state, |node| matches!(node.check, Check::Shares { late: true }))
    }),
    ("a node loses its row", |_, state| {
        state.nodes.iter().enumerate().any(|(place, node)| {
            let row = state.database.rows[node.row(place)];
            node.up && !node.left && node.joined && row.is_none()
        })
    }),
    ("a node joins again", |_, state| {
        any(state, |node| matches!(node.renewal, Renewal::Written { again: true, .. }))
    }),
    ("a new process has a lease", |_, state| any(state, |node| node.process > 0 && node.lease > 0)),
    ("a node is behind what was pruned", |_, state| {
        any(state, |node| node.joined && node.lease > 0 && node.applied < state.database.pruned)
    }),
    ("who revokes is killed, and the repeat is acknowledged", |_, state| {
        state.revokers.contains(&Revoker::Dead) && state.database.revoked() && state.acknowledged()
    }),
];

pub(crate) fn of(scene: &Scene) -> Vec<Property<Protocol>> {
    let promise = Property::always(PROMISE, |_: &Protocol, state: &State| {
        !any(state, |node| node.check == Check::SaidYes { late: true })
    });
    let seen = scene.seen.iter().filter_map(|wanted| {
        let (name, seen) = SEEN.iter().find(|(name, _)| name == wanted)?;
        Some(Property::sometimes(name, *seen))
    });
    std::iter::once(promise).chain(seen).collect()
}

fn any(state: &State, is: impl Fn(&Node) -> bool) -> bool {
    state.nodes.iter().any(is)
}

fn said_yes(node: &Node) -> bool {
    matches!(node.check, Check::SaidYes { .. })
}

fn has_hit(node: &Node) -> bool {
    node.remembered.is_some_and(|as_of| as_of >= node.epoch)
}
