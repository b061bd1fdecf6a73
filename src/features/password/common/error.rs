use super::lines::ListFormat;
use std::io;
use std::path::PathBuf;

/// What could be wrong with an operator's password file.
#[derive(Debug, thiserror::Error)]
pub enum CommonPasswordsError {
    /// There is no such file.
    #[error("the password list {} does not exist", path.display())]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// The file is there but cannot be read.
    #[error("the password list {} cannot be read: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file has no line that is a password or a hash.
    #[error("the password list {} is empty: no line of it is a password or a hash", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// A line is of the other format than the first one.
    #[error(
        "the password list {} mixes two formats: its first entry is {expected}, but line {line} is not. \
         Put passwords and SHA-1 hashes in separate files",
        path.display()
    )]
    MixedFormat {
        /// The file.
        path: PathBuf,
        /// The line that differs, counted from 1.
        line: u64,
        /// What the first entry was.
        expected: ListFormat,
    },
    /// The file holds NTLM hashes, which a password cannot be compared with here.
    #[error(
        "the password list {} holds NTLM hashes (32 hex digits, line {line}). Download the SHA-1 list instead",
        path.display()
    )]
    NtlmHashes {
        /// The file.
        path: PathBuf,
        /// The line where it shows, counted from 1.
        line: u64,
    },
    /// The filter could not be built, which does not happen for distinct entries.
    #[error("the password list {} could not be indexed: {reason}", path.display())]
    NotIndexed {
        /// The file.
        path: PathBuf,
        /// What the filter's construction said.
        reason: &'static str,
    },
}
