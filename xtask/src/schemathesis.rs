//! Schemathesis, which makes requests from the API's document: one pinned version from Python's
//! registry by its own client, in an environment of its own under `target/test-tools/`.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::packages::{VENV, ensure};
use crate::process::{capture, root};

const VERSION: &str = "4.32.5";

fn place() -> PathBuf {
    root().join(format!("target/test-tools/schemathesis-{VERSION}"))
}

/// Written last, so that an installation that was cut short is begun again.
fn mark(place: &Path) -> PathBuf {
    place.join("whole")
}

/// Whether it is here already, so that nothing need be fetched.
pub fn is_here() -> bool {
    mark(&place()).is_file()
}

/// Its program, fetched if it isn't here yet.
pub fn program() -> Result<PathBuf, String> {
    let place = place();
    let program = place.join("bin/schemathesis");
    if is_here() {
        return Ok(program);
    }
    let [python] = ensure([&VENV])?;
    // Two runs at once take turns.
    let turn = place.with_extension("lock");
    let tools = place.parent().unwrap_or(&place);
    fs::create_dir_all(tools).map_err(|e| format!("{}: {e}", tools.display()))?;
    let turn = File::create(&turn).map_err(|e| format!("{}: {e}", turn.display()))?;
    turn.lock().map_err(|e| format!("could not wait for another run's pip: {e}"))?;
    if is_here() {
        return Ok(program);
    }
    println!("xtask: fetching schemathesis {VERSION} from PyPI");
    fetch_into(&python, &place)
        .map_err(|e| format!("schemathesis, which tests the API, could not be installed: {e}"))?;
    fs::write(mark(&place), VERSION).map_err(|e| format!("{}: {e}", place.display()))?;
    Ok(program)
}

fn fetch_into(python: &Path, place: &Path) -> Result<(), String> {
    capture(Command::new(python).args(["-m", "venv", "--clear"]).arg(place))?;
    let pip = place.join("bin/pip");
    let wanted = format!("schemathesis=={VERSION}");
    let how = ["install", "--quiet", "--disable-pip-version-check", "--only-binary=:all:"];
    capture(Command::new(pip).args(how).arg(wanted)).map(|_| ())
}
