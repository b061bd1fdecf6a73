//! MF-16: a stolen cookie changes no second factor. MF-30: a step-up is by the
//! strongest factor held, and proved just now. MF-31: nor does another site.

use super::{DEVICES, FORGET, HOME, LIVE, MIRA, mailed};
use crate::both;
use crate::guards::routes::{pages, sample};
use crate::support::phone::{AUTHENTICATOR, CHALLENGE, DISABLE, ENABLE, STEP, TWO_FACTOR};
use crate::support::{Browser, Holder, PASSWORD, TestApp};
use axum::http::Method;
use portcullis::http::{Declared, routes};
use std::time::Duration;

const STATE: &str = "SELECT (SELECT COUNT(*) FROM second_factors WHERE removed_at IS NULL) * 10000 \
                     + (SELECT COUNT(*) FROM enrolments) * 1000 \
                     + (SELECT COUNT(*) FROM pending_backup_codes) * 100 \
                     + (SELECT COUNT(*) FROM backup_codes WHERE voided_at IS NULL AND used_at IS NULL)";

/// A browser with nothing but somebody's cookie of the session.
fn thief(app: &TestApp, victim: &Browser) -> Browser {
    let mut thief = app.browser();
    thief.cookies.insert("portcullis-session".into(), victim.session().unwrap());
    thief
}

both!(mf_16_a_stolen_cookie_changes_no_factor, async |app: TestApp| {
    let Holder { browser, codes, .. } = app.enrolled(MIRA).await;
    app.wait(Duration::from_mins(5));
    let mut thief = thief(&app, &browser);
    let before = app.count(STATE).await;
    for route in routes().iter().filter(|route| route.path.starts_with(TWO_FACTOR)) {
        let path = sample(route);
        thief.get(HOME).await.is(200);
        let reply = match route.method {
            Method::GET => thief.get(&path).await,
            _ => {
                let fields = [("kind", "authenticator"), ("saved", "yes"), ("password", PASSWORD)];
                thief.post(&path, &fields).await
            }
        };
        if route.access == Declared::SteppedUpForSecondFactors {
            assert!(reply.location().starts_with("/step-up?"), "{path}: {}", reply.status);
            assert!(reply.location().ends_with("&for=second-factors"), "{path}");
        }
        assert!(codes.iter().all(|code| !reply.body.contains(code)), "{path} shows a code");
        assert!(!reply.body.contains("id=\"key\""), "{path} shows a key");
        assert_eq!(app.count(STATE).await, before, "{path}");
    }
    // Nor does the password of its owner, without what they hold.
    for what_for in ["", "?for=second-factors"] {
        thief.get(&format!("/step-up{what_for}")).await.is(200);
        let fields = [("password", PASSWORD), ("for", "second-factors")];
        thief.post("/step-up", &fields).await.is(400);
    }
    thief.disables(PASSWORD, "authenticator", "").await.is(400);
    thief.get(ENABLE).await;
    thief.post(ENABLE, &[]).await;
    assert_eq!(app.count(STATE).await, before);
});

both!(mf_16_what_is_replaced_is_told_and_ends_other_sessions, async |app: TestApp| {
    let Holder { phone, mut browser, .. } = app.enrolled(MIRA).await;
    assert_eq!(mailed(&app, MIRA, "2FA is on").await, 1);
    let mut other = app.browser();
    other.signs_in_with_code(MIRA, &phone.code(app.clock.now())).await;
    let mut half = app.browser();
    half.half_signs_in(MIRA).await;
    app.wait(Duration::from_mins(5));
    half.half_signs_in(MIRA).await;
    browser.get(ENABLE).await.leads_to(
        "/step-up?return_to=%2Fsettings%2Fsecurity%2Ftwo-factor%2Fenable&for=second-factors",
    );
    let code = phone.code(app.clock.now());
    browser.steps_up_for_second_factors("authenticator", &code).await.leads_to(HOME);
    let new = browser.begins_enrolment().await;
    // Until the new one is proved, the old one holds.
    app.wait(STEP);
    other.get("/step-up").await.is(200);
    let code = phone.code(app.clock.now());
    other.post("/step-up", &[("code", &code)]).await.leads_to(HOME);
    browser.get(AUTHENTICATOR).await.is(200);
    let code = new.code(app.clock.now());
    let old = browser.clone();
    browser.post(AUTHENTICATOR, &[("code", &code)]).await.leads_to(TWO_FACTOR);
    assert_eq!(mailed(&app, MIRA, "A second factor was replaced").await, 1);
    assert_eq!(app.count(LIVE).await, 1);
    assert!(browser.is_signed_in().await && !other.is_signed_in().await);
    assert!(!old.clone().is_signed_in().await, "the cookie from before still opens the session");
    app.wait(STEP);
    half.enters_code(&new.code(app.clock.now())).await.leads_to("/sign-in");
    half.half_signs_in(MIRA).await;
    half.enters_code(&phone.code(app.clock.now())).await.is(403);
    half.enters_code(&new.code(app.clock.now())).await.leads_to(HOME);
    app.wait(STEP);
    let code = new.code(app.clock.now());
    browser.disables(PASSWORD, "authenticator", &code).await.leads_to(TWO_FACTOR);
    assert_eq!(mailed(&app, MIRA, "2FA is off").await, 1);
    assert!(browser.is_signed_in().await && !half.is_signed_in().await);
    assert_eq!(app.count(STATE).await, 0);
    app.browser().signs_in(MIRA, PASSWORD).await;
});

