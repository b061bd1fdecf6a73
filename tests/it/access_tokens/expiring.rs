//! Mail before a token expires, and the event after.

use super::*;
use crate::both;
use portcullis::features::access_tokens::tell_due;

async fn told(app: &TestApp) -> usize {
    let mail = app.mail().await;
    mail.iter().filter(|mail| mail.subject.contains("expires soon")).count()
}

both!(an_owner_hears_a_week_and_a_day_before_each_once, async |app: TestApp| {
    let mut browser = mira(&app).await;
    browser.makes_token("Deploy", READ, &[]).await;
    let other = other_node(&app).await;
    let node = other.as_ref().unwrap_or(&app);
    let all_nodes = async || {
        let (one, two) = tokio::join!(tell_due(&app), tell_due(node));
        one.unwrap() + two.unwrap()
    };
    assert_eq!((all_nodes().await, told(&app).await), (0, 0));
    app.wait(DAY * 23 - MILLISECOND);
    assert_eq!((all_nodes().await, told(&app).await), (0, 0));
    app.wait(MILLISECOND);
    assert_eq!((all_nodes().await, told(&app).await), (1, 1));
    assert_eq!((all_nodes().await, told(&app).await), (0, 1));
    let mail = app.mail().await.remove(0);
    assert!(mail.text.contains("“Deploy” expires on"), "{}", mail.text);
    app.wait(DAY * 6);
    assert_eq!((all_nodes().await, told(&app).await), (1, 2));
    app.wait(DAY);
    // Mail that has not gone out by then is of no use any more.
    assert_eq!((all_nodes().await, told(&app).await), (1, 0));
    assert_eq!(logged(&app, "access-token-expired succeeded").await, 1);
    assert_eq!((all_nodes().await, told(&app).await), (0, 0));
});

both!(nobody_hears_of_what_is_revoked_or_shut, async |app: TestApp| {
    let mut browser = mira(&app).await;
    let made = browser.makes_token("Deploy", READ, &[]).await;
    browser.makes_token("Short", READ, &[("expiration", "7")]).await;
    browser.get(PAGE).await;
    browser.post(&format!("{PAGE}/{}/revoke", made.id), &[]).await.leads_to(PAGE);
    app.suspend(MIRA).await;
    app.wait(DAY * 6);
    assert_eq!((tell_due(&app).await.unwrap(), told(&app).await), (1, 0));
    // A server that was down tells only what still helps.
    app.restore_account(MIRA).await;
    let mut browser = app.browser();
    browser.signs_in(MIRA, PASSWORD).await;
    browser.makes_token("Long", READ, &[]).await;
    app.wait(DAY * 29 + DAY / 2);
    assert_eq!(tell_due(&app).await.unwrap(), 2);
    assert_eq!(told(&app).await, 1);
    assert_eq!(logged(&app, "access-token-expired succeeded").await, 1);
});

both!(closing_and_erasing_removes_them, async |app: TestApp| {
    let mut browser = mira(&app).await;
    let text = browser.makes_token("Deploy", READ, &[]).await.text;
    crate::support::bearer(&app, &text, HERE).await.unwrap();
    browser.get("/settings/profile/close").await.is(200);
    browser.post("/settings/profile/close", &[]).await.is(303);
    assert!(crate::support::bearer(&app, &text, HERE).await.is_none());
    app.wait(DAY * 40);
    assert_eq!(portcullis::features::closing::erase_due(&app).await.unwrap(), 1);
    for table in ["access_tokens", "access_token_permissions", "access_token_networks"] {
        assert_eq!(app.count(&format!("SELECT COUNT(*) FROM {table}")).await, 0, "{table}");
    }
});
