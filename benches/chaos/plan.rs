//! What a run does, from the command line.

use std::fmt;
use std::time::Duration;

pub struct Plan {
    pub nodes: usize,
    pub revocations: usize,
    pub seed: u64,
    /// At most.
    pub lasting: Duration,
    /// How long nothing goes wrong, and how long it does, in turns.
    pub calm: Duration,
    pub storm: Duration,
    /// Revocations are acknowledged without waiting for other nodes: the run has to notice.
    pub without_wait: bool,
    /// Few ask, and one revokes, so that the machine has time for what is measured.
    pub light: bool,
    /// Nothing else goes wrong than that nodes are killed.
    pub only_killed: bool,
}

impl Plan {
    pub fn read(arguments: &[String]) -> Self {
        let number = |name: &str, usual: u64| {
            let position = arguments.iter().position(|argument| argument == name);
            let text = position.and_then(|position| arguments.get(position + 1));
            text.map_or(usual, |text| text.parse().expect("a number"))
        };
        let said = |name: &str| arguments.iter().any(|argument| argument == name);
        let seconds = |name, usual| Duration::from_secs(number(name, usual));
        Self {
            nodes: number("--nodes", 3) as usize,
            revocations: number("--revocations", 1000) as usize,
            seed: number("--seed", 1),
            lasting: seconds("--seconds", 3600),
            calm: seconds("--calm", 10),
            storm: seconds("--storm", 20),
            without_wait: said("--without-wait"),
            light: said("--light"),
            only_killed: said("--only-killed"),
        }
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "chaos: {} nodes, {} revocations or {} s, seed {}; in turns {} s of calm and {} s of {}{}{}",
            self.nodes,
            self.revocations,
            self.lasting.as_secs(),
            self.seed,
            self.calm.as_secs(),
            self.storm.as_secs(),
            if self.only_killed { "killed nodes" } else { "faults" },
            if self.light { "; few ask, and one revokes" } else { "" },
            if self.without_wait { "; WITHOUT the wait for other nodes" } else { "" }
        )
    }
}
