//! No statement reads a whole table that grows: how each database would go about
//! it, read from its own explanation.

use crate::both;
use crate::support::{Backend, TestApp};
use portcullis_db::testing;

/// Statements that read more than they answer with, by how they begin, and why
/// that is no harm.
const EXCEPTIONS: &[(&str, &str)] = &[
    (
        "SELECT COUNT(*), MIN(created_at) FROM outbox WHERE next_attempt_at IS NOT NULL",
        "what is sent is removed, so nearly every row of the outbox waits",
    ),
    ("DELETE FROM log_exports WHERE spread_until", "only the exports of the last hour have rows"),
    ("DELETE FROM mail_requests WHERE purpose", "they are answered, and removed, within a minute"),
];

/// Tables with one row or a handful, and indexes that hold so few.
const SMALL: &[&str] =
    &["installation", "commit_numbers", "set_up_links", "accounts_administering"];

/// What is wrong with a plan; nothing where it goes by an index all along.
fn wrong(backend: Backend, sql: &str, plan: &[String]) -> Option<String> {
    // The first rows of an index, in its order, are a look-up too.
    let bounded = sql.contains(" LIMIT ") || sql.contains("MAX(") || sql.contains("MIN(");
    let small =
        |step: &str| SMALL.iter().any(|table| step.split_whitespace().any(|word| word == *table));
    for (index, step) in plan.iter().enumerate() {
        let step = step.trim().trim_start_matches("-> ").trim();
        match backend {
            Backend::Sqlite => {
                let Some(table) = step.strip_prefix("SCAN ") else { continue };
                let harmless = table.starts_with("CONSTANT")
                    || table.starts_with('(')
                    || plan
                        .iter()
                        .any(|other| other.contains("CO-ROUTINE ") && other.ends_with(table));
                let by_index = table.contains(" USING ") && bounded;
                if !harmless && !by_index && !small(table) {
                    return Some(step.to_owned());
                }
            }
            Backend::Postgres => {
                if step.starts_with("Seq Scan") && !small(step) {
                    return Some(step.to_owned());
                }
                let by_index =
                    step.starts_with("Index Scan") || step.starts_with("Index Only Scan");
                let next = plan.get(index + 1).map_or("", |next| next.trim());
                // Of two indexes that cost the same while a table is empty, it took the
                // other; the primary key is there.
                let by_key = next.contains("(id = $");
                let by_condition = next.starts_with("Index Cond") || by_key;
                if by_index && !by_condition && !bounded && !small(step) {
                    return Some(step.to_owned());
                }
            }
        }
    }
    None
}

both!(no_statement_scans_what_grows, async |app: TestApp| {
    let mut found = Vec::new();
    let mut excepted = std::collections::BTreeSet::new();
    for statement in portcullis::features::statements() {
        let plan = testing::plan(&app.db, statement.sql).await.unwrap();
        let Some(step) = wrong(app.backend, statement.sql, &plan) else { continue };
        let exception = EXCEPTIONS.iter().find(|(sql, _)| statement.sql.starts_with(sql));
        if let Some((sql, _)) = exception {
            excepted.insert(*sql);
            continue;
        }
        found.push(format!(
            "{}: {step}\n  {}\n    {}",
            statement.name,
            statement.sql,
            plan.join("\n    ")
        ));
    }
    assert!(found.is_empty(), "{}", found.join("\n\n"));
    // PostgreSQL finds an index for some of them.
    let needed = app.backend == Backend::Postgres || excepted.len() == EXCEPTIONS.len();
    assert!(needed, "an exception that is none: {excepted:?}");
});

both!(a_scan_would_be_found, async |app: TestApp| {
    for (sql, is_wrong) in [
        ("SELECT id FROM security_events WHERE detail = $1", true),
        ("SELECT id FROM accounts ORDER BY name LIMIT 1", true),
        ("DELETE FROM security_events WHERE detail = $1", true),
        ("SELECT id FROM security_events WHERE id = $1", false),
        ("SELECT id FROM security_events ORDER BY occurred_at, id LIMIT 1", false),
        ("SELECT revision FROM installation", false),
    ] {
        let plan = testing::plan(&app.db, sql).await.unwrap();
        assert_eq!(wrong(app.backend, sql, &plan).is_some(), is_wrong, "{sql}: {plan:?}");
    }
});

/// A server without statistics takes a short statement for a long one, and then compiles its
/// plan: a look for changes, which each node asks many times a second, took a tenth of a second.
#[tokio::test]
async fn no_plan_is_compiled() {
    let app = TestApp::new(Backend::Postgres).await;
    let sql = "SELECT setting FROM pg_settings WHERE name = 'jit'";
    assert_eq!(testing::texts(&app.db, sql).await.unwrap(), ["off"]);
}
