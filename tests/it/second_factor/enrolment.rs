//! Setting up: nothing is on before the codes are saved, they are shown until
//! then and never after, and to nobody but the session that began.

use super::{MIRA, WRONG};
use crate::both;
use crate::support::phone::{AUTHENTICATOR, CHALLENGE, ENABLE, SAVE, STEP, TWO_FACTOR, codes_of};
use crate::support::{Browser, PASSWORD, TestApp};
use std::time::Duration;

const DOWNLOAD: &str = "/settings/security/two-factor/backup-codes/download";

async fn mira(app: &TestApp) -> Browser {
    app.account(MIRA).await;
    app.verify_email(MIRA).await;
    let mut browser = app.browser();
    browser.signs_in(MIRA, PASSWORD).await;
    browser
}

both!(the_codes_are_shown_until_they_are_saved_and_never_after, async |app: TestApp| {
    let mut browser = mira(&app).await;
    let phone = browser.begins_enrolment().await;
    // The key stays the same, however often it is looked at.
    let again = browser.get(AUTHENTICATOR).await;
    let code = phone.code(app.clock.now());
    assert!(again.body.contains("id=\"key\""));
    assert_eq!(crate::support::Phone::typed_from(&again).code(app.clock.now()), code);
    browser
        .post(AUTHENTICATOR, &[("code", &phone.wrong(app.clock.now()))])
        .await
        .is(403)
        .shows(WRONG);
    let codes = browser.proves_enrolment(&code).await;
    for _ in 0..3 {
        assert_eq!(codes_of(&browser.get(SAVE).await), codes);
        app.wait(Duration::from_secs(10));
    }
    let file = browser.get(DOWNLOAD).await;
    assert!(codes.iter().all(|code| file.body.contains(code)));
    // The key is not shown any more, and nothing is on yet.
    browser.get(AUTHENTICATOR).await.leads_to(SAVE);
    app.browser().signs_in(MIRA, PASSWORD).await;
    browser.get(SAVE).await;
    browser.post(SAVE, &[]).await.is(400);
    browser.post(SAVE, &[("saved", "no")]).await.is(400);
    app.browser().signs_in(MIRA, PASSWORD).await;
    browser.saves_codes().await.leads_to(TWO_FACTOR);
    app.browser().sign_in(MIRA, PASSWORD).await.leads_to(CHALLENGE);
    for page in [SAVE, DOWNLOAD, AUTHENTICATOR] {
        let reply = browser.get(page).await;
        reply.leads_to(TWO_FACTOR);
    }
    let dump = app.dump().await.join("\n");
    for code in &codes {
        assert!(!dump.contains(code.as_str()) && !dump.contains(&code.replace('-', "")));
    }
});

both!(what_is_set_up_is_seen_in_one_session_only, async |app: TestApp| {
    let mut browser = mira(&app).await;
    let mut other = app.browser();
    other.signs_in(MIRA, PASSWORD).await;
    let phone = browser.begins_enrolment().await;
    let code = phone.code(app.clock.now());
    other.get(AUTHENTICATOR).await.leads_to(TWO_FACTOR);
    other.get(ENABLE).await.is(200);
    other.post(AUTHENTICATOR, &[("code", &code)]).await.leads_to(TWO_FACTOR);
    browser.proves_enrolment(&code).await;
    for page in [SAVE, DOWNLOAD, AUTHENTICATOR] {
        other.get(page).await.leads_to(TWO_FACTOR);
    }
    other.get(ENABLE).await.is(200);
    other.post(SAVE, &[("saved", "yes")]).await.leads_to(TWO_FACTOR);
    assert_eq!(app.count("SELECT COUNT(*) FROM second_factors").await, 0);
    // Who begins elsewhere ends what was begun here.
    other.begins_enrolment().await;
    browser.get(SAVE).await.leads_to(TWO_FACTOR);
    browser.get(ENABLE).await.is(200);
    browser.post(SAVE, &[("saved", "yes")]).await.leads_to(TWO_FACTOR);
    assert_eq!(app.count("SELECT COUNT(*) FROM second_factors").await, 0);
});

both!(what_is_set_up_ends_with_every_change_and_after_an_hour, async |app: TestApp| {
    let mut browser = mira(&app).await;
    let phone = browser.begins_enrolment().await;
    browser.proves_enrolment(&phone.code(app.clock.now())).await;
    browser.change_password(PASSWORD, "Another-horse 3 paper").await.is(303);
    browser.get(SAVE).await.leads_to(TWO_FACTOR);
    let phone = browser.begins_enrolment().await;
    let codes = browser.proves_enrolment(&phone.code(app.clock.now())).await;
    for _ in 0..12 {
        app.wait(Duration::from_mins(5));
        browser.get("/step-up").await;
        let fields = [("password", "Another-horse 3 paper")];
        browser.post("/step-up", &fields).await.is(303);
    }
    browser.get(ENABLE).await.is(200);
    browser.post(SAVE, &[("saved", "yes")]).await;
    assert_eq!(app.count("SELECT COUNT(*) FROM second_factors").await, 0);
    let page = browser.get(SAVE).await;
    assert!(codes.iter().all(|code| !page.body.contains(code)), "codes without what they are for");
    app.wait(STEP);
    assert_eq!(app.count("SELECT COUNT(*) FROM backup_codes").await, 0);
});

both!(an_address_that_is_not_verified_sets_nothing_up, async |app: TestApp| {
    app.account(MIRA).await;
    let mut browser = app.browser();
    browser.signs_in(MIRA, PASSWORD).await;
    browser.get(ENABLE).await.shows("Verify your email address first");
    browser.post(ENABLE, &[("method", "authenticator")]).await.leads_to(TWO_FACTOR);
    browser.get(AUTHENTICATOR).await.leads_to(TWO_FACTOR);
    assert_eq!(app.count("SELECT COUNT(*) FROM enrolments").await, 0);
});
