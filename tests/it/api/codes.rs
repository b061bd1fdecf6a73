//! What is refused, and how it is said.

use super::Program;
use super::program::{NOBODY, token};
use crate::both;
use crate::support::TestApp;
use axum::http::Method;
use portcullis::features::access_tokens::rules::Permission;
use portcullis::http::api::{Code, api_routes};
use std::collections::BTreeSet;

#[test]
fn codes_and_their_meanings_are_their_own() {
    let tags: BTreeSet<&str> = Code::ALL.iter().map(|code| code.tag()).collect();
    assert_eq!(tags.len(), Code::ALL.len());
    for code in Code::ALL {
        assert!(code.status().is_client_error() || code.status().is_server_error());
        assert!(code.meaning().ends_with('.') && !code.title().ends_with('.'), "{code:?}");
    }
    let guide = include_str!("../../../docs/api.md");
    for code in Code::ALL {
        let row = format!("| `{}` | {} | {} |", code.tag(), code.status().as_u16(), code.meaning());
        assert!(guide.contains(&row), "put this into docs/api.md:\n{row}");
    }
}

both!(whatever_is_not_there_is_a_problem, async |app: TestApp| {
    let program = Program::new(&app);
    for path in [
        "/api/",
        "/api/v1",
        "/api/v1/",
        "/api/v2/profile",
        "/api/v1/profile/",
        "/api/v1/Profile",
        "/api/v1/events/a/b",
        "/api/v1//profile",
        "/api/v1/../sign-in",
        "/api/v1/profile%2f",
    ] {
        program.get(path).await.is_problem(404, "not-found");
        program.post(path, "{}").await.is_problem(404, "not-found");
    }
    // What is no id is nobody's.
    let mira = app.account("mira@example.com").await;
    let program = Program::with(&app, &token(&app, &mira, Permission::ALL).await);
    let upper = NOBODY.to_uppercase();
    for id in ["x", "1", "%00", "%ff", "..%2f", "'--", "pcl_pat_", &format!("{NOBODY}0"), &upper] {
        program.get(&format!("/api/v1/events/{id}")).await.is_problem(404, "not-found");
        program.delete(&format!("/api/v1/sessions/{id}")).await.is_problem(404, "not-found");
    }
});

both!(other_methods_are_named_by_allow, async |app: TestApp| {
    let program = Program::new(&app);
    let all = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY"];
    let paths: BTreeSet<&str> = api_routes().iter().map(|route| route.path).collect();
    for path in paths {
        let there: Vec<String> = api_routes()
            .iter()
            .filter(|route| route.path == path)
            .map(|route| route.method.to_string())
            .collect();
        for method in all.iter().filter(|method| !there.iter().any(|own| own == *method)) {
            let method = Method::from_bytes(method.as_bytes()).unwrap();
            let answer = program.send(method, &path.replace("{id}", NOBODY), None).await;
            // `events/{id}` and `events/export` are paths of their own.
            answer.is_problem(405, "method-not-allowed");
            let allow: BTreeSet<&str> = answer.header("allow").split(", ").collect();
            for own in &there {
                assert!(allow.contains(own.as_str()), "{path}: {allow:?}");
            }
        }
    }
    let head = program.send_unchecked(Method::HEAD, "/api/v1/profile", None).await;
    head.is(401);
    assert!(head.body.is_empty());
});

both!(bodies_are_json_and_small, async |app: TestApp| {
    let program = Program::new(&app);
    let path = "/api/v1/tokens/leaked";
    let text = "{\"token\": \"x\"}";
    for kind in ["", "text/plain", "application/x-www-form-urlencoded", "application/jsonx"] {
        let answer = program.send(Method::POST, path, Some((kind, text))).await;
        answer.is_problem(415, "unsupported-media-type");
    }
    let kind = "Application/JSON; charset=utf-8";
    program.send(Method::POST, path, Some((kind, text))).await.is(202);
    for text in ["", "{", "{\"token\": \"x\"} x", "{\"token\": \"\u{0}\"}", "\u{feff}{}", "nul"] {
        program.post(path, text).await.is_problem(400, "malformed-json");
    }
    let deep = "[".repeat(2000);
    program.post(path, &deep).await.is(400);
    for text in [
        "{}",
        "[]",
        "null",
        "\"pcl_pat_\"",
        "{\"token\": null}",
        "{\"token\": 1}",
        "{\"token\": [\"x\"]}",
        "{\"token\": \"x\", \"also\": 1}",
        "{\"token\": \"x\", \"token\": \"y\"}",
        "{\"Token\": \"x\"}",
    ] {
        let answer = program.post(path, text).await;
        answer.is_problem(400, "invalid-request");
        assert!(!answer.json()["errors"].as_array().unwrap().is_empty());
        app.wait(std::time::Duration::from_mins(1));
    }
    let large = format!("{{\"token\": \"{}\"}}", "x".repeat(17 * 1024));
    program.post(path, &large).await.is_problem(413, "too-large");
});

both!(parameters_are_known_given_once_and_understood, async |app: TestApp| {
    let mira = app.administrator("mira@example.com").await;
    let program = Program::with(&app, &token(&app, &mira, Permission::ALL).await);
    for (path, wrong) in [
        ("profile?x=1", "x"),
        ("sessions?limit=1", "limit"),
        ("events?form=2026-01-01T00:00:00Z", "form"),
        ("events?area=sign-ins&area=passwords", "area"),
        ("events?area=", "area"),
        ("events?area=SIGN-INS", "area"),
        ("events?result=maybe", "result"),
        ("events?from=yesterday", "from"),
        ("events?from=2026-01-01", "from"),
        ("events?from=2026-13-01T00:00:00Z", "from"),
        ("events?until=1795510800000", "until"),
        ("events?from=2026-02-01T00:00:00Z&until=2026-01-01T00:00:00Z", "until"),
        ("events?address=10.0.0.0/8", "address"),
        ("events?address=010.0.0.1", "address"),
        ("events?%FF=1", "\u{fffd}"),
        ("events?sort=id;--", "sort"),
        ("events/export?format=xml", "format"),
        ("events/export?areas=", "areas"),
        ("events/export?areas=sign-ins,,passwords", "areas"),
        ("events/export?after=1", "after"),
        (
            "events/export?after=0.00000000-0000-0000-0000-000000000000&from=2026-01-01T00:00:00Z",
            "after",
        ),
        ("admin/accounts?after=x", "after"),
    ] {
        let answer = program.get(&format!("/api/v1/{path}")).await;
        answer.is_problem(400, "invalid-request");
        assert_eq!(answer.json()["errors"][0]["name"], wrong, "{path}");
    }
    let long = format!("/api/v1/admin/accounts?search={}", "x".repeat(255));
    program.get(&long).await.is_problem(400, "invalid-request");
    let answer = program.get("/api/v1/events?limit=0&area=x&y=1").await;
    assert_eq!(answer.json()["errors"].as_array().unwrap().len(), 3);
    // Of an act, too: what is not understood is not done.
    let answer = program.send(Method::POST, "/api/v1/sessions/end-all?dry_run=true", None).await;
    answer.is_problem(400, "invalid-request");
    assert!(!app.events().await.iter().any(|event| event.starts_with("other-sessions")));
});
