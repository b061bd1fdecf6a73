//! A change of address that a second factor has confirmed is not taken back by
//! whoever reads the old mailbox; but a thief can't make it so by a second factor
//! of their own.

use super::*;
use crate::both;
use crate::support::{enables_two_factor, signs_in_with_app};

both!(a_change_under_a_second_factor_is_final, async |app: TestApp| {
    app.account(MIRA).await;
    let mut browser = signed_in(&app, MIRA).await;
    let phone = enables_two_factor(&app, &mut browser).await;
    app.wait(7 * DAY);
    let mut browser = app.browser();
    signs_in_with_app(&app, &mut browser, MIRA, &phone).await;
    change(&app, &mut browser, NEW).await;
    let told = &mail_to(&app, MIRA).await[0].text;
    assert!(told.contains("it can’t be undone from this address"), "{told}");
    assert!(!told.contains("/link/"), "{told}");
    let links = "SELECT COUNT(*) FROM mailed_links WHERE purpose = 'email-undo'";
    assert_eq!(app.count(links).await, 0);
    // Nobody holds the old address back.
    app.account(EVE).await;
    let mut eve = signed_in(&app, EVE).await;
    change(&app, &mut eve, MIRA).await;
    assert_ne!(account(&app, MIRA).await.unwrap().id, account(&app, NEW).await.unwrap().id);
});

both!(a_young_second_factor_may_be_the_thief_s_own, async |app: TestApp| {
    app.account(MIRA).await;
    let mut thief = signed_in(&app, MIRA).await;
    enables_two_factor(&app, &mut thief).await;
    app.wait(Duration::from_mins(1));
    change(&app, &mut thief, NEW).await;
    let undo = app.link(MIRA, "email-undo").await;
    follow(&mut app.browser(), &undo).await.leads_to(&undo);
    assert!(account(&app, MIRA).await.is_some());
    assert!(!thief.is_signed_in().await);
});
