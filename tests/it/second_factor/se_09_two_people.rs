//! SE-09: two people in one browser are two; nobody steps up for another.

use super::{EVE, HOME, LIVE, MIRA, WRONG};
use crate::both;
use crate::support::phone::{CHALLENGE, ENABLE};
use crate::support::{PASSWORD, TestApp};
use std::time::Duration;

both!(se_09_a_step_up_is_the_session_s_own, async |app: TestApp| {
    let (mira, eve) = (app.enrolled(MIRA).await, app.enrolled(EVE).await);
    app.wait(Duration::from_mins(5));
    let (mut of_mira, mut of_eve) = (mira.browser, eve.browser);
    let code = eve.phone.code(app.clock.now());
    // Her own code in the victim's session.
    of_mira.steps_up(&code).await.is(403).shows(WRONG);
    let reply = of_mira.steps_up_for_second_factors("backup-code", &eve.codes[0]).await;
    reply.is(403);
    // The form of her page in the victim's session.
    of_eve.get("/step-up").await.is(200);
    of_mira.token = of_eve.token.clone();
    of_mira.post("/step-up", &[("way", "authenticator"), ("code", &code)]).await.is(409);
    of_mira.get(ENABLE).await;
    assert_eq!(of_mira.get(ENABLE).await.status.as_u16(), 303);
    // It was not spent by that.
    of_eve.steps_up(&code).await.leads_to(HOME);
    of_eve.get(ENABLE).await.is(200);
});

both!(se_09_two_people_in_one_browser, async |app: TestApp| {
    let (mira, eve) = (app.enrolled(MIRA).await, app.enrolled(EVE).await);
    let mut browser = mira.browser;
    let old = browser.clone();
    // Another sign-in is begun beside a session, and ends that when it is done.
    let mut tab = browser.clone();
    tab.forget("-session");
    tab.get("/sign-in").await;
    browser.token = tab.token.clone();
    browser.cookies.extend(tab.cookies.clone());
    let reply = browser.post("/sign-in", &[("email", EVE), ("password", PASSWORD)]).await;
    reply.leads_to(CHALLENGE);
    browser.get(HOME).await.is(200).shows(MIRA).lacks(EVE);
    browser.get(CHALLENGE).await.is(200).shows(EVE);
    // The other's code is of no use there.
    browser.enters_code(&mira.phone.code(app.clock.now())).await.is(403).shows(WRONG);
    browser.enters_code(&eve.phone.code(app.clock.now())).await.leads_to(HOME);
    assert_ne!(browser.session(), old.session());
    browser.get(HOME).await.is(200).shows(EVE).lacks(MIRA);
    assert!(!old.clone().is_signed_in().await, "the session of who was there before is alive");
    // Hers where it was switched on, and this one.
    assert_eq!(app.count(LIVE).await, 2);
    // Two sign-ins that wait in one browser: the later one holds.
    let mut shared = app.browser();
    shared.half_signs_in(MIRA).await;
    let first = shared.clone();
    shared.half_signs_in(EVE).await;
    shared.get(CHALLENGE).await.shows(EVE).lacks(MIRA);
    first.clone().get(CHALLENGE).await.leads_to("/sign-in");
});
