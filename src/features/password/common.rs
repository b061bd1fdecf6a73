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
//!
//! The embedded file is made by `xtask/src/common_passwords.rs`, which compiles this same file to
//! share [`normalise`] and [`key`] with it. Its layout, all numbers little-endian:
//!
//! | bytes | content |
//! | --- | --- |
//! | 8 | `PCCOMPW1` |
//! | 8 | entries taken from published lists |
//! | 8 | entries derived from them by rule |
//! | 8 | the filter's seed |
//! | 4 | the filter's segment length |
//! | 4 | the filter's segment count × segment length |
//! | slots ÷ 8, rounded up | one bit a slot, lowest bit first: whether the slot is non-zero |
//! | the rest | the non-zero slots, 4 bytes each, in order |

use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use sha1::Sha1;
use sha2::{Digest, Sha256};
use unicode_normalization::UnicodeNormalization;
use xorf::{BinaryFuse32, Descriptor, Filter};
use zeroize::Zeroizing;

static EMBEDDED: &[u8] = include_bytes!("../../../assets/common-passwords.bin");

/// The first bytes of the embedded file.
pub(crate) const MAGIC: [u8; 8] = *b"PCCOMPW1";

/// Bytes before the embedded file's slot bits.
pub(crate) const HEADER_LEN: usize = 40;

const HEADER: Header = match Header::read(EMBEDDED) {
    Some(header) => header,
    None => Header::INVALID,
};

// A damaged file must not compile: an empty list would let every password through in silence.
const _: () = assert!(
    HEADER.slots > 0 && HEADER_LEN + HEADER.slots.div_ceil(8) <= EMBEDDED.len(),
    "assets/common-passwords.bin is damaged: rebuild it with the xtask"
);

/// How many embedded entries come from published lists.
pub const EMBEDDED_LISTED: u64 = HEADER.listed;

/// How many embedded entries were derived by rule from common words, keyboard walks and repeats,
/// and are in no published list that was used.
pub const EMBEDDED_DERIVED: u64 = HEADER.derived;

/// How many entries the embedded list holds in all.
pub const EMBEDDED_ENTRIES: u64 = EMBEDDED_LISTED + EMBEDDED_DERIVED;

/// Entries to a filter. Building one needs about 30 bytes an entry for a moment, so this bounds
/// the memory that reading an operator's file takes beyond the finished list.
const CHUNK: usize = 1 << 22;

/// No password is longer: a longer line is not one, and is skipped without being held in memory.
const LONGEST_LINE: u64 = 4096;

/// The embedded file's header.
struct Header {
    listed: u64,
    derived: u64,
    seed: u64,
    segment_length: u32,
    segment_count_length: u32,
    slots: usize,
}

impl Header {
    const INVALID: Self = Self {
        listed: 0,
        derived: 0,
        seed: 0,
        segment_length: 0,
        segment_count_length: 0,
        slots: 0,
    };

    /// Reads the header, or nothing where the filter it describes could not answer a look-up.
    const fn read(bytes: &[u8]) -> Option<Self> {
        let Some((magic, rest)) = bytes.split_first_chunk::<8>() else { return None };
        let Some((listed, rest)) = rest.split_first_chunk::<8>() else { return None };
        let Some((derived, rest)) = rest.split_first_chunk::<8>() else { return None };
        let Some((seed, rest)) = rest.split_first_chunk::<8>() else { return None };
        let Some((segment_length, rest)) = rest.split_first_chunk::<4>() else { return None };
        let Some(segment_count_length) = rest.first_chunk::<4>() else { return None };

        let segment_length = u32::from_le_bytes(*segment_length);
        let segment_count_length = u32::from_le_bytes(*segment_count_length);
        if u64::from_le_bytes(*magic) != u64::from_le_bytes(MAGIC)
            || !segment_length.is_power_of_two()
            || segment_count_length == 0
            || !segment_count_length.is_multiple_of(segment_length)
        {
            return None;
        }
        // A look-up touches three segments in a row, the last of which starts two past the count.
        let Some(tail) = segment_length.checked_mul(2) else { return None };
        let Some(slots) = segment_count_length.checked_add(tail) else { return None };

        Some(Self {
            listed: u64::from_le_bytes(*listed),
            derived: u64::from_le_bytes(*derived),
            seed: u64::from_le_bytes(*seed),
            segment_length,
            segment_count_length,
            slots: slots as usize,
        })
    }
}

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

