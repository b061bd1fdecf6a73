//! Another address, and the end of an account.

use super::watch::{By, Watch, agent, session};
use super::{ADA, BOB, NEW};
use crate::passwords::{CHANGE, minutes, step_up};
use crate::support::{Browser, OTHER_PASSWORD, PASSWORD, Reply, TestApp};
use portcullis::features::security_log::{Kind, Outcome, Reason};
use portcullis::ids::AccountId;

/// Asked for, given up, confirmed and undone; and refused each time.
pub async fn another_address(watch: &mut Watch<'_>, bob: AccountId) {
    const PAGE: &str = "/settings/profile/email";
    let (app, new) = (watch.app, "bob@new.example");
    let mut browser = agent(app, "Bob");
    browser.signs_in(BOB, PASSWORD).await;
    let own = session(&browser);
    watch.sign_in(None, Some(bob), By::Owner(bob, own, &browser), BOB).await;
    browser.get(PAGE).await;
    browser.post(PAGE, &[("new_email", BOB)]).await.is(400);
    watch.nothing().await;
    let asked = async |watch: &mut Watch<'_>, browser: &mut Browser, reason: Option<Reason>| {
        app.wait(minutes(1) / 60);
        browser.get(PAGE).await;
        let reply = browser.post(PAGE, &[("new_email", new)]).await;
        assert_eq!(reply.status.as_u16(), if reason.is_none() { 303 } else { 429 });
        let by = By::Owner(bob, own, browser);
        let entry = watch.one(Kind::EmailChangeAsked, reason, Some(bob), by).await;
        assert_eq!(entry.email.as_deref(), Some(new));
    };
    asked(watch, &mut browser, None).await;
    for reason in [None, Some(Reason::Link)] {
        browser.get("/settings/profile").await;
        browser.post("/settings/profile/email/cancel", &[]).await;
        let by = By::Owner(bob, own, &browser);
        watch.one(Kind::EmailChangeCancelled, reason, Some(bob), by).await;
    }
    for _ in 0..4 {
        asked(watch, &mut browser, None).await;
    }
    asked(watch, &mut browser, Some(Reason::Throttled)).await;
    let link = app.link(new, "email-change").await;
    let mut stranger = agent(app, "Mailbox");
    use_link(watch, &mut stranger, Kind::EmailChanged, &link, bob, new).await;
    let link = app.link(BOB, "email-undo").await;
    use_link(watch, &mut stranger, Kind::EmailChangeUndone, &link, bob, BOB).await;
    assert!(!browser.is_signed_in().await);
}

/// A link while its account is suspended, while another account has the address,
/// as it should be, and once more.
async fn use_link(
    watch: &mut Watch<'_>,
    stranger: &mut Browser,
    kind: Kind,
    link: &str,
    bob: AccountId,
    email: &str,
) {
    let app = watch.app;
    stranger.get(link).await.is(200);
    let set = async |column: &str, value: &str, whose: &str| {
        let sql =
            format!("UPDATE accounts SET {column} = {value} WHERE email_canonical = '{whose}'");
        assert_eq!(app.tamper(&sql).await, 1, "{sql}");
    };
    let own = if email == BOB { "bob@new.example" } else { BOB };
    set("suspended_at", "1", own).await;
    stranger.post(link, &[]).await.is(410);
    let by = By::Stranger(stranger);
    watch.one(kind, Some(Reason::Suspended), Some(bob), by).await;
    set("suspended_at", "NULL", own).await;
    if kind == Kind::EmailChanged {
        set("locked_at", "1", own).await;
        stranger.post(link, &[]).await.is(410);
        watch.one(kind, Some(Reason::Locked), Some(bob), By::Stranger(stranger)).await;
        set("locked_at", "NULL", own).await;
    }
    set("email_canonical", &format!("'{email}'"), ADA).await;
    stranger.post(link, &[]).await.is(409);
    let by = By::Stranger(stranger);
    watch.one(kind, Some(Reason::EmailTaken), Some(bob), by).await;
    set("email_canonical", &format!("'{ADA}'"), email).await;
    stranger.post(link, &[]).await.leads_to(link);
    let entry = watch.one(kind, None, Some(bob), By::Stranger(stranger)).await;
    assert_eq!(entry.email.as_deref(), Some(email));
    stranger.get("/sign-in").await;
    stranger.post(link, &[]).await.is(410);
    watch.one(kind, Some(Reason::Link), None, By::Stranger(stranger)).await;
}

/// Closed, refused, kept by either, and erased.
pub async fn the_end(watch: &mut Watch<'_>, bob: AccountId) {
    const PAGE: &str = "/settings/profile/close";
    let app = watch.app;
    assert!(!app.cli(&["account", "close", "--email", ADA], "").await.0);
    watch.one_of(Kind::AccountClosing, Some(Reason::LastAdministrator)).await;
    assert!(app.cli(&["account", "close", "--email", BOB], "").await.0);
    watch.one(Kind::AccountClosing, None, Some(bob), By::Operator).await;
    assert!(!app.cli(&["account", "close", "--email", BOB], "").await.0);
    watch.one(Kind::AccountClosing, Some(Reason::Already), Some(bob), By::Operator).await;
    assert!(app.cli(&["account", "keep", "--email", BOB], "").await.0);
    watch.one(Kind::AccountKept, None, Some(bob), By::Operator).await;
    assert!(!app.cli(&["account", "keep", "--email", BOB], "").await.0);
    watch.one(Kind::AccountKept, Some(Reason::Already), Some(bob), By::Operator).await;
    let mut browser = agent(app, "Bob");
    let close = async |watch: &mut Watch<'_>, browser: &mut Browser| {
        let own = session(browser);
        browser.get(PAGE).await;
        browser.post(PAGE, &[]).await.leads_to("/sign-in");
        watch.one(Kind::AccountClosing, None, Some(bob), By::Owner(bob, own, browser)).await;
    };
    browser.signs_in(BOB, PASSWORD).await;
    watch.sign_in(None, Some(bob), By::Owner(bob, session(&browser), &browser), BOB).await;
    close(watch, &mut browser).await;
    // What is kept by signing in has an event of its own beside that.
    browser.signs_in(BOB, PASSWORD).await;
    let fresh = watch.fresh().await;
    let kinds: Vec<Kind> = fresh.iter().map(|entry| entry.kind).collect();
    assert_eq!(kinds, [Kind::SignIn, Kind::AccountKept]);
    assert!(fresh.iter().all(|entry| entry.actor == Some(bob) && entry.account == Some(bob)));
    close(watch, &mut browser).await;
    app.wait(minutes(14 * 24 * 60));
    assert_eq!(portcullis::features::closing::erase_due(app).await.unwrap(), 1);
    let entry = watch.one_of(Kind::AccountErased, None).await;
    assert_eq!(
        (entry.account, entry.actor_kind.as_str(), entry.address),
        (Some(bob), "server", None)
    );
}
