//! TK-13: only what a list has given out leads on in it.

use super::Program;
use super::program::token;
use crate::both;
use crate::support::{OTHER_PASSWORD, TestApp};
use portcullis::features::access_tokens::rules::Permission;

const EVENTS: &str = "/api/v1/events";

both!(tk_13_forged_cursors_are_refused, async |app: TestApp| {
    let mira = app.administrator("mira@example.com").await;
    let eve = app.account("eve@example.com").await;
    for _ in 0..4 {
        app.browser().sign_in("mira@example.com", OTHER_PASSWORD).await;
        app.browser().sign_in("eve@example.com", OTHER_PASSWORD).await;
    }
    let program = Program::with(&app, &token(&app, &mira, Permission::ALL).await);
    let other = Program::with(&app, &token(&app, &eve, Permission::ALL).await);
    let next = async |program: &Program, path: &str| {
        program.get(path).await.is(200).json()["next"].as_str().unwrap().to_owned()
    };
    let cursor = next(&program, "/api/v1/events?limit=1").await;
    let with = async |program: &Program, list: &str, cursor: &str| {
        let query = serde_urlencoded::to_string([("cursor", cursor)]).unwrap();
        program.get(&format!("{list}?{query}")).await
    };
    with(&program, EVENTS, &cursor).await.is(200);

    let mut forged = vec![
        String::new(),
        "0".into(),
        "-1".into(),
        format!("{cursor}="),
        format!("{cursor}A"),
        format!(" {cursor}"),
        cursor[..cursor.len() - 1].to_owned(),
        "1795510800000.01900000-0000-7000-8000-000000000000".into(),
        "'; DROP TABLE accounts; --".into(),
        "\0".into(),
        "x".repeat(5_000),
        // Of other lists and of other accounts.
        next(&program, "/api/v1/admin/events?limit=1").await,
        next(&program, &format!("/api/v1/admin/accounts/{}/events?limit=1", mira.id)).await,
        next(&program, "/api/v1/admin/accounts?limit=1").await,
        next(&other, "/api/v1/events?limit=1").await,
    ];
    for bit in 0..cursor.len() * 8 {
        let mut flipped = cursor.clone().into_bytes();
        flipped[bit / 8] ^= 1 << (bit % 8);
        forged.push(String::from_utf8_lossy(&flipped).into_owned());
    }
    for cursor in forged {
        let answer = with(&program, EVENTS, &cursor).await;
        answer.is_problem(400, "invalid-request");
        assert_eq!(answer.json()["errors"][0]["name"], "cursor");
    }
    let accounts = next(&program, "/api/v1/admin/accounts?limit=1").await;
    with(&program, "/api/v1/admin/accounts", &accounts).await.is(200);
    with(&program, "/api/v1/admin/accounts", &cursor).await.is_problem(400, "invalid-request");
});

both!(tk_13_limits_are_bounded, async |app: TestApp| {
    let mira = app.administrator("mira@example.com").await;
    let program = Program::with(&app, &token(&app, &mira, Permission::ALL).await);
    let lists = [EVENTS.to_owned(), "/api/v1/admin/events".into(), "/api/v1/admin/accounts".into()];
    for list in lists {
        for limit in ["1", "200"] {
            program.get(&format!("{list}?limit={limit}")).await.is(200);
        }
        for limit in [
            "0",
            "-1",
            "201",
            "9223372036854775807",
            "9223372036854775808",
            "18446744073709551616",
            "1e2",
            "1.0",
            "%2B1",
            "01",
            "0x10",
            "",
            "%20",
            "NaN",
            "1;--",
            "%D9%A1",
        ] {
            let answer = program.get(&format!("{list}?limit={limit}")).await;
            answer.is_problem(400, "invalid-request");
        }
    }
});

both!(pages_hold_every_event_once, async |app: TestApp| {
    let mira = app.account("mira@example.com").await;
    for _ in 0..4 {
        app.browser().sign_in("mira@example.com", OTHER_PASSWORD).await;
        app.browser().sign_in("eve@example.com", OTHER_PASSWORD).await;
    }
    let program = Program::with(&app, &token(&app, &mira, Permission::ALL).await);
    for filter in ["", "&result=refused", "&area=sign-ins", "&from=2026-11-24T09:00:00Z"] {
        let whole = program.get(&format!("{EVENTS}?limit=200{filter}")).await;
        assert_eq!(whole.json()["next"], serde_json::Value::Null);
        let (mut ids, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = program.get(&format!("{EVENTS}?limit=2{filter}{cursor}")).await;
            let found = page.is(200).ids("events");
            assert!(found.len() <= 2);
            ids.extend(found);
            match page.json()["next"].as_str() {
                None => break,
                Some(next) => cursor = format!("&cursor={next}"),
            }
        }
        assert_eq!(ids, whole.ids("events"), "{filter}");
        assert!(ids.len() >= 4, "{filter}");
    }
});
