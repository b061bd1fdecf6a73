//! Accounts that somebody else makes, without a password.

use super::actors::{ADA, BOB, act, administrator, done, last_event, page_of};
use crate::both;
use crate::support::{PASSWORD, TestApp};
use portcullis::ids::AccountId;

const NEW: &str = "/admin/accounts/new";

both!(somebody_is_invited_and_invited_again, async |app: TestApp| {
    let (mut ada, _) = administrator(&app, ADA).await;
    ada.get(NEW).await.is(200);
    let reply = ada.post(NEW, &[("name", "Bob B."), ("email", "Bob@Example.com")]).await;
    let id: AccountId = reply.location().rsplit('/').next().unwrap().parse().unwrap();
    done(&reply, id);
    assert_eq!(last_event(&app).await, "account-invited succeeded");
    let page = ada.get(&page_of(id)).await;
    page.shows("The account is made, and the invitation is on its way.").shows("Invited");
    page.shows("Nothing yet: the invitation is open until 1 Dec 2026, 09:00 UTC");
    page.lacks("Send reset link").shows("Send invitation");
    let first = app.link("Bob@Example.com", "invitation").await;
    app.wait(std::time::Duration::from_secs(1));
    done(&act(&mut ada, id, "invitation", &[]).await, id);
    assert_eq!(last_event(&app).await, "invitation-sent succeeded");
    assert_ne!(app.link("Bob@Example.com", "invitation").await, first);
    let open = "SELECT COUNT(*) FROM mailed_links WHERE voided_at IS NULL";
    assert_eq!(app.count(open).await, 1);
    for (name, event) in [
        ("reset-link", "reset-link-sent refused/no-password"),
        ("require-password-change", "password-change-required refused/no-password"),
    ] {
        act(&mut ada, id, name, &[]).await.leads_to(&page_of(id));
        assert_eq!(last_event(&app).await, event);
    }
    // Without a password nobody gets in.
    app.browser().sign_in(BOB, PASSWORD).await.is(403);
    app.wait(std::time::Duration::from_hours(8 * 24));
    ada.signs_in(ADA, PASSWORD).await;
    ada.get(&page_of(id)).await.shows("Nothing yet: the invitation is no longer open");
});

both!(what_was_typed_stays, async |app: TestApp| {
    let (mut ada, _) = administrator(&app, ADA).await;
    app.account(BOB).await;
    ada.get(NEW).await.is(200);
    let reply = ada.post(NEW, &[("name", ""), ("email", "bob"), ("administrator", "yes")]).await;
    reply.is(400).shows("Enter a name.").shows("Enter an email address");
    assert!(reply.body.contains("value=\"bob\"") && reply.body.contains(" checked"));
    let events = app.events().await.len();
    let reply = ada.post(NEW, &[("name", "Bob"), ("email", " BOB@example.com ")]).await;
    reply.is(422).shows("Another account already has this address.");
    assert_eq!(app.events().await[events..], ["account-invited refused/email-taken"]);
    assert!(reply.body.contains("value=\"Bob\""));
    assert_eq!(app.count("SELECT COUNT(*) FROM accounts").await, 2);
});

// RS-17: an address that its old owner can still take back is nobody else's.
both!(a_reserved_address_is_not_invited, async |app: TestApp| {
    let (mut ada, _) = administrator(&app, ADA).await;
    let bob = app.account(BOB).await;
    act(&mut ada, bob.id, "reset-link", &[]).await;
    app.tamper("UPDATE mailed_links SET purpose = 'email-undo', email = 'old@example.com', email_canonical = 'old@example.com'")
        .await;
    ada.get(NEW).await.is(200);
    let fields = [("name", "Old"), ("email", "old@example.com")];
    ada.post(NEW, &fields).await.is(422).shows("Another account already has this address.");
    assert_eq!(last_event(&app).await, "account-invited refused/email-taken");
    assert_eq!(app.count("SELECT COUNT(*) FROM accounts").await, 2);
});
