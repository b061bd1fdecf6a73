//! MF-18: a backup code opens once, whichever door; a new set makes the old void
//! at commit.

use super::{HOME, MIRA, WRONG_BACKUP, mailed};
use crate::both;
use crate::support::phone::{CODES, SAVE, STEP, TWO_FACTOR, codes_of};
use crate::support::{Backend, Holder, PASSWORD, TestApp};

/// Nobody gets in by it, at any door.
async fn is_spent(app: &TestApp, holder: &mut Holder, code: &str) {
    app.tamper("DELETE FROM failure_counters").await;
    let mut browser = app.browser();
    browser.half_signs_in(MIRA).await;
    browser.enters_backup_code(code).await.is(403).shows(WRONG_BACKUP);
    assert!(!browser.has_session());
    let own = &mut holder.browser;
    own.steps_up_for_second_factors("backup-code", code).await.is(403).shows(WRONG_BACKUP);
    own.disables(PASSWORD, "backup-code", code).await.is(403).shows(WRONG_BACKUP);
}

both!(mf_18_a_backup_code_opens_once_at_whatever_door, async |app: TestApp| {
    let mut holder = app.enrolled(MIRA).await;
    let codes = holder.codes.clone();
    let mut browser = app.browser();
    browser.half_signs_in(MIRA).await;
    browser.enters_backup_code(&codes[0].to_uppercase().replace('-', " ")).await.leads_to(HOME);
    is_spent(&app, &mut holder, &codes[0]).await;
    let own = &mut holder.browser;
    own.steps_up_for_second_factors("backup-code", &codes[1]).await.leads_to(HOME);
    is_spent(&app, &mut holder, &codes[1]).await;
    assert_eq!(mailed(&app, MIRA, "A backup code was used").await, 2);
    let app = if app.backend == Backend::Postgres {
        let other = app.second_node().await;
        holder.browser = holder.browser.at(&other);
        is_spent(&other, &mut holder, &codes[0]).await;
        other
    } else {
        app
    };
    // A restart forgets nothing.
    let app = app.restart(&[]).await;
    holder.browser = holder.browser.at(&app);
    is_spent(&app, &mut holder, &codes[1]).await;
    let own = &mut holder.browser;
    own.disables(PASSWORD, "backup-code", &codes[2]).await.leads_to(TWO_FACTOR);
    app.browser().signs_in(MIRA, PASSWORD).await;
    let unused = "SELECT COUNT(*) FROM backup_codes WHERE used_at IS NULL AND voided_at IS NULL";
    assert_eq!(app.count(unused).await, 0);
});

both!(a_new_set_voids_the_old_also_for_a_sign_in_under_way, async |app: TestApp| {
    let Holder { codes, mut browser, .. } = app.enrolled(MIRA).await;
    let mut half = app.browser();
    half.half_signs_in(MIRA).await;
    let mut before = app.browser();
    before.half_signs_in(MIRA).await;
    browser.get(CODES).await.is(200);
    browser.post(CODES, &[]).await.leads_to(SAVE);
    let new = codes_of(browser.get(SAVE).await.is(200));
    // Shown is not saved: the new ones open nothing yet, and the old ones do.
    half.enters_backup_code(&new[0]).await.is(403).shows(WRONG_BACKUP);
    before.enters_backup_code(&codes[0]).await.leads_to(HOME);
    browser.saves_codes().await.leads_to(TWO_FACTOR);
    assert_eq!(mailed(&app, MIRA, "You have new backup codes").await, 1);
    half.enters_backup_code(&codes[1]).await.is(403).shows(WRONG_BACKUP);
    half.enters_backup_code(&new[0]).await.leads_to(HOME);
});

both!(few_codes_are_warned_of, async |app: TestApp| {
    let Holder { codes, mut browser, .. } = app.enrolled(MIRA).await;
    for (place, code) in codes.iter().enumerate() {
        let mut lost = app.browser();
        lost.half_signs_in(MIRA).await;
        lost.enters_backup_code(code).await.leads_to(HOME);
        let left = 9 - place;
        let page = lost.get(HOME).await;
        let few = "and few are left. Generate new ones.";
        assert_eq!(page.text().contains(few), left <= 3, "{left}");
        let page = browser.get(TWO_FACTOR).await;
        assert_eq!(page.text().contains("Few left"), left <= 3, "{left}");
        app.wait(STEP);
    }
    browser.get(CODES).await.shows("No unused codes are left");
});
