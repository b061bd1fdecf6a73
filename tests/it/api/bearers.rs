//! TK-04: the one way in.

use super::Program;
use super::program::{NOBODY, token};
use crate::both;
use crate::support::{PASSWORD, TestApp};
use axum::http::Method;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use portcullis::features::access_tokens::rules::Permission;
use portcullis::http::api::{Needs, api_routes};
use std::time::Duration;

const PROFILE: &str = "/api/v1/profile";

/// All that a stranger sees of a refusal, but the request's own id.
fn seen(answer: &super::Answer) -> (u16, String, String, String) {
    let id = answer.header("x-request-id");
    let mut headers: Vec<String> = answer
        .headers
        .iter()
        .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap().replace(id, "ID")))
        .collect();
    headers.sort();
    let (body, type_of) = (answer.body.replace(id, "ID"), answer.header("content-type"));
    (answer.status.as_u16(), headers.join("\n"), body, type_of.to_owned())
}

both!(tk_04_only_a_bearer_token_in_its_header_opens, async |app: TestApp| {
    let mira = app.account("mira@example.com").await;
    let text = token(&app, &mira, Permission::ALL).await;
    Program::with(&app, &text).get(PROFILE).await.is(200);
    let any_case = Program::new(&app).header("authorization", &format!("bEaReR {text}"));
    any_case.get(PROFILE).await.is(200);

    let nothing = seen(&Program::new(&app).get(PROFILE).await);
    assert_eq!(nothing.0, 401);
    assert!(nothing.1.contains("www-authenticate: Bearer"));
    let basic = |user: &str, password: &str| {
        format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))
    };
    for header in [
        basic(&text, ""),
        basic("", &text),
        basic(&text, "x-oauth-basic"),
        basic("mira@example.com", &text),
        basic("mira@example.com", PASSWORD),
        text.clone(),
        format!("Token {text}"),
        format!("Bearer  {text}"),
        format!("Bearer {text} "),
        format!("Bearer\t{text}"),
        format!("Bearer {text},"),
        format!("Bearer {text}, Bearer {text}"),
        format!("Bearer \"{text}\""),
        "Bearer".to_owned(),
        "Bearer ".to_owned(),
        format!("Bearer {}", text.to_uppercase()),
        format!("Bearer {}", &text[..text.len() - 1]),
        format!("Bearer {}", text.replace("pcl_pat_", "pcl_ses_")),
    ] {
        let program = Program::new(&app).header("authorization", &header);
        assert_eq!(seen(&program.get(PROFILE).await), nothing, "{header}");
    }
    let twice = Program::with(&app, &text).header("authorization", &format!("Bearer {text}"));
    assert_eq!(seen(&twice.get(PROFILE).await), nothing);
    for query in ["access_token", "token", "bearer", "authorization", "private_token"] {
        let path = format!("{PROFILE}?{query}={text}");
        assert_eq!(seen(&Program::new(&app).get(&path).await), nothing, "{query}");
    }
    for (name, value) in [
        ("cookie", format!("portcullis-session={text}; token={text}; access_token={text}")),
        ("x-api-key", text.clone()),
        ("private-token", text.clone()),
        ("proxy-authorization", format!("Bearer {text}")),
        ("x-authorization", format!("Bearer {text}")),
    ] {
        let program = Program::new(&app).header(name, &value);
        assert_eq!(seen(&program.get(PROFILE).await), nothing, "{name}");
    }
    let form = format!("access_token={text}");
    let body = Some(("application/x-www-form-urlencoded", form.as_str()));
    let end_all = "/api/v1/sessions/end-all";
    let answer = Program::new(&app).send(Method::POST, end_all, body).await;
    assert_eq!(seen(&answer), nothing);
    assert_eq!(app.events().await.iter().filter(|event| event.contains("session")).count(), 0);
});

