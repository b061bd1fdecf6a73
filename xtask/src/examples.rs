//! What the example applications of other languages need, in the versions that their own files
//! pin: by `pip` and `npm`, in folders of their own under `target/test-tools/`.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use sha2::{Digest, Sha256};

use crate::packages::{NODE, NPM, VENV, ensure};
use crate::process::{capture, root};

/// A folder that is made anew when the file that pins its versions changes.
fn place(language: &str, pinned: &str) -> Result<PathBuf, String> {
    let file = root().join("examples").join(language).join(pinned);
    let text = fs::read(&file).map_err(|e| format!("{}: {e}", file.display()))?;
    let digest: [u8; 32] = Sha256::digest(text).into();
    let short =
        digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat();
    Ok(root().join(format!("target/test-tools/example-{language}-{short}")))
}

fn python_place() -> Result<PathBuf, String> {
    place("python", "requirements.txt")
}

fn javascript_place() -> Result<PathBuf, String> {
    place("javascript", "package-lock.json")
}

/// Written last, so that an installation that was cut short is begun again.
fn mark(place: &Path) -> PathBuf {
    place.join("whole")
}

/// Whether all of it is here already, so that nothing need be fetched.
pub fn are_here() -> bool {
    [python_place(), javascript_place()]
        .iter()
        .all(|place| place.as_ref().is_ok_and(|place| mark(place).is_file()))
}

/// A Python that has what its example imports.
pub fn python() -> Result<PathBuf, String> {
    let place = python_place()?;
    fetched(&place, "Authlib and Flask from PyPI", || {
        let [python] = ensure([&VENV])?;
        capture(Command::new(python).args(["-m", "venv", "--clear"]).arg(&place))?;
        let how = ["install", "--quiet", "--disable-pip-version-check", "--only-binary=:all:"];
        let wanted = root().join("examples/python/requirements.txt");
        capture(Command::new(place.join("bin/pip")).args(how).arg("--requirement").arg(wanted))
            .map(drop)
    })?;
    Ok(place.join("bin/python"))
}

/// Node, and the folder of packages that its example imports.
pub fn javascript() -> Result<(PathBuf, PathBuf), String> {
    let place = javascript_place()?;
    let [node] = ensure([&NODE])?;
    fetched(&place, "openid-client from the npm registry", || {
        let [npm] = ensure([&NPM])?;
        fs::create_dir_all(&place).map_err(|e| format!("{}: {e}", place.display()))?;
        for name in ["package.json", "package-lock.json"] {
            let file = root().join("examples/javascript").join(name);
            fs::copy(&file, place.join(name)).map_err(|e| format!("{}: {e}", file.display()))?;
        }
        let how = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
        capture(Command::new(npm).current_dir(&place).args(how)).map(drop)
    })?;
    Ok((node, place.join("node_modules")))
}

fn fetched(
    place: &Path,
    what: &str,
    fetch: impl FnOnce() -> Result<(), String>,
) -> Result<(), String> {
    if mark(place).is_file() {
        return Ok(());
    }
    // Two runs at once take turns.
    let turn = place.with_extension("lock");
    let tools = place.parent().unwrap_or(place);
    fs::create_dir_all(tools).map_err(|e| format!("{}: {e}", tools.display()))?;
    let turn = File::create(&turn).map_err(|e| format!("{}: {e}", turn.display()))?;
    turn.lock().map_err(|e| format!("could not wait for another run: {e}"))?;
    if mark(place).is_file() {
        return Ok(());
    }
    println!("xtask: fetching {what}");
    fetch().map_err(|e| format!("{what}, for an example application: {e}"))?;
    fs::write(mark(place), "").map_err(|e| format!("{}: {e}", place.display()))
}
