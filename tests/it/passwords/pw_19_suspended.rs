//! PW-19: a suspended account is refused at every door, from the moment of the
//! commit on.

use super::{CHANGE, WRONG, logged};
use crate::both;
use crate::support::{Backend, OTHER_PASSWORD, PASSWORD, TestApp};
use portcullis::features::account::rules::EmailAddress;
use portcullis::features::administration;
use std::time::Duration;

const DAVE: &str = "dave@example.com";

both!(pw_19_every_session_of_a_suspended_account_is_dead, async |app: TestApp| {
    app.account(DAVE).await;
    let mut dave = app.browser();
    dave.signs_in(DAVE, PASSWORD).await;
    dave.get(CHANGE).await.is(200);
    let before = dave.clone();
    app.suspend(DAVE).await;
    // Each of these begins with the cookie and the form that were good.
    let new = [
        ("current_password", PASSWORD),
        ("new_password", OTHER_PASSWORD),
        ("confirm_new_password", OTHER_PASSWORD),
    ];
    let changed = before.clone().post(CHANGE, &new).await;
    changed.leads_to("/sign-in?return_to=%2Fsettings%2Fsecurity%2Fpassword");
    let stepped = before.clone().post("/step-up", &[("password", PASSWORD)]).await;
    stepped.leads_to("/sign-in?return_to=%2Fsettings%2Fsecurity");
    for path in ["/settings/security", CHANGE, "/step-up", "/settings/profile"] {
        let reply = before.clone().get(path).await;
        assert!(reply.location().starts_with("/sign-in?"), "{path}: {}", reply.status);
    }
    // Neither the right password nor the known device opens it.
    dave.forget("-session");
    dave.sign_in(DAVE, PASSWORD).await.is(403).shows(WRONG);
    app.browser().sign_in(DAVE, PASSWORD).await.is(403).shows(WRONG);
    // Restored, it opens anew; what was ended stays ended.
    let email = EmailAddress::parse(DAVE).unwrap();
    administration::restore(
        &app,
        administration::By::Operator,
        administration::Whom::Email(&email),
    )
    .await
    .unwrap();
    assert!(!before.clone().is_signed_in().await, "a suspended session came back to life");
    app.browser().signs_in(DAVE, PASSWORD).await;
    assert_eq!(logged(&app, "sign-in refused/suspended").await, 2);
    assert_eq!(logged(&app, "sign-in succeeded").await, 2);
    assert_eq!(app.events().await.len(), 6, "a dead session wrote to the log");
});

/// Suspended after the password was read and before the session is made: hashing
/// takes long enough here for the one to come between.
async fn suspended_between(backend: Backend) {
    let slow = [("argon2_memory_kib", "65536"), ("argon2_iterations", "8")];
    let app = TestApp::with(backend, &slow).await;
    app.account(DAVE).await;
    let mut dave = app.browser();
    dave.signs_in(DAVE, PASSWORD).await;
    let mut again = app.browser();
    again.get("/sign-in").await;
    dave.get("/step-up").await;
    let both = tokio::spawn(async move {
        let fields = [("email", DAVE), ("password", PASSWORD)];
        let signed_in = again.post("/sign-in", &fields).await;
        (signed_in, again.session())
    });
    let stepping = tokio::spawn(async move {
        let reply = dave.post("/step-up", &[("password", PASSWORD)]).await;
        (reply, dave.is_signed_in().await)
    });
    // Both are counted and in the hands of the hashing threads.
    while app.count("SELECT COUNT(*) FROM failure_counters WHERE failures > 0").await < 3 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    app.suspend(DAVE).await;
    let (reply, session) = both.await.unwrap();
    reply.is(403).shows(WRONG);
    assert_eq!(session, None);
    let (reply, signed_in) = stepping.await.unwrap();
    assert_eq!(reply.status.as_u16(), 409);
    assert!(!signed_in);
    assert_eq!(app.count("SELECT COUNT(*) FROM sessions WHERE ended_at IS NULL").await, 0);
    assert_eq!(logged(&app, "sign-in refused/suspended").await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pw_19_suspended_between_password_and_session_sqlite() {
    suspended_between(Backend::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pw_19_suspended_between_password_and_session_postgres() {
    suspended_between(Backend::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pw_19_suspended_on_one_node_is_suspended_on_the_other_postgres() {
    let one = TestApp::new(Backend::Postgres).await;
    let two = one.second_node().await;
    one.account(DAVE).await;
    let mut dave = two.browser();
    dave.signs_in(DAVE, PASSWORD).await;
    assert!(dave.is_signed_in().await);
    one.suspend(DAVE).await;
    assert!(!dave.clone().is_signed_in().await);
    let mut other = dave.at(&one);
    assert!(!other.is_signed_in().await);
    dave.forget("-session");
    dave.sign_in(DAVE, PASSWORD).await.is(403);
    one.browser().sign_in(DAVE, PASSWORD).await.is(403);
}
