//! SMS is not offered, or not any more: no page is left without a way.

use super::*;
use crate::support::enables_two_factor;
use crate::support::{Backend, TestApp};

const SILENT: &str = "Codes can’t be sent to your phone +44 •••• ••0001 any more";

async fn without_it_there_are_no_pages(app: TestApp) {
    let mut mira = owner(&app, MIRA).await;
    mira.get(ENABLE).await.is(200).lacks("SMS");
    mira.get(PHONE).await.leads_to(TWO_FACTOR);
    mira.get(TWO_FACTOR).await.is(200);
    mira.post(PHONE, &[("number", NUMBER)]).await.leads_to(TWO_FACTOR);
    assert_eq!(texts(&app).await, 0);
}

/// The operator serves other countries only: what was a phone is none.
async fn a_phone_gets_no_codes_any_more(backend: Backend, off: &[(&str, &str)]) {
    let app = TestApp::with(backend, SETTINGS).await;
    let (mira, codes) = holder(&app, MIRA, NUMBER).await;
    let app = app.restart(off).await;
    let mut mira = mira.at(&app);
    let before = texts(&app).await;
    let mut other = half_signed_in(&app, MIRA).await;
    for page in [CHALLENGE, BY_SMS] {
        let page = other.get(page).await;
        page.shows(SILENT).shows("Type one of the backup codes").lacks("Send");
    }
    other.post(SEND, &[]).await.leads_to(CHALLENGE);
    other.get(CHALLENGE).await.lacks("on its way");
    assert_eq!(logged(&app, "code-sent refused/no-second-factor").await, 1);
    enters(&mut other, "backup-code", &codes[0]).await.leads_to(HOME);
    // Settings say so, and what is confirmed by a code there can’t be.
    let page = other.get(TWO_FACTOR).await;
    page.shows(SILENT);
    let page = mira.get("/step-up?return_to=%2Fsettings%2Fprofile%2Femail").await;
    page.is(200).shows(SILENT).shows("Set up another second factor").lacks("name=\"code\"");
    let fields = [("password", PASSWORD), ("way", "backup-code"), ("code", &*codes[1])];
    mira.post("/step-up", &fields).await.is(403);
    // But another second factor can be set up, by password and a backup code.
    mira.get(STEP_UP).await.is(200).shows(SILENT);
    steps_up(&mut mira, "backup-code", &codes[1]).await.leads_to(HOME);
    mira.get(ENABLE).await.is(200);
    app.wait(QUIET);
    steps_up(&mut mira, "backup-code", &codes[2]).await.leads_to(HOME);
    let authenticator = enables_beside(&app, &mut mira).await;
    let mut again = half_signed_in(&app, MIRA).await;
    again.get(CHALLENGE).await.shows("your authenticator app shows").lacks("can’t be sent");
    enters(&mut again, "authenticator", &authenticator.code(app.clock.now())).await.leads_to(HOME);
    assert_eq!(texts(&app).await, before);
    // Countries come back, and with them the phone.
    let app = app.restart(SETTINGS).await;
    app.wait(QUIET);
    let mut back = half_signed_in(&app, MIRA).await;
    back.post(SEND, &[]).await.leads_to(BY_SMS);
    enters(&mut back, "sms", &newest(&app).await).await.leads_to(HOME);
}

async fn enables_beside(
    app: &TestApp,
    browser: &mut Browser,
) -> crate::browser::authenticator::Authenticator {
    const SCAN: &str = "/settings/security/two-factor/authenticator";
    browser.get(ENABLE).await.is(200);
    browser.post(ENABLE, &[("method", "authenticator")]).await.leads_to(SCAN);
    let page = browser.get(SCAN).await.body;
    let key = page.split_once("id=\"key\">").unwrap().1.split_once('<').unwrap().0.to_owned();
    let authenticator = crate::browser::authenticator::Authenticator::types(&key);
    let code = authenticator.code(app.clock.now());
    browser.post(SCAN, &[("code", &code)]).await.leads_to(TWO_FACTOR);
    app.wait(Duration::from_secs(30));
    authenticator
}

/// It can be switched off, too, and is not set up for a number without codes.
async fn what_is_half_set_up_ends(backend: Backend, off: &[(&str, &str)]) {
    let app = TestApp::with(backend, SETTINGS).await;
    let (mira, codes) = holder(&app, MIRA, NUMBER).await;
    let mut noor = owner(&app, NOOR).await;
    types_number(&mut noor, OTHER).await.leads_to(VERIFY);
    let code = newest(&app).await;
    noor.get(VERIFY).await.is(200);
    let app = app.restart(off).await;
    let (mut mira, mut noor) = (mira.at(&app), noor.at(&app));
    noor.post(VERIFY, &[("code", &code)]).await.leads_to(TWO_FACTOR);
    noor.post(RESEND, &[]).await.leads_to(TWO_FACTOR);
    noor.get(VERIFY).await.leads_to(TWO_FACTOR);
    assert_eq!(app.count("SELECT COUNT(*) FROM second_factors").await, 1);
    mira.get(DISABLE).await.is(200).shows(SILENT).lacks("Send code");
    mira.post(DISABLE_SEND, &[]).await.leads_to(TWO_FACTOR);
    disables(&mut mira, "backup-code", &codes[0]).await.leads_to(TWO_FACTOR);
    app.browser().signs_in(MIRA, PASSWORD).await;
}

/// An app that is asked for first needs no words on a phone that is not.
async fn an_app_is_as_before(backend: Backend, off: &[(&str, &str)]) {
    let app = TestApp::with(backend, SETTINGS).await;
    let mut mira = owner(&app, MIRA).await;
    let authenticator = enables_two_factor(&app, &mut mira).await;
    types_number(&mut mira, NUMBER).await.leads_to(VERIFY);
    types_first_code(&mut mira, &newest(&app).await).await.leads_to(TWO_FACTOR);
    let app = app.restart(off).await;
    let mut other = half_signed_in(&app, MIRA).await;
    other.get(CHALLENGE).await.lacks("can’t be sent").lacks("SMS");
    enters(&mut other, "authenticator", &authenticator.code(app.clock.now())).await.leads_to(HOME);
    let page = other.get(TWO_FACTOR).await;
    page.shows(SILENT).shows("Remove");
}

/// Other countries, or no text messages at all.
const OTHERS: &[(&str, &str)] = &[("sms_countries", "DE")];
const NONE: &[(&str, &str)] = &[("sms_countries", "")];

macro_rules! on_both {
    ($($name:ident),+ $(,)?) => {$(
        mod $name {
            use super::{NONE, OTHERS};
            use crate::support::Backend;

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                super::$name(Backend::Sqlite, OTHERS).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                super::$name(Backend::Postgres, NONE).await;
            }
        }
    )+};
}

on_both!(a_phone_gets_no_codes_any_more, what_is_half_set_up_ends, an_app_is_as_before);
crate::sms::both_with!(&[]; without_it_there_are_no_pages);
