//! SE-02: once an end is acknowledged, the cookie opens nothing on any node.

use super::{MIRA, ends, listed};
use crate::both;
use crate::support::{Backend, Browser, OTHER_PASSWORD, PASSWORD, TestApp};
use std::time::Duration;

const DAY: Duration = Duration::from_hours(24);
const MILLISECOND: Duration = Duration::from_millis(1);

/// Two signed-in browsers.
async fn two(app: &TestApp) -> (Browser, Browser) {
    app.account(MIRA).await;
    let (mut one, mut other) = (app.browser(), app.browser());
    one.signs_in(MIRA, PASSWORD).await;
    other.signs_in(MIRA, PASSWORD).await;
    (one, other)
}

/// A stolen cookie, tried at a node on every page and form that needs a session.
async fn is_dead(stolen: &Browser, node: &TestApp) -> bool {
    let mut thief = stolen.at(node);
    let mut dead = true;
    for path in [
        "/settings/security",
        "/settings/security/sessions",
        "/settings/profile",
        "/settings/security/devices",
    ] {
        let reply = stolen.at(node).get(path).await;
        dead &= reply.status == 303 && reply.location().starts_with("/sign-in");
    }
    let reply = thief.post("/settings/security/sessions/sign-out-others", &[]).await;
    dead && reply.location().starts_with("/sign-in")
}

async fn sign_out(app: &TestApp, asked: &TestApp) {
    let (mut one, mut other) = two(app).await;
    one.get("/settings/security").await;
    let stolen = one.clone();
    one.post("/sign-out", &[]).await.leads_to("/sign-in");
    assert!(is_dead(&stolen, asked).await && is_dead(&stolen, app).await);
    assert!(other.is_signed_in().await);
}

async fn end_by_another(app: &TestApp, asked: &TestApp) {
    let (mut one, mut other) = two(app).await;
    one.get("/settings/security").await;
    let ids = listed(&other.get("/settings/security").await.body);
    other.post(&ends(&ids[0]), &[("from", "overview")]).await.leads_to("/settings/security");
    assert!(is_dead(&one, asked).await && is_dead(&one, app).await);
    assert!(other.is_signed_in().await && other.at(asked).is_signed_in().await);
    other.get("/settings/security").await;
    other.post(&ends(&ids[0]), &[]).await.is(404);
}

async fn end_all_others(app: &TestApp, asked: &TestApp) {
    let (mut one, mut other) = two(app).await;
    one.get("/settings/security").await;
    other.get("/settings/security").await;
    let reply = other.post("/settings/security/sessions/sign-out-others", &[]).await;
    reply.leads_to("/settings/security/sessions");
    assert!(is_dead(&one, asked).await && is_dead(&one, app).await);
    other.get("/settings/security/sessions").await.shows("Every other session is signed out.");
}

async fn change_password(app: &TestApp, asked: &TestApp) {
    let (mut one, mut other) = two(app).await;
    one.get("/settings/security").await;
    let stolen = other.clone();
    other.change_password(PASSWORD, OTHER_PASSWORD).await.leads_to("/settings/security");
    assert!(is_dead(&one, asked).await && is_dead(&one, app).await);
    // The session lives on, but its old cookie does not.
    assert!(is_dead(&stolen, asked).await && is_dead(&stolen, app).await);
    assert!(other.is_signed_in().await && other.at(asked).is_signed_in().await);
}

async fn suspend(app: &TestApp, asked: &TestApp) {
    let (mut one, other) = two(app).await;
    one.get("/settings/security").await;
    app.suspend(MIRA).await;
    for stolen in [&one, &other] {
        assert!(is_dead(stolen, asked).await && is_dead(stolen, app).await);
    }
}

async fn idle(app: &TestApp, asked: &TestApp) {
    let (mut one, other) = two(app).await;
    app.wait((7 * DAY).saturating_sub(MILLISECOND));
    assert!(one.at(asked).is_signed_in().await);
    app.wait(MILLISECOND);
    assert!(is_dead(&other, asked).await && is_dead(&other, app).await);
    // Used a moment ago, so it goes on from there.
    assert!(one.is_signed_in().await);
}

async fn absolute(app: &TestApp, asked: &TestApp) {
    let (mut one, _) = two(app).await;
    for _ in 0..5 {
        app.wait(5 * DAY);
        assert!(one.is_signed_in().await);
    }
    app.wait((5 * DAY).saturating_sub(MILLISECOND));
    assert!(one.at(asked).is_signed_in().await);
    app.wait(MILLISECOND);
    assert!(is_dead(&one, asked).await && is_dead(&one, app).await);
}

macro_rules! on_one_and_on_two_nodes {
    ($($scenario:ident => $one:ident, $two:ident;)+) => {$(
        both!($one, async |app: TestApp| $scenario(&app, &app).await);

        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $two() {
            let app = TestApp::new(Backend::Postgres).await;
            let second = app.second_node().await;
            $scenario(&app, &second).await;
        }
    )+};
}

on_one_and_on_two_nodes! {
    sign_out => se_02_after_sign_out, se_02_after_sign_out_on_two_nodes;
    end_by_another => se_02_after_an_end_by_another, se_02_after_an_end_by_another_on_two_nodes;
    end_all_others => se_02_after_the_end_of_all_others, se_02_after_the_end_of_all_others_on_two_nodes;
    change_password => se_02_after_a_password_change, se_02_after_a_password_change_on_two_nodes;
    suspend => se_02_after_suspension, se_02_after_suspension_on_two_nodes;
    idle => se_02_idle_to_the_millisecond, se_02_idle_to_the_millisecond_on_two_nodes;
    absolute => se_02_absolute_to_the_millisecond, se_02_absolute_to_the_millisecond_on_two_nodes;
}

both!(a_password_change_can_leave_others_signed_in, async |app: TestApp| {
    let (mut one, mut other) = two(&app).await;
    other.get("/settings/security/password").await;
    let fields = [
        ("current_password", PASSWORD),
        ("new_password", OTHER_PASSWORD),
        ("confirm_new_password", OTHER_PASSWORD),
    ];
    other.post("/settings/security/password", &fields).await.leads_to("/settings/security");
    assert!(one.is_signed_in().await && other.is_signed_in().await);
});

both!(ending_the_session_at_hand_by_its_id_signs_out, async |app: TestApp| {
    let (mut one, mut other) = two(&app).await;
    let id = listed(&other.get("/settings/security").await.body)[0].clone();
    one.get("/settings/security").await;
    one.post(&ends(&id), &[]).await.leads_to("/sign-in");
    assert!(one.session().is_none() && !one.is_signed_in().await);
});
