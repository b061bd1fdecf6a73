//! The forms of two-factor authentication, each with what it takes to do
//! something.

use super::MIRA;
use crate::support::phone::{ENABLE, SAVE, STEP, TWO_FACTOR, codes_of};
use crate::support::{Browser, Phone, TestApp};

const PHONE: &str = "/settings/security/two-factor/phone";
const VERIFY: &str = "/settings/security/two-factor/phone/verify";
const NUMBER: (&str, &str) = ("number", "+447400123456");

/// What is to be typed.
pub struct Typed {
    pub code: String,
    /// A backup code, where there are some.
    pub backup_code: Option<String>,
}

/// Brings the account to where the form at a path does something.
pub async fn made_ready(app: &TestApp, path: &str, browser: &mut Browser) -> Typed {
    let last = match path {
        "/settings/security/review/secure/remove-factor" => "/remove",
        path => path.strip_prefix(TWO_FACTOR).unwrap_or(""),
    };
    if last.is_empty() && !path.ends_with("/send") && !path.starts_with("/sign-in/two-factor") {
        return Typed { code: String::new(), backup_code: None };
    }
    app.verify_email(MIRA).await;
    let mut codes = Vec::new();
    let code = match (path, last) {
        ("/sign-in/two-factor" | "/sign-in/two-factor/cancel", _) => {
            let phone = with_app(app, browser, &mut codes).await;
            browser.forget("-session");
            browser.half_signs_in(MIRA).await;
            phone.code(app.clock.now())
        }
        ("/sign-in/two-factor/send", _) => {
            with_sms(app, browser, &mut codes).await;
            browser.forget("-session");
            browser.half_signs_in(MIRA).await;
            String::new()
        }
        ("/step-up/send", _) | (_, "/disable/send") => {
            with_sms(app, browser, &mut codes).await;
            String::new()
        }
        (_, "/phone/verify" | "/phone/send") => {
            browser.get(PHONE).await.is(200);
            browser.post(PHONE, &[NUMBER]).await.leads_to(VERIFY);
            app.texts().await[0].text[..6].to_owned()
        }
        (_, "/authenticator" | "/cancel") => browser.begins_enrolment().await.code(app.clock.now()),
        (_, "/remove") => {
            with_app(app, browser, &mut codes).await;
            adds_phone(app, browser).await;
            String::new()
        }
        (_, "/prefer" | "/backup-codes" | "/disable") => {
            with_app(app, browser, &mut codes).await.code(app.clock.now())
        }
        (_, "/backup-codes/save") => {
            let path = "/settings/security/two-factor/backup-codes";
            with_app(app, browser, &mut codes).await;
            browser.get(path).await.is(200);
            browser.post(path, &[]).await.leads_to(SAVE);
            String::new()
        }
        _ => String::new(),
    };
    Typed { code, backup_code: codes.pop() }
}

async fn with_app(app: &TestApp, browser: &mut Browser, codes: &mut Vec<String>) -> Phone {
    let (phone, new) = browser.enables(app).await;
    *codes = new;
    app.wait(STEP);
    phone
}

async fn adds_phone(app: &TestApp, browser: &mut Browser) {
    browser.get(PHONE).await.is(200);
    browser.post(PHONE, &[NUMBER]).await.leads_to(VERIFY);
    let code = app.texts().await[0].text[..6].to_owned();
    browser.get(VERIFY).await.is(200);
    browser.post(VERIFY, &[("code", &code)]).await.is(303);
}

pub async fn with_sms(app: &TestApp, browser: &mut Browser, codes: &mut Vec<String>) {
    browser.get(ENABLE).await.is(200);
    adds_phone(app, browser).await;
    *codes = codes_of(&browser.get(SAVE).await);
    browser.saves_codes().await.leads_to(TWO_FACTOR);
    app.wait(STEP);
    assert_eq!(codes.len(), 10);
}
