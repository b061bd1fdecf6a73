//! Closing an account, and changing one's mind.

use super::*;
use crate::both;
use portcullis::features::closing::erase_due;

pub const CLOSE: &str = "/settings/profile/close";

pub async fn close(browser: &mut Browser) {
    browser.get(CLOSE).await.is(200);
    browser.post(CLOSE, &[]).await.leads_to("/sign-in");
}

both!(an_owner_closes_the_account, async |app: TestApp| {
    app.account(MIRA).await;
    let (mut here, mut elsewhere) = (signed_in(&app, MIRA).await, signed_in(&app, MIRA).await);
    let reset = reset_link(&app, MIRA).await;
    // Mail of one moment has no order.
    app.wait(SECOND);
    here.get(PROFILE).await.shows("Close my account");
    let page = here.get(CLOSE).await;
    page.shows("On 8 Dec 2026, 09:00 UTC").shows("Sign in before then.").shows("What stays");
    here.post(CLOSE, &[]).await.leads_to("/sign-in");
    assert_eq!(here.session(), None);
    here.get("/sign-in").await.shows("Your account is closed. Sign in within 14 days to keep it.");
    assert!(!elsewhere.is_signed_in().await);
    assert!(!opens(&app, Purpose::PasswordReset, &reset).await);
    let mail = &mail_to(&app, MIRA).await[0];
    assert_eq!(mail.subject, "Your account at Portcullis will be erased");
    for part in
        ["On 8 Dec 2026, 09:00 UTC it will be erased", "From: Private network · ", "sign in before"]
    {
        assert!(mail.text.contains(part), "{part:?} is not in {}", mail.text);
    }
    assert_eq!(logged(&app, "account-closing succeeded").await, 1);
    assert_eq!(erase_due(&app).await.unwrap(), 0);
});

both!(signing_in_keeps_it_until_the_last_second, async |app: TestApp| {
    app.account(MIRA).await;
    close(&mut signed_in(&app, MIRA).await).await;
    // Who can't sign in does not keep it, and neither does a link that was asked for.
    app.browser().sign_in(MIRA, "Wrong-horse 2 stapler!").await.is(403);
    reset_link(&app, MIRA).await;
    assert!(account(&app, MIRA).await.unwrap().closes_at.is_some());
    app.wait(14 * DAY - SECOND);
    assert_eq!(erase_due(&app).await.unwrap(), 0);
    let mut browser = signed_in(&app, MIRA).await;
    browser.get("/settings/security").await.shows("Your account stays.");
    assert_eq!(account(&app, MIRA).await.unwrap().closes_at, None);
    let mail = &mail_to(&app, MIRA).await[0];
    assert_eq!(mail.subject, "Your account at Portcullis stays");
    assert_eq!(logged(&app, "account-kept succeeded").await, 1);
    app.wait(2 * SECOND);
    assert_eq!(erase_due(&app).await.unwrap(), 0);
    signed_in(&app, MIRA).await;
    assert_eq!(logged(&app, "account-kept succeeded").await, 1);
});

// Whether or not the job has run by then, nobody can tell.
both!(afterwards_it_is_as_if_it_had_never_been, async |app: TestApp| {
    app.account(MIRA).await;
    close(&mut signed_in(&app, MIRA).await).await;
    app.wait(14 * DAY);
    let refused = async || {
        let unknown = app.browser().sign_in("nobody@example.com", PASSWORD).await;
        let reply = app.browser().sign_in(MIRA, PASSWORD).await;
        assert_eq!((reply.status, reply.text()), (unknown.status, unknown.text()));
        reply.is(403);
    };
    refused().await;
    assert!(account(&app, MIRA).await.unwrap().closes_at.is_some());
    assert_eq!(erase_due(&app).await.unwrap(), 1);
    refused().await;
    assert_eq!(logged(&app, "sign-in refused/unknown-account").await, 4);
});

both!(from_the_last_moment_on_no_link_opens_it, async |app: TestApp| {
    app.account(MIRA).await;
    let mut browser = signed_in(&app, MIRA).await;
    change(&app, &mut browser, NEW).await;
    let undo = app.link(MIRA, "email-undo").await;
    let mut closer = signed_in(&app, NEW).await;
    close(&mut closer).await;
    // Long enough for a link that was asked for just before to be open still.
    app.tamper("UPDATE mailed_links SET expires_at = 9000000000000").await;
    app.wait(Duration::from_hours(14 * 24) - Duration::from_mins(1));
    let reset = format!("/link/password-reset/{}", reset_link(&app, NEW).await);
    app.wait(Duration::from_mins(1));
    let (mails, mut stranger) = (app.mail().await.len(), app.browser());
    for link in [&undo, &reset] {
        assert!([404, 410].contains(&stranger.get(link).await.status.as_u16()), "{link} opens");
        stranger.get("/sign-in").await;
        let fields = [("new_password", PASSWORD), ("confirm_new_password", PASSWORD)];
        let reply = stranger.post(link, &fields).await;
        assert!([404, 410].contains(&reply.status.as_u16()), "{link}: {}", reply.text());
    }
    assert!(account(&app, MIRA).await.is_none(), "an account that is gone has changed");
    stranger.get("/forgot-password").await;
    stranger.post("/forgot-password", &[("email", NEW)]).await.is(200);
    app.post().await;
    assert!(app.mail().await.len() <= mails, "mail for an account that is gone");
});

both!(it_needs_a_fresh_proof, async |app: TestApp| {
    app.account(MIRA).await;
    let mut browser = signed_in(&app, MIRA).await;
    browser.get(CLOSE).await;
    app.wait(Duration::from_mins(5));
    let step_up = "/step-up?return_to=%2Fsettings%2Fprofile%2Fclose";
    browser.post(CLOSE, &[]).await.leads_to(step_up);
    browser.get(CLOSE).await.leads_to(step_up);
    assert_eq!(account(&app, MIRA).await.unwrap().closes_at, None);
});

both!(the_operator_closes_and_keeps, async |app: TestApp| {
    app.account(MIRA).await;
    let mut browser = signed_in(&app, MIRA).await;
    let (done, said) = app.cli(&["--json", "account", "close", "--email", MIRA], "").await;
    assert!(
        done && said.contains("\"sessions_ended\":1") && said.contains("\"closes_at\":\"20"),
        "{said}"
    );
    assert!(!browser.is_signed_in().await);
    let (done, said) = app.cli(&["account", "close", "--email", MIRA], "").await;
    assert!(!done && said.contains("is closed already"), "{said}");
    assert!(app.cli(&["account", "list"], "").await.1.contains("closing"));
    let (done, said) = app.cli(&["--json", "account", "keep", "--email", MIRA], "").await;
    assert!(done && said.contains("\"closes_at\":null"), "{said}");
    let (done, said) = app.cli(&["account", "keep", "--email", MIRA], "").await;
    assert!(!done && said.contains("is not closed, or it is too late"), "{said}");
    assert!(!app.cli(&["account", "close", "--email", "nobody@example.com"], "").await.0);
    assert_eq!(logged(&app, "account-closing succeeded").await, 1);
    assert_eq!(logged(&app, "account-kept succeeded").await, 1);
    // A suspended account can be closed on request, and stays suspended.
    app.suspend(MIRA).await;
    assert!(app.cli(&["account", "close", "--email", MIRA], "").await.0);
    assert!(account(&app, MIRA).await.unwrap().suspended_at.is_some());
});
