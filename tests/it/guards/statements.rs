//! SQL stands once for both databases, and all of it is known.

use super::source::files;
use crate::both;
use crate::support::TestApp;
use std::collections::BTreeSet;

both!(every_statement_prepares_on_both_databases, async |app: TestApp| {
    let mut broken = Vec::new();
    let mut count = 0;
    for statement in portcullis::features::statements() {
        count += 1;
        if let Err(error) = app.db.prepare(statement).await {
            broken.push(format!("{}: {error}\n  {}", statement.name, statement.sql));
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
    assert!(count > 40, "only {count} statements are listed");
});

/// What a store declares, the list must have: a forgotten line in
/// `features::statements()` would leave its SQL untested.
#[test]
fn every_store_is_in_the_list() {
    let listed: BTreeSet<&str> =
        portcullis::features::statements().map(|statement| statement.sql).collect();
    for file in files("src", "store.rs") {
        let code = file.code();
        assert!(code.contains("statements! {"), "{} declares no statements", file.path);
        let block = code.split_once("statements! {").unwrap().1.split_once("\n}").unwrap().0;
        for part in block.split(';') {
            let Some((name, sql)) = part.split_once(" = \"") else { continue };
            let sql = sql.trim().trim_end_matches('"');
            // A line's end that is escaped takes the next line's indent along.
            let mut joined = String::new();
            for (index, line) in sql.split("\\\n").enumerate() {
                joined.push_str(if index == 0 { line } else { line.trim_start() });
            }
            let name = name.trim();
            assert!(listed.contains(joined.as_str()), "{}: {name} is not in the list", file.path);
        }
    }
}

#[test]
fn sql_stands_in_stores_alone() {
    for file in files("src", ".rs") {
        if file.name() == "store.rs" {
            continue;
        }
        let code = file.code();
        for verb in ["\"SELECT ", "\"INSERT INTO", "\"UPDATE ", "\"DELETE FROM", "statements! {"] {
            assert!(!code.contains(verb), "{} holds SQL: {verb}", file.path);
        }
    }
}

/// Design §3: what one database understands otherwise than the other.
#[test]
fn statements_keep_to_the_common_dialect() {
    for statement in portcullis::features::statements() {
        // A sum of BIGINT is a NUMERIC on PostgreSQL, so it is always made one again.
        let sql = statement.sql.to_uppercase().replace("CAST(SUM(", "");
        for word in [" LIKE ", "NOW()", " IS NULL OR ", "OR $", "AUTOINCREMENT", "->", "SUM("] {
            assert!(!sql.contains(word), "{} has {word}", statement.name);
        }
        assert!(!sql.contains('?'), "{}: placeholders are $1, $2, …", statement.name);
    }
}
