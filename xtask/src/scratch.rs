//! A folder and a mark for everything that one run starts, so that all of it can be found and removed.

use std::ffi::OsStr;
use std::fs::{DirBuilder, File};
use std::io::Read;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::keeper::Keeper;

/// The environment variable that marks a process as part of one run; its value is the run's folder.
pub const MARK: &str = "PORTCULLIS_TEST_SCRATCH";

/// Where Linux keeps files in memory.
const MEMORY: &str = "/dev/shm";

/// What a run of all tests needs at most, in bytes, with room to spare.
const ROOM: u64 = 4 << 30;

/// This run's temporary folder. Dropping it stops every marked process and PostgreSQL and removes
/// the folder; so does the end of this process, even by `kill -9`: see [`crate::keeper`].
pub struct Scratch {
    folder: PathBuf,
    _keeper: Keeper,
}

impl Scratch {
    /// Makes the folder, and starts the keeper that will remove it.
    pub fn new() -> Result<Self, String> {
        Self::below(&std::env::temp_dir())
    }

    /// The same in memory where there is room: hundreds of small databases, each written for
    /// good at every step, else wait for the disk most of the time.
    pub fn in_memory() -> Result<Self, String> {
        let memory = Path::new(MEMORY);
        let free = rustix::fs::statvfs(memory).map_or(0, |of| of.f_bavail * of.f_frsize);
        if free >= ROOM { Self::below(memory) } else { Self::new() }
    }

    fn below(folder: &Path) -> Result<Self, String> {
        let folder = folder.join(format!("portcullis-{}", random_hex(8)?));
        // Others may pass through (PostgreSQL runs as another user), but not look.
        make_folder(&folder, 0o711)?;
        let keeper = Keeper::start(&folder)?;
        make_folder(&folder.join("tmp"), 0o700)?;
        Ok(Self { folder, _keeper: keeper })
    }

    /// The folder itself, for a service's own folder or log.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// A program that ends with this run.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        self.adopt(&mut command);
        command
    }

    /// Makes a program end with this run, and has its temporary files go with it.
    pub fn adopt(&self, command: &mut Command) {
        command.env(MARK, &self.folder).env("TMPDIR", self.folder.join("tmp"));
    }
}

/// Makes a folder that must not be there yet.
pub fn make_folder(folder: &Path, mode: u32) -> Result<(), String> {
    DirBuilder::new().mode(mode).create(folder).map_err(|e| format!("{}: {e}", folder.display()))
}

/// Randomness from the operating system, as hexadecimal digits, two a byte.
pub fn random_hex(bytes: usize) -> Result<String, String> {
    let mut random = vec![0_u8; bytes];
    File::open("/dev/urandom")
        .and_then(|mut source| source.read_exact(&mut random))
        .map_err(|e| format!("/dev/urandom: {e}"))?;
    Ok(random
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::random_hex;

    #[test]
    fn hex_has_two_digits_a_byte_and_differs() -> Result<(), String> {
        let (one, other) = (random_hex(16)?, random_hex(16)?);
        assert_eq!(one.len(), 32);
        assert!(one.chars().all(|digit| digit.is_ascii_hexdigit()));
        assert_ne!(one, other);
        Ok(())
    }
}
