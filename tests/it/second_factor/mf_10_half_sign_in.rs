//! MF-10: a sign-in that waits for a second factor is no session, on any route.
//! SE-17: where it goes on is looked at again. PW-19: a suspension comes between.

use super::{DEVICES, HOME, LIVE, MIRA, OVER, WRONG};
use crate::both;
use crate::guards::routes::sample;
use crate::support::phone::{CHALLENGE, STEP};
use crate::support::{Browser, Holder, PASSWORD, TestApp};
use axum::http::Method;
use portcullis::http::{Declared, routes};

const PENDING: &str = "portcullis-sign-in";

/// With what a half sign-in has, every route answers as to a stranger.
async fn opens_nothing(app: &TestApp, half: &Browser) {
    for route in routes() {
        if route.access == Declared::HalfSignedIn {
            continue;
        }
        let (path, mut own, mut stranger) = (sample(&route), half.clone(), app.browser());
        stranger.address = own.address;
        let (reply, expected) = if route.method == Method::GET {
            (own.get(&path).await, stranger.get(&path).await)
        } else if matches!(route.access, Declared::Public | Declared::Invited) {
            // Its forms are of no use elsewhere.
            let reply = own.post(&path, &[("email", MIRA), ("password", PASSWORD)]).await;
            reply.is(409);
            continue;
        } else {
            (own.post(&path, &[]).await, stranger.post(&path, &[]).await)
        };
        let line = format!("{} {path}", route.method);
        assert_eq!(reply.status, expected.status, "{line}");
        assert_eq!(reply.location(), expected.location(), "{line}");
        reply.lacks(MIRA);
        assert!(!own.has_session(), "{line}");
    }
}

both!(mf_10_a_half_sign_in_opens_nothing_but_its_next_step, async |app: TestApp| {
    app.enrolled(MIRA).await;
    let mut half = app.browser();
    half.half_signs_in(MIRA).await;
    let cookie = half.cookies[PENDING].clone();
    assert!(cookie.starts_with("pcl_sgn_"), "{cookie}");
    opens_nothing(&app, &half).await;
    for forged in [cookie.clone(), cookie.replacen("pcl_sgn_", "pcl_ses_", 1)] {
        let mut renamed = half.clone();
        renamed.cookies.insert("portcullis-session".into(), forged.clone());
        assert!(!renamed.clone().is_signed_in().await);
        renamed
            .get("/settings/security")
            .await
            .leads_to("/sign-in?return_to=%2Fsettings%2Fsecurity");
        let mut device = half.clone();
        device.cookies.insert("portcullis-device".into(), forged);
        device.sign_in(MIRA, PASSWORD).await.leads_to(CHALLENGE);
    }
    assert_eq!(app.count(LIVE).await, 1);
    assert_eq!(app.count("SELECT COUNT(*) FROM known_devices").await, 1);
});

both!(mf_10_a_form_of_another_sign_in_is_refused, async |app: TestApp| {
    let Holder { phone, .. } = app.enrolled(MIRA).await;
    let mut browser = app.browser();
    browser.get("/sign-in").await;
    let of_browser = browser.token.clone();
    browser.half_signs_in(MIRA).await;
    let first = browser.clone();
    browser.half_signs_in(MIRA).await;
    let code = phone.code(app.clock.now());
    for old in [of_browser, first.token.clone(), None] {
        let mut tried = browser.clone();
        tried.token = old;
        tried.enters_code(&code).await.is(409);
        assert!(!tried.has_session());
    }
    // The first one ended when the second began.
    first.clone().enters_code(&code).await.leads_to("/sign-in");
    browser.enters_code(&code).await.leads_to(HOME);
    // It is done once, and can't be given up any more.
    let mut again = first.clone();
    again.post("/sign-in/two-factor/cancel", &[]).await.leads_to("/sign-in");
    assert!(browser.is_signed_in().await);
});

both!(a_sign_in_that_is_given_up_is_over, async |app: TestApp| {
    let Holder { phone, .. } = app.enrolled(MIRA).await;
    let mut browser = app.browser();
    browser.half_signs_in(MIRA).await;
    let mut kept = browser.clone();
    browser.post("/sign-in/two-factor/cancel", &[]).await.leads_to("/sign-in");
    assert!(!browser.cookies.contains_key(PENDING));
    kept.enters_code(&phone.code(app.clock.now())).await.leads_to("/sign-in");
    assert!(!kept.has_session());
});

both!(se_17_where_to_go_is_looked_at_again_when_it_is_used, async |app: TestApp| {
    let Holder { phone, .. } = app.enrolled(MIRA).await;
    for stored in [
        DEVICES,
        "https://e.example",
        "//e.example",
        "/\\e.example",
        "/%09/e.example/..//e",
        "javascript:alert(1)",
        "/sign-out",
        "",
    ] {
        let mut browser = app.browser();
        browser.get(&format!("/sign-in?return_to={DEVICES}")).await.is(200);
        let fields = [("email", MIRA), ("password", PASSWORD), ("return_to", DEVICES)];
        browser.post("/sign-in", &fields).await.leads_to(CHALLENGE);
        browser.get(CHALLENGE).await.is(200);
        let sql =
            format!("UPDATE pending_sign_ins SET return_to = '{stored}' WHERE ended_at IS NULL");
        assert_eq!(app.tamper(&sql).await, 1);
        let reply = browser.enters_code(&phone.code(app.clock.now())).await;
        reply.leads_to(if stored == DEVICES { DEVICES } else { HOME });
        app.wait(STEP);
    }
    // What was never good is not even kept.
    let mut browser = app.browser();
    browser.get("/sign-in").await;
    let fields = [("email", MIRA), ("password", PASSWORD), ("return_to", "//e.example")];
    browser.post("/sign-in", &fields).await.leads_to(CHALLENGE);
    let kept =
        "SELECT COUNT(*) FROM pending_sign_ins WHERE ended_at IS NULL AND return_to IS NOT NULL";
    assert_eq!(app.count(kept).await, 0);
});

both!(pw_19_a_suspension_between_password_and_code, async |app: TestApp| {
    let Holder { phone, codes, .. } = app.enrolled(MIRA).await;
    let mut browser = app.browser();
    browser.half_signs_in(MIRA).await;
    app.suspend(MIRA).await;
    for (way, code) in [("authenticator", &phone.code(app.clock.now())), ("backup-code", &codes[0])]
    {
        let mut tried = browser.clone();
        tried.enters(way, code).await.leads_to("/sign-in");
        tried.get("/sign-in").await.shows(OVER);
        assert!(!tried.has_session());
    }
    app.restore_account(MIRA).await;
    // What was ended stays ended.
    browser.enters_code(&phone.code(app.clock.now())).await.leads_to("/sign-in");
    assert!(!browser.has_session());
    browser.half_signs_in(MIRA).await;
    browser.enters_code(&phone.wrong(app.clock.now())).await.is(403).shows(WRONG);
    browser.enters_code(&phone.code(app.clock.now())).await.leads_to(HOME);
});
