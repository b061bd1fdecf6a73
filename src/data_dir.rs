//! One server for one data directory (design §4.14).

use crate::app::make_folder;
use crate::error::Fault;
use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// The socket on which a running server takes commands.
pub fn control_socket(data_dir: &Path) -> PathBuf {
    data_dir.join("control.sock")
}

/// An exclusive hold on a data directory; the system lets go of it when the
/// process ends, however it ends.
#[derive(Debug)]
pub struct DataDirLock {
    _file: File,
}

/// Takes the hold; none when another process has it.
pub fn lock(data_dir: &Path) -> Result<Option<DataDirLock>, Fault> {
    make_folder(data_dir)?;
    let path = data_dir.join("lock");
    let failed =
        |error| Fault::new(format!("the lock file {} can't be used: {error}", path.display()));
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .mode(0o600)
        .open(&path)
        .map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(DataDirLock { _file: file })),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(failed(error)),
    }
}