/// A list of common and breached passwords: the embedded one and the operator's.
///
/// Takes about 7 MB of memory as embedded, so make one and share it.
#[derive(Clone)]
pub struct CommonPasswords {
    embedded: BinaryFuse32,
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
    pub fn embedded() -> Self {
        Self {
            embedded: decode(EMBEDDED, &HEADER),
            files: Vec::new(),
            file_entries: 0,
            skipped_lines: 0,
        }
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
        if self.embedded.contains(&plain) {
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

/// The form in which passwords are compared: NFKC, then Unicode lower case of the whole.
pub(crate) fn normalise(password: &str) -> Zeroizing<String> {
    let composed = Zeroizing::new(password.nfkc().collect::<String>());
    Zeroizing::new(composed.to_lowercase())
}

/// The key of a normalised password: the first 8 bytes of its SHA-256.
pub(crate) fn key(normalised: &str) -> u64 {
    let digest: [u8; 32] = Sha256::digest(normalised.as_bytes()).into();
    u64::from_le_bytes(first_eight(&digest))
}

/// The key of a SHA-1 hash: its first 8 bytes, so that keys sort as the hashes do.
fn sha1_key(hash: &[u8; 20]) -> u64 {
    u64::from_be_bytes(first_eight(hash))
}

fn first_eight<const N: usize>(hash: &[u8; N]) -> [u8; 8] {
    let mut first = [0; 8];
    for (to, from) in first.iter_mut().zip(hash) {
        *to = *from;
    }
    first
}

/// Unpacks the embedded filter.
fn decode(bytes: &[u8], header: &Header) -> BinaryFuse32 {
    let body = bytes.get(HEADER_LEN..).unwrap_or_default();
    let (bits, values) = body.split_at_checked(header.slots.div_ceil(8)).unwrap_or_default();
    let (values, _) = values.as_chunks::<4>();
    let mut values = values.iter();
    let fingerprints =
        bits.iter()
            .flat_map(|byte| (0..8).map(move |bit| byte >> bit & 1 == 1))
            .map(|filled| {
                if filled { values.next().map_or(0, |value| u32::from_le_bytes(*value)) } else { 0 }
            })
            .take(header.slots)
            .collect();
    BinaryFuse32 {
        descriptor: Descriptor {
            seed: header.seed,
            segment_length: header.segment_length,
            segment_length_mask: header.segment_length.wrapping_sub(1),
            segment_count_length: header.segment_count_length,
        },
        fingerprints,
    }
}

/// What one read of a line gave.
enum Line {
    /// The file is at its end.
    End,
    /// A line, without its ending.
    Whole,
    /// A line longer than [`LONGEST_LINE`], passed over.
    TooLong,
}

/// Reads one line into `line`, ending `\n` or `\r\n` or with the file.
fn read_line(input: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<Line> {
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
enum HashLine {
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
fn hash_line(line: &str) -> HashLine {
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

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::LazyLock;

    use super::*;

    static LIST: LazyLock<CommonPasswords> = LazyLock::new(CommonPasswords::embedded);

    /// A file of its own for one test, gone when dropped.
    struct TempFile(PathBuf);

    impl TempFile {
        fn new(name: &str, content: &[u8]) -> Self {
            let path = std::env::temp_dir()
                .join(format!("common-passwords-{}-{name}", std::process::id()));
            File::create(&path).unwrap().write_all(content).unwrap();
            Self(path)
        }
    }

    impl Drop for TempFile {
        fn drop(&mut self) {
            drop(std::fs::remove_file(&self.0));
        }
    }

    fn with_lines(name: &str, content: &[u8]) -> Result<CommonPasswords, CommonPasswordsError> {
        let file = TempFile::new(name, content);
        LIST.clone().with_file(&file.0)
    }

    fn hex(password: &str) -> String {
        let digest: [u8; 20] = Sha1::digest(password.as_bytes()).into();
        digest.iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().concat()
    }

    /// A small generator (`SplitMix64`), so that the random strings are the same on every run.
    fn random(state: &mut u64) -> u64 {
        *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = *state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    #[test]
    fn knows_listed_passwords_in_any_case() {
        for password in [
            "password",
            "123456",
            "iloveyou",
            "1q2w3e4r5t6y",
            "qwertyuiop123",
            "1qaz2wsx3edc4rfv",
            "motherfucker",
            "123456789qwerty",
        ] {
            assert!(LIST.contains(password), "{password}");
            assert!(LIST.contains(&password.to_uppercase()), "{password} in capitals");
        }
        assert!(LIST.contains("IloveYou"));
        // Full-width letters are the same password to whoever types them.
        assert!(LIST.contains("ｐａｓｓｗｏｒｄ"));
    }

    #[test]
    fn knows_derived_passwords() {
        for password in [
            "Password123!",
            "Password1234!",
            "P@ssw0rd2024!",
            "Welcome2024!",
            "September2025!",
            "Qwertyuiop1!",
            "Sunshine2023!",
            "aaaaaaaaaaaaaaa",
            "123123123123123",
            "MonkeyMonkey1!",
        ] {
            assert!(LIST.contains(password), "{password}");
        }
    }

    #[test]
    fn lets_good_passwords_through() {
        for password in [
            "correct otter stapler brisk",
            "vivid-anchor-plum-telescope",
            "kQ7#vR2!mZ9$wX4p",
            "Der alte Leuchtturm blinkt siebenmal",
            "новая лодка плывёт к берегу",
            "雨の日には静かな図書館へ行く",
            "",
            " ",
        ] {
            assert!(!LIST.contains(password), "{password}");
        }
    }

    #[test]
    fn finds_none_of_many_random_strings() {
        let mut state = 1;
        for _ in 0..200_000 {
            let password = format!("{:016x}", random(&mut state));
            assert!(!LIST.contains(&password), "{password}");
        }
    }

    #[test]
    fn embedded_file_is_whole() {
        let bits = &EMBEDDED[HEADER_LEN..HEADER_LEN + HEADER.slots.div_ceil(8)];
        let filled: usize = bits.iter().map(|byte| byte.count_ones() as usize).sum();
        assert_eq!(EMBEDDED.len(), HEADER_LEN + bits.len() + 4 * filled);
        // Every entry fills one slot, less those whose slot came out as zero by chance.
        let entries = usize::try_from(EMBEDDED_ENTRIES).unwrap();
        assert!(filled <= entries && entries - filled < 10, "{filled} of {entries}");
        assert_eq!(LIST.embedded.fingerprints.len(), HEADER.slots);
        assert_eq!(LIST.entries(), EMBEDDED_ENTRIES);
        assert_eq!(LIST.skipped_lines(), 0);
    }

    #[test]
    fn counts_are_what_the_documentation_says() {
        assert_eq!((EMBEDDED_LISTED, EMBEDDED_DERIVED), (1_492_229, 144_385));
    }

    #[test]
    fn damaged_headers_are_refused() {
        assert!(Header::read(EMBEDDED).is_some());
        assert!(Header::read(&[]).is_none());
        assert!(Header::read(&EMBEDDED[..HEADER_LEN - 1]).is_none());
        for (offset, value) in [(0, 0), (32, 3), (36, 1)] {
            let mut header = EMBEDDED[..HEADER_LEN].to_vec();
            header[offset] = value;
            assert!(Header::read(&header).is_none(), "byte {offset}");
        }
        let mut header = EMBEDDED[..HEADER_LEN].to_vec();
        header[36..].fill(0xff);
        assert!(Header::read(&header).is_none());
    }

    #[test]
    fn reads_a_password_file() {
        let list = with_lines(
            "passwords",
            "\u{feff}Acme-Corp-Anvil-77\r\n\r\nзимняя дорога\n  spaced out  \nacme-corp-anvil-77\nlast:12"
                .as_bytes(),
        )
        .unwrap();
        assert_eq!(list.entries(), EMBEDDED_ENTRIES + 4);
        assert_eq!(list.skipped_lines(), 0);
        for password in
            ["ACME-CORP-ANVIL-77", "Зимняя Дорога", "  spaced out  ", "last:12", "password"]
        {
            assert!(list.contains(password), "{password}");
        }
        assert!(!list.contains("spaced out"));
        assert!(!LIST.contains("acme-corp-anvil-77"));
    }

    #[test]
    fn skips_and_counts_lines_that_are_no_password() {
        let mut content = b"\xff\xfe\nfirst good line 1\n".to_vec();
        content.extend(vec![b'x'; 10_000]);
        content.extend(b"\nsecond good line 2\nbroken \xc3\x28\n");
        let list = with_lines("skips", &content).unwrap();
        assert_eq!(list.entries(), EMBEDDED_ENTRIES + 2);
        assert_eq!(list.skipped_lines(), 3);
        assert!(list.contains("first good line 1") && list.contains("second good line 2"));
    }

    #[test]
    fn reads_a_hash_file() {
        let content = format!(
            "{}:9283\r\n{}\n{}:1",
            hex("Violet Harbour 19"),
            hex("Ω mega"),
            hex("Third One")
        );
        let list = with_lines("hashes", content.as_bytes()).unwrap();
        assert_eq!(list.entries(), EMBEDDED_ENTRIES + 3);
        for password in ["Violet Harbour 19", "Ω mega", "Third One"] {
            assert!(list.contains(password), "{password}");
        }
        // A hash is of the exact password: other cases of it are not listed.
        assert!(!list.contains("violet harbour 19"));
        assert!(list.contains("PASSWORD"), "the embedded list still counts");
        let lower = with_lines("lower-hashes", content.to_lowercase().as_bytes()).unwrap();
        assert!(lower.contains("Third One"));
    }

    #[test]
    fn files_add_up() {
        let first = TempFile::new("first", b"only in the first file\n");
        let second = TempFile::new("second", hex("Only in the second").as_bytes());
        let list = LIST.clone().with_file(&first.0).unwrap().with_file(&second.0).unwrap();
        assert_eq!(list.entries(), EMBEDDED_ENTRIES + 2);
        assert!(list.contains("Only In The First File") && list.contains("Only in the second"));
    }

    #[test]
    fn long_lists_are_split_and_answer_the_same() {
        let mut hashes: Vec<String> = (0..5_000).map(|n| hex(&format!("Entry {n}"))).collect();
        hashes.sort();
        let plain: Vec<String> = (0..5_000).map(|n| format!("Phrase {n}")).collect();

        let mut list = LIST.clone();
        list.read_list(Path::new("hashes"), hashes.join("\n").as_bytes(), 700).unwrap();
        list.read_list(Path::new("plain"), plain.join("\n").as_bytes(), 700).unwrap();
        assert_eq!(list.files.len(), 16);
        assert_eq!(list.entries(), EMBEDDED_ENTRIES + 10_000);
        for n in 0..5_000 {
            assert!(list.contains(&format!("Entry {n}")) && list.contains(&format!("PHRASE {n}")));
            assert!(!list.contains(&format!("Neither {n}")));
        }
        for pair in list.files[..8].windows(2) {
            assert!(pair[0].highest < pair[1].lowest);
        }
    }

    #[test]
    fn says_what_is_wrong_with_a_file() {
        let missing = LIST.clone().with_file(Path::new("/no/such/list.txt")).unwrap_err();
        assert_eq!(missing.to_string(), "the password list /no/such/list.txt does not exist");

        let folder = LIST.clone().with_file(&std::env::temp_dir()).unwrap_err();
        assert!(matches!(folder, CommonPasswordsError::Unreadable { .. }), "{folder}");

        for content in [&b""[..], b"\n\r\n\n", b"\xff\xff\n"] {
            let empty = with_lines("empty", content).unwrap_err();
            assert!(matches!(empty, CommonPasswordsError::Empty { .. }), "{empty}");
            assert!(empty.to_string().ends_with("is empty: no line of it is a password or a hash"));
        }

        let content = format!("{}:1\n\nnot a hash\n", hex("a"));
        let mixed = with_lines("mixed-hashes", content.as_bytes()).unwrap_err();
        assert!(
            mixed.to_string().contains("its first entry is a SHA-1 hash, but line 3 is not"),
            "{mixed}"
        );

        let content = format!("a password\n{}:1\n", hex("a"));
        let mixed = with_lines("mixed-passwords", content.as_bytes()).unwrap_err();
        assert!(
            mixed.to_string().contains("its first entry is a password, but line 2 is not"),
            "{mixed}"
        );

        let content = format!("{}\n\u{fffd}\n", hex("a"));
        assert!(with_lines("mixed-other", content.as_bytes()).is_err());

        let ntlm = with_lines("ntlm", b"0123456789ABCDEF0123456789ABCDEF:7\n").unwrap_err();
        assert!(ntlm.to_string().contains("NTLM hashes"), "{ntlm}");
    }

    #[test]
    fn a_bare_hash_inside_a_password_list_is_a_password() {
        let content = format!("some password\n{}\n", hex("whatever"));
        let list = with_lines("bare", content.as_bytes()).unwrap();
        assert!(list.contains(&hex("whatever")));
        assert!(!list.contains("whatever this is"));
    }
}
