//! A code opens what it was sent for, once, in time, and nothing else.

use super::{SETTINGS, ask, binding, both_with, enter, newest_code, number};
use crate::support::TestApp;
use portcullis::features::second_factor::sms::CodePurpose::{self, Enrolment, SignIn, StepUp};
use portcullis::features::second_factor::sms::TextAdmission::{Admitted, Wait};
use portcullis::features::second_factor::sms::codes;
use std::time::Duration;

const MIRA: &str = "mira@example.com";
const NOOR: &str = "noor@example.com";

async fn a_code_opens_once(app: TestApp) {
    let mira = app.account(MIRA).await;
    let bound = binding(mira.id, SignIn, 1);
    assert!(!enter(&app, &bound, &number(1), "123456").await);
    ask(&app, &bound, &number(1)).await;
    let code = newest_code(&app).await;
    let wrong = if code == "000000" { "000001" } else { "000000" };
    assert!(!enter(&app, &bound, &number(1), wrong).await);
    // Spaces and dashes are no part of it.
    let spaced = format!(" {} - {} ", &code[..3], &code[3..]);
    assert!(enter(&app, &bound, &number(1), &spaced).await);
    assert!(!enter(&app, &bound, &number(1), &code).await);
    assert!(!enter(&app, &bound, &number(1), &spaced).await);
}

/// Whatever of it is another's, it opens nothing.
async fn a_code_is_bound_to_all_that_it_was_sent_for(app: TestApp) {
    let (mira, noor) = (app.account(MIRA).await, app.account(NOOR).await);
    for (index, purpose) in CodePurpose::ALL.iter().enumerate() {
        let own = number(u32::try_from(index).unwrap());
        let bound = binding(mira.id, *purpose, 1);
        assert_eq!(ask(&app, &bound, &own).await, Admitted);
        let code = newest_code(&app).await;
        for other in CodePurpose::ALL.iter().filter(|other| *other != purpose) {
            assert!(!enter(&app, &binding(mira.id, *other, 1), &own, &code).await);
        }
        assert!(!enter(&app, &binding(noor.id, *purpose, 1), &own, &code).await);
        assert!(!enter(&app, &binding(mira.id, *purpose, 2), &own, &code).await);
        assert!(!enter(&app, &bound, &number(99), &code).await);
        // PL-10: nor a row that somebody with the database has given to another.
        let owner = |email: &str| {
            format!(
                "UPDATE sms_codes SET account_id = (SELECT id FROM accounts WHERE email = '{email}')"
            )
        };
        assert_eq!(app.tamper(&owner(NOOR)).await, 1);
        assert!(!enter(&app, &binding(noor.id, *purpose, 1), &own, &code).await);
        assert_eq!(app.tamper(&owner(MIRA)).await, 1);
        assert!(enter(&app, &bound, &own, &code).await);
        app.tamper("DELETE FROM sms_codes").await;
        app.wait(Duration::from_mins(11));
    }
}

/// MF-07: another code kills the one before, and only for the same thing.
async fn mf_07_a_resend_kills_the_old_code(app: TestApp) {
    let mira = app.account(MIRA).await;
    let (bound, other) = (binding(mira.id, SignIn, 1), binding(mira.id, StepUp, 2));
    ask(&app, &other, &number(2)).await;
    let of_other = newest_code(&app).await;
    ask(&app, &bound, &number(1)).await;
    let old = newest_code(&app).await;
    app.wait(Duration::from_secs(30));
    assert_eq!(ask(&app, &bound, &number(1)).await, Admitted);
    let new = newest_code(&app).await;
    assert_ne!(old, new);
    assert!(!enter(&app, &bound, &number(1), &old).await);
    // One that was not sent, for there were too many, kills nothing.
    assert!(matches!(ask(&app, &bound, &number(1)).await, Wait(_)));
    assert!(enter(&app, &bound, &number(1), &new).await);
    assert!(enter(&app, &other, &number(2), &of_other).await);
}

