//! What an owner does while signed in, and what others try in their name.

use super::watch::{By, Watch, agent, session};
use super::{ADA, BOB, NEW};
use crate::passwords::{CHANGE, minutes, step_up};
use crate::support::{Browser, OTHER_PASSWORD, PASSWORD, Reply, TestApp};
use portcullis::features::security_log::{Kind, Outcome, Reason};
use portcullis::ids::AccountId;

async fn change(browser: &mut Browser, current: &str, new: &str) -> Reply {
    browser.change_password(current, new).await
}

pub async fn proving(watch: &mut Watch<'_>, bob: AccountId, browser: &mut Browser) {
    browser.signs_in(BOB, PASSWORD).await;
    let own = session(browser);
    watch.sign_in(None, Some(bob), By::Owner(bob, own, browser), BOB).await;
    step_up(browser, "").await.is(400);
    watch.nothing().await;
    for _ in 0..4 {
        step_up(browser, OTHER_PASSWORD).await.is(403);
        let by = By::Owner(bob, own, browser);
        watch.one(Kind::StepUp, Some(Reason::WrongPassword), Some(bob), by).await;
    }
    change(browser, OTHER_PASSWORD, NEW).await.is(403);
    let by = By::Owner(bob, own, browser);
    watch.one(Kind::PasswordChanged, Some(Reason::WrongPassword), Some(bob), by).await;
    step_up(browser, PASSWORD).await.is(429);
    let by = By::Owner(bob, own, browser);
    watch.one(Kind::StepUp, Some(Reason::Throttled), Some(bob), by).await;
    change(browser, PASSWORD, NEW).await.is(429);
    let by = By::Owner(bob, own, browser);
    watch.one(Kind::PasswordChanged, Some(Reason::Throttled), Some(bob), by).await;
    watch.app.wait(minutes(1));
    step_up(browser, PASSWORD).await.leads_to("/settings/security");
    watch.one(Kind::StepUp, None, Some(bob), By::Owner(bob, own, browser)).await;
    for refused in ["short", PASSWORD] {
        change(browser, PASSWORD, refused).await.is(422);
        let by = By::Owner(bob, own, browser);
        watch.one(Kind::PasswordChanged, Some(Reason::Policy), Some(bob), by).await;
    }
    browser.get(CHANGE).await;
    let unlike =
        [("current_password", PASSWORD), ("new_password", NEW), ("confirm_new_password", "x")];
    browser.post(CHANGE, &unlike).await.is(400);
    watch.nothing().await;
    change(browser, PASSWORD, NEW).await.leads_to("/settings/security");
    watch.one(Kind::PasswordChanged, None, Some(bob), By::Owner(bob, own, browser)).await;
}

pub async fn settings(watch: &mut Watch<'_>, bob: AccountId, browser: &mut Browser) {
    let own = session(browser);
    browser.get("/settings/profile").await;
    browser.post("/settings/profile", &[("name", "")]).await.is(400);
    watch.nothing().await;
    let fields = [("name", "Bob B."), ("language", "en-GB"), ("time_zone", "Europe/Prague")];
    browser.post("/settings/profile", &fields).await.leads_to("/settings/profile");
    watch.one(Kind::ProfileChanged, None, Some(bob), By::Owner(bob, own, browser)).await;
    let mut others = [agent(watch.app, "One"), agent(watch.app, "Two")];
    for other in &mut others {
        other.signs_in(BOB, NEW).await;
        watch.sign_in(None, Some(bob), By::Owner(bob, session(other), other), BOB).await;
    }
    browser.get("/settings/security").await.is(200);
    let one = format!("/settings/security/sessions/{}/sign-out", session(&others[0]));
    browser.post(&one, &[]).await.leads_to("/settings/security/sessions");
    watch.one(Kind::SessionEnded, None, Some(bob), By::Owner(bob, own, browser)).await;
    browser.post(&one, &[]).await.is(404);
    let unknown = Some(Reason::UnknownSession);
    watch.one(Kind::SessionEnded, unknown, Some(bob), By::Owner(bob, own, browser)).await;
    browser
        .post("/settings/security/sessions/sign-out-others", &[])
        .await
        .leads_to("/settings/security/sessions");
    let by = By::Owner(bob, own, browser);
    let entry = watch.one(Kind::OtherSessionsEnded, None, Some(bob), by).await;
    assert_eq!(entry.detail.as_deref(), Some("1"));
    let forget = "/settings/security/devices/forget-others";
    browser.get("/settings/security/devices").await.is(200);
    browser.post(forget, &[]).await.leads_to("/settings/security/devices");
    watch.one(Kind::DevicesForgotten, None, Some(bob), By::Owner(bob, own, browser)).await;
    exporting(watch, bob, browser).await;
    answering(watch, bob, browser).await;
    watch.app.wait(minutes(6));
    browser.post(forget, &[]).await.leads_to("/step-up?return_to=%2Fsettings%2Fsecurity%2Fdevices");
    watch.nothing().await;
}

