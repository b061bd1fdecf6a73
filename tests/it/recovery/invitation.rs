//! Invitations: the first password of an account that somebody else has made.

use super::{MIRA, NEW, minutes};
use crate::both;
use crate::support::{OTHER_PASSWORD, PASSWORD, TestApp};
use std::time::Duration;

const DAY: Duration = Duration::from_hours(24);

both!(the_invited_choose_a_password_and_are_in, async |app: TestApp| {
    let (_, link) = app.invite(MIRA).await;
    app.browser().sign_in(MIRA, PASSWORD).await.is(403);
    let mut browser = app.browser();
    let page = browser.get(&link).await;
    page.is(200).shows("Choose your password").shows("m•••@example.com").lacks(MIRA);
    browser.chooses(&link, "short").await.is(422).shows("Use at least 12 characters.");
    browser.chooses(&link, PASSWORD).await.leads_to("/settings/security");
    let settings = browser.get("/settings/security").await;
    settings.is(200).shows("Welcome. Your account is ready.").shows("mira@example.com, verified.");
    app.browser().signs_in(MIRA, PASSWORD).await;
    let mut again = app.browser();
    let page = again.get(&link).await;
    page.is(410).shows("This link was used").shows("ask whoever invited you");
    again.chooses(&link, NEW).await.is(410);
});

both!(who_was_there_before_is_signed_out_there, async |app: TestApp| {
    app.account("eve@example.com").await;
    let (_, link) = app.invite(MIRA).await;
    let mut browser = app.browser();
    browser.signs_in("eve@example.com", PASSWORD).await;
    let mut of_eve = browser.clone();
    browser.forget("-session");
    browser.get(&link).await.is(200);
    browser.cookies = of_eve.cookies.clone().into_iter().chain(browser.cookies).collect();
    let fields = [("new_password", NEW), ("confirm_new_password", NEW)];
    browser.post(&link, &fields).await.leads_to("/settings/security");
    browser.get("/settings/security").await.is(200).shows(MIRA);
    assert!(!of_eve.is_signed_in().await);
});

both!(rs_03_an_invitation_sets_the_first_password_and_no_other, async |app: TestApp| {
    let (_, link) = app.invite(MIRA).await;
    // Whoever has lost the invitation asks like everybody else, and gets another.
    app.wait(minutes(1));
    app.browser().forgets(MIRA).await.is(200);
    app.post().await;
    let second = app.link(MIRA, "invitation").await;
    assert_ne!(link, second);
    app.browser().get(&link).await.is(410).shows("This link no longer works");
    app.browser().chooses(&second, PASSWORD).await.leads_to("/settings/security");
    // Even where somebody with the database opens it again.
    app.tamper("UPDATE mailed_links SET voided_at = NULL, used_at = NULL").await;
    app.browser().chooses(&second, NEW).await.is(410);
    app.browser().signs_in(MIRA, PASSWORD).await;
    app.browser().sign_in(MIRA, NEW).await.is(403);
});

both!(rs_06_an_invitation_lives_for_exactly_seven_days, async |app: TestApp| {
    let (_, link) = app.invite(MIRA).await;
    app.wait((7 * DAY).saturating_sub(Duration::from_secs(1)));
    app.browser().get(&link).await.is(200);
    app.wait(Duration::from_secs(1));
    app.browser().get(&link).await.is(410).shows("This link is too old");
    app.browser().chooses(&link, NEW).await.is(410);
    app.wait(Duration::from_secs(1));
    app.browser().chooses(&link, NEW).await.is(410);
    let (_, link) = app.invite("guest@example.com").await;
    app.wait((7 * DAY).saturating_sub(Duration::from_secs(1)));
    app.browser().chooses(&link, NEW).await.leads_to("/settings/security");
});

both!(rs_15_a_suspended_guest_stays_outside, async |app: TestApp| {
    let (_, link) = app.invite(MIRA).await;
    app.suspend(MIRA).await;
    app.browser().chooses(&link, NEW).await.is(410);
    app.tamper("UPDATE mailed_links SET voided_at = NULL").await;
    app.browser().chooses(&link, NEW).await.is(404);
    assert_eq!(app.count("SELECT COUNT(*) FROM passwords").await, 0);
    assert_eq!(app.count("SELECT COUNT(*) FROM sessions").await, 0);
});

both!(rs_14_scanners_accept_no_invitation, async |app: TestApp| {
    let (_, link) = app.invite(MIRA).await;
    let before = app.dump().await;
    for method in ["GET", "HEAD"] {
        for _ in 0..20 {
            app.browser().send(method.parse().unwrap(), &link, &[], None).await.is(200);
        }
    }
    assert_eq!(app.dump().await, before);
    app.browser().chooses(&link, OTHER_PASSWORD).await.leads_to("/settings/security");
});
