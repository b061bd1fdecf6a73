//! The catalogues and what the program says: each message that is used exists,
//! takes exactly the arguments that it is given, and none is left over.

use super::source::files;
use portcullis::delivery::Purpose;
use portcullis::features::account::FactorKind;
use portcullis::features::security_log::{Kind, Method, Reason};
use portcullis::features::sessions::rules::Entry;
use portcullis::places::CountryCode;
use std::collections::{BTreeMap, BTreeSet};

type Names = BTreeSet<String>;

/// Every message, with the arguments that it takes.
fn catalogue() -> BTreeMap<String, Names> {
    let mut all = BTreeMap::new();
    for file in files("locales/en", ".ftl") {
        let mut key = String::new();
        for line in file.text.lines().filter(|line| !line.starts_with('#')) {
            if let Some((name, _)) = line.split_once(" =")
                && line.starts_with(|c: char| c.is_ascii_lowercase())
            {
                name.clone_into(&mut key);
                let twice = all.insert(key.clone(), Names::new());
                assert!(twice.is_none(), "{key} stands twice");
            }
            for (_, rest) in line.match_indices('$').map(|(at, _)| line.split_at(at + 1)) {
                let name: String = rest.chars().take_while(|c| c.is_alphanumeric()).collect();
                all.get_mut(&key).unwrap().insert(name);
            }
        }
    }
    all
}

/// What stands between the parenthesis that opened just before and its end.
fn inside(text: &str) -> (&str, &str) {
    let (mut depth, mut quoted) = (0, false);
    for (position, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted && depth == 0 => return (&text[..position], &text[position + 1..]),
            ')' if !quoted => depth -= 1,
            _ => {}
        }
    }
    (text, "")
}

/// Messages that are said by name on the spot, with what is given to them.
fn said(code: &str) -> Vec<(String, Names)> {
    let mut found = Vec::new();
    for marker in ["say(\"", "wrong(\""] {
        for (position, _) in code.match_indices(marker) {
            let (argument, mut rest) = inside(&code[position + marker.len() - 1..]);
            let mut given = Names::new();
            loop {
                let next = rest.trim_start();
                let call = next.strip_prefix(".with(").or_else(|| next.strip_prefix(".number("));
                let Some(call) = call else { break };
                let (arguments, after) = inside(call);
                given.insert(arguments.trim().split('"').nth(1).unwrap().to_owned());
                rest = after;
            }
            found.push((argument.trim_matches('"').to_owned(), given));
        }
    }
    found
}

/// The parameters of each macro, in order.
fn macros() -> BTreeMap<String, Vec<String>> {
    let mut all = BTreeMap::new();
    for file in files("src", ".html") {
        for definition in file.text.split("{%- macro ").skip(1) {
            let (name, rest) = definition.split_once('(').unwrap();
            let parameters = inside(rest).0.split(',');
            let names = parameters.map(|own| own.split('=').next().unwrap().trim().to_owned());
            all.insert(name.to_owned(), names.collect());
        }
    }
    all
}

/// Messages that a template hands to a macro by a parameter that ends in `_key`.
fn handed_to_macros(text: &str, macros: &BTreeMap<String, Vec<String>>) -> Vec<(String, Names)> {
    let mut found = Vec::new();
    for (name, parameters) in macros {
        let marker = format!("{name}(");
        for (position, _) in text.match_indices(&marker) {
            let before = &text[..position];
            let part = |c: char| c.is_alphanumeric() || c == '_' || c == '.' || c == '-';
            if before.ends_with("macro ") || before.chars().next_back().is_some_and(part) {
                continue;
            }
            let arguments = inside(&text[position + marker.len()..]).0;
            for (index, argument) in split_arguments(arguments).iter().enumerate() {
                let (parameter, value) = match argument.split_once(" = ") {
                    Some((parameter, value)) => (parameter.trim(), value.trim()),
                    None => (parameters.get(index).map_or("", String::as_str), argument.trim()),
                };
                let literal = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
                if let (true, Some(key)) = (parameter.ends_with("_key"), literal)
                    && !key.is_empty()
                {
                    let given = if name == "time_in" { vec!["when".to_owned()] } else { vec![] };
                    found.push((key.to_owned(), given.into_iter().collect()));
                }
            }
        }
    }
    found
}

fn split_arguments(text: &str) -> Vec<String> {
    let (mut depth, mut quoted) = (0, false);
    let mut all = vec![String::new()];
    for c in text.chars() {
        match c {
            '"' => quoted = !quoted,
            '(' | '[' if !quoted => depth += 1,
            ')' | ']' if !quoted => depth -= 1,
            ',' if !quoted && depth == 0 => {
                all.push(String::new());
                continue;
            }
            _ => {}
        }
        all.last_mut().unwrap().push(c);
    }
    all
}

