//! A known device is known to one account, by its whole cookie, for 400 days.
//!
//! How it shows: when strangers have tried so often that strangers must wait, a
//! known device need not.

use super::{EVE, MIRA};
use crate::both;
use crate::support::{Browser, OTHER_PASSWORD, PASSWORD, TestApp};
use portcullis::secret::{Kind, Token};
use std::time::Duration;

const DEVICE: &str = "portcullis-device";
const DAY: Duration = Duration::from_hours(24);

/// A stranger tries until strangers must wait.
async fn besiege(app: &TestApp, email: &str) {
    for _ in 0..10 {
        let mut stranger = app.browser();
        if stranger.sign_in(email, OTHER_PASSWORD).await.status == 429 {
            return;
        }
    }
    panic!("strangers never have to wait");
}

/// A browser with this device cookie and nothing else.
fn with_device(app: &TestApp, cookie: &str) -> Browser {
    let mut browser = app.browser();
    browser.cookies.insert(DEVICE.into(), cookie.to_owned());
    browser
}

/// Whether the right password gets in although strangers must wait.
async fn is_known(app: &TestApp, cookie: &str) -> bool {
    match with_device(app, cookie).sign_in(MIRA, PASSWORD).await.status.as_u16() {
        303 => true,
        429 => false,
        status => panic!("{status}"),
    }
}

async fn device_of(app: &TestApp, email: &str) -> String {
    let mut browser = app.browser();
    browser.signs_in(email, PASSWORD).await;
    browser.cookies[DEVICE].clone()
}

both!(a_device_of_one_account_is_a_stranger_to_another, async |app: TestApp| {
    app.account(MIRA).await;
    app.account(EVE).await;
    let (of_mira, of_eve) = (device_of(&app, MIRA).await, device_of(&app, EVE).await);
    besiege(&app, MIRA).await;
    assert!(!is_known(&app, &of_eve).await, "eve's device counts for mira");
    assert!(is_known(&app, &of_mira).await);
});

both!(a_forged_secret_with_a_right_id_is_a_stranger, async |app: TestApp| {
    app.account(MIRA).await;
    let real = device_of(&app, MIRA).await;
    let id = Token::parse(Kind::Device, &real).unwrap().id();
    besiege(&app, MIRA).await;
    let forged = Token::new(Kind::Device, id, &app.random).encode();
    assert!(!is_known(&app, forged.reveal()).await);
    let session = Token::new(Kind::Session, id, &app.random).encode();
    assert!(!is_known(&app, session.reveal()).await);
    assert!(is_known(&app, &real).await);
    // Nor does signing in with the forged one spoil the real one.
    app.tamper("DELETE FROM failure_counters").await;
    let mut impostor = with_device(&app, forged.reveal());
    impostor.signs_in(MIRA, PASSWORD).await;
    assert_ne!(impostor.cookies[DEVICE], forged.reveal());
    besiege(&app, MIRA).await;
    assert!(is_known(&app, &real).await && !is_known(&app, forged.reveal()).await);
});

both!(a_forgotten_device_is_a_stranger, async |app: TestApp| {
    app.account(MIRA).await;
    let other = device_of(&app, MIRA).await;
    let mut browser = app.browser();
    browser.signs_in(MIRA, PASSWORD).await;
    browser.get("/settings/security/devices").await.is(200);
    let reply = browser.post("/settings/security/devices/forget-others", &[]).await;
    reply.leads_to("/settings/security/devices");
    browser.get("/settings/security/devices").await.shows("Every other browser is forgotten.");
    assert_eq!(app.count("SELECT COUNT(*) FROM known_devices").await, 1);
    besiege(&app, MIRA).await;
    assert!(!is_known(&app, &other).await);
    assert!(is_known(&app, &browser.cookies[DEVICE]).await);
});

both!(forgetting_leaves_other_accounts_devices, async |app: TestApp| {
    app.account(MIRA).await;
    app.account(EVE).await;
    let of_mira = device_of(&app, MIRA).await;
    let mut eve = app.browser();
    eve.signs_in(EVE, PASSWORD).await;
    eve.get("/settings/security/devices").await;
    eve.post("/settings/security/devices/forget-others", &[]).await;
    besiege(&app, MIRA).await;
    assert!(is_known(&app, &of_mira).await);
});

both!(a_device_is_known_for_400_days, async |app: TestApp| {
    app.account(MIRA).await;
    let (first, second) = (device_of(&app, MIRA).await, device_of(&app, MIRA).await);
    app.wait((400 * DAY).saturating_sub(Duration::from_millis(1)));
    besiege(&app, MIRA).await;
    assert!(is_known(&app, &first).await);
    app.wait(Duration::from_millis(1));
    besiege(&app, MIRA).await;
    assert!(!is_known(&app, &second).await, "a day too long");
    // Used yesterday, so it is known for another 400 days.
    assert!(is_known(&app, &first).await);
    portcullis::jobs::prune(&app).await.unwrap();
});

both!(one_browser_is_one_device_of_each_account, async |app: TestApp| {
    app.account(MIRA).await;
    app.account(EVE).await;
    let mut browser = app.browser();
    browser.signs_in(MIRA, PASSWORD).await;
    let cookie = browser.cookies[DEVICE].clone();
    browser.forget("-session");
    browser.signs_in(EVE, PASSWORD).await;
    assert_eq!(browser.cookies[DEVICE], cookie);
    browser.get("/settings/security/devices").await.lacks(MIRA).shows("This device");
    assert_eq!(app.count("SELECT COUNT(*) FROM known_devices").await, 2);
});
