//! RS-05: what was mailed before ends with what changes the account.

use super::*;
use crate::both;

both!(rs_05_a_changed_address_ends_links_under_way, async |app: TestApp| {
    app.account(MIRA).await;
    let mut browser = signed_in(&app, MIRA).await;
    let reset = reset_link(&app, MIRA).await;
    let link = asked(&app, &mut browser, NEW).await;
    assert!(opens(&app, Purpose::PasswordReset, &reset).await, "asking changes nothing yet");
    follow(&mut app.browser(), &link).await.leads_to(&link);
    assert!(!opens(&app, Purpose::PasswordReset, &reset).await);
});

both!(rs_05_only_the_latest_request_counts, async |app: TestApp| {
    app.account(MIRA).await;
    let mut browser = signed_in(&app, MIRA).await;
    let first = asked(&app, &mut browser, "first@new.example").await;
    let second = asked(&app, &mut browser, "second@new.example").await;
    app.browser().get(&first).await.is(410).shows("A later link has taken its place");
    follow(&mut app.browser(), &second).await.leads_to(&second);
    assert!(account(&app, "second@new.example").await.is_some());
});

both!(rs_05_other_changes_end_a_change_under_way, async |app: TestApp| {
    for event in ["password", "suspend", "close"] {
        let email = format!("{event}@example.com");
        app.account(&email).await;
        let mut browser = signed_in(&app, &email).await;
        let link = asked(&app, &mut browser, &format!("{event}@new.example")).await;
        match event {
            "password" => {
                let reply = browser.change_password(PASSWORD, "Another-horse 3 paper").await;
                reply.leads_to("/settings/security");
            }
            "suspend" => app.suspend(&email).await,
            _ => {
                browser.get("/settings/profile/close").await;
                browser.post("/settings/profile/close", &[]).await.leads_to("/sign-in");
            }
        }
        app.browser().get(&link).await.is(410);
        let mut other = app.browser();
        other.get("/sign-in").await;
        other.post(&link, &[]).await.is(410);
        assert!(account(&app, &email).await.is_some());
    }
    assert_eq!(logged(&app, "email-changed refused/link").await, 3);
});

// Whoever stole the account must not be able to end the owner's way back.
both!(rs_05_an_undo_outlives_what_a_thief_can_do, async |app: TestApp| {
    app.account(MIRA).await;
    let mut thief = signed_in(&app, MIRA).await;
    change(&app, &mut thief, NEW).await;
    let undo = app.link(MIRA, "email-undo").await;
    thief.change_password(PASSWORD, "Another-horse 3 paper").await;
    app.wait(SECOND);
    change(&app, &mut thief, "third@new.example").await;
    thief.get("/settings/profile/close").await;
    thief.post("/settings/profile/close", &[]).await.leads_to("/sign-in");
    follow(&mut app.browser(), &undo).await.leads_to(&undo);
    assert!(account(&app, MIRA).await.is_some());
});
