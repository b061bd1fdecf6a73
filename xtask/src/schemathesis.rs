//! Schemathesis, which makes requests from the API's document: one pinned version from Python's
//! registry, in a folder of its own under `target/test-tools/`.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::process::{capture, on_path, root};

const VERSION: &str = "4.32.5";

/// Its program; none where it can't be had, which is said and fails nothing.
pub fn program() -> Option<PathBuf> {
    let place = root().join(format!("target/test-tools/schemathesis-{VERSION}"));
    let program = place.join("bin/schemathesis");
    // Written last, so that an installation that was cut short is begun again.
    let whole = place.join("whole");
    if whole.is_file() {
        return Some(program);
    }
    println!("xtask: fetching schemathesis {VERSION} from PyPI");
    let Some(python) = on_path("python3") else {
        println!("xtask: there is no python3, so no requests are made from the API's document");
        return None;
    };
    let installed = capture(Command::new(python).args(["-m", "venv", "--clear"]).arg(&place))
        .and_then(|_| {
            capture(Command::new(place.join("bin/pip")).args([
                "install",
                "--quiet",
                "--disable-pip-version-check",
                "--only-binary=:all:",
                &format!("schemathesis=={VERSION}"),
            ]))
        })
        .and_then(|_| fs::write(&whole, VERSION).map_err(|e| format!("{}: {e}", whole.display())));
    match installed {
        Ok(()) => Some(program),
        Err(reason) => {
            println!("xtask: no requests are made from the API's document: {reason}");
            None
        }
    }
}
