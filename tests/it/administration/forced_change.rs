//! While a new password is asked for, nothing else is open.

use crate::both;
use crate::guards::routes::sample;
use crate::support::{PASSWORD, TestApp};
use axum::http::Method;
use portcullis::http::{Declared, routes};

const MIRA: &str = "mira@example.com";
const NEW: &str = "Another-horse 3 paper";
const PAGE: &str = "/settings/security/password";

async fn require(app: &TestApp) {
    let changed = app.tamper("UPDATE accounts SET password_change_required_at = 1").await;
    assert_eq!(changed, 1);
}

both!(nothing_else_is_reached_before_a_new_password, async |app: TestApp| {
    app.account(MIRA).await;
    let mut mira = app.browser();
    mira.signs_in(MIRA, PASSWORD).await;
    let before = app.events().await;
    require(&app).await;
    mira.get(PAGE).await.is(200);
    let mut walked = 0;
    for route in routes() {
        if matches!(
            route.access,
            Declared::Public
                | Declared::Invited
                | Declared::HalfSignedIn
                | Declared::SignedInAnyhow
        ) {
            continue;
        }
        walked += 1;
        let path = sample(&route);
        let reply = match route.method {
            Method::GET => mira.clone().get(&path).await,
            _ => mira.clone().post(&path, &[("password", PASSWORD)]).await,
        };
        reply.leads_to(PAGE);
    }
    assert!(walked > 8);
    assert_eq!(app.events().await, before, "something was done");
    // An address that is not there is not there.
    mira.get("/settings/nowhere").await.is(404);
});

both!(the_page_says_why_and_a_change_opens_everything, async |app: TestApp| {
    app.account(MIRA).await;
    require(&app).await;
    let mut mira = app.browser();
    mira.sign_in(MIRA, PASSWORD).await.leads_to("/settings/security");
    mira.get("/settings/security").await.leads_to(PAGE);
    let page = mira.get(PAGE).await;
    page.shows("Choose a new password to go on").lacks("/settings/profile");
    // What is refused opens nothing.
    mira.change_password(PASSWORD, PASSWORD).await.is(422).shows("Choose a new password to go on");
    mira.change_password("Not my-password 9", NEW).await.is(403);
    mira.get("/settings/profile").await.leads_to(PAGE);
    mira.change_password(PASSWORD, NEW).await.leads_to("/settings/security");
    mira.get("/settings/profile").await.is(200);
    mira.get(PAGE).await.is(200).lacks("Choose a new password to go on");
    let left = "SELECT COUNT(*) FROM accounts WHERE password_change_required_at IS NOT NULL";
    assert_eq!(app.count(left).await, 0);
});

both!(one_can_sign_out_instead, async |app: TestApp| {
    app.account(MIRA).await;
    let mut mira = app.browser();
    mira.signs_in(MIRA, PASSWORD).await;
    require(&app).await;
    mira.get("/sign-out").await.is(200);
    mira.post("/sign-out", &[]).await.leads_to("/sign-in");
    assert!(!mira.is_signed_in().await);
});
