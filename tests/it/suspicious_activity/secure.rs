//! The guided page: what it ends, what it changes, and that nothing is lost on errors.

use super::answers::{BY_SOMEBODY, KEPT};
use super::*;
use crate::both;
use crate::support::bearer;
use crate::support::phone::STEP;

const NEW: &str = "Another-horse 3 paper";
const OTHERS: &str = "/settings/security/review/secure/sign-out-others";
const CHANGE: &str = "/settings/security/review/secure/password";
const REMOVE: &str = "/settings/security/review/secure/remove-factor";
const FORGET: &str = "/settings/security/review/secure/forget-devices";
const PHONE: &str = "/settings/security/two-factor/phone";
const VERIFY: &str = "/settings/security/two-factor/phone/verify";

async fn chooses(browser: &mut Browser, current: &str, new: &str, again: &str) -> Reply {
    browser.get(SECURE).await.is(200);
    let fields =
        [("current_password", current), ("new_password", new), ("confirm_new_password", again)];
    browser.post(CHANGE, &fields).await
}

/// How many of the six steps the page says are done.
fn done(page: &Reply) -> usize {
    page.body.matches(">Done</span>").count()
}

both!(the_page_leads_through_an_intrusion, async |app: TestApp| {
    let mut mira = at_home(&app).await;
    let mut thief = intruder(&app).await;
    let mut old = browser(&app, AT_HOME);
    old.signs_in(MIRA, PASSWORD).await;
    app.wait(MINUTE);
    let key = only_key(&mut mira).await;
    says(&mut mira, &key, "not-me").await.leads_to(SECURE);
    let page = mira.get(SECURE).await;
    page.is(200).shows("1. Sign everybody else out").shows("2 other browsers are signed in.");
    page.shows("Lock my account").shows("Nothing yet").shows("United States · 8.8.8.8");
    let before = done(&page);
    mira.post(OTHERS, &[]).await.leads_to(SECURE);
    assert!(!thief.is_signed_in().await && !old.is_signed_in().await);
    let page = mira.get(SECURE).await;
    page.shows("You are signed in nowhere else.").shows("What you have done");
    page.shows("All other sessions were signed out").lacks("Nothing yet");
    assert_eq!(done(&page), before + 1);
    // The thief knows the password still, until the second step.
    thief.forget("-session");
    thief.signs_in(MIRA, PASSWORD).await;
    chooses(&mut mira, PASSWORD, NEW, NEW).await.leads_to(SECURE);
    assert!(!thief.is_signed_in().await && mira.is_signed_in().await);
    thief.forget("-session");
    thief.sign_in(MIRA, PASSWORD).await.is(403);
    let page = mira.get(SECURE).await;
    page.shows("Password changed").shows("You have changed it since.");
    assert_eq!(done(&page), before + 2);
    mira.get(FORGET).await.is(405);
    mira.get(SECURE).await;
    mira.post(FORGET, &[]).await.leads_to(SECURE);
    let page = mira.get(SECURE).await;
    page.lacks("8.8.8.8");
    assert_eq!(done(&page), before + 3);
});

both!(an_answer_by_mail_is_seen_to_with_a_new_password, async |app: TestApp| {
    let mut mira = at_home(&app).await;
    intruder(&app).await;
    let not_me = app.link(MIRA, "sign-in").await;
    let mut reader = browser(&app, "203.0.113.9");
    reader.get(&not_me).await.is(200);
    reader.post(&not_me, &[]).await;
    mira.get(OVERVIEW).await.shows(BY_SOMEBODY);
    app.wait(MINUTE);
    chooses(&mut mira, PASSWORD, NEW, NEW).await.leads_to(SECURE);
    mira.get(OVERVIEW).await.lacks(BY_SOMEBODY);
    mira.get(REVIEW).await.shows(KEPT);
});

both!(se_08_a_thief_s_token_is_in_sight_and_revoked, async |app: TestApp| {
    let mut mira = at_home(&app).await;
    let mut thief = intruder(&app).await;
    let token = thief.makes_token("Harmless", &["log:read"], &[]).await;
    mira.get(OVERVIEW).await.shows("One access token lets a program use your account.");
    let page = mira.get(SECURE).await;
    page.is(200).shows("6. Look at your access tokens").shows("Harmless").shows("log:read");
    let before = done(&page);
    // The new password alone does not end it: programs that are her own would stop.
    chooses(&mut mira, PASSWORD, NEW, NEW).await.leads_to(SECURE);
    assert!(bearer(&app, &token.text, ABROAD).await.is_some());
    mira.get("/settings/security/tokens/revoke-all").await.is(200);
    mira.post("/settings/security/tokens/revoke-all", &[]).await.is(303);
    assert!(bearer(&app, &token.text, ABROAD).await.is_none());
    let page = mira.get(SECURE).await;
    page.shows("No program holds a token of yours.").lacks("Harmless");
    page.shows("All access tokens revoked");
    // The thief's session, the password and the token.
    assert_eq!(done(&page), before + 3);
});

