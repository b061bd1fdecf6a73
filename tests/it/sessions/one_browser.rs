//! SE-09: what happens when one browser meets two people, or a planted cookie.

use super::{EVE, MIRA};
use crate::both;
use crate::support::{OTHER_PASSWORD, PASSWORD, TestApp};

const SESSION: &str = "portcullis-session";

both!(se_09_step_up_is_for_the_same_account_alone, async |app: TestApp| {
    app.account(MIRA).await;
    app.account_with(EVE, OTHER_PASSWORD).await;
    let mut browser = app.browser();
    browser.signs_in(MIRA, PASSWORD).await;
    let cookie = browser.session();
    browser.get("/step-up").await;
    let fields = [("email", EVE), ("username", EVE), ("password", OTHER_PASSWORD)];
    browser.post("/step-up", &fields).await.is(403).shows("This is not your password.");
    assert_eq!(browser.session(), cookie);
    browser.get("/settings/security").await.shows(MIRA).lacks(EVE);
    assert!(app.events().await.contains(&"step-up refused/wrong-password".to_owned()));
});

both!(se_09_signing_in_as_another_ends_the_first_session, async |app: TestApp| {
    app.account(MIRA).await;
    app.account_with(EVE, OTHER_PASSWORD).await;
    let mut browser = app.browser();
    // Two tabs: the second was open before the first was sent.
    browser.get("/sign-in").await;
    browser.post("/sign-in", &[("email", MIRA), ("password", PASSWORD)]).await;
    let of_mira = browser.clone();
    let reply = browser.post("/sign-in", &[("email", EVE), ("password", OTHER_PASSWORD)]).await;
    reply.leads_to("/settings/security");
    browser.get("/settings/security").await.shows(EVE).lacks(MIRA);
    assert_ne!(browser.session(), of_mira.session());
    assert!(!of_mira.clone().is_signed_in().await, "mira's session outlived it");
    let live = "SELECT COUNT(*) FROM sessions WHERE ended_at IS NULL";
    assert_eq!(app.count(live).await, 1);
    let replaced = "SELECT COUNT(*) FROM sessions WHERE ended_reason = 'replaced'";
    assert_eq!(app.count(replaced).await, 1);
});

both!(se_09_a_wrong_sign_in_leaves_the_first_session_alone, async |app: TestApp| {
    app.account(MIRA).await;
    let mut browser = app.browser();
    browser.get("/sign-in").await;
    browser.post("/sign-in", &[("email", MIRA), ("password", PASSWORD)]).await;
    let reply = browser.post("/sign-in", &[("email", EVE), ("password", PASSWORD)]).await;
    reply.is(403);
    // That page has mira's head, whose form signs mira out.
    let head = reply.body.split_once("action=\"/sign-out\"").unwrap().1;
    let token = head.split_once("value=\"").unwrap().1.split_once('"').unwrap().0;
    assert!(browser.is_signed_in().await);
    browser.send_form("/sign-out", format!("csrf={token}")).await.leads_to("/sign-in");
    assert!(!browser.is_signed_in().await);
});

both!(se_09_each_sign_in_and_step_up_has_a_new_cookie, async |app: TestApp| {
    app.account(MIRA).await;
    let mut browser = app.browser();
    let mut seen = Vec::new();
    for _ in 0..3 {
        browser.signs_in(MIRA, PASSWORD).await;
        seen.push(browser.session().unwrap());
        browser.get("/step-up").await;
        browser.post("/step-up", &[("password", PASSWORD)]).await;
        seen.push(browser.session().unwrap());
        browser.get("/settings/security").await;
        browser.post("/sign-out", &[]).await.leads_to("/sign-in");
    }
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 6, "a cookie came twice");
    assert_eq!(app.count("SELECT COUNT(DISTINCT id) FROM sessions").await, 3);
});

// Fixation: a cookie that was there before signing in is never the session.
both!(se_09_a_planted_cookie_is_never_adopted, async |app: TestApp| {
    app.account(MIRA).await;
    app.account_with(EVE, OTHER_PASSWORD).await;
    let mut eve = app.browser();
    eve.signs_in(EVE, OTHER_PASSWORD).await;
    let live = eve.session().unwrap();
    let mut ended = app.browser();
    ended.signs_in(EVE, OTHER_PASSWORD).await;
    let dead = ended.session().unwrap();
    ended.get("/settings/security").await;
    ended.post("/sign-out", &[]).await;
    for planted in [live.clone(), dead, format!("pcl_ses_{}", "0".repeat(72)), "x".into()] {
        let mut victim = app.browser();
        victim.get("/sign-in").await;
        victim.cookies.insert(SESSION.into(), planted.clone());
        let fields = [("email", MIRA), ("password", PASSWORD)];
        let reply = victim.post("/sign-in", &fields).await;
        reply.leads_to("/settings/security");
        let set: Vec<String> =
            reply.set_cookies().into_iter().filter(|own| own.starts_with(SESSION)).collect();
        assert_eq!(set.len(), 1, "{planted}: {set:?}");
        assert_ne!(victim.session().unwrap(), planted);
        victim.get("/settings/security").await.is(200).shows(MIRA);
        let mut attacker = app.browser();
        attacker.cookies.insert(SESSION.into(), planted);
        attacker.get("/settings/security").await.lacks(MIRA);
    }
});

both!(se_09_forms_die_with_the_session_that_they_were_made_for, async |app: TestApp| {
    app.account(MIRA).await;
    let mut browser = app.browser();
    browser.signs_in(MIRA, PASSWORD).await;
    browser.get("/settings/profile").await;
    let old = browser.token.clone();
    browser.post("/sign-out", &[]).await;
    browser.signs_in(MIRA, PASSWORD).await;
    browser.token = old;
    let fields = [("name", "Eve"), ("language", "en-GB"), ("time_zone", "UTC")];
    browser.post("/settings/profile", &fields).await.is(409);
    browser.get("/settings/profile").await.lacks("value=\"Eve\"");
});
