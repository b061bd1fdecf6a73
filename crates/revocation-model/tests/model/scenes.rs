//! The instances that are walked through.

use revocation_model::Scene;

/// One node renews, follows and is asked; the revocation comes by the command line.
pub fn one_lease() -> Scene {
    Scene {
        fine: true,
        follows: true,
        strays: true,
        early_checks: true,
        seen: vec![
            "memory says yes under a lease",
            "a check stands still until its lease is over, and says yes",
            "memory says yes while the revocation is committed but not acknowledged",
            "acknowledged because all have applied it",
            "acknowledged because time had run out",
            "a node that missed the revocation stays behind the acknowledgement, without a lease",
            "a fill races the revocation",
            "what it brings is not good enough",
        ],
        ..Scene::default()
    }
}

/// Two nodes, both asked, and one of them revokes.
pub fn two_nodes() -> Scene {
    Scene {
        nodes: 2,
        asked: 2,
        revokers: vec![Some(1)],
        follows: true,
        seen: vec![
            "acknowledged because all have applied it",
            "acknowledged because time had run out",
        ],
        ..Scene::default()
    }
}

/// Rows of nodes that are still are deleted, and nodes join again.
pub fn swept() -> Scene {
    Scene {
        sweeps: 2,
        strays: true,
        seen: vec!["a node loses its row", "a node joins again"],
        ..Scene::default()
    }
}

/// Processes are killed, leave and start.
pub fn come_and_go() -> Scene {
    Scene {
        starts: 1,
        crashes: true,
        leaves: true,
        strays: true,
        sweeps: 1,
        seen: vec!["a new process has a lease"],
        ..Scene::default()
    }
}

/// Other changes come between, and old ones are pruned.
pub fn many_changes() -> Scene {
    Scene {
        others: 2,
        follows: true,
        prunes: true,
        seen: vec!["a node is behind what was pruned"],
        ..Scene::default()
    }
}

/// A change of a credential that shares the epoch is applied late.
pub fn one_epoch() -> Scene {
    Scene {
        fine: true,
        others: 1,
        collides: true,
        follows: true,
        slow_ticks: 0,
        ..Scene::default()
    }
}

/// Processes are killed and start.
pub fn killed() -> Scene {
    Scene { starts: 1, crashes: true, follows: true, ..Scene::default() }
}

/// Processes are killed and start; nothing is remembered before the first lease.
pub fn filled_under_leases() -> Scene {
    Scene { starts: 1, crashes: true, fills_early: false, ..Scene::default() }
}

/// Checks wait for fills that others have begun.
pub fn shared_fills() -> Scene {
    Scene {
        fine: true,
        shares: true,
        follows: true,
        seen: vec!["a check shares a fill", "a fill races the revocation"],
        ..Scene::default()
    }
}

/// Who revokes is killed before the answer, or somebody else revokes at the same time.
pub fn repeated() -> Scene {
    Scene {
        nodes: 2,
        asked: 1,
        lease: 1,
        slow_ticks: 0,
        revokers: vec![Some(1), None],
        crashes: true,
        seen: vec!["who revokes is killed, and the repeat is acknowledged"],
        ..Scene::default()
    }
}

/// The steps of one node, with longer leases and clocks that differ more.
pub fn long_lease() -> Scene {
    Scene {
        fine: true,
        lease: 3,
        allowance: 2,
        slow_ticks: 2,
        follows: true,
        sweeps: 1,
        ..Scene::default()
    }
}

/// Two nodes, both asked, each step on its own.
pub fn two_nodes_fine() -> Scene {
    Scene {
        nodes: 2,
        asked: 2,
        fine: true,
        revokers: vec![Some(1)],
        slow_ticks: 0,
        ..Scene::default()
    }
}

/// Two nodes that lose their rows.
pub fn two_nodes_swept() -> Scene {
    Scene {
        nodes: 2,
        asked: 2,
        follows: true,
        strays: true,
        sweeps: 1,
        revokers: vec![Some(1)],
        ..Scene::default()
    }
}

/// Two nodes that are killed, leave and start, two who revoke.
pub fn two_nodes_come_and_go() -> Scene {
    Scene {
        nodes: 2,
        asked: 1,
        lease: 1,
        slow_ticks: 0,
        crashes: true,
        leaves: true,
        starts: 1,
        revokers: vec![Some(1), None],
        ..Scene::default()
    }
}

/// Two nodes, other changes, pruning.
pub fn two_nodes_changes() -> Scene {
    Scene {
        nodes: 2,
        asked: 2,
        follows: true,
        prunes: true,
        others: 1,
        revokers: vec![Some(1)],
        ..Scene::default()
    }
}

/// Three nodes.
pub fn three_nodes() -> Scene {
    Scene { nodes: 3, asked: 2, follows: true, revokers: vec![Some(2)], ..Scene::default() }
}
