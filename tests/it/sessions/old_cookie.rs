//! SE-18: an ended session's cookie is cleared wherever it is met.

use super::{MIRA, ends, listed};
use crate::both;
use crate::support::{PASSWORD, TestApp};
use std::time::Duration;

both!(se_18_a_dead_cookie_is_cleared, async |app: TestApp| {
    app.account(MIRA).await;
    let (mut one, mut other) = (app.browser(), app.browser());
    one.signs_in(MIRA, PASSWORD).await;
    other.signs_in(MIRA, PASSWORD).await;
    let ids = listed(&other.get("/settings/security").await.body);
    other.post(&ends(&ids[0]), &[]).await.leads_to("/settings/security/sessions");
    for path in ["/sign-in", "/", "/settings/security", "/step-up"] {
        let mut late = one.clone();
        let reply = late.get(path).await;
        let cleared = reply
            .set_cookies()
            .into_iter()
            .any(|own| own.starts_with("portcullis-session=;") && own.contains("Max-Age=0"));
        assert!(cleared && late.session().is_none(), "{path}: {:?}", reply.set_cookies());
    }
    // It does not keep its owner out.
    one.signs_in(MIRA, PASSWORD).await;
    assert!(one.is_signed_in().await);
});

both!(se_18_rows_of_dead_sessions_go, async |app: TestApp| {
    app.account(MIRA).await;
    let (mut ended, mut idle, mut live) = (app.browser(), app.browser(), app.browser());
    ended.signs_in(MIRA, PASSWORD).await;
    idle.signs_in(MIRA, PASSWORD).await;
    ended.get("/settings/security").await;
    ended.post("/sign-out", &[]).await;
    app.wait(Duration::from_hours(38 * 24));
    live.signs_in(MIRA, PASSWORD).await;
    portcullis::jobs::prune(&app).await.unwrap();
    assert_eq!(app.count("SELECT COUNT(*) FROM sessions").await, 1);
    assert!(live.is_signed_in().await && !idle.is_signed_in().await);
});

// The page was open when the session ended elsewhere: the answer's new cookie
// must not be taken back by the clearing of the old.
both!(se_18_signing_in_over_a_dead_cookie_works, async |app: TestApp| {
    app.account(MIRA).await;
    let mut browser = app.browser();
    browser.get("/sign-in").await;
    let token = browser.token.clone();
    browser.post("/sign-in", &[("email", MIRA), ("password", PASSWORD)]).await;
    app.wait(Duration::from_hours(31 * 24));
    browser.token = token;
    browser.post("/sign-in", &[("email", MIRA), ("password", PASSWORD)]).await;
    assert!(browser.is_signed_in().await);
});
