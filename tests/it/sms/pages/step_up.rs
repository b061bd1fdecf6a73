//! Proving again who one is.

use super::*;
use crate::sms::both_with;
use crate::support::enables_two_factor;

const ASKS: &str =
    "/step-up?for=second-factors&return_to=%2Fsettings%2Fsecurity%2Ftwo-factor%2Fphone";

/// With a phone only, the password and a code, and neither alone.
async fn a_phone_takes_the_password_too(app: TestApp) {
    let (mut mira, _) = holder(&app, MIRA, NUMBER).await;
    let asked = mira.get(PHONE).await;
    assert!(asked.location().starts_with("/step-up?"), "{}", asked.location());
    let before = texts(&app).await;
    let page = mira.get(STEP_UP).await;
    page.shows("enter your password and a code").shows("Send code").shows("•••• ••0001");
    assert!(page.body.contains("autocomplete=\"one-time-code\""));
    assert_eq!(texts(&app).await, before);
    let sent = mira.post(STEP_UP_SEND, &[("for", "second-factors")]).await;
    assert_eq!(sent.status, 303);
    let code = newest(&app).await;
    let wrong = wrong_codes(&app).await;
    for (password, code, status) in [
        (PASSWORD, "", 400),
        ("", &*code, 400),
        (PASSWORD, &*wrong[0], 403),
        ("Not-my-password 1", &*code, 403),
    ] {
        let fields = [("password", password), ("way", "sms"), ("code", code)];
        mira.post("/step-up", &fields).await.is(status);
        assert_eq!(mira.get(PHONE).await.status, 303);
        mira.get(ASKS).await;
    }
    let fields = [("password", PASSWORD), ("way", "sms"), ("code", &*code)];
    mira.post("/step-up", &fields).await.leads_to(HOME);
    mira.get(PHONE).await.is(200);
    // Once.
    app.wait(Duration::from_mins(6));
    mira.get(STEP_UP).await;
    mira.post("/step-up", &fields).await.is(403).shows(WRONG);
}

/// Where an app is held, a phone does not stand in, and gets no messages for it.
async fn a_phone_is_no_app(app: TestApp) {
    let mut mira = owner(&app, MIRA).await;
    enables_two_factor(&app, &mut mira).await;
    types_number(&mut mira, NUMBER).await.leads_to(VERIFY);
    types_first_code(&mut mira, &newest(&app).await).await.leads_to(TWO_FACTOR);
    mira.get(TWO_FACTOR).await.is(200);
    mira.post("/settings/security/two-factor/prefer", &[("kind", "phone")]).await;
    app.wait(QUIET);
    let page = mira.get("/step-up?way=sms").await;
    page.shows("your authenticator app shows").lacks("Send code").lacks("by SMS");
    let before = texts(&app).await;
    assert_eq!(mira.post(STEP_UP_SEND, &[]).await.status, 303);
    assert_eq!(texts(&app).await, before);
    assert_eq!(logged(&app, "code-sent refused/no-second-factor").await, 1);
    // Nor does a code that was sent for a sign-in, with the password beside it.
    let mut other = half_signed_in(&app, MIRA).await;
    let fields = [("password", PASSWORD), ("way", "sms"), ("code", &*newest(&app).await)];
    mira.get(STEP_UP).await;
    mira.post("/step-up", &fields).await.is(403);
    assert_eq!(mira.get(PHONE).await.status, 303);
    enters(&mut other, "sms", &newest(&app).await).await.leads_to(HOME);
}

/// What was typed is not lost to the proof that came before.
async fn the_number_is_there_again(app: TestApp) {
    let mut mira = owner(&app, MIRA).await;
    mira.get(PHONE).await.is(200);
    app.wait(Duration::from_mins(6));
    let asks = mira.post(PHONE, &[("number", NUMBER)]).await.location().to_owned();
    mira.get(&asks).await.shows("To set up codes by text message, enter your password");
    mira.post("/step-up", &[("password", PASSWORD), ("return_to", PHONE)]).await.leads_to(PHONE);
    let page = mira.get(PHONE).await;
    assert!(page.body.contains(&format!("value=\"{NUMBER}\"")), "{}", page.body);
    assert_eq!(texts(&app).await, 0);
}

both_with!(SETTINGS; a_phone_takes_the_password_too, a_phone_is_no_app, the_number_is_there_again);
