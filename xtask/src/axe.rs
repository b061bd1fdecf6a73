//! axe-core, the accessibility checker that browser tests inject into each page.
//!
//! One file of one pinned version, from the npm registry by its own client, held against a pinned
//! checksum on each run and kept under `target/test-tools/`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::packages::{NPM, ensure};
use crate::process::{capture, root};

const VERSION: &str = "4.14.1";
const FOLDER: &str = "target/test-tools";
const SHA256: &str = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c";

/// Whether the right file is here already, so that nothing need be fetched.
pub fn is_here() -> bool {
    checksum(&place()).is_ok_and(|sum| sum == SHA256)
}

fn place() -> PathBuf {
    root().join(FOLDER).join(format!("axe-core-{VERSION}.min.js"))
}

/// The path of `axe.min.js`, fetched if it isn't here yet or isn't what it should be.
pub fn script() -> Result<PathBuf, String> {
    let tools = root().join(FOLDER);
    let script = place();
    if is_here() {
        return Ok(script);
    }
    let [npm] = ensure([&NPM])?;
    // A folder of this run's own: two runs at once fetch twice, and the last rename wins.
    let fetch = tools.join(format!("fetch-{}", std::process::id()));
    fs::create_dir_all(&fetch).map_err(|e| format!("{}: {e}", fetch.display()))?;
    let placed = fetch_into(&npm, &fetch).and_then(|file| {
        fs::rename(&file, &script)
            .map_err(|e| format!("could not put {} in place: {e}", script.display()))
    });
    fs::remove_dir_all(&fetch).map_err(|e| format!("{}: {e}", fetch.display()))?;
    placed.map(|()| script)
}

fn fetch_into(npm: &Path, folder: &Path) -> Result<PathBuf, String> {
    println!("xtask: fetching axe-core {VERSION} from the npm registry");
    capture(Command::new(npm).current_dir(folder).args([
        "pack",
        "--ignore-scripts",
        "--loglevel=error",
        &format!("axe-core@{VERSION}"),
    ]))?;
    capture(Command::new("tar").current_dir(folder).args([
        "--extract",
        "--gzip",
        &format!("--file=axe-core-{VERSION}.tgz"),
        "package/axe.min.js",
    ]))?;
    let file = folder.join("package/axe.min.js");
    let sum = checksum(&file)?;
    if sum != SHA256 {
        return Err(format!(
            "axe-core {VERSION} is not the file that was pinned: its SHA-256 is {sum}, expected {SHA256}; not used"
        ));
    }
    Ok(file)
}

fn checksum(file: &Path) -> Result<String, String> {
    let said = capture(Command::new("sha256sum").arg("--").arg(file))?;
    Ok(said.split_whitespace().next().unwrap_or_default().to_owned())
}
