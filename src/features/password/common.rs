//! The passwords nobody may choose: common ones and ones from public breaches.
//!
//! The binary carries a list of its own, and an operator can add a larger file. A list is kept as
//! a filter over 64-bit keys, not as text: it takes about 4.5 bytes an entry, never misses an
//! entry, and takes a password that is not listed for a listed one about once in four thousand
//! million times.
//!
//! Passwords are compared whole, after [`normalise`]: case and Unicode compatibility forms make
//! no difference, so `PASSWORD1234!` is refused because `password1234!` is listed. Lists of SHA-1
//! hashes are the exception: a hash says nothing about case, so they are compared exactly.

mod embedded;
mod error;
mod format;
mod lines;

use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;

use sha1::{Digest, Sha1};
use xorf::{BinaryFuse32, Filter};
use zeroize::Zeroizing;

pub use embedded::{EMBEDDED_DERIVED, EMBEDDED_ENTRIES, EMBEDDED_LISTED};
pub use error::CommonPasswordsError;
pub use lines::ListFormat;

use format::{key, normalise};
use lines::{HashLine, Line, hash_line, read_line, sha1_key};

/// Entries to a filter. Building one needs about 30 bytes an entry for a moment, so this bounds
/// the memory that reading an operator's file takes beyond the finished list.
const CHUNK: usize = 1 << 22;

/// A list of common and breached passwords: the embedded one and the operator's.
///
/// The embedded one is unpacked where it is first asked, and is the same for all.
#[derive(Clone)]
pub struct CommonPasswords {
    files: Vec<Chunk>,
    file_entries: u64,
    skipped_lines: u64,
}

impl fmt::Debug for CommonPasswords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CommonPasswords")
            .field("entries", &self.entries())
            .field("skipped_lines", &self.skipped_lines)
            .finish_non_exhaustive()
    }
}

/// A part of an operator's file, with the range of its keys.
///
/// A hash list is sorted by hash, so its parts' ranges do not overlap and a look-up asks one part
/// however long the file is. A password list is in no order of keys, so a look-up asks every part.
#[derive(Debug, Clone)]
struct Chunk {
    format: ListFormat,
    lowest: u64,
    highest: u64,
    filter: BinaryFuse32,
}

impl CommonPasswords {
    /// The list that the binary carries.
    pub const fn embedded() -> Self {
        Self { files: Vec::new(), file_entries: 0, skipped_lines: 0 }
    }

    /// Adds an operator's file: either one password a line in UTF-8, or one SHA-1 hash a line in
    /// 40 hex digits, optionally followed by `:count`, as Have I Been Pwned hands them out. The
    /// first entry says which of the two it is.
    ///
    /// Empty lines do not count. In a password list, lines that are not UTF-8 or longer than any
    /// password are skipped and counted in [`Self::skipped_lines`].
    pub fn with_file(mut self, path: &Path) -> Result<Self, CommonPasswordsError> {
        let file = File::open(path).map_err(|source| match source.kind() {
            io::ErrorKind::NotFound => CommonPasswordsError::Missing { path: path.to_owned() },
            _ => CommonPasswordsError::Unreadable { path: path.to_owned(), source },
        })?;
        self.read_list(path, BufReader::with_capacity(1 << 16, file), CHUNK)?;
        Ok(self)
    }

    /// Whether a password is on one of the lists.
    pub fn contains(&self, password: &str) -> bool {
        let plain = key(&normalise(password));
        if embedded::FILTER.contains(&plain) {
            return true;
        }
        if self.files.is_empty() {
            return false;
        }
        let hashed = sha1_key(&Sha1::digest(password.as_bytes()).into());
        self.files.iter().any(|chunk| {
            let key = match chunk.format {
                ListFormat::Passwords => plain,
                ListFormat::Sha1Hashes => hashed,
            };
            (chunk.lowest..=chunk.highest).contains(&key) && chunk.filter.contains(&key)
        })
    }

