//! The house of design §3, read from the `use` lines and paths under `src/`.

use super::source::{File, files, named_after};
use std::collections::{BTreeMap, BTreeSet};

/// Longer than this a file is more than one idea.
const LONGEST: usize = 500;

type Graph = BTreeMap<String, BTreeSet<String>>;

fn graph() -> Graph {
    let mut graph = Graph::new();
    for file in files("src/features", ".rs") {
        let Some(own) = file.feature() else { continue };
        let edges = graph.entry(own.to_owned()).or_default();
        edges.extend(named_after(&file.bare_code(), "features").into_iter().filter(|to| to != own));
    }
    graph
}

/// Every way from a feature back to itself, each once.
fn circles(graph: &Graph) -> BTreeSet<String> {
    fn walk(graph: &Graph, path: &mut Vec<String>, found: &mut BTreeSet<String>) {
        let (first, last) = (path[0].clone(), path[path.len() - 1].clone());
        for next in graph.get(&last).into_iter().flatten() {
            if *next == first {
                found.insert(format!("{} → {first}", path.join(" → ")));
            } else if *next > first && !path.contains(next) {
                path.push(next.clone());
                walk(graph, path, found);
                path.pop();
            }
        }
    }
    let mut found = BTreeSet::new();
    for feature in graph.keys() {
        walk(graph, &mut vec![feature.clone()], &mut found);
    }
    found
}

#[test]
fn the_graph_of_features_has_no_circle() {
    let graph = graph();
    assert!(graph.len() >= 9 && graph["sign_in"].contains("sessions"), "{graph:?}");
    let found: Vec<String> = circles(&graph).into_iter().collect();
    assert!(found.is_empty(), "features call each other in a circle:\n{}", found.join("\n"));
}

#[test]
fn a_circle_would_be_found() {
    let edges = [("a", "b"), ("b", "c"), ("c", "a"), ("c", "b"), ("d", "a")];
    let mut graph = Graph::new();
    for (from, to) in edges {
        graph.entry(from.into()).or_default().insert(to.into());
    }
    let found: Vec<String> = circles(&graph).into_iter().collect();
    assert_eq!(found, ["a → b → c → a", "b → c → b"]);
}

#[test]
fn a_store_is_its_own_features() {
    let graph = graph();
    for file in files("src", ".rs") {
        let code = file.bare_code();
        assert!(!code.contains("pub mod store"), "{} opens its store", file.path);
        assert!(!code.contains("pub(crate) mod store"), "{} opens its store", file.path);
        let squeezed: String = code.split_whitespace().collect();
        for feature in graph.keys() {
            for form in [format!("{feature}::store"), format!("{feature}::{{store")] {
                let own = file.feature() == Some(feature.as_str());
                assert!(own || !has_word(&squeezed, &form), "{} names {form}", file.path);
            }
        }
        if file.feature().is_some() {
            assert!(!code.contains("super::super"), "{} climbs out of its room", file.path);
        }
    }
}

#[test]
fn handlers_do_not_touch_the_database() {
    for file in files("src/features", ".rs") {
        if !matches!(file.name(), "web.rs" | "api.rs") && !file.path.contains("/web/") {
            continue;
        }
        let code = file.bare_code();
        for word in [".db", "Tx", "store::", "super::store", "begin(", "portcullis_db", "Reader"] {
            assert!(!has_word(&code, word), "{} names {word}", file.path);
        }
    }
}

#[test]
fn rules_know_nothing_of_the_world() {
    let mut seen = 0;
    for file in files("src/features", "rules.rs") {
        seen += 1;
        let code: Vec<String> = file
            .bare_code()
            .lines()
            // What a stored value is read as and bound as may stand beside it.
            .filter(|line| !line.contains("portcullis_db::{Bind") && !line.contains("Column for"))
            .map(str::to_owned)
            .collect();
        let code = code.join("\n");
        for word in
            ["async", "await", "App", "portcullis_db", "http", "store", "Tx", "Clock", "Random"]
        {
            assert!(!has_word(&code, word), "{} names {word}", file.path);
        }
    }
    assert!(seen >= 4);
}

#[test]
fn only_the_database_crate_names_a_driver() {
    for file in files("src", ".rs").iter().chain(&files("xtask", ".rs")) {
        assert!(!has_word(&file.bare_code(), "sqlx"), "{} names the driver", file.path);
    }
    let manifest = files(".", "Cargo.toml");
    let own = manifest.iter().find(|file| file.path == "Cargo.toml").unwrap();
    assert!(!own.text.contains("\nsqlx"), "the application depends on the driver");
}