/// Names that the program puts together, or picks from a list.
fn made_up() -> Vec<(String, Names)> {
    let mut all = Vec::new();
    for file in files("src", ".rs") {
        let code = file.code();
        for literal in code.split('"').skip(1).step_by(2) {
            let given: &[&str] = match literal {
                _ if literal.starts_with("flash-") || literal.starts_with("title-") => &[],
                _ if literal.starts_with("wait-") || literal.starts_with("source-wait-") => {
                    &["count"]
                }
                _ if literal.starts_with("act-") || literal.starts_with("state-") => &[],
                // Said with the least length, whether it is about length or not.
                _ if literal.starts_with("requirement-") => &["min"],
                _ if literal.starts_with("password-rule-") => &["min", "max"],
                _ => continue,
            };
            all.push((literal.to_owned(), given.iter().map(|name| (*name).to_owned()).collect()));
        }
    }
    for name in [
        "not-found",
        "old-form",
        "cross-site",
        "bad-request",
        "too-large",
        "busy",
        "fault",
        "method",
    ] {
        for part in ["title", "text"] {
            all.push((format!("problem-{name}-{part}"), Names::new()));
        }
    }
    for purpose in Purpose::ALL {
        all.push((format!("purpose-{}", purpose.tag()), Names::new()));
    }
    for method in Method::ALL {
        all.push((format!("method-{}", method.tag()), Names::new()));
        if *method != Method::TrustedBrowser {
            all.push((format!("use-way-{}", method.tag()), Names::new()));
        }
    }
    for reason in Reason::ALL {
        all.push((format!("reason-{}", reason.tag()), Names::new()));
    }
    for kind in FactorKind::ALL {
        all.push((format!("factor-{}", kind.tag()), Names::new()));
    }
    for country in CountryCode::all() {
        all.push((format!("country-{}", country.code()), Names::new()));
    }
    for entry in Entry::ALL {
        all.push((format!("session-by-{}", entry.tag()), Names::new()));
    }
    for way in ["way-authenticator", "way-sms"] {
        all.push((way.to_owned(), Names::new()));
    }
    for literal in ["action-go-home", "action-sign-in"] {
        all.push((literal.to_owned(), Names::new()));
    }
    all
}

#[test]
fn every_message_exists_and_has_exactly_its_arguments() {
    let (catalogue, macros) = (catalogue(), macros());
    let mut wrong = Vec::new();
    let mut check = |path: &str, key: &str, given: &Names, exact: bool| match catalogue.get(key) {
        None => wrong.push(format!("{path}: there is no message {key}")),
        Some(takes) if exact && takes != given => {
            wrong.push(format!("{path}: {key} takes {takes:?} and is given {given:?}"));
        }
        Some(takes) if !takes.is_subset(given) => {
            wrong.push(format!("{path}: {key} takes {takes:?}, at most {given:?} is given"));
        }
        Some(_) => {}
    };
    for file in files("src", ".rs") {
        for (key, given) in said(&file.code()) {
            check(&file.path, &key, &given, true);
        }
    }
    for file in files("src", ".html") {
        for (key, given) in said(&file.text) {
            check(&file.path, &key, &given, true);
        }
        for (key, given) in handed_to_macros(&file.text, &macros) {
            check(&file.path, &key, &given, true);
        }
    }
    for (key, given) in made_up() {
        check("made up", &key, &given, false);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(catalogue.len() > 100 && macros.len() > 15);
}

#[test]
fn no_message_is_left_over() {
    let macros = macros();
    let mut used: BTreeSet<String> = made_up().into_iter().map(|(key, _)| key).collect();
    for file in files("src", ".rs") {
        used.extend(said(&file.code()).into_iter().map(|(key, _)| key));
    }
    for file in files("src", ".html") {
        used.extend(said(&file.text).into_iter().map(|(key, _)| key));
        used.extend(handed_to_macros(&file.text, &macros).into_iter().map(|(key, _)| key));
    }
    let left: Vec<String> = catalogue()
        .into_keys()
        .filter(|key| !key.starts_with("event-") && !used.contains(key))
        .collect();
    assert!(left.is_empty(), "nobody says {left:?}");
}

/// A sentence for each kind of event and each of its results, and no other.
#[test]
fn every_event_has_its_sentence() {
    let keys: Vec<String> =
        catalogue().into_keys().filter(|key| key.starts_with("event-")).collect();
    let mut reasons = BTreeSet::new();
    for key in &keys {
        let of_kind = |kind: &Kind| {
            let rest = key.strip_prefix("event-")?.strip_prefix(kind.tag())?.strip_prefix('-')?;
            let reason = rest.strip_prefix("refused-").and_then(Reason::from_tag);
            (rest == "succeeded" || reason.is_some()).then_some(reason)
        };
        let results: Vec<Option<Reason>> = Kind::ALL.iter().filter_map(of_kind).collect();
        assert_eq!(results.len(), 1, "{key} is of no kind, or of two");
        reasons.extend(results.into_iter().flatten().map(Reason::tag));
    }
    for kind in Kind::ALL {
        let only_refused =
            matches!(kind, Kind::SetUp | Kind::RequestRefused | Kind::OrganisationAccess);
        let key = format!("event-{}-succeeded", kind.tag());
        assert_eq!(keys.contains(&key), !only_refused, "{key}");
    }
    assert_eq!(reasons.len(), Reason::ALL.len(), "a reason has no sentence: {reasons:?}");
}