pub async fn foreign(watch: &mut Watch<'_>, bob: AccountId, browser: &mut Browser) {
    let refused = (Kind::RequestRefused, Some(Reason::CrossSite));
    for signed_in in [false, true] {
        let mut victim = if signed_in { browser.clone() } else { agent(watch.app, "Victim") };
        let page = if signed_in { CHANGE } else { "/sign-in" };
        victim.get(page).await.is(200);
        let account = signed_in.then_some(bob);
        for origin in [None, Some("https://evil.example"), Some("null")] {
            let mut foreign = victim.clone();
            foreign.origin = origin.map(ToOwned::to_owned);
            foreign.post(page, &[("email", BOB), ("password", NEW)]).await.is(403);
            let entry = watch.fresh().await.remove(0);
            watch.seen.remove(&entry.id.to_string());
            // Nobody of ours has acted, though it was in this session.
            assert_eq!(entry.session, signed_in.then(|| session(&victim)));
            assert_eq!((entry.kind, entry.account, entry.actor), (refused.0, account, None));
            assert_eq!(watch.fresh().await.len(), 1);
        }
        victim.token = Some("0".repeat(64));
        victim.post(page, &[("email", BOB), ("password", NEW)]).await.is(409);
        let fresh = watch.fresh().await;
        assert_eq!((fresh.len(), fresh[0].kind), (1, refused.0));
        assert_eq!(fresh[0].outcome, Outcome::Refused(Reason::OldForm));
        watch.reasons.insert(Reason::OldForm);
        assert_eq!(fresh[0].address, Some(victim.address.to_string()));
    }
    watch.kinds.insert(refused.0);
    watch.reasons.extend(refused.1);
}

/// The log as a file, and one too many.
async fn exporting(watch: &mut Watch<'_>, bob: AccountId, browser: &mut Browser) {
    let own = session(browser);
    let export = "/settings/security/log/export";
    browser.get(export).await.is(200);
    browser.post(export, &[("format", "csv")]).await.is(422);
    watch.nothing().await;
    let fields = [("format", "jsonl"), ("area-sign-ins", "yes")];
    for _ in 0..10 {
        browser.post(export, &fields).await.is(200);
        watch.one(Kind::LogExported, None, Some(bob), By::Owner(bob, own, browser)).await;
    }
    browser.post(export, &fields).await.is(429);
    let refused = Some(Reason::Throttled);
    watch.one(Kind::LogExported, refused, Some(bob), By::Owner(bob, own, browser)).await;
}

/// An answer to what the exports are, to what is nothing, and once more.
async fn answering(watch: &mut Watch<'_>, bob: AccountId, browser: &mut Browser) {
    let own = session(browser);
    let review = "/settings/security/review";
    let page = browser.get(review).await;
    let (_, rest) = page.is(200).body.split_once("action=\"/settings/security/review/").unwrap();
    let known = format!("{review}/{}", rest.split_once('"').unwrap().0);
    browser.post(&known, &[("answer", "perhaps")]).await.is(400);
    watch.nothing().await;
    for (answer, leads_to) in [("me", review), ("not-me", "/settings/security/review/secure")] {
        browser.post(&known, &[("answer", answer)]).await.leads_to(leads_to);
        let by = By::Owner(bob, own, browser);
        let entry = watch.one(Kind::FindingAnswered, None, Some(bob), by).await;
        assert_eq!(entry.detail, Some(format!("{answer}: export")));
    }
    let unknown = format!("{review}/sign-in-01900000-0000-7000-8000-000000000000");
    browser.post(&unknown, &[("answer", "me")]).await.is(404);
    let refused = Some(Reason::UnknownFinding);
    watch.one(Kind::FindingAnswered, refused, Some(bob), By::Owner(bob, own, browser)).await;
}
