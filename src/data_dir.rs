//! One server for one data directory (design §4.14).

use crate::app::make_folder;
use crate::config::Config;
use crate::error::Fault;
use portcullis_db::Target;
use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// The socket on which a running server takes commands.
pub fn control_socket(data_dir: &Path) -> PathBuf {
    data_dir.join("control.sock")
}

/// An exclusive hold on a data directory and its database; the system lets go of
/// it when the process ends, however it ends.
#[derive(Debug)]
pub struct DataDirLock {
    _files: Vec<File>,
}

/// Takes the hold; none when another process has it. A database that lies
/// elsewhere is held too: another data directory can name the same one.
pub fn lock(config: &Config) -> Result<Option<DataDirLock>, Fault> {
    make_folder(&config.data_dir)?;
    let mut paths = vec![config.data_dir.join("lock")];
    if let Target::Sqlite(database) = &config.database
        && database.parent() != Some(config.data_dir.as_path())
    {
        if let Some(folder) = database.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            make_folder(folder)?;
        }
        let mut path = database.clone().into_os_string();
        path.push(".lock");
        paths.push(path.into());
    }
    let mut files = Vec::new();
    for path in paths {
        match hold(&path)? {
            Some(file) => files.push(file),
            None => return Ok(None),
        }
    }
    Ok(Some(DataDirLock { _files: files }))
}

fn hold(path: &Path) -> Result<Option<File>, Fault> {
    let failed =
        |error| Fault::new(format!("the lock file {} can't be used: {error}", path.display()));
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .mode(0o600)
        .open(path)
        .map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(failed(error)),
    }
}
