//! A token that was found somewhere: it ends, and the answer says nothing.

use super::Program;
use super::program::token;
use crate::both;
use crate::support::TestApp;
use portcullis::features::access_tokens::rules::Permission;
use std::time::Duration;

const LEAKED: &str = "/api/v1/tokens/leaked";

fn body(token: &str) -> String {
    serde_json::json!({ "token": token }).to_string()
}

both!(tk_06_a_leaked_token_is_revoked_and_nothing_is_said, async |app: TestApp| {
    let mira = app.account("mira@example.com").await;
    let text = token(&app, &mira, Permission::ALL).await;
    let (program, stranger) = (Program::with(&app, &text), Program::new(&app));
    program.get("/api/v1/profile").await.is(200);
    let nearly = format!("{}{}", &text[..70], if text.ends_with('0') { "1" } else { "0" });
    let mut seen = Vec::new();
    for found in [&text, &text, &nearly, "x", "", "pcl_pat_", &"x".repeat(8_000)] {
        let answer = stranger.post(LEAKED, &body(found)).await;
        answer.is(202);
        let id = answer.header("x-request-id");
        let mut headers: Vec<String> = answer
            .headers
            .iter()
            .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap().replace(id, "ID")))
            .collect();
        headers.sort();
        seen.push((headers, answer.body.clone()));
        app.settles().await;
    }
    assert!(seen.iter().all(|one| *one == seen[0]));
    program.get("/api/v1/profile").await.is_problem(401, "invalid-token");
    let told = app.mail().await.into_iter().filter(|mail| mail.to == "mira@example.com");
    assert!(told.count() >= 1);
    let revoked = app.events().await.into_iter();
    let revoked: Vec<String> = revoked.filter(|event| event.contains("token-revoked")).collect();
    let (unknown, already) = ("unknown-token", "already");
    let [unknown, already] =
        [unknown, already].map(|why| format!("access-token-revoked refused/{why}"));
    assert!(revoked[0] == "access-token-revoked succeeded", "{revoked:?}");
    assert!(revoked[1..].iter().all(|event| *event == unknown || *event == already), "{revoked:?}");
    // It stands nowhere: neither in the log nor in the mail.
    assert!(!app.dump().await.iter().any(|row| row.contains(&text[30..60])));
    assert!(!app.mail().await.iter().any(|mail| mail.text.contains(&text[30..60])));
});

both!(reports_are_bounded_a_source, async |app: TestApp| {
    let mira = app.account("mira@example.com").await;
    let text = token(&app, &mira, Permission::ALL).await;
    let stranger = Program::new(&app);
    for number in 0..30 {
        stranger.post(LEAKED, &body(&format!("x{number}"))).await.is(202);
    }
    let real = stranger.post(LEAKED, &body(&text)).await;
    real.is_problem(429, "too-many-requests");
    let unreal = stranger.post(LEAKED, &body("x")).await;
    unreal.is_problem(429, "too-many-requests");
    assert_eq!(real.header("retry-after"), unreal.header("retry-after"));
    assert_eq!(real.header("retry-after"), "10");
    app.settles().await;
    let program = Program::with(&app, &text);
    program.get("/api/v1/profile").await.is(200);
    Program::new(&app).post(LEAKED, &body(&text)).await.is(202);
    app.settles().await;
    program.get("/api/v1/profile").await.is(401);
    app.wait(Duration::from_secs(10));
    stranger.post(LEAKED, &body("x")).await.is(202);
});
