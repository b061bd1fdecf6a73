//! What `cargo test` says, passed on as it comes and added up over its many test binaries.

use std::io::{self, Read, Write};
use std::ops::AddAssign;
use std::process::{Command, ExitStatus, Stdio};

/// How many tests ended how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Ran and held.
    pub passed: u64,
    /// Ran and failed.
    pub failed: u64,
    /// Left out of this lane.
    pub ignored: u64,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.ignored += other.ignored;
    }
}

/// Runs `cargo test`, passing its output on, and adds up its results.
pub fn watch(cargo: &mut Command) -> Result<(ExitStatus, Tally), String> {
    let mut child = cargo
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|e| format!("could not start cargo: {e}"))?;
    let passed_on =
        child.stdout.take().map_or(Ok(Tally::default()), |out| pass_on(out, io::stdout().lock()));
    if passed_on.is_err() {
        // Nobody reads any more: no point in going on.
        drop(child.kill());
    }
    let status = child.wait().map_err(|e| format!("could not wait for cargo: {e}"))?;
    let tally = passed_on.map_err(|e| format!("could not pass on cargo's output: {e}"))?;
    Ok((status, tally))
}

/// Copies chunk by chunk, since libtest writes a test's name before it runs and its result after.
fn pass_on(mut from: impl Read, mut to: impl Write) -> io::Result<Tally> {
    let mut tally = Tally::default();
    let mut line = Vec::new();
    let mut chunk = [0_u8; 8192];
    loop {
        let length = from.read(&mut chunk)?;
        let Some(read) = chunk.get(..length).filter(|read| !read.is_empty()) else {
            return Ok(tally);
        };
        to.write_all(read)?;
        to.flush()?;
        for &byte in read {
            if byte == b'\n' {
                tally += result(&line);
                line.clear();
            } else {
                line.push(byte);
            }
        }
    }
}

/// The counts in `test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; …`; none for any other line.
fn result(line: &[u8]) -> Tally {
    let mut tally = Tally::default();
    let Ok(line) = std::str::from_utf8(line) else { return tally };
    let Some((_, counts)) =
        line.strip_prefix("test result: ").and_then(|rest| rest.split_once(". "))
    else {
        return tally;
    };
    for count in counts.split("; ") {
        let Some((number, what)) = count.split_once(' ') else { continue };
        let number = number.parse().unwrap_or(0);
        match what {
            "passed" => tally.passed = number,
            "failed" => tally.failed = number,
            "ignored" => tally.ignored = number,
            _ => {}
        }
    }
    tally
}

#[cfg(test)]
mod tests {
    use super::{Tally, pass_on};

    #[test]
    fn results_are_added_up_and_the_output_is_untouched() -> std::io::Result<()> {
        let said = "running 2 tests\ntest a ... ok\n\n\
            test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 5 filtered out; finished in 0.01s\n\
            test result: FAILED. 40 passed; 3 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.00s\n\
            a test's own words: 9 passed; 9 failed\n";
        let mut heard = Vec::new();
        let tally = pass_on(said.as_bytes(), &mut heard)?;
        assert_eq!(tally, Tally { passed: 42, failed: 3, ignored: 1 });
        assert_eq!(heard, said.as_bytes());
        Ok(())
    }
}