async fn must_step_up(browser: &mut Browser) {
    browser.get(DEVICES).await;
    let reply = browser.post(FORGET, &[]).await;
    reply.leads_to("/step-up?return_to=%2Fsettings%2Fsecurity%2Fdevices");
}

both!(mf_30_a_fresh_but_weaker_sign_in_is_no_step_up, async |app: TestApp| {
    let Holder { phone, codes, .. } = app.enrolled(MIRA).await;
    // By a backup code: enough to replace what was lost, and for nothing else.
    let mut lost = app.browser();
    lost.half_signs_in(MIRA).await;
    lost.enters_backup_code(&codes[0]).await.leads_to(HOME);
    must_step_up(&mut lost).await;
    lost.get(ENABLE).await.is(200);
    app.wait(Duration::from_mins(5));
    assert_eq!(lost.get(ENABLE).await.status.as_u16(), 303);
    lost.steps_up_for_second_factors("backup-code", &codes[1]).await.leads_to(HOME);
    lost.get(ENABLE).await.is(200);
    must_step_up(&mut lost).await;
    lost.get("/step-up").await.is(200).lacks("way=backup-code");
    let fields = [("way", "backup-code"), ("code", codes[2].as_str())];
    lost.post("/step-up", &fields).await.is(400);
    must_step_up(&mut lost).await;
    // In a trusted browser, by the password alone.
    let mut trusted = app.browser();
    trusted.half_signs_in(MIRA).await;
    let code = phone.code(app.clock.now());
    let fields = [("way", "authenticator"), ("code", code.as_str()), ("trust", "yes")];
    trusted.post(CHALLENGE, &fields).await.leads_to(HOME);
    trusted.get(DEVICES).await;
    trusted.post(FORGET, &[]).await.leads_to(DEVICES);
    trusted.forget("-session");
    trusted.signs_in(MIRA, PASSWORD).await;
    must_step_up(&mut trusted).await;
    assert_eq!(trusted.get(ENABLE).await.status.as_u16(), 303);
    app.wait(STEP);
    trusted.steps_up(&phone.code(app.clock.now())).await.leads_to(HOME);
    trusted.get(DEVICES).await;
    trusted.post(FORGET, &[]).await.leads_to(DEVICES);
});

both!(mf_31_another_site_changes_no_factor, async |app: TestApp| {
    let Holder { phone, mut browser, .. } = app.enrolled(MIRA).await;
    let mut half = app.browser();
    half.half_signs_in(MIRA).await;
    let before = app.count(STATE).await;
    let code = phone.code(app.clock.now());
    let fields =
        [("password", PASSWORD), ("code", &code), ("kind", "authenticator"), ("saved", "yes")];
    browser.get(TWO_FACTOR).await.is(200);
    for route in routes() {
        let of_half = route.access == Declared::HalfSignedIn;
        if route.method != Method::POST || !(of_half || route.path.starts_with(TWO_FACTOR)) {
            continue;
        }
        for origin in [None, Some("https://evil.example".to_owned()), Some("null".to_owned())] {
            let mut attacked = if of_half { half.clone() } else { browser.clone() };
            attacked.origin = origin;
            attacked.post(&sample(&route), &fields).await.is(403);
            attacked.token = None;
            attacked.post(&sample(&route), &fields).await.is(403);
            assert!(!of_half || !attacked.has_session());
        }
    }
    // A GET only shows.
    for route in pages().iter().filter(|route| route.path.contains("two-factor")) {
        browser.get(&format!("{}?way=authenticator", sample(route))).await;
        half.get(&sample(route)).await;
    }
    assert_eq!(app.count(STATE).await, before);
    assert_eq!(app.count(LIVE).await, 1);
    half.get(CHALLENGE).await.is(200);
    half.enters_code(&code).await.leads_to(HOME);
    browser.get(DISABLE).await.is(200);
});
