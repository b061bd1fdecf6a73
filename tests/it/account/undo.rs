//! Changing the address, and taking it back: the way of an owner, and of a
//! thief who does not get to keep what was stolen.

use super::*;
use crate::both;
use portcullis::features::administration::{By, Whom, restore};

both!(an_owner_changes_the_address, async |app: TestApp| {
    app.account(MIRA).await;
    let (mut here, mut elsewhere) = (signed_in(&app, MIRA).await, signed_in(&app, MIRA).await);
    here.get(PROFILE).await.shows("mira@example.com Not verified yet.");
    let link = asked(&app, &mut here, NEW).await;
    here.get(PROFILE).await.shows("Waiting for you to confirm mira@new.example");
    let mail = mail_to(&app, NEW).await;
    assert_eq!(
        (mail.len(), mail[0].subject.as_str()),
        (1, "Confirm your new address at Portcullis")
    );
    assert!(
        mail[0].text.contains("before 25 Nov 2026, 09:00 UTC. It works once."),
        "{}",
        mail[0].text
    );
    assert!(!mail[0].text.contains(MIRA), "a stranger may read this");
    assert_eq!(mail_to(&app, MIRA).await.len(), 0);
    // Nothing has changed yet.
    signed_in(&app, MIRA).await;
    app.wait(SECOND);
    // The mail is read in another browser, where nobody is signed in.
    let mut other = app.browser();
    other.get(&link).await.shows("Now mira@example.com Afterwards mira@new.example");
    other.post(&link, &[]).await.leads_to(&link);
    other.get(&link).await.is(200).shows("The new address is confirmed");
    let account = account(&app, NEW).await.unwrap();
    assert_eq!((account.email.as_str(), account.email_verified_at), (NEW, Some(app.clock.now())));
    here.get(PROFILE).await.shows("mira@new.example Verified").lacks("Waiting");
    assert!(elsewhere.is_signed_in().await, "another session has ended");
    app.browser().sign_in(MIRA, PASSWORD).await.is(403);
    signed_in(&app, NEW).await;
    let old = &mail_to(&app, MIRA).await[0];
    for part in [
        "Your email address was changed",
        "mira@new.example",
        "before 1 Dec 2026, 09:00 UTC",
        "When: 24 Nov 2026, 09:00 UTC",
        &format!("From: Private network · {}", other.address),
        "If it was you, there is nothing to do.",
    ] {
        assert!(old.text.contains(part), "{part:?} is not in {}", old.text);
    }
    assert_eq!(mail_to(&app, NEW).await[0].subject, "Your new address is confirmed");
    let key = "SELECT COUNT(*) FROM accounts WHERE email_key = ";
    let bytes = match app.backend {
        crate::support::Backend::Sqlite => "CAST('mira@new.example' AS BLOB)",
        crate::support::Backend::Postgres => "'mira@new.example'::bytea",
    };
    assert_eq!(app.count(&format!("{key}{bytes}")).await, 1);
});

both!(a_change_can_be_given_up, async |app: TestApp| {
    app.account(MIRA).await;
    let mut browser = signed_in(&app, MIRA).await;
    let link = asked(&app, &mut browser, NEW).await;
    browser.get(PROFILE).await;
    browser.post("/settings/profile/email/cancel", &[]).await.leads_to(PROFILE);
    browser.get(PROFILE).await.shows("Your address stays as it is.").lacks("Waiting for");
    browser.post("/settings/profile/email/cancel", &[]).await.is(404);
    app.browser().get(&link).await.is(410).shows("This link is of no use any more");
});

