//! Sign-up: closed, and open with a proved address.

use super::{MIRA, NEW, minutes, sign_up_link};
use crate::both;
use crate::support::{OTHER_PASSWORD, PASSWORD, TestApp};
use std::time::Duration;

const ZOE: &str = "zoe@example.com";
const ACCOUNTS: &str = "SELECT COUNT(*) FROM accounts";

async fn open(app: TestApp) -> TestApp {
    app.restart(&[("sign_up", "open")]).await
}

both!(closed_is_as_if_it_were_not_there, async |app: TestApp| {
    let app = open(app).await;
    let link = sign_up_link(&app, ZOE).await;
    let app = app.restart(&[("sign_up", "closed")]).await;
    app.browser().get("/sign-in").await.is(200).lacks("/sign-up");
    let mut browser = app.browser();
    for path in ["/sign-up", &link] {
        browser.get(path).await.is(404).shows("This page does not exist");
        browser.get("/sign-in").await;
        browser.post(path, &[("email", ZOE)]).await.is(404);
        browser.signs_up(path, "Zoe", PASSWORD).await.is(404);
    }
    assert_eq!(app.count(ACCOUNTS).await, 0);
});

both!(whoever_proves_an_address_makes_an_account, async |app: TestApp| {
    let app = open(app).await;
    let mut browser = app.browser();
    browser.get("/sign-in").await.shows("Create account");
    let link = sign_up_link(&app, "Zoe@Example.com").await;
    let page = browser.get(&link).await;
    page.is(200).shows("Create your account").shows("Zoe@Example.com");
    let reply = browser.signs_up(&link, "", "short").await;
    reply.is(400).shows("Enter a name.");
    browser.signs_up(&link, "Zoe", "short").await.is(422).shows("Use at least 12 characters.");
    browser.signs_up(&link, "Zoe Quist", PASSWORD).await.leads_to("/settings/security");
    let settings = browser.get("/settings/security").await;
    settings.is(200).shows("Welcome. Your account is ready.").shows("verified.");
    app.browser().signs_in(ZOE, PASSWORD).await;
    app.browser().get(&link).await.is(410).shows("This link was used");
    let administrators = "SELECT COUNT(*) FROM accounts WHERE administrator_since IS NOT NULL";
    assert_eq!(app.count(administrators).await, 0);
});

// RS-21: nothing waits for the owner of an address that somebody else has typed.
both!(rs_21_there_is_no_account_before_its_address_is_proved, async |app: TestApp| {
    let app = open(app).await;
    let mut eve = app.browser();
    eve.asks_to_sign_up(ZOE).await.is(200).shows("Check your inbox");
    app.post().await;
    assert_eq!(app.count(ACCOUNTS).await, 0);
    eve.sign_in(ZOE, PASSWORD).await.is(403);
    // Fields that a form of ours does not have are not read.
    eve.get("/sign-up").await;
    let more = [
        ("email", ZOE),
        ("name", "Eve"),
        ("new_password", NEW),
        ("confirm_new_password", NEW),
        ("email_verified", "true"),
        ("administrator", "true"),
    ];
    eve.post("/sign-up", &more).await.is(200);
    app.wait(Duration::from_millis(1));
    app.post().await;
    assert_eq!(app.count(ACCOUNTS).await, 0);
    let link = app.link(ZOE, "sign-up").await;
    app.browser().signs_up(&link, "Zoe", PASSWORD).await.leads_to("/settings/security");
    eve.sign_in(ZOE, NEW).await.is(403);
    assert!(!eve.is_signed_in().await);
});

both!(rs_21_the_owner_of_a_known_address_hears_of_it, async |app: TestApp| {
    let app = open(app).await;
    app.account(MIRA).await;
    app.browser().asks_to_sign_up("MIRA@example.com").await.is(200).shows("Check your inbox");
    app.post().await;
    let mail = app.mail().await;
    assert_eq!(mail.len(), 1);
    assert_eq!(mail[0].to, MIRA);
    assert!(mail[0].subject.starts_with("You already have an account"), "{}", mail[0].subject);
    // Its link acts for nobody.
    assert!(mail[0].text.contains("http://localhost:8080/sign-in\n"), "{}", mail[0].text);
    assert!(!mail[0].text.contains("/link/"));
    assert_eq!(app.count("SELECT COUNT(*) FROM mailed_links").await, 0);
    // A suspended account's owner hears nothing.
    app.suspend(MIRA).await;
    app.tamper("DELETE FROM outbox").await;
    app.browser().asks_to_sign_up(MIRA).await.is(200);
    app.post().await;
    assert_eq!(app.mail().await, []);
});

