//! PL-10: somebody with the database can't make one account's factor another's.
//! PL-16: a factor that this release does not know is none that it may skip.

use super::{EVE, HOME, LIVE, MIRA, WRONG_BACKUP};
use crate::both;
use crate::support::phone::{CHALLENGE, TWO_FACTOR};
use crate::support::{PASSWORD, TestApp};

fn of(email: &str) -> String {
    format!("(SELECT id FROM accounts WHERE email_canonical = '{email}')")
}

both!(pl_10_a_seed_is_bound_to_its_account, async |app: TestApp| {
    let (_, eve) = (app.enrolled(MIRA).await, app.enrolled(EVE).await);
    let code = eve.phone.code(app.clock.now());
    let mut copied = app.browser();
    copied.half_signs_in(MIRA).await;
    let (victim, own) = (of(MIRA), of(EVE));
    let swap = format!(
        "UPDATE second_factors SET sealed = (SELECT f.sealed FROM second_factors f WHERE \
         f.account_id = {own}) WHERE account_id = {victim}"
    );
    assert_eq!(app.tamper(&swap).await, 1);
    copied.enters_code(&code).await.is(500);
    // The whole row, with its id.
    app.tamper(&format!("DELETE FROM second_factors WHERE account_id = {victim}")).await;
    let moved = format!("UPDATE second_factors SET account_id = {victim} WHERE account_id = {own}");
    assert_eq!(app.tamper(&moved).await, 1);
    copied.get(CHALLENGE).await.is(200);
    copied.enters_code(&code).await.is(500);
    assert!(!copied.has_session());
    // Nor does the password do when the row is gone.
    app.tamper(&format!("DELETE FROM second_factors WHERE account_id = {victim}")).await;
    copied.half_signs_in(MIRA).await;
    copied.enters_code(&code).await.is(403);
    assert!(!copied.has_session());
});

both!(pl_10_a_backup_code_is_bound_to_its_account, async |app: TestApp| {
    let (_, eve) = (app.enrolled(MIRA).await, app.enrolled(EVE).await);
    let (victim, own) = (of(MIRA), of(EVE));
    let swap = format!(
        "UPDATE backup_codes SET hash = (SELECT b.hash FROM backup_codes b WHERE b.account_id = {own} \
         AND b.place = backup_codes.place) WHERE account_id = {victim}"
    );
    assert_eq!(app.tamper(&swap).await, 10);
    let mut browser = app.browser();
    browser.half_signs_in(MIRA).await;
    browser.enters_backup_code(&eve.codes[0]).await.is(403).shows(WRONG_BACKUP);
    app.tamper(&format!("DELETE FROM backup_codes WHERE account_id = {victim}")).await;
    let moved = format!("UPDATE backup_codes SET account_id = {victim} WHERE account_id = {own}");
    assert_eq!(app.tamper(&moved).await, 10);
    browser.enters_backup_code(&eve.codes[0]).await.is(403).shows(WRONG_BACKUP);
    assert!(!browser.has_session());
});

both!(pl_10_a_sign_in_that_waits_is_bound_to_its_cookie, async |app: TestApp| {
    let (mira, eve) = (app.enrolled(MIRA).await, app.enrolled(EVE).await);
    let (mut own, mut victim) = (app.browser(), app.browser());
    own.half_signs_in(EVE).await;
    victim.half_signs_in(MIRA).await;
    let swap = format!(
        "UPDATE pending_sign_ins SET secret_hash = (SELECT p.secret_hash FROM pending_sign_ins p \
         WHERE p.account_id = {}) WHERE account_id = {}",
        of(EVE),
        of(MIRA)
    );
    assert_eq!(app.tamper(&swap).await, 1);
    victim.enters_code(&mira.phone.code(app.clock.now())).await.leads_to("/sign-in");
    // Given to another account it still wants that account's second factor.
    let given = format!(
        "UPDATE pending_sign_ins SET account_id = {} WHERE account_id = {}",
        of(MIRA),
        of(EVE)
    );
    assert_eq!(app.tamper(&given).await, 1);
    own.get(CHALLENGE).await;
    own.enters_code(&eve.phone.code(app.clock.now())).await.is(403);
    own.enters_backup_code(&eve.codes[0]).await.is(403);
    assert!(!own.has_session());
});

both!(pl_10_what_is_being_set_up_is_bound_to_its_account, async |app: TestApp| {
    for email in [MIRA, EVE] {
        app.account(email).await;
        app.verify_email(email).await;
    }
    let (mut mira, mut eve) = (app.browser(), app.browser());
    mira.signs_in(MIRA, PASSWORD).await;
    eve.signs_in(EVE, PASSWORD).await;
    mira.begins_enrolment().await;
    let phone = eve.begins_enrolment().await;
    let swap = format!(
        "UPDATE enrolments SET sealed = (SELECT e.sealed FROM enrolments e WHERE e.account_id = {}) \
         WHERE account_id = {}",
        of(EVE),
        of(MIRA)
    );
    assert_eq!(app.tamper(&swap).await, 1);
    let code = phone.code(app.clock.now());
    mira.post(crate::support::phone::AUTHENTICATOR, &[("code", &code)]).await.is(500);
    let swap = format!("SELECT COUNT(*) FROM second_factors WHERE account_id = {}", of(MIRA));
    assert_eq!(app.count(&swap).await, 0);
});

both!(pl_16_a_factor_of_a_later_release_is_refused_as_a_fault, async |app: TestApp| {
    let mut plain = app.browser();
    app.account(MIRA).await;
    plain.signs_in(MIRA, PASSWORD).await;
    for unknown in ["passkey", "authenticator passkey", "Authenticator"] {
        app.tamper(&format!("UPDATE accounts SET second_factors = '{unknown}'")).await;
        let mut browser = app.browser();
        browser.sign_in(MIRA, PASSWORD).await.is(500);
        assert!(!browser.has_session(), "{unknown}");
        assert_eq!(plain.get(TWO_FACTOR).await.status.as_u16(), 500, "{unknown}");
    }
    assert_eq!(app.count(LIVE).await, 1);
    app.tamper("UPDATE accounts SET second_factors = ''").await;
    app.browser().sign_in(MIRA, PASSWORD).await.leads_to(HOME);
});
