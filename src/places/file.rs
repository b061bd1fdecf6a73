//! A file of the operator's, read as a whole and again when it was replaced. It is
//! not mapped: who cuts a mapped file short ends the process that reads it.

use super::record::Node;
use super::{Location, Point};
use maxminddb::{MaxMindDbError, Reader};
use std::fs;
use std::net::IpAddr;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

/// Bigger than any vendor's.
const MAX_SIZE: u64 = 1 << 30;

/// Changes when the file is replaced or written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stamp {
    Absent,
    File { inode: u64, size: u64, modified: (i64, i64) },
}

impl Stamp {
    fn of(path: &Path) -> Self {
        fs::metadata(path).map_or(Self::Absent, |meta| Self::File {
            inode: meta.ino(),
            size: meta.size(),
            modified: (meta.mtime(), meta.mtime_nsec()),
        })
    }
}

/// One file.
#[derive(Debug)]
pub(super) struct Watched {
    path: PathBuf,
    /// What was seen last, readable or not; none before the first look.
    seen: Mutex<Option<Stamp>>,
    reader: RwLock<Option<Arc<Reader<Vec<u8>>>>>,
    /// Why what was seen last is not what answers.
    broken: RwLock<Option<String>>,
}

impl Watched {
    pub(super) const fn new(path: PathBuf) -> Self {
        Self { path, seen: Mutex::new(None), reader: RwLock::new(None), broken: RwLock::new(None) }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Reads the file if it is not the one that was seen last. A broken one leaves
    /// the one before in its place, and is told of once.
    pub(super) fn refresh(&self) {
        let stamp = Some(Stamp::of(&self.path));
        {
            let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
            if *seen == stamp {
                return;
            }
            *seen = stamp;
        }
        let file = self.path.display();
        let broken = match self.read() {
            Ok(reader) => {
                *self.reader.write().unwrap_or_else(PoisonError::into_inner) =
                    Some(Arc::new(reader));
                tracing::info!(%file, "took up a file of places");
                None
            }
            Err(reason) => {
                tracing::error!(%file, reason, "a file of places can't be used");
                Some(reason)
            }
        };
        *self.broken.write().unwrap_or_else(PoisonError::into_inner) = broken;
    }

    fn read(&self) -> Result<Reader<Vec<u8>>, String> {
        let size = fs::metadata(&self.path).map_err(|error| error.to_string())?.size();
        if size > MAX_SIZE {
            return Err(format!("it has {size} bytes"));
        }
        Reader::open_readfile(&self.path).map_err(|error| error.to_string())
    }

    fn reader(&self) -> Option<Arc<Reader<Vec<u8>>>> {
        self.reader.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What the file says of an address.
    pub(super) fn find(&self, address: IpAddr) -> Option<Location> {
        self.record(address)?.location()
    }

    /// The point that the file has for an address.
    pub(super) fn point(&self, address: IpAddr) -> Option<Point> {
        self.record(address)?.point()
    }

    fn record(&self, address: IpAddr) -> Option<Node> {
        let reader = self.reader()?;
        let node: Result<Option<Node>, MaxMindDbError> =
            reader.lookup(address).and_then(|found| found.decode());
        node.ok()?
    }

    /// Whatever names who made it.
    pub(super) fn vendor(&self) -> String {
        let Some(reader) = self.reader() else { return String::new() };
        let meta = reader.metadata();
        let description = meta.description.values().map(String::as_str).collect::<Vec<_>>();
        format!("{} {} {}", self.path.display(), meta.database_type, description.join(" "))
    }

    /// When its data were put together, or why there are none.
    pub(super) fn built_at(&self) -> Result<u64, String> {
        if let Some(reason) = &*self.broken.read().unwrap_or_else(PoisonError::into_inner) {
            return Err(reason.clone());
        }
        self.reader()
            .map(|reader| reader.metadata().build_epoch)
            .ok_or_else(|| "it is not read yet".to_owned())
    }
}