both!(an_address_that_an_account_may_take_back_is_nobody_s, async |app: TestApp| {
    let app = open(app).await;
    let mira = app.account(MIRA).await;
    let link = sign_up_link(&app, ZOE).await;
    // An undo link reserves it from here on.
    let old = portcullis::features::account::rules::EmailAddress::parse(ZOE).unwrap();
    let mut tx = app.db.begin().await.unwrap();
    let undo = portcullis::features::mailed_links::Purpose::EmailUndo;
    let now = app.clock.now();
    portcullis::features::mailed_links::issue(&mut tx, &app, undo, mira.id, &old, now)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let before = app.mail().await.len();
    app.browser().asks_to_sign_up(ZOE).await.is(200).shows("Check your inbox");
    app.post().await;
    assert_eq!(app.mail().await.len(), before);
    app.browser().signs_up(&link, "Zoe", PASSWORD).await.is(410);
    assert_eq!(app.count(ACCOUNTS).await, 1);
    // Free again once the week is over.
    app.wait(Duration::from_hours(7 * 24));
    let link = sign_up_link(&app, ZOE).await;
    app.browser().signs_up(&link, "Zoe", PASSWORD).await.leads_to("/settings/security");
});

both!(who_is_faster_has_the_address, async |app: TestApp| {
    let app = open(app).await;
    let link = sign_up_link(&app, ZOE).await;
    let mut slow = app.browser();
    slow.get(&link).await.is(200);
    app.account(ZOE).await;
    let fields = [
        ("name", "Zoe"),
        ("new_password", OTHER_PASSWORD),
        ("confirm_new_password", OTHER_PASSWORD),
    ];
    slow.post(&link, &fields).await.is(409).shows("You already have an account");
    slow.get(&link).await.is(409).shows("You already have an account");
    assert_eq!(app.count(ACCOUNTS).await, 1);
    app.browser().signs_in(ZOE, PASSWORD).await;
});

both!(rs_05_only_the_latest_sign_up_link_works, async |app: TestApp| {
    let app = open(app).await;
    let first = sign_up_link(&app, ZOE).await;
    let second = sign_up_link(&app, ZOE).await;
    app.browser().get(&first).await.is(410).shows("This link no longer works");
    app.browser().signs_up(&second, "Zoe", PASSWORD).await.leads_to("/settings/security");
    app.browser().signs_up(&first, "Zoe", PASSWORD).await.is(410).shows("Ask for a new link");
});

both!(rs_06_a_sign_up_link_lives_for_exactly_a_day, async |app: TestApp| {
    let app = open(app).await;
    let day = Duration::from_hours(24);
    let link = sign_up_link(&app, ZOE).await;
    app.wait(day.saturating_sub(Duration::from_secs(1)));
    app.browser().get(&link).await.is(200);
    app.wait(Duration::from_secs(1));
    app.browser().get(&link).await.is(410).shows("This link is too old");
    app.wait(Duration::from_secs(1));
    app.browser().signs_up(&link, "Zoe", PASSWORD).await.is(410);
    let link = sign_up_link(&app, ZOE).await;
    app.wait(day.saturating_sub(Duration::from_secs(1)));
    app.browser().signs_up(&link, "Zoe", PASSWORD).await.leads_to("/settings/security");
});

both!(rs_14_scanners_make_no_account, async |app: TestApp| {
    let app = open(app).await;
    let link = sign_up_link(&app, ZOE).await;
    let before = app.dump().await;
    for method in ["GET", "HEAD"] {
        for _ in 0..20 {
            app.browser().send(method.parse().unwrap(), &link, &[], None).await.is(200);
        }
    }
    assert_eq!(app.dump().await, before);
    app.browser().signs_up(&link, "Zoe", PASSWORD).await.leads_to("/settings/security");
});

both!(sign_up_and_recovery_share_the_mails_of_an_address, async |app: TestApp| {
    let app = open(app).await;
    app.account(MIRA).await;
    for _ in 0..3 {
        app.browser().asks_to_sign_up(MIRA).await.is(200);
        app.browser().forgets(MIRA).await.is(200);
    }
    app.post().await;
    assert_eq!(app.mail().await.len(), 3);
    app.wait(minutes(60));
    app.browser().forgets(MIRA).await.is(200);
    app.post().await;
    assert_eq!(app.count("SELECT COUNT(*) FROM outbox").await, 4);
});
