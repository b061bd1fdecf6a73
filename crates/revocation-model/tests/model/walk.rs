//! Walking through an instance.

use revocation_model::{Guards, PROMISE, Protocol, Scene, State};
use stateright::{Checker, HasDiscoveries, Model, Path};
use std::fmt::Write;
use std::time::Instant;

/// All of an instance: the promise holds, and what the scene names is seen to happen.
pub fn holds(name: &str, scene: Scene) {
    holds_with(name, scene, Guards::default());
}

/// The same with other rules.
pub fn holds_with(name: &str, scene: Scene, guards: Guards) {
    let wanted = scene.seen.clone();
    let began = Instant::now();
    let checker = Protocol { scene, guards }.checker().spawn_bfs().join();
    println!(
        "{name}: {} states, {} steps, {} deep, {:.1} s",
        checker.unique_state_count(),
        checker.state_count(),
        checker.max_depth(),
        began.elapsed().as_secs_f64()
    );
    let broken = checker.discovery(PROMISE).map(|path| told(&path));
    assert!(broken.is_none(), "{name}: {}", broken.unwrap_or_default());
    for property in wanted {
        assert!(checker.discovery(property).is_some(), "{name}: never seen: {property}");
    }
}

/// Without one rule, the checker finds a check that breaks the promise.
pub fn breaks(name: &str, scene: Scene, without: impl Fn(&mut Guards)) {
    let mut guards = Guards::default();
    without(&mut guards);
    let began = Instant::now();
    let checker = Protocol { scene, guards }
        .checker()
        .finish_when(HasDiscoveries::AnyFailures)
        .spawn_bfs()
        .join();
    let states = checker.unique_state_count();
    let seconds = began.elapsed().as_secs_f64();
    let broken = checker.discovery(PROMISE).map(|path| told(&path));
    assert!(broken.is_some(), "{name}: {states} states, and the promise holds");
    println!("without {name}: {states} states, {seconds:.1} s\n{}", broken.unwrap_or_default());
}

/// The steps that lead there, and what there is then.
fn told(path: &Path<State, revocation_model::Action>) -> String {
    let mut text = String::from("the promise is broken by\n");
    for action in path.clone().into_actions() {
        let _ = writeln!(text, "  {action:?}");
    }
    let _ = writeln!(text, "{:?}", path.last_state());
    text
}
