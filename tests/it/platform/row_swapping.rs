//! PL-10: a row's secret is of no use in another row.

use crate::both;
use crate::support::{OTHER_PASSWORD, PASSWORD, TestApp};

const MIRA: &str = "mira@example.com";
const EVE: &str = "eve@example.com";

fn of(email: &str) -> String {
    format!("(SELECT id FROM accounts WHERE email_canonical = '{email}')")
}

both!(pl_10_a_session_s_hash_is_bound_to_its_id, async |app: TestApp| {
    app.account(MIRA).await;
    app.account(EVE).await;
    let (mut mira, mut eve) = (app.browser(), app.browser());
    mira.signs_in(MIRA, PASSWORD).await;
    eve.signs_in(EVE, PASSWORD).await;
    let (victim, own) = (of(MIRA), of(EVE));
    let swap = format!(
        "UPDATE sessions SET secret_hash = (SELECT s.secret_hash FROM sessions s WHERE \
         s.account_id = {own}) WHERE account_id = {victim}"
    );
    assert_eq!(app.tamper(&swap).await, 1);
    eve.get("/settings/security").await.is(200).lacks(MIRA);
    assert!(!mira.is_signed_in().await, "the row's own cookie fits another's hash");
});

both!(pl_10_a_device_s_hash_is_no_session_s, async |app: TestApp| {
    app.account(MIRA).await;
    app.account(EVE).await;
    let (mut mira, mut eve) = (app.browser(), app.browser());
    mira.signs_in(MIRA, PASSWORD).await;
    eve.signs_in(EVE, PASSWORD).await;
    let device = eve.cookies["portcullis-device"].clone();
    // Even with the id along: a device's secret under the id that it is bound to.
    let swap = format!(
        "UPDATE sessions SET id = (SELECT device_id FROM known_devices WHERE account_id = {own}), \
         secret_hash = (SELECT secret_hash FROM known_devices WHERE account_id = {own}) \
         WHERE account_id = {victim}",
        own = of(EVE),
        victim = of(MIRA)
    );
    assert_eq!(app.tamper(&swap).await, 1);
    for cookie in [device.clone(), device.replacen("pcl_dev_", "pcl_ses_", 1)] {
        let mut thief = app.browser();
        thief.cookies.insert("portcullis-session".into(), cookie);
        assert!(!thief.is_signed_in().await);
    }
});

both!(pl_10_a_copied_device_row_needs_its_own_cookie, async |app: TestApp| {
    app.account(MIRA).await;
    app.account(EVE).await;
    let (mut mira, mut eve) = (app.browser(), app.browser());
    mira.signs_in(MIRA, PASSWORD).await;
    eve.signs_in(EVE, PASSWORD).await;
    let swap = format!(
        "UPDATE known_devices SET secret_hash = (SELECT d.secret_hash FROM known_devices d WHERE \
         d.account_id = {}) WHERE account_id = {}",
        of(EVE),
        of(MIRA)
    );
    assert_eq!(app.tamper(&swap).await, 1);
    for _ in 0..6 {
        app.browser().sign_in(MIRA, OTHER_PASSWORD).await;
    }
    eve.forget("-session");
    eve.sign_in(MIRA, PASSWORD).await.is(429);
});

both!(pl_10_a_password_s_hash_is_bound_to_its_account, async |app: TestApp| {
    app.account_with(MIRA, OTHER_PASSWORD).await;
    app.account(EVE).await;
    let swap = format!(
        "UPDATE passwords SET phc = (SELECT p.phc FROM passwords p WHERE p.account_id = {}) \
         WHERE account_id = {}",
        of(EVE),
        of(MIRA)
    );
    assert_eq!(app.tamper(&swap).await, 1);
    app.browser().sign_in(MIRA, PASSWORD).await.is(403);
    app.browser().sign_in(MIRA, OTHER_PASSWORD).await.is(403);
    app.browser().signs_in(EVE, PASSWORD).await;
});