    /// How many entries are checked: the embedded ones and those of the operator's files. One that
    /// is on two lists counts twice.
    pub fn entries(&self) -> u64 {
        EMBEDDED_ENTRIES.saturating_add(self.file_entries)
    }

    /// How many lines of the operator's files were no password and were left out.
    pub fn skipped_lines(&self) -> u64 {
        self.skipped_lines
    }

    /// Reads a whole list into filters of at most `chunk` entries.
    fn read_list(
        &mut self,
        path: &Path,
        mut input: impl BufRead,
        chunk: usize,
    ) -> Result<(), CommonPasswordsError> {
        let before = self.file_entries;
        let mut format = None;
        let mut keys = Vec::new();
        let mut line = Zeroizing::new(Vec::new());
        let mut number = 0_u64;

        loop {
            let read = read_line(&mut input, &mut line).map_err(|source| {
                CommonPasswordsError::Unreadable { path: path.to_owned(), source }
            })?;
            number = number.saturating_add(1);
            let text = match read {
                Line::End => break,
                Line::TooLong => None,
                Line::Whole => {
                    let bytes = line.as_slice();
                    // Some editors begin a UTF-8 file with a byte order mark.
                    let bytes = match bytes.strip_prefix(b"\xEF\xBB\xBF") {
                        Some(rest) if number == 1 => rest,
                        _ => bytes,
                    };
                    if bytes.is_empty() {
                        continue;
                    }
                    std::str::from_utf8(bytes).ok()
                }
            };

            let hash = text.map_or(HashLine::No, hash_line);
            if format.is_none() {
                format = match (text, &hash) {
                    (None, _) => None,
                    (_, HashLine::Ntlm) => {
                        return Err(CommonPasswordsError::NtlmHashes {
                            path: path.to_owned(),
                            line: number,
                        });
                    }
                    (_, HashLine::Sha1 { .. }) => Some(ListFormat::Sha1Hashes),
                    (_, HashLine::No) => Some(ListFormat::Passwords),
                };
            }
            let mixed = |expected| CommonPasswordsError::MixedFormat {
                path: path.to_owned(),
                line: number,
                expected,
            };
            match (format, text, hash) {
                (Some(ListFormat::Sha1Hashes), _, HashLine::Sha1 { key, .. }) => keys.push(key),
                (Some(expected @ ListFormat::Sha1Hashes), _, _)
                // Forty hex digits alone may be somebody's password; with a count they are not.
                | (Some(expected @ ListFormat::Passwords), _, HashLine::Sha1 { counted: true, .. }) => {
                    return Err(mixed(expected));
                }
                (Some(ListFormat::Passwords), Some(text), _) => keys.push(key(&normalise(text))),
                (_, None, _) | (None, _, _) => self.skipped_lines = self.skipped_lines.saturating_add(1),
            }
            if let Some(format) = format
                && keys.len() >= chunk
            {
                self.add_chunk(path, format, &mut keys)?;
            }
        }

        if let Some(format) = format {
            self.add_chunk(path, format, &mut keys)?;
        }
        if self.file_entries == before {
            return Err(CommonPasswordsError::Empty { path: path.to_owned() });
        }
        Ok(())
    }

    /// Makes a filter of the keys gathered so far and empties them.
    fn add_chunk(
        &mut self,
        path: &Path,
        format: ListFormat,
        keys: &mut Vec<u64>,
    ) -> Result<(), CommonPasswordsError> {
        keys.sort_unstable();
        keys.dedup();
        let (Some(&lowest), Some(&highest)) = (keys.first(), keys.last()) else { return Ok(()) };
        let filter = BinaryFuse32::try_from(keys.as_slice())
            .map_err(|reason| CommonPasswordsError::NotIndexed { path: path.to_owned(), reason })?;
        self.files.push(Chunk { format, lowest, highest, filter });
        self.file_entries = self.file_entries.saturating_add(keys.len() as u64);
        keys.clear();
        Ok(())
    }
}

#[cfg(test)]
mod tests;
