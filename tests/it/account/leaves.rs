//! The log's leaves and commitments, reckoned anew from what the database holds
//! and from the words in ARCHITECTURE.md, not by the program's own code.

use crate::support::{Backend, TestApp};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

const COLUMNS: [&str; 29] = [
    "id",
    "occurred_at",
    "kind",
    "result",
    "reason",
    "account_id",
    "actor_kind",
    "actor_id",
    "session_id",
    "object_kind",
    "object_id",
    "detail",
    "address",
    "address_salt",
    "address_commitment",
    "user_agent",
    "user_agent_salt",
    "user_agent_commitment",
    "email",
    "email_salt",
    "email_commitment",
    "place",
    "place_salt",
    "place_commitment",
    "leaf_version",
    "leaf_hash",
    // What follows from the others, or from when they were committed, is no part of
    // the leaf.
    "area",
    "commit_number",
    "organisation_id",
];
const LEAF: [&str; 16] = [
    "id",
    "occurred_at",
    "kind",
    "result",
    "reason",
    "account_id",
    "actor_kind",
    "actor_id",
    "session_id",
    "object_kind",
    "object_id",
    "detail",
    "address_commitment",
    "user_agent_commitment",
    "email_commitment",
    "place_commitment",
];

type Row = BTreeMap<String, Vec<u8>>;

/// What a look at the whole log found.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    pub rows: usize,
    /// Leaves or commitments that are not what the row says.
    pub wrong: usize,
    /// Commitments whose value is gone.
    pub erased: usize,
}

pub async fn look(app: &TestApp) -> Found {
    let mut found = Found::default();
    for line in app.dump().await {
        let Some(text) = line.strip_prefix("security_events: ") else { continue };
        let row = match app.backend {
            Backend::Sqlite => quoted(text),
            Backend::Postgres => json(text),
        };
        found.rows += 1;
        found.wrong += usize::from(row["leaf_hash"] != leaf(&row));
        for field in ["address", "user_agent", "email", "place"] {
            let (salt, commitment) =
                (row.get(&format!("{field}_salt")), row.get(&format!("{field}_commitment")));
            match (row.get(field), salt, commitment) {
                (Some(value), Some(salt), Some(commitment)) => {
                    found.wrong += usize::from(*commitment != commit(field, salt, value));
                }
                (None, None, Some(_)) => found.erased += 1,
                (None, None, None) => {}
                _ => found.wrong += 1,
            }
        }
    }
    found
}

fn commit(field: &str, salt: &[u8], value: &[u8]) -> Vec<u8> {
    let prefix = format!("portcullis/security-event/personal/v1/{field}\0");
    Sha256::digest([prefix.as_bytes(), salt, value].concat()).to_vec()
}

fn leaf(row: &Row) -> Vec<u8> {
    // An organisation, where there is one, is one field more, and another version.
    let organisation = row.get("organisation_id").map(|_| "organisation_id");
    let mut bytes = match organisation {
        None => b"\0portcullis/security-event/v1".to_vec(),
        Some(_) => b"\0portcullis/security-event/v2".to_vec(),
    };
    for field in LEAF.into_iter().chain(organisation) {
        match row.get(field) {
            None => bytes.push(0),
            Some(value) => {
                bytes.push(1);
                bytes.extend((value.len() as u64).to_be_bytes());
                bytes.extend(value);
            }
        }
    }
    Sha256::digest(bytes).to_vec()
}

/// Numbers stand in a leaf as eight bytes.
fn number(text: &str) -> Vec<u8> {
    text.parse::<i64>().unwrap().to_be_bytes().to_vec()
}

fn json(text: &str) -> Row {
    let Value::Object(fields) = serde_json::from_str(text).unwrap() else { panic!("{text}") };
    let read = |value: Value| match value {
        Value::Null => None,
        Value::Number(value) => Some(number(&value.to_string())),
        Value::String(value) => Some(match value.strip_prefix("\\x") {
            Some(digits) => hex::decode(digits).unwrap(),
            None => value.into_bytes(),
        }),
        other => panic!("{other}"),
    };
    fields.into_iter().filter_map(|(name, value)| Some((name, read(value)?))).collect()
}

/// As SQLite's `quote()` writes values.
fn quoted(text: &str) -> Row {
    let (mut row, mut rest) = (Row::new(), text);
    for name in COLUMNS {
        let (value, length) = if rest.starts_with("NULL") {
            (None, 4)
        } else if let Some(digits) = rest.strip_prefix("X'") {
            let length = digits.find('\'').unwrap();
            (Some(hex::decode(&digits[..length]).unwrap()), length + 3)
        } else if let Some(string) = rest.strip_prefix('\'') {
            let length = string.find('\'').unwrap();
            assert!(!string[length..].starts_with("''"), "a quotation mark in {text}");
            (Some(string.as_bytes()[..length].to_vec()), length + 2)
        } else {
            let length = rest.find(' ').unwrap_or(rest.len());
            (Some(number(&rest[..length])), length)
        };
        row.extend(value.map(|value| (name.to_owned(), value)));
        rest = rest[length..].trim_start();
    }
    assert_eq!(rest, "", "there are more columns than this knows");
    row
}
