//! The guide says what the program does.

use portcullis::config::KEYS;
use portcullis::metrics_listener::{COUNTERS, GAUGES, HISTOGRAMS};
use std::fmt::Write;

const GUIDE: &str = include_str!("../../../docs/operations.md");

/// What the guide's table of keys must be; a failure prints it, to be pasted.
fn table_of_keys() -> String {
    let mut table =
        String::from("| key | default | allowed | meaning |\n| --- | --- | --- | --- |\n");
    for key in KEYS {
        let default =
            if key.default.is_empty() { String::new() } else { format!("`{}`", key.default) };
        let file = if key.secret {
            format!(" Also `PORTCULLIS_{}_FILE`.", key.name.to_uppercase())
        } else {
            String::new()
        };
        writeln!(table, "| `{}` | {default} | {} | {}{file} |", key.name, key.allowed, key.meaning)
            .unwrap();
    }
    table
}

#[test]
fn the_table_of_keys_is_the_programs() {
    let table = table_of_keys();
    assert!(GUIDE.contains(&table), "put this into docs/operations.md:\n{table}");
}

#[test]
fn the_tables_of_metrics_are_the_programs() {
    for (kind, all) in [("counter", COUNTERS), ("gauge", GAUGES), ("histogram", HISTOGRAMS)] {
        let mut table = format!("| {kind} | meaning |\n| --- | --- |\n");
        for (name, meaning) in all {
            writeln!(table, "| `{name}` | {meaning} |").unwrap();
        }
        assert!(GUIDE.contains(&table), "put this into docs/operations.md:\n{table}");
    }
}
