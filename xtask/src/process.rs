//! Running other programs, and saying what went wrong when they fail.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, ExitStatus, Stdio};

/// The root of the repository, where `Cargo.lock` and `target/` are.
pub fn root() -> PathBuf {
    let package = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    package.parent().map_or_else(|| package.clone(), Path::to_path_buf)
}

/// The cargo that runs this tool, started in the root of the repository.
pub fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    // What cargo told this tool of itself would have build scripts run again that ask for
    // it, and everything above them: a build by hand in between costs minutes.
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        if name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&*name);
        }
    }
    command
}

/// The first executable of this name on `PATH`.
pub fn on_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|dir| dir.join(name)).find(|file| file.is_file())
}

/// Runs to the end with this terminal as output.
pub fn watch(command: &mut Command) -> Result<ExitStatus, String> {
    command.status().map_err(|e| format!("could not start {}: {e}", program(command)))
}

/// Runs to the end without a word; what the program said is the answer, or part of the error.
pub fn capture(command: &mut Command) -> Result<String, String> {
    let done = command
        .stdin(Stdio::null())
        .output()
        .map_err(|e| format!("could not start {}: {e}", program(command)))?;
    let out = String::from_utf8_lossy(&done.stdout).into_owned();
    if done.status.success() {
        return Ok(out);
    }
    let err = String::from_utf8_lossy(&done.stderr);
    Err(format!("{} failed ({}):\n{out}{err}", program(command), done.status))
}

/// The code to end with when another program's is passed on; 1 for one ended by a signal.
pub fn exit_code(status: ExitStatus) -> ExitCode {
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    ExitCode::from(code.unwrap_or(1))
}

fn program(command: &Command) -> String {
    command.get_program().to_string_lossy().into_owned()
}
