//! When the operator changes how passwords are hashed, known ones go on working
//! and are brought up to date when they are next proved.

use super::{minutes, step_up};
use crate::both;
use crate::support::{OTHER_PASSWORD, PASSWORD, TestApp, rounds};

const MIRA: &str = "mira@example.com";

async fn hashed_with(app: &TestApp, part: &str) -> bool {
    app.count(&format!("SELECT COUNT(*) FROM passwords WHERE phc LIKE '%{part}%'")).await == 1
}

async fn peppered(app: &TestApp) -> bool {
    app.count("SELECT COUNT(*) FROM passwords WHERE pepper_key_id IS NOT NULL").await == 1
}

both!(new_parameters_are_taken_at_the_next_sign_in, async |app: TestApp| {
    app.account(MIRA).await;
    assert!(hashed_with(&app, "$argon2id$v=19$m=16,t=1,p=1$").await);
    let app = app.restart(&[("argon2_memory_kib", "64"), ("argon2_iterations", "2")]).await;
    app.wait(minutes(5));
    app.browser().sign_in(MIRA, OTHER_PASSWORD).await.is(403);
    assert!(hashed_with(&app, "m=16,t=1").await, "a wrong password changed the hash");
    app.browser().signs_in(MIRA, PASSWORD).await;
    assert!(hashed_with(&app, "m=64,t=2,p=1").await);
    // It is the same password, so it has not been changed.
    let changed = "SELECT COUNT(*) FROM passwords WHERE changed_at > 1795510800000";
    assert_eq!(app.count(changed).await, 0);
    app.browser().signs_in(MIRA, PASSWORD).await;
    // And down again: what the operator says holds.
    let app = app.restart(&[("argon2_memory_kib", "16"), ("argon2_iterations", "1")]).await;
    app.browser().signs_in(MIRA, PASSWORD).await;
    assert!(hashed_with(&app, "m=16,t=1").await);
});

// Each proves the old hash, and one of them has replaced it meanwhile.
both!(right_sign_ins_at_once_all_succeed, async |app: TestApp| {
    app.account(MIRA).await;
    let mut app = app;
    for round in 0..rounds() {
        let memory = if round % 2 == 0 { "64" } else { "16" };
        app = app.restart(&[("argon2_memory_kib", memory)]).await;
        let signing_in: Vec<_> = (0..4)
            .map(|_| {
                let mut browser = app.browser();
                tokio::spawn(async move { browser.sign_in(MIRA, PASSWORD).await })
            })
            .collect();
        for reply in signing_in {
            reply.await.unwrap().leads_to("/settings/security");
        }
        assert!(hashed_with(&app, &format!("m={memory},")).await);
    }
});

both!(new_parameters_are_taken_at_a_step_up, async |app: TestApp| {
    app.account(MIRA).await;
    let mut mira = app.browser();
    mira.signs_in(MIRA, PASSWORD).await;
    let app = app.restart(&[("argon2_memory_kib", "64")]).await;
    let mut mira = mira.at(&app);
    step_up(&mut mira, OTHER_PASSWORD).await.is(403);
    assert!(hashed_with(&app, "m=16,").await);
    step_up(&mut mira, PASSWORD).await.leads_to("/settings/security");
    assert!(hashed_with(&app, "m=64,").await);
    app.browser().signs_in(MIRA, PASSWORD).await;
});

both!(a_suspended_accounts_hash_stays_as_it_is, async |app: TestApp| {
    app.account(MIRA).await;
    app.suspend(MIRA).await;
    let app = app.restart(&[("argon2_memory_kib", "64")]).await;
    app.browser().sign_in(MIRA, PASSWORD).await.is(403);
    assert!(hashed_with(&app, "m=16,").await);
});

both!(the_pepper_can_be_switched_off_and_on, async |app: TestApp| {
    app.account(MIRA).await;
    assert!(peppered(&app).await);
    let app = app.restart(&[("password_pepper", "off")]).await;
    app.browser().sign_in(MIRA, OTHER_PASSWORD).await.is(403);
    assert!(peppered(&app).await);
    app.browser().signs_in(MIRA, PASSWORD).await;
    assert!(!peppered(&app).await);
    app.browser().sign_in(MIRA, OTHER_PASSWORD).await.is(403);
    let mut mira = app.browser();
    mira.signs_in(MIRA, PASSWORD).await;
    let app = app.restart(&[("password_pepper", "on")]).await;
    let mut mira = mira.at(&app);
    // A change goes by the switch of today.
    mira.change_password(PASSWORD, OTHER_PASSWORD).await.leads_to("/settings/security");
    assert!(peppered(&app).await);
    app.browser().sign_in(MIRA, PASSWORD).await.is(403);
    app.browser().signs_in(MIRA, OTHER_PASSWORD).await;
});

// The hash alone, in the hands of somebody who has the database, proves nothing
// under another key.
both!(a_pepper_that_is_lost_is_a_fault_and_no_way_in, async |app: TestApp| {
    app.account(MIRA).await;
    app.tamper("UPDATE passwords SET pepper_key_id = 'gone'").await;
    let reply = app.browser().sign_in(MIRA, PASSWORD).await;
    reply.is(500).shows("Something went wrong on our side").lacks("gone");
    app.tamper("UPDATE passwords SET pepper_key_id = NULL").await;
    app.browser().sign_in(MIRA, PASSWORD).await.is(403);
});
