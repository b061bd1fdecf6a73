//! Step-up: five minutes, one session, a new cookie, and back to the page.

use super::MIRA;
use crate::both;
use crate::support::{OTHER_PASSWORD, PASSWORD, TestApp};
use std::time::Duration;

const DEVICES: &str = "/settings/security/devices";
const FORGET: &str = "/settings/security/devices/forget-others";
const ASKED: &str = "/step-up?return_to=%2Fsettings%2Fsecurity%2Fdevices";
const FIVE_MINUTES: Duration = Duration::from_mins(5);
const MILLISECOND: Duration = Duration::from_millis(1);

both!(step_up_holds_for_five_minutes_exactly, async |app: TestApp| {
    app.account(MIRA).await;
    let mut browser = app.browser();
    browser.signs_in(MIRA, PASSWORD).await;
    app.wait(FIVE_MINUTES.saturating_sub(MILLISECOND));
    browser.get(DEVICES).await;
    browser.post(FORGET, &[]).await.leads_to(DEVICES);
    app.wait(MILLISECOND);
    browser.get(DEVICES).await;
    browser.post(FORGET, &[]).await.leads_to(ASKED);
    browser.get(ASKED).await.is(200).shows(MIRA);
    let fields = [("password", PASSWORD), ("return_to", DEVICES)];
    browser.post("/step-up", &fields).await.leads_to(DEVICES);
    app.wait(FIVE_MINUTES.saturating_sub(MILLISECOND));
    browser.get(DEVICES).await;
    browser.post(FORGET, &[]).await.leads_to(DEVICES);
    app.wait(MILLISECOND);
    browser.get(DEVICES).await;
    browser.post(FORGET, &[]).await.leads_to(ASKED);
    let forgotten = "devices-forgotten succeeded";
    let events = app.events().await;
    assert_eq!(events, ["sign-in succeeded", forgotten, "step-up succeeded", forgotten]);
});

both!(step_up_gives_a_new_cookie_and_ends_the_old, async |app: TestApp| {
    app.account(MIRA).await;
    let (mut browser, mut other) = (app.browser(), app.browser());
    browser.signs_in(MIRA, PASSWORD).await;
    other.signs_in(MIRA, PASSWORD).await;
    app.wait(FIVE_MINUTES);
    browser.get(ASKED).await;
    let old = browser.clone();
    browser.post("/step-up", &[("password", PASSWORD)]).await.leads_to("/settings/security");
    assert_ne!(browser.session(), old.session());
    assert!(!old.clone().is_signed_in().await, "the old cookie still opens the session");
    assert!(browser.is_signed_in().await);
    // It is of one session: the other has proved nothing.
    other.get(DEVICES).await;
    other.post(FORGET, &[]).await.leads_to(ASKED);
    assert_eq!(app.count("SELECT COUNT(*) FROM sessions WHERE ended_at IS NULL").await, 2);
});

both!(a_wrong_password_is_no_step_up, async |app: TestApp| {
    app.account(MIRA).await;
    let mut browser = app.browser();
    browser.signs_in(MIRA, PASSWORD).await;
    app.wait(FIVE_MINUTES);
    let cookie = browser.session();
    browser.get(ASKED).await;
    let fields = [("password", OTHER_PASSWORD), ("return_to", DEVICES)];
    let reply = browser.post("/step-up", &fields).await;
    reply.is(403).lacks(OTHER_PASSWORD);
    assert!(reply.body.contains("name=\"return_to\" value=\"/settings/security/devices\""));
    browser.post("/step-up", &[("password", "")]).await.is(400);
    browser.post("/step-up", &[("password", &"x".repeat(1_025))]).await.is(400);
    browser.post("/step-up", &[]).await.is(400);
    assert_eq!(browser.session(), cookie);
    browser.get(DEVICES).await;
    browser.post(FORGET, &[]).await.leads_to(ASKED);
});

both!(a_session_that_ends_while_its_owner_types_is_not_raised, async |app: TestApp| {
    app.account(MIRA).await;
    let (mut browser, mut other) = (app.browser(), app.browser());
    browser.signs_in(MIRA, PASSWORD).await;
    other.signs_in(MIRA, PASSWORD).await;
    browser.get(ASKED).await;
    other.get("/settings/security").await;
    other.post("/settings/security/sessions/sign-out-others", &[]).await;
    let reply = browser.post("/step-up", &[("password", PASSWORD)]).await;
    reply.leads_to("/sign-in?return_to=%2Fsettings%2Fsecurity");
    assert!(!browser.is_signed_in().await);
});

// PAR: of proofs sent at once with one cookie one wins; no cookie is left that
// opens nothing while its owner believes in it.
both!(step_ups_at_once_leave_one_live_cookie, async |app: TestApp| {
    app.account(MIRA).await;
    for _ in 0..crate::support::rounds() {
        let mut browser = app.browser();
        browser.signs_in(MIRA, PASSWORD).await;
        browser.get("/step-up").await;
        let tasks: Vec<_> = (0..4)
            .map(|_| {
                let mut tab = browser.clone();
                tokio::spawn(async move {
                    let status = tab.post("/step-up", &[("password", PASSWORD)]).await.status;
                    (status.as_u16(), tab)
                })
            })
            .collect();
        let mut proved = Vec::new();
        for task in tasks {
            match task.await.unwrap() {
                (303, tab) if tab.session() != browser.session() && tab.session().is_some() => {
                    proved.push(tab);
                }
                (303 | 409, _) => {}
                (status, _) => panic!("{status}"),
            }
        }
        assert_eq!(proved.len(), 1);
        assert!(proved[0].is_signed_in().await && !browser.is_signed_in().await);
    }
});
