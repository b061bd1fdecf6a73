//! Signing in with a code by text message.

use super::*;
use crate::sms::both_with;

async fn a_code_is_sent_by_itself_once(app: TestApp) {
    let (_, codes) = holder(&app, MIRA, NUMBER).await;
    let before = texts(&app).await;
    let mut mira = half_signed_in(&app, MIRA).await;
    assert_eq!(texts(&app).await, before + 1);
    for _ in 0..3 {
        let page = mira.get(CHALLENGE).await;
        page.shows("Type the code that is sent to +44 •••• ••0001 by SMS.");
        page.shows("Send another code").shows("Use a backup code").lacks("120001");
        assert!(page.body.contains("autocomplete=\"one-time-code\""));
        assert!(page.body.contains("inputmode=\"numeric\""));
    }
    assert_eq!(texts(&app).await, before + 1);
    assert!(!mira.is_signed_in().await);
    mira.get(CHALLENGE).await.is(200);
    let code = newest(&app).await;
    let spaced = format!(" {} {} ", &code[..3], &code[3..]);
    enters(&mut mira, "sms", &spaced).await.leads_to(HOME);
    // It opened once.
    let mut again = half_signed_in(&app, MIRA).await;
    enters(&mut again, "sms", &code).await.is(403).shows(WRONG);
    // By another way; the code that was not needed opens nothing then.
    app.wait(QUIET);
    let mut other = half_signed_in(&app, MIRA).await;
    let unused = newest(&app).await;
    other.get("/sign-in/two-factor?way=backup-code").await.shows("Use a code by SMS");
    enters(&mut other, "backup-code", &codes[0]).await.leads_to(HOME);
    let mut late = half_signed_in(&app, MIRA).await;
    enters(&mut late, "sms", &unused).await.is(403);
}

/// PL-10: a row that somebody with the database has given to another.
async fn pl_10_a_number_of_another_account(app: TestApp) {
    holder(&app, MIRA, NUMBER).await;
    holder(&app, NOOR, OTHER).await;
    let of = |email: &str| format!("(SELECT id FROM accounts WHERE email_canonical = '{email}')");
    let before = texts(&app).await;
    let (mira, noor) = (of(MIRA), of(NOOR));
    // Noor’s number in Mira’s row.
    let secret = format!("SELECT own.sealed FROM second_factors own WHERE own.account_id = {noor}");
    let sql = format!("UPDATE second_factors SET sealed = ({secret}) WHERE account_id = {mira}");
    assert_eq!(app.tamper(&sql).await, 1);
    app.browser().sign_in(MIRA, PASSWORD).await.is(500);
    // Noor’s whole row.
    app.tamper(&format!("DELETE FROM second_factors WHERE account_id = {mira}")).await;
    let sql = format!("UPDATE second_factors SET account_id = {mira} WHERE account_id = {noor}");
    assert_eq!(app.tamper(&sql).await, 1);
    app.browser().sign_in(MIRA, PASSWORD).await.is(500);
    assert_eq!(texts(&app).await, before);
}

both_with!(SETTINGS; a_code_is_sent_by_itself_once, pl_10_a_number_of_another_account);
