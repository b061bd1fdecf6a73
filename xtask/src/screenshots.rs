//! `cargo xtask screenshots`: every page as a person sees it, by the real application in a real browser.

use std::path::PathBuf;

use crate::Outcome;
use crate::chromedriver::Chromedriver;
use crate::packages::{CHROMEDRIVER, CHROMIUM, ensure};
use crate::process::{cargo, exit_code, root};
use crate::scratch::Scratch;
use crate::tally;

const SHOOT: [&str; 7] = [
    "test",
    "--test",
    "it",
    "--",
    "--ignored",
    "--exact",
    "browser::screenshots::shoot_every_page",
];

/// Runs the one test that takes the pictures.
pub fn run(args: &[String]) -> Outcome {
    let folder = match args {
        [] => root().join("docs/screenshots"),
        [flag, folder] if flag == "--out" => {
            std::path::absolute(PathBuf::from(folder)).map_err(|e| format!("{folder}: {e}"))?
        }
        _ => return Err(String::from("usage: cargo xtask screenshots [--out DIR]")),
    };
    std::fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let [chromium, chromedriver] = ensure([&CHROMIUM, &CHROMEDRIVER])?;
    let scratch = Scratch::new()?;
    let driver = Chromedriver::start(&chromedriver, &scratch)?;
    let mut cargo = cargo();
    scratch.adopt(&mut cargo);
    let (status, counted) = tally::watch(
        cargo
            .args(SHOOT)
            .env("PORTCULLIS_TEST_CHROMEDRIVER", &driver.url)
            .env("PORTCULLIS_TEST_CHROMIUM", chromium)
            .env("PORTCULLIS_SCREENSHOT_DIR", &folder),
    )?;
    if status.success() {
        if counted.passed == 0 {
            return Err(String::from("no picture was taken: there is no test of that name"));
        }
        println!("screenshots: {}", folder.display());
    }
    Ok(exit_code(status))
}
