//! SE-02: "Sign out all except current" also ends what could still become a
//! session: sign-ins that wait, mailed links, and the trust in browsers.

use super::MIRA;
use super::active_sessions::named;
use crate::both;
use crate::support::phone::{CHALLENGE, STEP};
use crate::support::{Backend, Browser, Holder, OTHER_PASSWORD, PASSWORD, TestApp, rounds};
use std::sync::Arc;
use tokio::sync::Barrier;

const OTHERS: &str = "/settings/security/sessions/sign-out-others";
const PAGE: &str = "/settings/security/sessions";

/// A browser that its owner trusts, signed out.
async fn trusted(app: &TestApp, holder: &Holder) -> Browser {
    let mut browser = named(app, "trusted/1", "203.0.113.3");
    browser.half_signs_in(MIRA).await;
    let code = holder.phone.code(app.clock.now());
    let fields = [("way", "authenticator"), ("code", code.as_str()), ("trust", "yes")];
    browser.post(CHALLENGE, &fields).await.leads_to("/settings/security");
    app.wait(STEP);
    browser.forget("-session");
    browser
}

/// `app` is asked to end it, `asked` is where it is tried afterwards.
async fn what_could_become_a_session_ends(app: &TestApp, asked: &TestApp) {
    let holder = app.enrolled(MIRA).await;
    let mut own = holder.browser.clone();
    let trusted = trusted(app, &holder).await;
    // The trust is good, before.
    let mut known = trusted.at(asked);
    known.signs_in(MIRA, PASSWORD).await;
    let waiting = {
        let mut browser = app.browser();
        browser.half_signs_in(MIRA).await;
        browser
    };
    let mut forgetful = app.browser();
    forgetful.forgets(MIRA).await.is(200);
    app.post().await;
    let link = app.link(MIRA, "password-reset").await;
    forgetful.get(&link).await.is(200).shows("Create new password");

    own.get(PAGE).await.shows("Ends all 2 other sessions at once, and with them");
    own.post(OTHERS, &[]).await.leads_to(PAGE);

    assert!(!known.at(asked).is_signed_in().await);
    let code = holder.phone.code(app.clock.now());
    let mut late = waiting.at(asked);
    let reply = late.enters_code(&code).await;
    assert!(!late.has_session() && !late.is_signed_in().await, "{}", reply.text());
    // The password is not enough any more where it was.
    let mut again = trusted.at(asked);
    again.sign_in(MIRA, PASSWORD).await.leads_to(CHALLENGE);
    forgetful.at(asked).get(&link).await.shows("This link no longer works");
    forgetful.at(asked).chooses(&link, OTHER_PASSWORD).await;
    assert!(own.is_signed_in().await, "the one at hand stays");
    // All of it is one event.
    let events = app.events().await;
    let ended = events.iter().filter(|event| *event == "other-sessions-ended succeeded");
    assert_eq!(ended.count(), 1);
    assert!(!events.iter().any(|event| event == "password-reset succeeded"), "{events:?}");
    // And the code was not spent on it.
    app.browser().signs_in_with_code(MIRA, &holder.phone.code(app.clock.now())).await;
}

both!(se_02_what_could_become_a_session_ends, async |app: TestApp| {
    what_could_become_a_session_ends(&app, &app).await;
});

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn se_02_what_could_become_a_session_ends_on_two_nodes() {
    let app = TestApp::new(Backend::Postgres).await;
    let second = app.second_node().await;
    what_could_become_a_session_ends(&app, &second).await;
}

/// PAR: whoever signs in, or proves the second factor, while all others are signed
/// out, is either too late or signed out, too.
async fn race(nodes: &[&TestApp]) {
    let app = nodes[0];
    let holder = app.enrolled(MIRA).await;
    let mut own = holder.browser.clone();
    for round in 0..rounds() {
        app.wait(STEP);
        let node = nodes[round % nodes.len()];
        let mut waiting = node.browser();
        waiting.half_signs_in(MIRA).await;
        own.get(PAGE).await.is(200);
        let code = holder.phone.code(app.clock.now());
        let barrier = Arc::new(Barrier::new(2));
        let (here, there) = (barrier.clone(), barrier);
        let mut ending = own.clone();
        let end = tokio::spawn(async move {
            here.wait().await;
            ending.post(OTHERS, &[]).await.leads_to(PAGE);
        });
        let enter = tokio::spawn(async move {
            there.wait().await;
            waiting.enters_code(&code).await;
            waiting
        });
        end.await.unwrap();
        let mut waiting = enter.await.unwrap();
        for node in nodes {
            assert!(!waiting.at(node).is_signed_in().await, "round {round}");
        }
        assert!(!waiting.is_signed_in().await && own.is_signed_in().await);
        let live = "SELECT COUNT(*) FROM sessions WHERE ended_at IS NULL";
        assert_eq!(app.count(live).await, 1, "round {round}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn se_02_a_race_of_codes_and_the_end_of_all_sqlite() {
    race(&[&TestApp::new(Backend::Sqlite).await]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn se_02_a_race_of_codes_and_the_end_of_all_on_two_nodes() {
    let app = TestApp::new(Backend::Postgres).await;
    let second = app.second_node().await;
    race(&[&app, &second]).await;
}