both!(an_undo_gives_the_address_back_and_shuts_everybody_out, async |app: TestApp| {
    let id = app.account(MIRA).await.id;
    let mut thief = signed_in(&app, MIRA).await;
    change(&app, &mut thief, NEW).await;
    let reset = reset_link(&app, NEW).await;
    let undo = app.link(MIRA, "email-undo").await;
    app.wait(7 * DAY - SECOND);
    let mut thief_again = signed_in(&app, NEW).await;
    let mut owner = app.browser();
    owner.get(&undo).await.is(200).shows("Now mira@new.example Afterwards mira@example.com");
    owner.post(&undo, &[]).await.leads_to(&undo);
    assert_eq!(owner.session(), None, "an undo signs nobody in");
    owner.get(&undo).await.is(200).shows("everyone is signed out").shows("Forgot Password");
    assert!(!thief.is_signed_in().await && !thief_again.is_signed_in().await);
    assert!(!opens(&app, Purpose::PasswordReset, &reset).await);
    let account = account(&app, MIRA).await.unwrap();
    assert_eq!((account.id, account.email_verified_at), (id, Some(app.clock.now())));
    app.browser().sign_in(NEW, PASSWORD).await.is(403);
    assert_eq!(mail_to(&app, MIRA).await[0].subject, "Your old address is back");
    let replaced = &mail_to(&app, NEW).await[0];
    assert_eq!(replaced.subject, "Your address was taken off an account");
    let address = owner.address.to_string();
    assert!(!replaced.text.contains(&address), "a thief may read where the owner is");
    assert_eq!(logged(&app, "email-change-undone succeeded").await, 1);
});

both!(of_a_chain_the_first_owner_s_undo_wins, async |app: TestApp| {
    app.account(MIRA).await;
    let mut thief = signed_in(&app, MIRA).await;
    change(&app, &mut thief, "b@thief.example").await;
    app.wait(SECOND);
    change(&app, &mut thief, "c@thief.example").await;
    let (own, later) =
        (app.link(MIRA, "email-undo").await, app.link("b@thief.example", "email-undo").await);
    let pending = asked(&app, &mut thief, "d@thief.example").await;
    follow(&mut app.browser(), &own).await.leads_to(&own);
    assert!(account(&app, MIRA).await.is_some());
    for link in [later, pending] {
        app.browser().get(&link).await.is(410);
        let mut browser = app.browser();
        browser.get("/sign-in").await;
        browser.post(&link, &[]).await.is(410);
    }
    assert!(account(&app, MIRA).await.is_some());
});

both!(of_a_chain_a_later_undo_does_not_end_an_earlier_one, async |app: TestApp| {
    app.account(MIRA).await;
    let mut thief = signed_in(&app, MIRA).await;
    change(&app, &mut thief, "b@thief.example").await;
    app.wait(SECOND);
    change(&app, &mut thief, "c@thief.example").await;
    let later = app.link("b@thief.example", "email-undo").await;
    follow(&mut app.browser(), &later).await.leads_to(&later);
    assert!(account(&app, "b@thief.example").await.is_some());
    let own = app.link(MIRA, "email-undo").await;
    follow(&mut app.browser(), &own).await.leads_to(&own);
    assert!(account(&app, MIRA).await.is_some());
});

both!(a_suspended_account_is_not_undone_until_it_is_restored, async |app: TestApp| {
    app.account(MIRA).await;
    let mut browser = signed_in(&app, MIRA).await;
    change(&app, &mut browser, NEW).await;
    let undo = app.link(MIRA, "email-undo").await;
    let mut owner = app.browser();
    owner.get(&undo).await.is(200);
    app.suspend(NEW).await;
    owner.post(&undo, &[]).await.is(410).shows("This link is of no use any more");
    owner.get(&undo).await.is(410);
    assert!(account(&app, NEW).await.unwrap().suspended_at.is_some());
    assert_eq!(logged(&app, "email-change-undone refused/suspended").await, 1);
    restore(&app, By::Operator, Whom::Email(&address(NEW))).await.unwrap();
    follow(&mut owner, &undo).await.leads_to(&undo);
    assert!(account(&app, MIRA).await.is_some());
});

both!(an_undo_tells_of_a_closed_account, async |app: TestApp| {
    app.account(MIRA).await;
    let mut thief = signed_in(&app, MIRA).await;
    change(&app, &mut thief, NEW).await;
    app.wait(SECOND);
    thief.get("/settings/profile/close").await;
    thief.post("/settings/profile/close", &[]).await.leads_to("/sign-in");
    let undo = app.link(MIRA, "email-undo").await;
    app.wait(SECOND);
    follow(&mut app.browser(), &undo).await.leads_to(&undo);
    let text = &mail_to(&app, MIRA).await[0].text;
    assert!(text.contains("will be erased on 8 Dec 2026, 09:00 UTC"), "{text}");
    signed_in(&app, MIRA).await.get("/settings/security").await.shows("The account stays");
});
