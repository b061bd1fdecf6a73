//! What a program ends has ended, on every node, from the answer on.

use super::Program;
use super::program::{NOBODY, token};
use crate::both;
use crate::support::{Backend, PASSWORD, TestApp, rounds};
use portcullis::features::access_tokens::rules::Permission;

both!(a_session_is_ended_by_its_id, async |app: TestApp| {
    let mira = app.account("mira@example.com").await;
    let (mut one, mut other) = (app.browser(), app.browser());
    one.signs_in("mira@example.com", PASSWORD).await;
    other.signs_in("mira@example.com", PASSWORD).await;
    let all = [Permission::SessionsRead, Permission::SessionsEnd];
    let program = Program::with(&app, &token(&app, &mira, &all).await);
    let listed = program.get("/api/v1/sessions").await.json();
    let listed = listed["sessions"].as_array().unwrap();
    let at = other.address.to_string();
    let of_other = listed.iter().find(|session| session["address"] == at).unwrap();
    let path = format!("/api/v1/sessions/{}", of_other["id"].as_str().unwrap());
    program.delete(&path).await.is(204);
    assert!(one.is_signed_in().await && !other.is_signed_in().await);
    program.delete(&path).await.is_problem(404, "not-found");
    program.delete(&format!("/api/v1/sessions/{NOBODY}")).await.is_problem(404, "not-found");
    let ends: Vec<String> =
        app.events().await.into_iter().filter(|event| event.starts_with("session-")).collect();
    let unknown = "session-ended refused/unknown-session";
    assert_eq!(ends, ["session-ended succeeded", unknown, unknown]);
    // The log names the token, and no session.
    let by = "SELECT COUNT(*) FROM security_events WHERE kind = 'session-ended' \
              AND session_id IS NULL AND actor_id IS NOT NULL AND detail = 'token ";
    let id = app.token_id(&program).await;
    assert_eq!(app.count(&format!("{by}{id}'")).await, 3);
});

both!(every_session_is_ended_and_what_could_become_one, async |app: TestApp| {
    let mira = app.account("mira@example.com").await;
    app.account("eve@example.com").await;
    let (mut one, mut other, mut eve) = (app.browser(), app.browser(), app.browser());
    one.signs_in("mira@example.com", PASSWORD).await;
    other.signs_in("mira@example.com", PASSWORD).await;
    eve.signs_in("eve@example.com", PASSWORD).await;
    app.browser().forgets("mira@example.com").await;
    app.post().await;
    let link = app.link("mira@example.com", "password-reset").await;
    let program = Program::with(&app, &token(&app, &mira, &[Permission::SessionsEnd]).await);
    let answer = program.post("/api/v1/sessions/end-all", "").await;
    assert_eq!(answer.is(200).json()["ended"], 2);
    assert!(!one.is_signed_in().await && !other.is_signed_in().await);
    assert!(eve.is_signed_in().await);
    app.browser().get(&link).await.shows("This link");
    // The token goes on.
    let again = program.post("/api/v1/sessions/end-all", "").await;
    assert_eq!(again.is(200).json()["ended"], 0);
});

both!(tokens_are_listed_and_revoked_but_never_shown, async |app: TestApp| {
    let mira = app.account("mira@example.com").await;
    let text = token(&app, &mira, Permission::ALL).await;
    let other = token(&app, &mira, &[Permission::ProfileRead]).await;
    let (program, dying) = (Program::with(&app, &text), Program::with(&app, &other));
    let answer = program.get("/api/v1/tokens").await;
    let listed = answer.is(200).json()["tokens"].as_array().unwrap().clone();
    assert_eq!(listed.len(), 2);
    for text in [&text, &other] {
        assert!(!answer.body.contains(&text[30..60]));
    }
    let of_other = listed.iter().find(|one| one["permissions"].as_array().unwrap().len() == 1);
    let id = of_other.unwrap()["id"].as_str().unwrap().to_owned();
    dying.get("/api/v1/profile").await.is(200);
    program.delete(&format!("/api/v1/tokens/{id}")).await.is(204);
    dying.get("/api/v1/profile").await.is_problem(401, "invalid-token");
    // It is as it should be.
    program.delete(&format!("/api/v1/tokens/{id}")).await.is(204);
    program.delete(&format!("/api/v1/tokens/{NOBODY}")).await.is_problem(404, "not-found");
    // Itself, too.
    let own = program.get("/api/v1/tokens").await.ids("tokens");
    assert!(own.contains(&app.token_id(&program).await));
    program.delete(&format!("/api/v1/tokens/{}", app.token_id(&program).await)).await.is(204);
    program.get("/api/v1/tokens").await.is_problem(401, "invalid-token");
});

both!(every_token_is_revoked, async |app: TestApp| {
    let (mira, eve) = (app.account("mira@example.com").await, app.account("eve@example.com").await);
    let program = Program::with(&app, &token(&app, &mira, Permission::ALL).await);
    let other = Program::with(&app, &token(&app, &mira, Permission::ALL).await);
    let foreign = Program::with(&app, &token(&app, &eve, Permission::ALL).await);
    let answer = program.delete("/api/v1/tokens").await;
    assert_eq!(answer.is(200).json()["revoked"], 2);
    program.get("/api/v1/profile").await.is_problem(401, "invalid-token");
    other.get("/api/v1/profile").await.is_problem(401, "invalid-token");
    foreign.get("/api/v1/profile").await.is(200);
});

/// TK-07: no node takes a token that another has revoked.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tk_07_a_revoked_token_is_refused_at_once_on_the_other_node() {
    let app = TestApp::new(Backend::Postgres).await;
    let node = app.second_node().await;
    let mira = app.account("mira@example.com").await;
    let revoker = Program::with(&app, &token(&app, &mira, Permission::ALL).await);
    for _ in 0..rounds() {
        let program = Program::with(&app, &token(&app, &mira, Permission::ALL).await);
        let there = program.at(&node);
        there.get("/api/v1/profile").await.is(200);
        let id = app.token_id(&program).await;
        revoker.delete(&format!("/api/v1/tokens/{id}")).await.is(204);
        there.get("/api/v1/profile").await.is_problem(401, "invalid-token");
        program.get("/api/v1/profile").await.is_problem(401, "invalid-token");
    }
}