async fn a_code_lives_ten_minutes(app: TestApp) {
    let mira = app.account(MIRA).await;
    let bound = binding(mira.id, SignIn, 1);
    ask(&app, &bound, &number(1)).await;
    let code = newest_code(&app).await;
    app.wait(codes::LIFETIME);
    assert!(!enter(&app, &bound, &number(1), &code).await);
    ask(&app, &bound, &number(1)).await;
    let code = newest_code(&app).await;
    app.wait(codes::LIFETIME - Duration::from_millis(1));
    assert!(enter(&app, &bound, &number(1), &code).await);
    app.wait(Duration::from_hours(25));
    portcullis::jobs::prune(&app).await.unwrap();
    assert_eq!(app.count("SELECT COUNT(*) FROM sms_codes").await, 0);
    assert_eq!(app.count("SELECT COUNT(*) FROM sms_counters").await, 0);
}

async fn all_codes_end_together(app: TestApp) {
    let (mira, noor) = (app.account(MIRA).await, app.account(NOOR).await);
    let (first, second) = (binding(mira.id, SignIn, 1), binding(mira.id, Enrolment, 2));
    let of_noor = binding(noor.id, SignIn, 1);
    ask(&app, &of_noor, &number(3)).await;
    let kept = newest_code(&app).await;
    ask(&app, &first, &number(1)).await;
    let one = newest_code(&app).await;
    ask(&app, &second, &number(2)).await;
    let two = newest_code(&app).await;
    let mut tx = app.db.begin().await.unwrap();
    assert_eq!(codes::void_all(&mut tx, mira.id).await.unwrap(), 2);
    tx.commit().await.unwrap();
    assert!(!enter(&app, &first, &number(1), &one).await);
    assert!(!enter(&app, &second, &number(2), &two).await);
    assert!(enter(&app, &of_noor, &number(3), &kept).await);
}

/// MF-27: what is no code is a wrong one, and breaks nothing.
async fn mf_27_odd_codes(app: TestApp) {
    let mira = app.account(MIRA).await;
    let bound = binding(mira.id, SignIn, 1);
    ask(&app, &bound, &number(1)).await;
    let code = newest_code(&app).await;
    let longer = format!("0{code}");
    for odd in ["", "null", "[]", "[\"x\"]", "1e5", "-1", "%", "' OR 1=1 --", &longer, &code[..5]] {
        assert!(!enter(&app, &bound, &number(1), odd).await, "{odd}");
    }
    assert!(enter(&app, &bound, &number(1), &code).await);
}

/// The page that stands in for a carrier on the developer's own machine.
async fn the_local_page_shows_text_messages(app: TestApp) {
    let mira = app.account(MIRA).await;
    ask(&app, &binding(mira.id, SignIn, 1), &number(1)).await;
    let code = newest_code(&app).await;
    let mut browser = app.browser();
    browser.address = "127.0.0.1".parse().unwrap();
    browser.header("host", "localhost:8080");
    let page = browser.get("/mail").await;
    page.is(200).shows(&format!("{code} is your Portcullis code")).shows("+447400120001");
    let path = page.body.split_once("href=\"/mail/").unwrap().1.split_once('"').unwrap().0;
    let message = browser.get(&format!("/mail/{path}")).await;
    message.is(200).shows(&format!("@localhost #{code}"));
    assert!(!message.body.contains("Show as HTML"));
    browser.get(&format!("/mail/{path}/html")).await.is(404);
    // Whoever is elsewhere sees none.
    app.browser().get("/mail").await.is(404);
}

both_with!(SETTINGS;
    a_code_opens_once,
    a_code_is_bound_to_all_that_it_was_sent_for,
    mf_07_a_resend_kills_the_old_code,
    a_code_lives_ten_minutes,
    all_codes_end_together,
    mf_27_odd_codes,
    the_local_page_shows_text_messages,
);
