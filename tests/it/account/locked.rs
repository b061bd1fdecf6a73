//! SE-05, PW-19: a locked account is shut at every door, from the acknowledgement on
//! and on every node; looking at pages locks nothing.

use super::*;
use crate::both;
use crate::support::{Backend, OTHER_PASSWORD, enables_two_factor, rounds, signs_in_with_app};
use portcullis::features::account_lock::{How, lock};
use portcullis::http::Source;
use portcullis::places::Place;

pub const LOCK: &str = "/settings/security/lock";
pub const WRONG: &str = "The email address or the password is not right.";
const LIVE: &str = "SELECT COUNT(*) FROM sessions WHERE ended_at IS NULL";

pub async fn locks(browser: &mut Browser) {
    browser.get(LOCK).await.is(200);
    browser.post(LOCK, &[]).await.leads_to("/account-locked");
}

/// As the link of a notice does it.
pub async fn locks_by_link(app: &TestApp, email: &str) -> bool {
    let mut tx = app.db.begin().await.unwrap();
    let found = by_email(&mut tx, &address(email)).await.unwrap().unwrap();
    let source = Source::new(Some([10, 9, 8, 7].into()), String::new(), &app.places);
    let now = app.clock.now();
    let locked = lock(&mut tx, app, &found, How::NoticeLink, &source, now).await.unwrap();
    tx.commit().await.unwrap();
    locked
}

async fn shut_at_once(app: &TestApp, asked: &TestApp) {
    app.account(MIRA).await;
    let mut here = signed_in(app, MIRA).await;
    let phone = enables_two_factor(app, &mut here).await;
    let mut elsewhere = app.browser();
    signs_in_with_app(app, &mut elsewhere, MIRA, &phone).await;
    let mut trusted = app.browser();
    trusted.half_signs_in(MIRA).await;
    let code = phone.code(app.clock.now());
    let fields = [("way", "authenticator"), ("code", code.as_str()), ("trust", "yes")];
    trusted.post("/sign-in/two-factor", &fields).await.leads_to("/settings/security");
    trusted.forget("-session");
    trusted.signs_in(MIRA, PASSWORD).await;
    app.wait(Duration::from_secs(30));
    here.steps_up(&phone.code(app.clock.now())).await.leads_to("/settings/security");
    let change = super::asked(app, &mut here, NEW).await;
    app.wait(Duration::from_secs(30));
    let reset = reset_link(app, MIRA).await;
    let mut waiting = app.browser();
    waiting.half_signs_in(MIRA).await;
    elsewhere.get("/settings/security").await.is(200);
    let stolen = here.clone();
    here.get("/settings/security").await.shows("Trouble with your account?");
    here.get(LOCK).await.shows("Nobody can sign in").shows("with your second factor");
    here.post(LOCK, &[]).await.leads_to("/account-locked");
    assert_eq!(here.session(), None);
    here.get("/account-locked").await.is(200).shows("What to do next");

    assert_eq!(app.count(LIVE).await, 0);
    for browser in [&stolen, &elsewhere, &trusted] {
        assert!(!browser.at(asked).is_signed_in().await && !browser.at(app).is_signed_in().await);
        let reply =
            browser.at(asked).post("/settings/security/sessions/sign-out-others", &[]).await;
        assert!(reply.location().starts_with("/sign-in"), "{}", reply.status);
    }
    // The code is right, and there is nothing any more that it would complete.
    let mut waiting = waiting.at(asked);
    let reply = waiting.enters_code(&phone.code(app.clock.now())).await;
    assert!(reply.location().starts_with("/sign-in") && waiting.session().is_none());
    trusted.forget("-session");
    for mut browser in [trusted.at(asked), trusted.at(app), app.browser(), asked.browser()] {
        browser.sign_in(MIRA, PASSWORD).await.is(403).shows(WRONG);
        assert_eq!(browser.session(), None);
    }
    assert!(!opens(asked, Purpose::PasswordReset, &reset).await);
    let mut mailbox = asked.browser();
    mailbox.get(&change).await.is(410);
    mailbox.get("/sign-in").await;
    mailbox.post(&change, &[]).await.is(410);
    assert!(account(app, MIRA).await.unwrap().locked_at.is_some());
    assert_eq!(logged(app, "sign-in refused/locked").await, 4);
    assert_eq!(logged(app, "account-locked succeeded").await, 1);
    let mail = mail_to(app, MIRA).await.into_iter();
    let locked = |mail: &Mail| mail.subject == "Your account at Portcullis is locked";
    let mail = mail.filter(locked).collect::<Vec<_>>().remove(0);
    for part in ["nobody can sign in", "with your second factor", "/forgot-password", "From: "] {
        assert!(mail.text.contains(part), "{part:?} is not in {}", mail.text);
    }
}

both!(se_05_a_locked_account_is_shut_at_once, async |app: TestApp| {
    shut_at_once(&app, &app).await;
});

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn se_05_a_locked_account_is_shut_at_once_on_two_nodes() {
    let app = TestApp::new(Backend::Postgres).await;
    let second = app.second_node().await;
    shut_at_once(&app, &second).await;
}

