//! Packages pinned by version and SHA-256, which `npm` and `pip` fetch: the same packages give the
//! same files, byte for byte.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use sha2::{Digest, Sha256};

/// Which client fetches a package.
pub enum Registry {
    Npm,
    PyPi,
}

/// One package.
pub struct Package {
    pub registry: Registry,
    pub name: &'static str,
    pub version: &'static str,
    /// The archive that the client saves.
    pub archive: &'static str,
    pub sha256: &'static str,
}

impl Package {
    /// Fetches the package if it is not there yet, checks it, and gives the folder that it is
    /// unpacked into.
    pub fn unpack(&self, work: &Path) -> Result<PathBuf, String> {
        let archive = work.join(self.archive);
        if !archive.exists() {
            self.fetch(work)?;
        }
        let bytes =
            fs::read(&archive).map_err(|error| format!("{}: {error}", archive.display()))?;
        let found = sha256_hex(&bytes);
        if found != self.sha256 {
            return Err(format!(
                "{}: its SHA-256 is {found}, not {}",
                archive.display(),
                self.sha256
            ));
        }

        let folder = work.join(format!("{}.unpacked", self.archive));
        if folder.exists() {
            fs::remove_dir_all(&folder)
                .map_err(|error| format!("{}: {error}", folder.display()))?;
        }
        fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        match self.registry {
            Registry::Npm => {
                output(Command::new("tar").arg("-xzf").arg(&archive).arg("-C").arg(&folder))?
            }
            Registry::PyPi => output(
                Command::new("python3").args(["-m", "zipfile", "-e"]).arg(&archive).arg(&folder),
            )?,
        };
        Ok(folder)
    }

    fn fetch(&self, work: &Path) -> Result<(), String> {
        fs::create_dir_all(work).map_err(|error| format!("{}: {error}", work.display()))?;
        let mut command = match self.registry {
            Registry::Npm => {
                let mut command = Command::new("npm");
                command.args(["pack", "--silent", "--pack-destination"]).arg(work);
                command.arg(format!("{}@{}", self.name, self.version));
                command
            }
            Registry::PyPi => {
                let mut command = Command::new("python3");
                command.args(["-m", "pip", "download", "--quiet", "--disable-pip-version-check"]);
                command.args(["--no-deps", "--only-binary", ":all:", "--python-version", "3.13"]);
                command.arg("--dest").arg(work).arg(format!("{}=={}", self.name, self.version));
                command
            }
        };
        output(&mut command).map(drop)
    }
}

/// The digest of a file, as a person compares it.
pub fn sha256_hex(bytes: &[u8]) -> String {
    let digest: [u8; 32] = Sha256::digest(bytes).into();
    digest.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat()
}

/// Runs a command and gives what it printed.
pub fn output(command: &mut Command) -> Result<Vec<u8>, String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|error| format!("{program}: {error}"))?;
    if output.status.success() {
        Ok(output.stdout)
    } else {
        Err(format!("{program}: {}\n{}", output.status, String::from_utf8_lossy(&output.stderr)))
    }
}
