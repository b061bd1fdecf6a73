//! Old events go, a few at a time, and no others.

use super::events;
use crate::both;
use crate::support::TestApp;
use portcullis::jobs::prune;
use std::time::Duration;

const MIRA: &str = "mira@example.com";
const DAY: Duration = Duration::from_hours(24);
const COUNT: &str = "SELECT COUNT(*) FROM security_events";

both!(events_are_kept_for_as_long_as_is_set, async |app: TestApp| {
    let account = app.account(MIRA).await;
    // More than one batch.
    events(&app, account.id, 1_203).await;
    app.seals().await;
    app.wait(200 * DAY);
    events(&app, account.id, 7).await;
    app.seals().await;
    app.wait(200 * DAY - Duration::from_secs(1));
    prune(&app).await.unwrap();
    assert_eq!(app.count(COUNT).await, 1_211);
    app.wait(Duration::from_secs(2));
    prune(&app).await.unwrap();
    assert_eq!(app.count(COUNT).await, 7);
    app.wait(200 * DAY);
    prune(&app).await.unwrap();
    assert_eq!(app.count(COUNT).await, 0);
});

both!(nothing_goes_where_the_log_is_kept_for_ever, async |app: TestApp| {
    let account = app.account(MIRA).await;
    let app = app.restart(&[("log_retention_days", "0")]).await;
    events(&app, account.id, 3).await;
    app.seals().await;
    app.wait(4_000 * DAY);
    prune(&app).await.unwrap();
    assert_eq!(app.count(COUNT).await, 4);
    let app = app.restart(&[("log_retention_days", "4001")]).await;
    prune(&app).await.unwrap();
    assert_eq!(app.count(COUNT).await, 4);
    let app = app.restart(&[("log_retention_days", "3999")]).await;
    prune(&app).await.unwrap();
    assert_eq!(app.count(COUNT).await, 0);
});
