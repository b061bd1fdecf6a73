//! docs/security/oauth.md goes through RFC 9700: each line with its test, and each test
//! is one of ours.

use crate::guards::source::files;
use std::collections::BTreeSet;

/// The sections that demand something.
const SECTIONS: &[&str] = &[
    "2.1", "2.1.1", "2.1.2", "2.2.1", "2.2.2", "2.3", "2.4", "2.5", "2.6", "4.1", "4.2", "4.3.1",
    "4.3.2", "4.4", "4.5", "4.6", "4.7", "4.8", "4.9", "4.10", "4.11.1", "4.11.2", "4.12", "4.13",
    "4.14", "4.15", "4.16", "4.17",
];

/// The names of all tests, in the forms in which they are written.
fn tests() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for file in files("tests", ".rs").into_iter().chain(files("src", ".rs")) {
        if file.name() == "standards.rs" {
            // What it looks for stands in it.
            continue;
        }
        // A test's name follows its attribute, or stands in the macro of both databases.
        for marker in ["#[test]", "#[tokio::test", "both!("] {
            for (position, _) in file.text.match_indices(marker) {
                let rest = &file.text[position + marker.len()..];
                if marker == "both!(" {
                    names.insert(word(rest.trim_start()));
                } else {
                    names.extend(rest.split("fn ").nth(1).map(word));
                }
            }
        }
    }
    names
}

fn word(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

#[test]
fn rfc_9700_every_line_has_a_test_that_exists() {
    let document = include_str!("../../../docs/security/oauth.md");
    let tests = tests();
    let mut sections = BTreeSet::new();
    let mut lines = 0;
    for line in document.lines().filter(|line| line.starts_with("| ")) {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        if cells[0] == "§" || cells[0] == "what" || cells[0].starts_with("---") {
            continue;
        }
        lines += 1;
        sections.insert(cells[0].to_owned());
        let named: Vec<&str> = cells[cells.len() - 1].split('`').skip(1).step_by(2).collect();
        assert!(!named.is_empty(), "no test: {line}");
        for name in named {
            assert!(tests.contains(name), "{name} is no test: {line}");
        }
    }
    assert!(lines > 40, "{lines}");
    for section in SECTIONS {
        assert!(sections.contains(*section), "section {section} is missing");
    }
}

#[test]
fn a_test_that_is_none_would_be_found() {
    let tests = tests();
    assert!(tests.contains("no_downgrade_of_pkce") && tests.contains("one_place_of_two"));
    assert!(!tests.contains("a_test_that_nobody_wrote") && !tests.contains("word"));
}
