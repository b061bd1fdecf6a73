//! An application session is the child of a session, and dies with it, on every node.

use super::{Client, MIRA, Made, Tokens};
use crate::both;
use crate::open_id::client::{call, userinfo};
use crate::support::{Backend, PASSWORD, TestApp, rounds};
use axum::http::Method;
use std::time::Duration;

both!(whatever_ends_the_session_ends_its_children, async |app: TestApp| {
    app.account(MIRA).await;
    let client = Client::new(&app).await;
    for ending in 0..4 {
        let mut browser = app.browser();
        browser.signs_in(MIRA, PASSWORD).await;
        let tokens = client.signs_in(&app, &mut browser).await;
        assert_eq!(tokens.status(&app).await, 200);
        match ending {
            0 => {
                browser.get("/sign-out").await;
                browser.post("/sign-out", &[]).await.leads_to("/sign-in");
            }
            1 => {
                let mut other = app.browser();
                other.signs_in(MIRA, PASSWORD).await;
                other.get("/settings/security/sessions").await;
                other.post("/settings/security/sessions/sign-out-others", &[]).await.is(303);
            }
            2 => {
                let new = "Another-horse 3 paper";
                let mut other = app.browser();
                other.signs_in(MIRA, PASSWORD).await;
                other.change_password(PASSWORD, new).await.leads_to("/settings/security");
                other.change_password(new, PASSWORD).await.leads_to("/settings/security");
            }
            _ => app.suspend(MIRA).await,
        }
        assert_eq!(tokens.status(&app).await, 401, "{ending}");
        let reply = userinfo(&app, &tokens.access).await;
        let asks = reply.headers["www-authenticate"].to_str().unwrap();
        assert_eq!(asks, "Bearer error=\"invalid_token\"");
    }
});

both!(an_application_session_ends_to_the_millisecond, async |app: TestApp| {
    app.account(MIRA).await;
    let client = Client::made(&app, Made { lifetime: "1h", ..Made::default() }).await;
    let mut browser = app.browser();
    browser.signs_in(MIRA, PASSWORD).await;
    let tokens = client.signs_in(&app, &mut browser).await;
    assert_eq!(tokens.expires_in, 3600);
    app.wait(Duration::from_hours(1) - Duration::from_millis(1));
    assert_eq!(tokens.status(&app).await, 200);
    app.wait(Duration::from_millis(1));
    assert_eq!(tokens.status(&app).await, 401);
    assert!(browser.is_signed_in().await);
});

both!(an_application_gives_up_its_own_session_and_no_other, async |app: TestApp| {
    app.account(MIRA).await;
    let client = Client::new(&app).await;
    let other = Client::made(&app, Made { name: "Other", ..Made::default() }).await;
    let mut browser = app.browser();
    browser.signs_in(MIRA, PASSWORD).await;
    let tokens = client.signs_in(&app, &mut browser).await;
    for wrong in ["x", "pcl_aps_x", &tokens.access[..tokens.access.len() - 1]] {
        client.posts(&app, "/oauth/revoke", &[("token", wrong)]).await.is(200);
    }
    other.posts(&app, "/oauth/revoke", &[("token", &tokens.access)]).await.is(200);
    let form = [("token", tokens.access.as_str())];
    call(&app, Method::POST, "/oauth/revoke", None, Some(&form)).await.is(401);
    client.posts(&app, "/oauth/revoke", &[]).await.is(400);
    assert_eq!(tokens.status(&app).await, 200);
    let hint = [("token", tokens.access.as_str()), ("token_type_hint", "refresh_token")];
    for _ in 0..2 {
        client.posts(&app, "/oauth/revoke", &hint).await.is(200);
        assert_eq!(tokens.status(&app).await, 401);
    }
    assert!(browser.is_signed_in().await, "its parent stays");
    let events = app.events().await;
    let ended = events.iter().filter(|event| *event == "application-signed-out succeeded");
    assert_eq!(ended.count(), 1);
});

/// PL-06, 2N: what one node has ended is dead on the other from its answer on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pl_06_a_parent_that_ends_on_one_node_is_dead_on_the_other() {
    let one = TestApp::new(Backend::Postgres).await;
    one.account(MIRA).await;
    let two = one.second_node().await;
    let client = Client::new(&one).await;
    for _ in 0..rounds() {
        let mut browser = one.browser();
        browser.signs_in(MIRA, PASSWORD).await;
        let code = client.code(&mut browser).await;
        // A code of one node is good on the other, and signed by the same keys.
        let tokens = Tokens::of(&client.exchanges(&two, &code, &[]).await);
        assert!(crate::open_id::client::verified(&one, &tokens.id_token).await.is_some());
        assert_eq!((tokens.status(&one).await, tokens.status(&two).await), (200, 200));
        browser.get("/sign-out").await;
        browser.post("/sign-out", &[]).await.leads_to("/sign-in");
        assert_eq!((tokens.status(&one).await, tokens.status(&two).await), (401, 401));
    }
}
