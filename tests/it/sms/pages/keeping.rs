//! Preferring, removing and disabling.

use super::*;
use crate::sms::both_with;
use crate::support::enables_two_factor;

async fn one_is_preferred_and_one_removed_but_never_the_last(app: TestApp) {
    let mut mira = owner(&app, MIRA).await;
    let authenticator = enables_two_factor(&app, &mut mira).await;
    types_number(&mut mira, NUMBER).await.leads_to(VERIFY);
    types_first_code(&mut mira, &newest(&app).await).await.leads_to(TWO_FACTOR);
    mira.get(TWO_FACTOR).await.is(200);
    mira.post("/settings/security/two-factor/prefer", &[("kind", "phone")])
        .await
        .leads_to(TWO_FACTOR);
    app.wait(QUIET);
    let before = texts(&app).await;
    let mut other = half_signed_in(&app, MIRA).await;
    assert_eq!(texts(&app).await, before + 1);
    other.get(CHALLENGE).await.shows("•••• ••0001").shows("Use your authenticator app");
    enters(&mut other, "sms", &newest(&app).await).await.leads_to(HOME);
    // Removing takes what opens second factors: the app here.
    const REMOVE: &str = "/settings/security/two-factor/remove";
    let code = authenticator.code(app.clock.now());
    mira.get(STEP_UP).await.is(200);
    mira.post("/step-up", &[("way", "authenticator"), ("code", &code), ("for", "second-factors")])
        .await;
    mira.get(TWO_FACTOR).await.is(200);
    mira.post(REMOVE, &[("kind", "authenticator")]).await.leads_to(TWO_FACTOR);
    mira.get(TWO_FACTOR).await.shows("Removed.").shows(NUMBER);
    assert!(!other.is_signed_in().await);
    assert_eq!(mailed(&app, MIRA, "A second factor was removed").await, 1);
    app.wait(QUIET);
    steps_up_by_sms(&app, &mut mira).await;
    mira.get(TWO_FACTOR).await.is(200);
    mira.post(REMOVE, &[("kind", "phone")]).await.leads_to(TWO_FACTOR);
    mira.get(TWO_FACTOR).await.shows("This is your only second factor.").shows(NUMBER);
    mira.post(REMOVE, &[("kind", "authenticator")]).await.is(404);
    app.wait(QUIET);
    half_signed_in(&app, MIRA).await;
}

async fn a_code_by_sms_disables(app: TestApp) {
    let (mut mira, _) = holder(&app, MIRA, NUMBER).await;
    let mut other = half_signed_in(&app, MIRA).await;
    enters(&mut other, "sms", &newest(&app).await).await.leads_to(HOME);
    app.wait(QUIET);
    let page = mira.get(DISABLE).await;
    page.shows("•••• ••0001").shows("Send code");
    assert!(page.body.contains("autocomplete=\"one-time-code\""));
    let sent = texts(&app).await;
    mira.post(DISABLE_SEND, &[]).await.leads_to("/settings/security/two-factor/disable?way=sms");
    assert_eq!(texts(&app).await, sent + 1);
    mira.get("/settings/security/two-factor/disable?way=sms").await.shows(ON_ITS_WAY);
    // Once more, at once.
    mira.post(DISABLE_SEND, &[]).await.is(429).shows("You can ask for another code in 30 seconds.");
    let code = newest(&app).await;
    let fields = [("password", "Not-my-password 1"), ("way", "sms"), ("code", &*code)];
    mira.post(DISABLE, &fields).await.is(403).shows("This is not your password.");
    disables(&mut mira, "sms", &wrong_codes(&app).await[0]).await.is(403).shows(WRONG);
    disables(&mut mira, "sms", &code).await.leads_to(TWO_FACTOR);
    mira.get(TWO_FACTOR).await.shows("2FA is off.").lacks("120001");
    assert!(!other.is_signed_in().await);
    app.browser().signs_in(MIRA, PASSWORD).await;
    assert_eq!(mailed(&app, MIRA, "2FA is off").await, 1);
    let left = "SELECT COUNT(*) FROM second_factors WHERE sealed IS NOT NULL";
    assert_eq!(app.count(left).await, 0);
    assert_eq!(app.count("SELECT COUNT(*) FROM sms_codes").await, 0);
    assert_eq!(logged(&app, "two-factor-disabled succeeded").await, 1);
}

both_with!(SETTINGS; one_is_preferred_and_one_removed_but_never_the_last, a_code_by_sms_disables);
