//! The log as a file, for programs.

use super::Program;
use super::program::token;
use crate::both;
use crate::support::{OTHER_PASSWORD, PASSWORD, TestApp};
use portcullis::features::access_tokens::rules::Permission;
use serde_json::Value;
use std::time::Duration;

const EXPORT: &str = "/api/v1/events/export";

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

both!(an_export_is_the_page_s, async |app: TestApp| {
    let mira = app.account("mira@example.com").await;
    app.browser().sign_in("mira@example.com", OTHER_PASSWORD).await;
    app.browser().sign_in("eve@example.com", OTHER_PASSWORD).await;
    let mut browser = app.browser();
    browser.signs_in("mira@example.com", PASSWORD).await;
    app.wait(Duration::from_secs(1));
    let program = Program::with(&app, &token(&app, &mira, &[Permission::LogExport]).await);
    app.wait(Duration::from_secs(1));
    let answer = program.get(&format!("{EXPORT}?format=csv")).await;
    answer.is(200);
    assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8; header=present");
    let name = "attachment; filename=\"security-log-2026-11-24.csv\"";
    assert_eq!(answer.header("content-disposition"), name);
    browser.get("/settings/security/log/export").await.is(200);
    let mut fields = vec![("format".to_owned(), "csv".to_owned())];
    for area in portcullis::features::security_log::Area::ALL {
        fields.push((format!("area-{}", area.tag()), "on".to_owned()));
    }
    let fields: Vec<(&str, &str)> = fields.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    let page = browser.post("/settings/security/log/export", &fields).await;
    page.is(200);
    assert_eq!(page.body, answer.body);

    let some = program.get(&format!("{EXPORT}?areas=sign-ins")).await;
    assert_eq!(some.header("content-type"), "application/jsonl; charset=utf-8");
    let kinds: Vec<Value> = lines(&some.body).iter().map(|one| one["kind"].clone()).collect();
    assert_eq!(kinds, ["sign-in", "sign-in"]);
    let id = mira.id.to_string();
    assert!(lines(&some.body).iter().all(|one| one["account_id"] == id));
    let none = program.get(&format!("{EXPORT}?until=2026-11-24T08:00:00Z")).await;
    assert_eq!(none.is(200).body, "");
    // Each is an event before its first byte.
    let exports = app.events().await.into_iter().filter(|event| event == "log-exported succeeded");
    assert_eq!(exports.count(), 4);
    let by = format!(" areas=all events=3 token {}", app.token_id(&program).await);
    assert!(app.dump().await.iter().any(|row| row.contains(&by)), "{by}");
});

both!(who_goes_on_after_a_cursor_misses_nothing, async |app: TestApp| {
    let mira = app.account("mira@example.com").await;
    let program = Program::with(&app, &token(&app, &mira, &[Permission::LogExport]).await);
    let mut after = "0.00000000-0000-0000-0000-000000000000".to_owned();
    let mut ids = Vec::new();
    for _ in 0..4 {
        app.browser().sign_in("mira@example.com", OTHER_PASSWORD).await;
        app.seals().await;
        let part = program.get(&format!("{EXPORT}?after={after}")).await;
        let events = lines(&part.is(200).body);
        assert!(!events.is_empty());
        ids.extend(events.iter().map(|one| one["id"].as_str().unwrap().to_owned()));
        after = events.last().unwrap()["cursor"].as_str().unwrap().to_owned();
        app.wait(Duration::from_hours(1));
    }
    let mut once = ids.clone();
    once.sort();
    once.dedup();
    assert_eq!(once.len(), ids.len(), "an event came twice");
    let refused = "SELECT COUNT(*) FROM security_events WHERE result = 'refused'";
    assert_eq!(app.count(refused).await, 4);
    assert!(ids.len() >= 7, "{ids:?}");
    // Ahead of this log.
    let ahead = "9223372036854775807.00000000-0000-0000-0000-000000000000";
    let answer = program.get(&format!("{EXPORT}?after={ahead}")).await;
    answer.is_problem(400, "invalid-request");
});

both!(exports_are_bounded_with_those_of_the_page, async |app: TestApp| {
    let mira = app.account("mira@example.com").await;
    let program = Program::with(&app, &token(&app, &mira, &[Permission::LogExport]).await);
    for _ in 0..10 {
        program.get(EXPORT).await.is(200);
    }
    let answer = program.get(EXPORT).await;
    answer.is_problem(429, "too-many-requests");
    assert_eq!(answer.header("retry-after"), "360");
    assert!(app.events().await.contains(&"log-exported refused/throttled".to_owned()));
    app.wait(Duration::from_mins(6));
    program.get(EXPORT).await.is(200);
});
