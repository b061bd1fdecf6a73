//! MF-25: nobody’s word makes a number verified; the code does.

use super::*;
use crate::sms::both_with;

const CLAIMS: [(&str, &str); 9] = [
    ("verified", "true"),
    ("phone_verified_at", "1"),
    ("isVerified", "1"),
    ("proved_at", "1"),
    ("kind", "authenticator"),
    ("id", "00000000-0000-0000-0000-000000000000"),
    ("account_id", "00000000-0000-0000-0000-000000000000"),
    ("purpose", "sign-in"),
    ("last_step", "0"),
];

fn with(fields: &[(&'static str, String)]) -> Vec<(&'static str, String)> {
    let claims = CLAIMS.iter().map(|(name, value)| (*name, (*value).to_owned()));
    fields.iter().cloned().chain(claims).collect()
}

async fn post(browser: &mut Browser, path: &str, fields: &[(&'static str, String)]) -> Reply {
    let all = with(fields);
    let all: Vec<(&str, &str)> = all.iter().map(|(name, value)| (*name, &**value)).collect();
    browser.post(path, &all).await
}

async fn mf_25_claims_change_nothing(app: TestApp) {
    let mut mira = owner(&app, MIRA).await;
    mira.get(PHONE).await.is(200);
    post(&mut mira, PHONE, &[("number", NUMBER.to_owned())]).await.leads_to(VERIFY);
    let right = newest(&app).await;
    assert_eq!(app.count("SELECT COUNT(*) FROM enrolments WHERE proved_at IS NULL").await, 1);
    assert_eq!(app.count("SELECT COUNT(*) FROM enrolments WHERE kind = 'phone'").await, 1);
    mira.get(SAVE).await.leads_to(TWO_FACTOR);
    mira.get(VERIFY).await.is(200);
    post(&mut mira, SAVE, &[("saved", "yes".to_owned())]).await.leads_to(TWO_FACTOR);
    mira.get(VERIFY).await.is(200);
    let wrong = wrong_codes(&app).await.remove(0);
    post(&mut mira, VERIFY, &[("code", wrong)]).await.is(403);
    post(&mut mira, VERIFY, &[]).await.is(400);
    assert_eq!(app.count("SELECT COUNT(*) FROM second_factors").await, 0);
    app.browser().signs_in(MIRA, PASSWORD).await;
    // Nor is another number taken for the one that the code went to.
    let number = ("number", OTHER.to_owned());
    post(&mut mira, VERIFY, &[("code", right), number]).await.leads_to(SAVE);
    saves(&mut mira).await;
    mira.get(TWO_FACTOR).await.shows(NUMBER).lacks("120002");
    assert_eq!(app.count("SELECT COUNT(*) FROM second_factors WHERE kind = 'phone'").await, 1);
    // In a sign-in and a step-up, too.
    app.wait(QUIET);
    let mut other = half_signed_in(&app, MIRA).await;
    let wrong = wrong_codes(&app).await.remove(0);
    let claims = [("way", "sms".to_owned()), ("code", wrong.clone()), ("number", OTHER.to_owned())];
    post(&mut other, CHALLENGE, &claims).await.is(403);
    post(&mut other, SEND, &[("number", OTHER.to_owned())]).await;
    assert!(app.texts().await.iter().all(|text| text.to == "+447400120001"));
    mira.get(STEP_UP).await;
    let claims = [("password", PASSWORD.to_owned()), ("way", "sms".to_owned()), ("code", wrong)];
    post(&mut mira, "/step-up", &claims).await.is(403);
}

both_with!(SETTINGS; mf_25_claims_change_nothing);
