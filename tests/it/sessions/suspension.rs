//! SE-05: a suspended account's sessions are dead at the commit, and stay dead.

use super::MIRA;
use crate::both;
use crate::support::{PASSWORD, TestApp};
use portcullis::features::account::rules::EmailAddress;
use portcullis::features::administration::{By, Changed, Whom, restore};

both!(se_05_suspension_ends_sessions_for_good, async |app: TestApp| {
    app.account(MIRA).await;
    let (mut one, mut other) = (app.browser(), app.browser());
    one.signs_in(MIRA, PASSWORD).await;
    other.signs_in(MIRA, PASSWORD).await;
    let stolen = one.clone();
    app.suspend(MIRA).await;
    assert!(!one.is_signed_in().await && !other.is_signed_in().await);
    let wrong = "The email address or the password is not right.";
    one.sign_in(MIRA, PASSWORD).await.is(403).shows(wrong);
    let restored = restore(&app, By::Operator, Whom::Email(&EmailAddress::parse(MIRA).unwrap()))
        .await
        .unwrap();
    assert!(matches!(restored, Changed::Done(..)));
    assert!(!stolen.clone().is_signed_in().await, "the old cookie woke up");
    one.signs_in(MIRA, PASSWORD).await;
    assert!(!stolen.clone().is_signed_in().await);
});

// Whoever sets the flag in the database needs no sessions to be ended too.
both!(se_05_the_flag_alone_is_enough, async |app: TestApp| {
    app.account(MIRA).await;
    let mut browser = app.browser();
    browser.signs_in(MIRA, PASSWORD).await;
    assert_eq!(app.tamper("UPDATE accounts SET suspended_at = 1").await, 1);
    assert!(!browser.is_signed_in().await);
});