// Whoever sets the flag in the database needs nothing to be ended too.
both!(se_05_the_flag_alone_shuts_it, async |app: TestApp| {
    app.account(MIRA).await;
    let mut here = signed_in(&app, MIRA).await;
    let phone = enables_two_factor(&app, &mut here).await;
    let mut waiting = app.browser();
    waiting.half_signs_in(MIRA).await;
    here.get("/step-up").await.is(200);
    let change = {
        here.steps_up(&phone.code(app.clock.now())).await.leads_to("/settings/security");
        asked(&app, &mut here, NEW).await
    };
    app.wait(Duration::from_secs(30));
    let mut mailbox = app.browser();
    mailbox.get(&change).await.is(200);
    assert_eq!(app.tamper("UPDATE accounts SET locked_at = 1").await, 1);
    assert!(!here.is_signed_in().await);
    let reply = waiting.enters_code(&phone.code(app.clock.now())).await;
    assert!(reply.location().starts_with("/sign-in") && waiting.session().is_none());
    mailbox.post(&change, &[]).await.is(410);
    assert_eq!(logged(&app, "email-changed refused/locked").await, 1);
});

// PW-13: what a stranger sees of a lock is what they see of an unknown address.
both!(pw_13_a_lock_does_not_show, async |app: TestApp| {
    app.account(MIRA).await;
    locks(&mut signed_in(&app, MIRA).await).await;
    let (mut one, mut other) = (app.browser(), app.browser());
    for _ in 0..7 {
        let locked = one.sign_in(MIRA, PASSWORD).await;
        let unknown = other.sign_in("nobody@example.com", PASSWORD).await;
        assert_eq!((locked.status, locked.text()), (unknown.status, unknown.text()));
    }
    let (locked, unknown) = (one.forgets(MIRA).await, other.forgets("nobody@example.com").await);
    let said = |reply: &Reply| reply.text().replace(MIRA, "").replace("nobody@example.com", "");
    assert_eq!((locked.status, said(&locked)), (unknown.status, said(&unknown)));
    // The page afterwards says the same to everybody.
    let (one, other) = (one.get("/account-locked").await, other.get("/account-locked").await);
    assert_eq!((one.status, one.text()), (other.status, other.text()));
});

both!(rs_14_looking_at_pages_locks_nothing, async |app: TestApp| {
    app.account(MIRA).await;
    let mut browser = signed_in(&app, MIRA).await;
    let before = app.events().await;
    for _ in 0..20 {
        browser.get(LOCK).await.is(200);
        browser.get("/account-locked").await.is(200);
        app.browser().get("/account-locked").await.is(200);
        app.browser().get(LOCK).await.leads_to("/sign-in?return_to=%2Fsettings%2Fsecurity%2Flock");
    }
    assert_eq!(app.events().await, before);
    assert!(browser.is_signed_in().await);
    assert_eq!(mail_to(&app, MIRA).await.len(), 0);
});

both!(locking_asks_for_no_fresh_proof, async |app: TestApp| {
    app.account(MIRA).await;
    let mut browser = signed_in(&app, MIRA).await;
    app.wait(Duration::from_hours(2));
    locks(&mut browser).await;
});

both!(a_lock_happens_once, async |app: TestApp| {
    for round in 0..rounds() {
        let email = format!("mira{round}@example.com");
        app.account(&email).await;
        let mut hands = Vec::new();
        for _ in 0..4 {
            let mut browser = signed_in(&app, &email).await;
            browser.get(LOCK).await.is(200);
            hands.push(browser);
        }
        let (mail, events) = (mail_to(&app, &email).await.len(), app.events().await.len());
        let hands: Vec<_> = hands
            .into_iter()
            .map(|mut hand| {
                tokio::spawn(async move { hand.post(LOCK, &[]).await.location().to_owned() })
            })
            .collect();
        let mut locked = 0;
        for hand in hands {
            locked += usize::from(hand.await.unwrap() == "/account-locked");
        }
        assert_eq!(locked, 1);
        assert_eq!(mail_to(&app, &email).await.len(), mail + 1);
        assert_eq!(logged(&app, "account-locked succeeded").await, round + 1);
        assert_eq!(app.events().await.len(), events + 1);
        assert!(!locks_by_link(&app, &email).await);
        assert_eq!(logged(&app, "account-locked refused/already").await, round + 1);
        assert_eq!(mail_to(&app, &email).await.len(), mail + 1);
    }
});

async fn races_sign_ins(app: &TestApp, other: &TestApp) {
    for round in 0..rounds() {
        let email = format!("mira{round}@example.com");
        app.account(&email).await;
        let mut owner = signed_in(app, &email).await;
        owner.get(LOCK).await.is(200);
        let mut tasks = Vec::new();
        for number in 0..6 {
            let mut browser = if number % 2 == 0 { app.browser() } else { other.browser() };
            browser.get("/sign-in").await;
            let email = email.clone();
            tasks.push(tokio::spawn(async move {
                browser.post("/sign-in", &[("email", &email), ("password", PASSWORD)]).await;
                browser
            }));
        }
        owner.post(LOCK, &[]).await.leads_to("/account-locked");
        for task in tasks {
            assert!(!task.await.unwrap().is_signed_in().await, "a session outlived the lock");
        }
        assert_eq!(app.count(LIVE).await, 0);
    }
}

both!(se_02_no_session_begins_after_a_lock, async |app: TestApp| {
    races_sign_ins(&app, &app).await;
});

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn se_02_no_session_begins_after_a_lock_on_two_nodes() {
    let app = TestApp::new(Backend::Postgres).await;
    let second = app.second_node().await;
    races_sign_ins(&app, &second).await;
}

// A password that was typed and is being hashed while the lock comes opens nothing,
// nor does one that was right before.
both!(a_changed_password_does_not_open_it, async |app: TestApp| {
    app.account(MIRA).await;
    let mut thief = signed_in(&app, MIRA).await;
    thief.change_password(PASSWORD, OTHER_PASSWORD).await.leads_to("/settings/security");
    assert!(locks_by_link(&app, MIRA).await);
    for password in [PASSWORD, OTHER_PASSWORD] {
        app.browser().sign_in(MIRA, password).await.is(403).shows(WRONG);
    }
});
