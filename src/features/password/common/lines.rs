//! Lines of an operator's file.

use super::format::first_eight;
use std::fmt;
use std::io::{self, BufRead, Read};

/// No password is longer: a longer line is not one, and is skipped without being held in memory.
const LONGEST_LINE: u64 = 4096;

/// The two formats of an operator's file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListFormat {
    /// One password a line.
    Passwords,
    /// One SHA-1 hash a line, in 40 hex digits, with or without `:count` after it.
    Sha1Hashes,
}

impl fmt::Display for ListFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Passwords => "a password",
            Self::Sha1Hashes => "a SHA-1 hash",
        })
    }
}

/// What one read of a line gave.
pub(super) enum Line {
    /// The file is at its end.
    End,
    /// A line, without its ending.
    Whole,
    /// A line longer than [`LONGEST_LINE`], passed over.
    TooLong,
}

/// Reads one line into `line`, ending `\n` or `\r\n` or with the file.
pub(super) fn read_line(input: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<Line> {
    line.clear();
    if input.take(LONGEST_LINE).read_until(b'\n', line)? == 0 {
        return Ok(Line::End);
    }
    if line.pop_if(|byte| *byte == b'\n').is_some() {
        line.pop_if(|byte| *byte == b'\r');
        return Ok(Line::Whole);
    }
    if (line.len() as u64) < LONGEST_LINE {
        return Ok(Line::Whole);
    }
    input.skip_until(b'\n')?;
    Ok(Line::TooLong)
}

/// What a line is as a hash.
pub(super) enum HashLine {
    /// A SHA-1 hash.
    Sha1 {
        /// Its key.
        key: u64,
        /// Whether `:count` follows it.
        counted: bool,
    },
    /// An NTLM hash with its count.
    Ntlm,
    /// No hash.
    No,
}

/// Reads a line as a hash list's: hex digits, optionally `:` and a decimal count.
pub(super) fn hash_line(line: &str) -> HashLine {
    let (digits, counted) = match line.split_once(':') {
        Some((digits, count)) => {
            let count = count.trim_end();
            if count.is_empty() || !count.bytes().all(|byte| byte.is_ascii_digit()) {
                return HashLine::No;
            }
            (digits, true)
        }
        None => (line, false),
    };
    if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return HashLine::No;
    }
    match (digits.len(), digits.get(..16).map(|start| u64::from_str_radix(start, 16))) {
        (40, Some(Ok(key))) => HashLine::Sha1 { key, counted },
        (32, _) if counted => HashLine::Ntlm,
        _ => HashLine::No,
    }
}

/// The key of a SHA-1 hash: its first 8 bytes, so that keys sort as the hashes do.
pub(super) fn sha1_key(hash: &[u8; 20]) -> u64 {
    u64::from_be_bytes(first_eight(hash))
}
