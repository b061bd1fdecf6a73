//! What was typed into a form is there again after the step-up that came before
//! it: once, on its own page, in its own session, and no secret with it.

use crate::administration::actors::{ADA, BOB, administrator};
use crate::both;
use crate::support::{PASSWORD, TestApp};
use std::time::Duration;

const MIRA: &str = "mira@example.com";
const EMAIL: &str = "/settings/profile/email";
const STEP_UP: &str = "/step-up?return_to=%2Fsettings%2Fprofile%2Femail";
const KEPT: &str = "portcullis-kept=";

both!(what_was_typed_comes_back_after_the_step_up, async |app: TestApp| {
    app.account(MIRA).await;
    let mut browser = app.browser();
    browser.signs_in(MIRA, PASSWORD).await;
    browser.get(EMAIL).await.is(200);
    app.wait(Duration::from_mins(6));
    let fields = [("new_email", "mira@new.example"), ("password", "hunter2 canary")];
    let reply = browser.post(EMAIL, &fields).await;
    reply.leads_to(STEP_UP);
    let set = reply.set_cookies().join(" ");
    assert!(set.contains(KEPT) && !set.contains("mira@new"), "{set}");
    assert_eq!(app.mail().await.len(), 0, "nothing was done");
    browser.get(STEP_UP).await.is(200);
    let proof = [("password", PASSWORD), ("return_to", EMAIL)];
    browser.post("/step-up", &proof).await.leads_to(EMAIL);
    // Another page leaves it alone.
    browser.get("/settings/profile").await.is(200);
    let page = browser.get(EMAIL).await;
    assert!(page.body.contains("value=\"mira@new.example\""), "{}", page.body);
    assert!(!page.body.contains("canary"));
    // Once.
    assert!(!browser.get(EMAIL).await.body.contains("mira@new.example"));
});

both!(it_is_kept_for_ten_minutes, async |app: TestApp| {
    app.account(MIRA).await;
    let mut browser = app.browser();
    browser.signs_in(MIRA, PASSWORD).await;
    for (wait, comes_back) in [(9, true), (11, false)] {
        browser.get("/step-up").await.is(200);
        browser.post("/step-up", &[("password", PASSWORD)]).await;
        browser.get(EMAIL).await.is(200);
        app.wait(Duration::from_mins(6));
        browser.post(EMAIL, &[("new_email", "mira@new.example")]).await.leads_to(STEP_UP);
        app.wait(Duration::from_mins(wait));
        browser.get("/step-up").await.is(200);
        browser.post("/step-up", &[("password", PASSWORD)]).await;
        let page = browser.get(EMAIL).await.is(200).clone();
        assert_eq!(page.body.contains("mira@new.example"), comes_back, "{wait} minutes");
    }
});

both!(another_session_has_nothing_of_it, async |app: TestApp| {
    app.account(MIRA).await;
    let mut browser = app.browser();
    browser.signs_in(MIRA, PASSWORD).await;
    browser.get(EMAIL).await.is(200);
    app.wait(Duration::from_mins(6));
    browser.post(EMAIL, &[("new_email", "mira@new.example")]).await.leads_to(STEP_UP);
    browser.forget("-session");
    browser.signs_in(MIRA, PASSWORD).await;
    let page = browser.get(EMAIL).await.is(200).clone();
    assert!(!page.body.contains("mira@new.example"));
    // What is too long for a cookie is the session's draft, and the cookie stays short.
    app.wait(Duration::from_mins(6));
    let long = format!("{}@new.example", "x".repeat(4000));
    let reply = browser.post(EMAIL, &[("new_email", &long)]).await;
    let kept = reply.set_cookies().into_iter().find(|cookie| cookie.contains(KEPT)).unwrap();
    assert!(kept.len() < 1000, "{kept}");
});

both!(every_form_before_which_a_proof_comes_keeps_what_was_typed, async |app: TestApp| {
    let (mut ada, _) = administrator(&app, ADA).await;
    let bob = app.account(BOB).await.id;
    let of_bob = |act: &str| format!("/admin/accounts/{bob}/{act}");
    let forms: Vec<(String, Vec<(&str, &str)>)> = vec![
        (EMAIL.to_owned(), vec![("new_email", "ada@new.example")]),
        ("/admin/accounts/new".to_owned(), vec![("name", "Noor"), ("email", "noor@x.example")]),
        (of_bob("suspend"), vec![("reason", "Asked by phone")]),
    ];
    for (path, fields) in forms {
        ada.get(&path).await.is(200);
        app.wait(Duration::from_mins(6));
        let asks = ada.post(&path, &fields).await.location().to_owned();
        ada.get(&asks).await.is(200);
        ada.post("/step-up", &[("password", PASSWORD), ("return_to", &path)]).await.leads_to(&path);
        let page = ada.get(&path).await;
        for (_, typed) in fields {
            assert!(page.body.contains(typed), "{path}: {}", page.body);
        }
    }
});
