//! The process that cleans up after a run, however the run ends.
//!
//! A drop guard is no help against Ctrl-C or `kill -9`, and a signal handler none against the
//! second. So each run starts a keeper: this same program, in a process group of its own, where the
//! terminal's Ctrl-C doesn't reach it, reading a pipe whose other end only the run holds. The pipe
//! closes when the run ends, by whatever cause; the keeper then stops what the run started.

use std::fs;
use std::io;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::thread::sleep;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use crate::postgres;
use crate::scratch::MARK;

/// The command by which this program starts itself as a keeper; not in `help`.
pub const COMMAND: &str = "keeper";

const TICK: Duration = Duration::from_millis(20);
/// How often to look again for a process that should be gone: 10 seconds in all.
const LOOKS: u32 = 500;
/// So many looks in a row must find nothing: a process that is just being started has no
/// environment to be read for a moment, although its parent believes that it runs.
const QUIET_LOOKS: u32 = 3;

/// The run's end of the pipe. Dropping it has the keeper clean up, and waits until that is done.
pub struct Keeper(Child);

impl Keeper {
    /// Starts the keeper of this folder.
    pub fn start(folder: &Path) -> Result<Self, String> {
        std::env::current_exe()
            .and_then(|program| {
                Command::new(program)
                    .args([COMMAND.as_ref(), folder.as_os_str()])
                    .current_dir("/")
                    .stdin(Stdio::piped())
                    .process_group(0)
                    .spawn()
            })
            .map(Self)
            .map_err(|e| format!("could not start the keeper: {e}"))
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        if let Err(e) = self.0.wait() {
            eprintln!("xtask: could not wait for the keeper: {e}");
        }
    }
}

/// The keeper itself: waits for the end of the pipe, then cleans up.
pub fn run(args: &[String]) -> ExitCode {
    let [folder] = args else {
        eprintln!("xtask: the keeper is started by a run, with the run's folder");
        return ExitCode::from(2);
    };
    // An error on the pipe means the same as its end.
    drop(io::copy(&mut io::stdin(), &mut io::sink()));
    match clean(Path::new(folder)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("xtask: could not clean up: {reason}");
            ExitCode::FAILURE
        }
    }
}

/// Ends every process of the run, PostgreSQL last (so that nothing complains of losing it), and
/// removes the folder.
fn clean(folder: &Path) -> Result<(), String> {
    // Found anew at each look: a run that was killed may just have been starting it.
    let server = || postgres::running(folder);
    until_none(Signal::KILL, || {
        marked(folder).into_iter().filter(|&pid| Some(pid) != server()).collect()
    })?;
    until_none(Signal::QUIT, || server().into_iter().collect())?;
    until_none(Signal::KILL, || marked(folder))?;
    remove(folder)
}

/// Signals what is listed until the list stays empty.
fn until_none(signal: Signal, list: impl Fn() -> Vec<Pid>) -> Result<(), String> {
    let mut quiet = 0;
    for _ in 0..LOOKS {
        let pids = list();
        quiet = if pids.is_empty() { quiet + 1 } else { 0 };
        if quiet == QUIET_LOOKS {
            return Ok(());
        }
        for pid in pids {
            // It may have ended by itself since it was listed.
            let _gone = kill_process(pid, signal);
        }
        sleep(TICK);
    }
    Err(format!("processes do not end: {:?}", list()))
}

/// The processes whose environment says that they belong to this folder's run.
fn marked(folder: &Path) -> Vec<Pid> {
    let mark = [MARK.as_bytes(), b"=", folder.as_os_str().as_encoded_bytes()].concat();
    let Ok(processes) = fs::read_dir("/proc") else { return Vec::new() };
    processes
        .flatten()
        .filter_map(|process| {
            let pid = Pid::from_raw(process.file_name().to_str()?.parse().ok()?)?;
            let environment = fs::read(process.path().join("environ")).ok()?;
            environment.split(|&byte| byte == 0).any(|entry| entry == mark).then_some(pid)
        })
        .collect()
}

/// Removes the folder; a process in its last breath may still have put a file there meanwhile.
fn remove(folder: &Path) -> Result<(), String> {
    let mut last = None;
    for _ in 0..LOOKS {
        match fs::remove_dir_all(folder) {
            Ok(()) => return Ok(()),
            Err(e) if e.kind() == io::ErrorKind::NotFound && !PathBuf::from(folder).exists() => {
                return Ok(());
            }
            Err(e) => last = Some(e),
        }
        sleep(TICK);
    }
    Err(format!("{}: {}", folder.display(), last.map_or_else(String::new, |e| e.to_string())))
}

#[cfg(test)]
mod tests {
    use super::{MARK, clean, marked};
    use crate::scratch::{make_folder, random_hex};
    use std::process::Command;

    #[test]
    fn cleaning_ends_the_runs_processes_and_removes_its_folder() -> Result<(), String> {
        let folder = std::env::temp_dir().join(format!("portcullis-keeper-{}", random_hex(8)?));
        make_folder(&folder, 0o700)?;
        let sleeper = |mark: &std::path::Path| {
            Command::new("sleep").arg("600").env(MARK, mark).spawn().map_err(|e| e.to_string())
        };
        let mut ours = sleeper(&folder)?;
        let mut strangers = sleeper(&folder.join("other"))?;

        let cleaned = clean(&folder);

        let left_alone = strangers.try_wait().map_err(|e| e.to_string())?.is_none();
        strangers.kill().map_err(|e| e.to_string())?;
        strangers.wait().map_err(|e| e.to_string())?;
        cleaned?;
        assert!(!ours.wait().map_err(|e| e.to_string())?.success());
        assert!(left_alone, "a process with another mark was ended");
        assert!(marked(&folder).is_empty());
        assert!(!folder.exists());
        Ok(())
    }
}
