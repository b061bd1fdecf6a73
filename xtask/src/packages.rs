//! The programs that tests need and the Debian packages that bring them.
//!
//! Nothing is downloaded but by `apt-get`, and only what is missing.

use std::cmp::Reverse;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::{capture, on_path, watch};

/// A program (or a folder of programs), how to find it, and the package that has it.
pub struct Tool {
    package: &'static str,
    find: fn() -> Option<PathBuf>,
}

/// The browser.
pub const CHROMIUM: Tool = Tool {
    package: "chromium",
    find: || on_path("chromium").or_else(|| on_path("chromium-browser")),
};

/// What drives the browser, by the WebDriver protocol.
pub const CHROMEDRIVER: Tool =
    Tool { package: "chromium-driver", find: || on_path("chromedriver") };

/// The folder of PostgreSQL's server programs, which Debian keeps off `PATH`.
pub const POSTGRES: Tool = Tool { package: "postgresql", find: postgres_folder };

/// The client of the registry that has axe-core.
pub const NPM: Tool = Tool { package: "npm", find: || on_path("npm") };

/// The proxies that the gate is asked by.
pub const NGINX: Tool = Tool {
    package: "nginx",
    // Debian keeps it off the `PATH` of those who are not root.
    find: || {
        on_path("nginx")
            .or_else(|| Some(PathBuf::from("/usr/sbin/nginx")).filter(|it| it.is_file()))
    },
};
/// The other one.
pub const CADDY: Tool = Tool { package: "caddy", find: || on_path("caddy") };
/// What runs the example application in JavaScript.
pub const NODE: Tool = Tool { package: "nodejs", find: || on_path("node") };

/// A Python that has the mail server of the tests.
pub const AIOSMTPD: Tool = Tool { package: "python3-aiosmtpd", find: python_with_aiosmtpd };

/// A Python that can make an environment of its own, with pip in it.
pub const VENV: Tool = Tool { package: "python3-venv", find: python_with_venv };

/// Where each of these is, installing what is missing first.
pub fn ensure<const N: usize>(tools: [&Tool; N]) -> Result<[PathBuf; N], String> {
    let missing: Vec<&str> =
        tools.iter().filter(|tool| (tool.find)().is_none()).map(|tool| tool.package).collect();
    if !missing.is_empty() {
        install(&missing)?;
    }
    let mut found = Vec::with_capacity(N);
    for tool in tools {
        let place = (tool.find)().ok_or_else(|| {
            format!("package {} is installed, but its program is not to be found", tool.package)
        })?;
        found.push(place);
    }
    found.try_into().map_err(|_| String::from("a tool was lost on the way"))
}

fn install(packages: &[&str]) -> Result<(), String> {
    let list = packages.join(" ");
    if on_path("apt-get").is_none() {
        return Err(format!(
            "missing on this machine: {list} (names of Debian packages), and there is no apt-get to \
             install them with; install the like by your system's own means"
        ));
    }
    if !rustix::process::geteuid().is_root() {
        return Err(format!(
            "missing on this machine: {list}. Installing them takes root; run\n\n    \
             sudo apt-get update && sudo apt-get install -y --no-install-recommends {list}\n\n\
             and then the same command again"
        ));
    }
    println!("xtask: installing {list}");
    // Two runs at once take turns; the lock ends with this process, however it ends.
    let turn = File::open("/var/lib/dpkg").map_err(|e| format!("/var/lib/dpkg: {e}"))?;
    turn.lock().map_err(|e| format!("could not wait for another run's apt-get: {e}"))?;
    apt_get(&["update"])?;
    let mut args = vec!["install", "-y", "--no-install-recommends"];
    args.extend_from_slice(packages);
    apt_get(&args)
}

fn apt_get(args: &[&str]) -> Result<(), String> {
    let status = watch(
        Command::new("apt-get")
            .args(["-q", "-o", "DPkg::Lock::Timeout=300", "-o", "Acquire::Retries=3"])
            .args(args)
            .env("DEBIAN_FRONTEND", "noninteractive"),
    )?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("apt-get {} failed ({status})", args.join(" ")))
    }
}

fn python_with_aiosmtpd() -> Option<PathBuf> {
    python_with("aiosmtpd.smtp")
}

fn python_with_venv() -> Option<PathBuf> {
    python_with("ensurepip, venv")
}

/// Debian's own Python, which has Debian's packages, or the one on `PATH`.
fn python_with(modules: &str) -> Option<PathBuf> {
    let own = Some(PathBuf::from("/usr/bin/python3"));
    own.into_iter().chain(on_path("python3")).find(|python| {
        capture(Command::new(python).args(["-c", &format!("import {modules}")])).is_ok()
    })
}

/// Debian's folder of the newest version, or the one on `PATH`.
fn postgres_folder() -> Option<PathBuf> {
    let mut folders: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|version| version.path().join("bin"))
        .collect();
    folders.sort_by_key(|folder| Reverse(version(folder)));
    folders.extend(on_path("initdb").and_then(|file| file.parent().map(Path::to_path_buf)));
    folders.into_iter().find(|folder| {
        ["initdb", "pg_ctl", "postgres"].iter().all(|program| folder.join(program).is_file())
    })
}

/// The 15 of `/usr/lib/postgresql/15/bin`; 0 for a name that isn't a number.
fn version(folder: &Path) -> u32 {
    let name = folder.parent().and_then(Path::file_name).and_then(|name| name.to_str());
    name.and_then(|name| name.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::version;
    use std::path::Path;

    #[test]
    fn versions_count_as_numbers() {
        assert!(
            version(Path::new("/usr/lib/postgresql/15/bin"))
                > version(Path::new("/usr/lib/postgresql/9/bin"))
        );
        assert_eq!(version(Path::new("/usr/lib/postgresql/9.6/bin")), 0);
    }
}