both!(tk_12_a_session_s_cookie_opens_nothing, async |app: TestApp| {
    app.account("mira@example.com").await;
    let mut browser = app.browser();
    browser.signs_in("mira@example.com", PASSWORD).await;
    let cookies: Vec<String> =
        browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let nothing = seen(&Program::new(&app).get(PROFILE).await);
    for origin in [app.config.public_url.origin(), "https://evil.example", "null"] {
        let program = Program::new(&app)
            .header("cookie", &cookies.join("; "))
            .header("origin", origin)
            .header("sec-fetch-site", "cross-site");
        for route in api_routes().iter().filter(|route| route.needs != Needs::Nothing) {
            assert_eq!(seen(&program.call(route, NOBODY).await), nothing, "{}", route.path);
        }
    }
    // As a bearer it is of another kind.
    let session = browser.session().unwrap();
    assert_eq!(seen(&Program::with(&app, &session).get(PROFILE).await), nothing);
    assert!(browser.is_signed_in().await);
});

both!(tk_12_no_other_site_reads_an_answer, async |app: TestApp| {
    let mira = app.administrator("mira@example.com").await;
    let text = token(&app, &mira, Permission::ALL).await;
    for origin in ["https://evil.example", "null", app.config.public_url.origin()] {
        for route in api_routes() {
            if route.path == "/api/v1/tokens" && route.acts() {
                continue;
            }
            let program = Program::with(&app, &text)
                .header("origin", origin)
                .header("access-control-request-method", "GET")
                .header("access-control-request-headers", "authorization");
            let path = route.path.replace("{id}", NOBODY);
            let asked = program.send(Method::OPTIONS, &path, None).await;
            asked.is_problem(405, "method-not-allowed");
            for answer in [program.call(&route, NOBODY).await, asked] {
                let names = answer.headers.keys().map(|name| name.as_str());
                let open: Vec<&str> =
                    names.filter(|name| name.starts_with("access-control-")).collect();
                assert!(open.is_empty(), "{path}: {open:?}");
                assert!(!answer.headers.contains_key("set-cookie"), "{path}");
                assert_eq!(answer.header("cache-control"), "no-store", "{path}");
                assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
                assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin");
            }
        }
    }
});

both!(tk_06_dead_tokens_are_as_unknown_ones, async |app: TestApp| {
    let mira = app.account("mira@example.com").await;
    let nothing = seen(&Program::new(&app).get(PROFILE).await);
    let made = async || {
        let text = token(&app, &mira, Permission::ALL).await;
        let program = Program::with(&app, &text);
        program.get(PROFILE).await.is(200);
        program
    };
    for sql in [
        "UPDATE accounts SET suspended_at = 1",
        "UPDATE accounts SET locked_at = 1",
        "UPDATE accounts SET closes_at = 1",
        "UPDATE access_tokens SET revoked_at = 1",
        "UPDATE access_tokens SET expires_at = 1",
    ] {
        let program = made().await;
        app.tamper(sql).await;
        assert_eq!(seen(&program.get(PROFILE).await), nothing, "{sql}");
        app.tamper("UPDATE accounts SET suspended_at = NULL, locked_at = NULL, closes_at = NULL")
            .await;
    }
    let expires = made().await;
    app.wait(Duration::from_hours(24 * 400));
    assert_eq!(seen(&expires.get(PROFILE).await), nothing);
});

both!(who_sends_what_opens_nothing_is_slowed_down, async |app: TestApp| {
    let mira = app.account("mira@example.com").await;
    let text = token(&app, &mira, Permission::ALL).await;
    let stranger = Program::new(&app);
    for _ in 0..60 {
        stranger.get(PROFILE).await.is_problem(401, "invalid-token");
    }
    let waits = stranger.get(PROFILE).await;
    waits.is_problem(429, "too-many-requests");
    assert_eq!(waits.header("retry-after"), "1");
    // A neighbour with a token that is right does not wait, nor does anybody else.
    let mut neighbour = stranger.clone();
    neighbour.token = Some(text);
    neighbour.get(PROFILE).await.is(200);
    Program::new(&app).get(PROFILE).await.is_problem(401, "invalid-token");
    app.wait(Duration::from_secs(1));
    stranger.get(PROFILE).await.is_problem(401, "invalid-token");
    stranger.get(PROFILE).await.is_problem(429, "too-many-requests");
    // Nothing of it is in anybody's log.
    assert!(!app.events().await.iter().any(|event| event.contains("refused")));
});