/// Nobody opens a transaction inside one: what takes a `Tx` begins none.
#[test]
fn steps_open_no_transaction() {
    for file in files("src/features", ".rs") {
        for function in file.bare_code().split("\npub async fn ").skip(1) {
            let Some((signature, rest)) = function.split_once("{\n") else { continue };
            let body = rest.split("\n}\n").next().unwrap();
            if signature.contains("&mut Tx") || signature.contains("portcullis_db::Tx") {
                let name = signature.split(['(', '<']).next().unwrap();
                assert!(!body.contains(".begin()"), "{}: {name} opens another", file.path);
            }
        }
    }
}

/// LG-10: what an owner must hear of goes through `security_notices`, which knows
/// where else it goes; each of these has its reason.
#[test]
fn lg_10_letters_go_through_one_door() {
    const BESIDE: &[(&str, &str)] = &[
        ("src/features/security_notices/mod.rs", "the door"),
        ("src/features/access_tokens/expiry.rs", "a reminder to whoever uses the account now"),
        ("src/features/administration/texts.rs", "to administrators, about the installation"),
        ("src/features/email_change/ask.rs", "to an address that nobody has proved"),
        ("src/features/email_change/confirm.rs", "to each address what concerns it alone"),
        ("src/features/email_change/undo.rs", "to an address that hears nothing after it"),
        ("src/features/ip_allowlist/letters.rs", "to owners and admins, about the organisation"),
        ("src/features/organisations/invitations.rs", "links, which go to one address"),
        ("src/features/two_factor_requirement/letters.rs", "about what an organisation asks for"),
        ("src/features/login_notifications/mod.rs", "links that lock, which go to one address"),
        ("src/features/recovery/links.rs", "links, which go to one address"),
        ("src/features/sign_up/answer.rs", "to whoever typed the address"),
    ];
    let mut found = BTreeSet::new();
    for file in files("src", ".rs") {
        if has_word(&file.bare_code(), "delivery::enqueue") {
            let known = BESIDE.iter().any(|(path, _)| *path == file.path);
            assert!(known, "{} enqueues a letter beside security_notices::tell", file.path);
            found.insert(file.path);
        }
    }
    assert_eq!(found.len(), BESIDE.len(), "{found:?}");
}

#[test]
fn files_are_short() {
    let folders = [("src", ".rs"), ("src", ".html"), ("crates", ".rs"), ("tests", ".rs")];
    let more = [("xtask", ".rs"), ("locales", ".ftl"), ("assets", ".css"), ("migrations", ".sql")];
    for (folder, ending) in folders.into_iter().chain(more) {
        for File { path, text } in files(folder, ending) {
            let lines = text.lines().count();
            assert!(lines < LONGEST, "{path} has {lines} lines");
        }
    }
}

/// MF-28: what is compared with a secret is compared in constant time.
#[test]
fn mf_28_no_secret_is_compared_with_an_operator() {
    // Each with why it can be: both sides are typed by the same person, or both
    // are read from the database.
    const FINE: &[(&str, &str)] = &[
        ("asked.new.reveal() == asked.current.reveal()", "both typed in one form"),
        ("password.reveal() == repeated.reveal()", "both typed in one form"),
        ("stored.phc == read.phc", "both read from the database"),
        ("stored.pepper_key_id.as_deref() != pepper", "names of keys"),
        ("self.leaf_hash().as_slice() != self.leaf.hash", "leaves stand in every export"),
    ];
    const SECRET: &[&str] = &["hash", "secret", "token", "reveal()", "phc", "csrf"];
    for file in files("src", ".rs") {
        for line in file.bare_code().lines() {
            let compares = line.contains(" == ") || line.contains(" != ");
            let fine = FINE.iter().any(|(code, _)| line.contains(code));
            let sides: Vec<&str> = line.split(" == ").flat_map(|l| l.split(" != ")).collect();
            let near = sides.windows(2).any(|pair| {
                let left = pair[0].rsplit([' ', '(']).next().unwrap_or("");
                let right = pair[1].split([' ', ',', ';']).next().unwrap_or("");
                SECRET.iter().any(|word| left.contains(word) || right.contains(word))
            });
            let is_code = !line.contains("Csrf::") && !line.contains(".len()");
            assert!(!(compares && near && is_code) || fine, "{}: {}", file.path, line.trim());
        }
    }
}

fn has_word(code: &str, word: &str) -> bool {
    code.match_indices(word).any(|(position, found)| {
        let part = |c: char| c.is_alphanumeric() || c == '_';
        let starts = word.starts_with(|c: char| !part(c))
            || !code[..position].chars().next_back().is_some_and(part);
        let ends = word.ends_with(|c: char| !part(c))
            || !code[position + found.len()..].chars().next().is_some_and(part);
        starts && ends
    })
}
