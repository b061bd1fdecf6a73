//! MF-12: no door opens on the password alone where a second factor is held.
//! RS-08: a reset link never passes two-factor authentication.

use super::{HOME, LIVE, MIRA};
use crate::both;
use crate::support::phone::{CHALLENGE, ENABLE, SAVE, STEP, TWO_FACTOR};
use crate::support::{Browser, Holder, OTHER_PASSWORD, PASSWORD, TestApp};
use portcullis::features::administration::{self, By, Whom};

const PHONE: &str = "/settings/security/two-factor/phone";
const VERIFY: &str = "/settings/security/two-factor/phone/verify";
const NEW_PASSWORD: &str = "Another-horse 3 paper";

async fn adds_phone(app: &TestApp, browser: &mut Browser, number: &str) {
    browser.get(PHONE).await.is(200);
    browser.post(PHONE, &[("number", number)]).await.leads_to(VERIFY);
    let code = app.texts().await[0].text[..6].to_owned();
    browser.get(VERIFY).await.is(200);
    let reply = browser.post(VERIFY, &[("code", &code)]).await;
    if reply.location() == SAVE {
        browser.saves_codes().await.leads_to(TWO_FACTOR);
    }
}

/// An owner who holds a set of factors, signed in.
async fn owner(app: &TestApp, email: &str, factors: &str, number: &str) -> Browser {
    app.account(email).await;
    app.verify_email(email).await;
    let mut browser = app.browser();
    browser.signs_in(email, PASSWORD).await;
    browser.get(ENABLE).await.is(200);
    if factors.contains("app") {
        browser.enables(app).await;
    }
    if factors.contains("phone") {
        adds_phone(app, &mut browser, number).await;
    }
    app.wait(STEP);
    browser
}

both!(mf_12_no_door_opens_on_the_password_alone, async |app: TestApp| {
    let app = app.restart(&[("sms_countries", "GB")]).await;
    for (place, factors) in ["app", "phone", "app and phone"].into_iter().enumerate() {
        let email = format!("mira{place}@example.com");
        let new = format!("new{place}@example.com");
        let number = format!("+4474001234{place}6");
        let mut browser = owner(&app, &email, factors, &number).await;
        let mut door = app.browser();
        door.sign_in(&email, PASSWORD).await.leads_to(CHALLENGE);
        assert!(!door.has_session(), "{factors}: signing in");
        // A link to another address, and the one that undoes it, in any browser.
        browser.get("/settings/profile/email").await.is(200);
        browser.post("/settings/profile/email", &[("new_email", &new)]).await.is(303);
        let link = app.link(&new, "email-change").await;
        let mut door = app.browser();
        door.get(&link).await.is(200);
        door.post(&link, &[]).await;
        assert!(!door.has_session(), "{factors}: another address");
        door.sign_in(&new, PASSWORD).await.leads_to(CHALLENGE);
        let link = app.link(&email, "email-undo").await;
        let mut door = app.browser();
        door.get(&link).await.is(200);
        door.post(&link, &[]).await;
        assert!(!door.has_session(), "{factors}: the old address");
        // A reset, in any browser.
        let mut door = app.browser();
        door.forgets(&email).await.is(200);
        app.post().await;
        let link = app.link(&email, "password-reset").await;
        door.chooses(&link, NEW_PASSWORD).await.leads_to("/sign-in");
        assert!(!door.has_session(), "{factors}: a reset");
        door.sign_in(&email, NEW_PASSWORD).await.leads_to(CHALLENGE);
        assert!(!door.has_session(), "{factors}: after a reset");
        // A password that somebody else wants to be changed.
        let whom = Whom::Id(id_of(&app, &email).await);
        administration::require_password_change(&app, By::Operator, whom).await.unwrap();
        let mut door = app.browser();
        door.sign_in(&email, NEW_PASSWORD).await.leads_to(CHALLENGE);
        door.get("/settings/security/password").await;
        assert!(!door.has_session(), "{factors}: a required password");
    }
    assert_eq!(app.count(LIVE).await, 0);
});

async fn id_of(app: &TestApp, email: &str) -> portcullis::ids::AccountId {
    let address = portcullis::features::account::rules::EmailAddress::parse(email).unwrap();
    let found = portcullis::features::account::by_email(&mut &app.db, &address).await;
    found.unwrap().unwrap().id
}

// Nobody can hold one without a password, but for somebody with the database.
both!(mf_12_an_invitation_makes_no_session_where_a_factor_is_held, async |app: TestApp| {
    let (_, link) = app.invite(MIRA).await;
    app.tamper("UPDATE accounts SET second_factors = 'authenticator'").await;
    let mut browser = app.browser();
    browser.chooses(&link, PASSWORD).await.is(500);
    assert!(!browser.has_session());
    assert_eq!(app.count(LIVE).await, 0);
});

both!(rs_08_a_reset_never_passes_two_factor_authentication, async |app: TestApp| {
    let Holder { phone, codes, mut browser, .. } = app.enrolled(MIRA).await;
    let mut half = app.browser();
    half.half_signs_in(MIRA).await;
    let mut trusting = app.browser();
    trusting.half_signs_in(MIRA).await;
    let code = phone.code(app.clock.now());
    let fields = [("way", "authenticator"), ("code", code.as_str()), ("trust", "yes")];
    trusting.post(CHALLENGE, &fields).await.leads_to(HOME);
    app.wait(STEP);
    // In the owner's own browser, where a session is open and the device is known.
    browser.forgets(MIRA).await;
    app.post().await;
    let link = app.link(MIRA, "password-reset").await;
    browser.get(&link).await.is(200);
    let fields = [("new_password", OTHER_PASSWORD), ("confirm_new_password", OTHER_PASSWORD)];
    browser.post(&link, &fields).await;
    assert_eq!(app.count(LIVE).await, 0);
    let held = "SELECT COUNT(*) FROM second_factors WHERE removed_at IS NULL";
    assert_eq!(app.count(held).await, 1);
    half.enters_code(&phone.code(app.clock.now())).await.leads_to("/sign-in");
    trusting.forget("-session");
    for mut door in [browser, trusting, app.browser()] {
        door.forget("-session");
        door.sign_in(MIRA, OTHER_PASSWORD).await.leads_to(CHALLENGE);
        assert!(!door.has_session() && !door.is_signed_in().await);
    }
    let mut owner = app.browser();
    owner.sign_in(MIRA, OTHER_PASSWORD).await.leads_to(CHALLENGE);
    owner.get(CHALLENGE).await.is(200);
    owner.enters_backup_code(&codes[0]).await.leads_to(HOME);
});
