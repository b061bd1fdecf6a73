//! Codes by text message as their owners meet them, on the pages.

mod binding;
mod caps;
mod enrolment;
mod honest;
mod keeping;
mod mf_07_resend;
mod mf_25_fields;
mod out_of_reach;
mod races;
mod sign_in;
mod step_up;

use super::SETTINGS;
use crate::support::{Browser, PASSWORD, Reply, TestApp};
use std::time::Duration;

const MIRA: &str = "mira@example.com";
const NOOR: &str = "noor@example.com";
const NUMBER: &str = "+44 7400 120001";
const OTHER: &str = "+44 7400 120002";
const HOME: &str = "/settings/security";
const TWO_FACTOR: &str = "/settings/security/two-factor";
const ENABLE: &str = "/settings/security/two-factor/enable";
const PHONE: &str = "/settings/security/two-factor/phone";
const VERIFY: &str = "/settings/security/two-factor/phone/verify";
const RESEND: &str = "/settings/security/two-factor/phone/send";
const SAVE: &str = "/settings/security/two-factor/backup-codes/save";
const DISABLE: &str = "/settings/security/two-factor/disable";
const DISABLE_SEND: &str = "/settings/security/two-factor/disable/send";
const CHALLENGE: &str = "/sign-in/two-factor";
const BY_SMS: &str = "/sign-in/two-factor?way=sms";
const SEND: &str = "/sign-in/two-factor/send";
const STEP_UP: &str = "/step-up?for=second-factors&return_to=%2Fsettings%2Fsecurity";
const STEP_UP_SEND: &str = "/step-up/send";
const ON_ITS_WAY: &str = "If the number can get messages now, a code is on its way.";
const WRONG: &str = "This code is not right. Only the newest one works, for 10 minutes.";
const TOO_MANY: &str = "Too many wrong codes. Wait a little, then sign in again.";
/// After so long no pause and no cap of ten minutes is left, and every step-up is
/// over.
const QUIET: Duration = Duration::from_mins(61);

/// Somebody with an account and a verified address, signed in.
async fn owner(app: &TestApp, email: &str) -> Browser {
    app.account(email).await;
    verify_email(app, email).await;
    let mut browser = app.browser();
    browser.signs_in(email, PASSWORD).await;
    browser
}

async fn verify_email(app: &TestApp, email: &str) {
    let sql =
        format!("UPDATE accounts SET email_verified_at = 1 WHERE email_canonical = '{email}'");
    assert_eq!(app.tamper(&sql).await, 1);
}

/// Somebody who holds a phone and nothing else, in the session that set it up, an
/// hour later; and their backup codes.
async fn holder(app: &TestApp, email: &str, number: &str) -> (Browser, Vec<String>) {
    let mut browser = owner(app, email).await;
    types_number(&mut browser, number).await.leads_to(VERIFY);
    types_first_code(&mut browser, &newest(app).await).await.leads_to(SAVE);
    let codes = saves(&mut browser).await;
    app.wait(QUIET);
    (browser, codes)
}

async fn types_number(browser: &mut Browser, number: &str) -> Reply {
    browser.get(PHONE).await.is(200);
    browser.post(PHONE, &[("number", number)]).await
}

async fn types_first_code(browser: &mut Browser, code: &str) -> Reply {
    browser.get(VERIFY).await.is(200);
    browser.post(VERIFY, &[("code", code)]).await
}

/// Saves the backup codes that are shown.
async fn saves(browser: &mut Browser) -> Vec<String> {
    let page = browser.get(SAVE).await;
    page.is(200);
    let parts = page.body.split("<li><code>").skip(1);
    let codes: Vec<String> =
        parts.filter_map(|part| Some(part.split_once('<')?.0.to_owned())).collect();
    assert_eq!(codes.len(), 10);
    browser.post(SAVE, &[("saved", "yes")]).await.leads_to(TWO_FACTOR);
    codes
}

/// A browser that has never been here, with the password proved.
async fn half_signed_in(app: &TestApp, email: &str) -> Browser {
    let mut browser = app.browser();
    browser.sign_in(email, PASSWORD).await.leads_to(CHALLENGE);
    browser.get(CHALLENGE).await.is(200);
    browser
}

async fn enters(browser: &mut Browser, way: &str, code: &str) -> Reply {
    browser.post(CHALLENGE, &[("way", way), ("code", code)]).await
}

/// The step-up for second factors by password and a code of a way.
async fn steps_up(browser: &mut Browser, way: &str, code: &str) -> Reply {
    browser.get(STEP_UP).await.is(200);
    let fields = [("password", PASSWORD), ("way", way), ("code", code), ("for", "second-factors")];
    browser.post("/step-up", &fields).await
}

/// The same with a code that is asked for there.
async fn steps_up_by_sms(app: &TestApp, browser: &mut Browser) {
    browser.get(STEP_UP).await.is(200);
    let sent = browser.post(STEP_UP_SEND, &[("for", "second-factors")]).await;
    assert_eq!(sent.status, 303, "{}", sent.text());
    steps_up(browser, "sms", &newest(app).await).await.leads_to(HOME);
}

async fn disables(browser: &mut Browser, way: &str, code: &str) -> Reply {
    browser.get(DISABLE).await.is(200);
    browser.post(DISABLE, &[("password", PASSWORD), ("way", way), ("code", code)]).await
}

/// The code of the newest message.
async fn newest(app: &TestApp) -> String {
    super::newest_code(app).await
}

async fn texts(app: &TestApp) -> usize {
    usize::try_from(app.count("SELECT COUNT(*) FROM outbox WHERE channel = 'text'").await).unwrap()
}

/// Codes that are none of those that were sent.
async fn wrong_codes(app: &TestApp) -> Vec<String> {
    let sent: Vec<String> = app.texts().await.iter().map(|own| own.text[..6].to_owned()).collect();
    let all = (0..200).map(|number| format!("{number:06}"));
    all.filter(|code| !sent.contains(code)).collect()
}

/// How often the log says so.
async fn logged(app: &TestApp, event: &str) -> usize {
    app.events().await.iter().filter(|own| *own == event).count()
}

/// How many messages with a subject wait for an address.
async fn mailed(app: &TestApp, to: &str, subject: &str) -> usize {
    let mail = app.mail().await;
    mail.iter().filter(|mail| mail.to == to && mail.subject.contains(subject)).count()
}