both!(nothing_is_lost_where_a_password_is_refused, async |app: TestApp| {
    let mut mira = at_home(&app).await;
    let mut thief = intruder(&app).await;
    let key = only_key(&mut mira).await;
    says(&mut mira, &key, "not-me").await.leads_to(SECURE);
    let five = "5. Look at your known browsers";
    let page = chooses(&mut mira, OTHER_PASSWORD, NEW, NEW).await;
    page.is(403).shows("This is not your current password.").shows(five);
    chooses(&mut mira, PASSWORD, "short", "short").await.is(422).shows(five);
    chooses(&mut mira, PASSWORD, PASSWORD, PASSWORD).await.is(422).shows(five);
    chooses(&mut mira, PASSWORD, NEW, "Another one").await.is(400).shows(five);
    chooses(&mut mira, "", "", "").await.is(400).shows(five);
    for secret in [NEW, OTHER_PASSWORD] {
        chooses(&mut mira, OTHER_PASSWORD, NEW, NEW).await.lacks(secret);
        app.wait(HOUR);
    }
    assert!(thief.is_signed_in().await, "a refusal ended something");
    // A form of before is refused, and does nothing.
    mira.get(SECURE).await;
    let mut stale = mira.clone();
    chooses(&mut mira, PASSWORD, NEW, NEW).await.leads_to(SECURE);
    let fields =
        [("current_password", NEW), ("new_password", PASSWORD), ("confirm_new_password", PASSWORD)];
    stale.cookies = mira.cookies.clone();
    stale.post(CHANGE, &fields).await.is(409);
    stale.post(OTHERS, &[]).await.is(409);
    assert!(mira.is_signed_in().await && !thief.is_signed_in().await);
    mira.forget("-session");
    mira.signs_in(MIRA, NEW).await;
});

both!(se_02_what_waits_ends_with_the_others, async |app: TestApp| {
    let holder = app.enrolled(MIRA).await;
    let mut mira = holder.browser.clone();
    let mut thief = browser(&app, ABROAD);
    thief.half_signs_in(MIRA).await;
    let mut anybody = browser(&app, ABROAD);
    anybody.forgets(MIRA).await.is(200);
    app.post().await;
    let link = app.link(MIRA, "password-reset").await;
    mira.get(SECURE).await.is(200);
    mira.post(OTHERS, &[]).await.leads_to(SECURE);
    thief.enters_code(&holder.phone.code(app.clock.now())).await.leads_to("/sign-in");
    assert!(!thief.has_session());
    anybody.get(&link).await.is(410);
});

both!(mf_16_a_thief_s_second_factor_is_removed_with_a_proof, async |app: TestApp| {
    let app = app.restart(&[("sms_countries", "GB")]).await;
    let holder = app.enrolled(MIRA).await;
    // Somebody sits at a session of hers, with her phone's code.
    let mut thief = browser(&app, "203.0.113.66");
    thief.user_agent =
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:143.0) Gecko/20100101 Firefox/143.0".into();
    thief.signs_in_with_code(MIRA, &holder.phone.code(app.clock.now())).await;
    thief.get(PHONE).await.is(200);
    thief.post(PHONE, &[("number", "+447400123456")]).await.leads_to(VERIFY);
    let code = app.texts().await[0].text[..6].to_owned();
    thief.get(VERIFY).await.is(200);
    thief.post(VERIFY, &[("code", &code)]).await.is(303);
    app.wait(10 * MINUTE);
    let mut mira = browser(&app, AT_HOME);
    mira.signs_in_with_code(MIRA, &holder.phone.code(app.clock.now())).await;
    is_found(&mut mira, "A second factor was added").await;
    let page = mira.get(SECURE).await;
    page.shows("+44 7400 123456").shows("Firefox 143 on Windows").shows("203.0.113.66");
    page.shows("New in the last 28 days");
    let held = "SELECT COUNT(*) FROM second_factors WHERE removed_at IS NULL";
    app.wait(6 * MINUTE);
    mira.get(SECURE).await;
    let asks = mira.post(REMOVE, &[("kind", "phone")]).await;
    assert!(asks.location().starts_with("/step-up?return_to="), "{}", asks.location());
    assert_eq!(app.count(held).await, 2);
    // The phone is in the thief's hands; a backup code is not.
    mira.steps_up_for_second_factors("backup-code", &holder.codes[0]).await.is(303);
    mira.get(SECURE).await;
    mira.post(REMOVE, &[("kind", "carrier-pigeon")]).await.is(404);
    mira.get(SECURE).await;
    mira.post(REMOVE, &[("kind", "phone")]).await.leads_to(SECURE);
    assert_eq!(app.count(held).await, 1);
    assert!(!thief.is_signed_in().await, "the thief's session goes on");
    mira.get(SECURE)
        .await
        .lacks("+44 7400 123456")
        .shows("Removed. Your other sessions")
        .shows("A second factor was removed");
    mira.post(REMOVE, &[("kind", "authenticator")]).await.leads_to(SECURE);
    assert_eq!(app.count(held).await, 1, "the last one goes by its own page");
    app.wait(STEP);
});

both!(se_03_the_page_shows_and_changes_ones_own_alone, async |app: TestApp| {
    let mut mira = at_home(&app).await;
    app.account(EVE).await;
    let mut eve = browser(&app, ABROAD);
    eve.user_agent = "Eve's browser".into();
    eve.signs_in(EVE, PASSWORD).await;
    eve.get(SECURE).await.is(200).lacks(MIRA).lacks(AT_HOME);
    eve.post(OTHERS, &[]).await.leads_to(SECURE);
    eve.get(SECURE).await;
    eve.post(FORGET, &[]).await.leads_to(SECURE);
    mira.get(SECURE).await.is(200).lacks(EVE).lacks(ABROAD);
    assert_eq!(app.count("SELECT COUNT(*) FROM known_devices").await, 2);
});
