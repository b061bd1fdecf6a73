use std::io::Write;
use std::path::PathBuf;
use std::sync::LazyLock;

use super::*;

static LIST: LazyLock<CommonPasswords> = LazyLock::new(CommonPasswords::embedded);

/// A file of its own for one test, gone when dropped.
struct TempFile(PathBuf);

impl TempFile {
    fn new(name: &str, content: &[u8]) -> Self {
        let path =
            std::env::temp_dir().join(format!("common-passwords-{}-{name}", std::process::id()));
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
fn the_embedded_list_is_all_there_is_without_a_file() {
    assert_eq!((LIST.entries(), LIST.skipped_lines()), (EMBEDDED_ENTRIES, 0));
}

#[test]
fn counts_are_what_the_documentation_says() {
    assert_eq!((EMBEDDED_LISTED, EMBEDDED_DERIVED), (1_492_229, 144_385));
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
    for password in ["ACME-CORP-ANVIL-77", "Зимняя Дорога", "  spaced out  ", "last:12", "password"]
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
    let content =
        format!("{}:9283\r\n{}\n{}:1", hex("Violet Harbour 19"), hex("Ω mega"), hex("Third One"));
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
