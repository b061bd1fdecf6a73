//! A phone as the first second factor, beside an app, and in another’s place.

use super::*;
use crate::sms::both_with;
use crate::support::enables_two_factor;

/// Nothing is on before the codes are saved.
async fn a_phone_alone_enables(app: TestApp) {
    let mut mira = owner(&app, MIRA).await;
    mira.get(ENABLE).await.is(200).shows("SMS verification");
    let page = mira.get(PHONE).await;
    page.is(200).shows("An authenticator app is safer").shows("Germany, United Kingdom");
    assert!(page.body.contains("autocomplete=\"tel\"") && page.body.contains("type=\"tel\""));
    // The number is read with spaces and dashes, and shown as it is written abroad.
    types_number(&mut mira, " +44 (0) 7400-120001 ").await.leads_to(VERIFY);
    let page = mira.get(VERIFY).await;
    page.shows("+44 7400 120001");
    assert!(page.body.contains("autocomplete=\"one-time-code\""), "{}", page.body);
    assert!(page.body.contains("inputmode=\"numeric\""));
    let message = app.texts().await.remove(0);
    assert_eq!(message.to, "+447400120001");
    let code = message.text[..6].to_owned();
    assert!(message.text.ends_with(&format!("\n\n@localhost #{code}")), "{}", message.text);
    let wrong = wrong_codes(&app).await;
    types_first_code(&mut mira, &wrong[0]).await.is(403).shows(WRONG);
    types_first_code(&mut mira, &code).await.leads_to(SAVE);
    // Still the password alone.
    app.browser().signs_in(MIRA, PASSWORD).await;
    saves(&mut mira).await;
    mira.get(TWO_FACTOR).await.is(200).shows("2FA is on.").shows("+44 7400 120001");
    app.wait(QUIET);
    app.browser().sign_in(MIRA, PASSWORD).await.leads_to(CHALLENGE);
    assert_eq!(mailed(&app, MIRA, "2FA is on").await, 1);
    assert_eq!(logged(&app, "two-factor-enabled succeeded").await, 1);
    assert_eq!(logged(&app, "second-factor-begun succeeded").await, 1);
    assert_eq!(logged(&app, "second-factor-verified refused/wrong-code").await, 1);
    let rows = app.dump().await.join("\n");
    assert!(!rows.contains("7400120001") && !rows.contains("7400 120001"));
}

/// Who has codes already gets no new ones, and all other sessions end.
async fn a_phone_beside_an_app(app: TestApp) {
    let mut mira = owner(&app, MIRA).await;
    let authenticator = enables_two_factor(&app, &mut mira).await;
    let mut elsewhere = half_signed_in(&app, MIRA).await;
    enters(&mut elsewhere, "authenticator", &authenticator.code(app.clock.now()))
        .await
        .leads_to(HOME);
    app.wait(Duration::from_secs(30));
    let codes = "SELECT COUNT(*) FROM backup_codes";
    let before = app.count(codes).await;
    mira.get(TWO_FACTOR).await.shows("Codes by text message");
    types_number(&mut mira, NUMBER).await.leads_to(VERIFY);
    types_first_code(&mut mira, &newest(&app).await).await.leads_to(TWO_FACTOR);
    mira.get(TWO_FACTOR).await.is(200).shows("Your phone is set up.").shows(NUMBER);
    assert_eq!(app.count(codes).await, before);
    assert!(!elsewhere.is_signed_in().await);
    assert!(mira.is_signed_in().await);
    assert_eq!(mailed(&app, MIRA, "A second factor was added").await, 1);
    assert_eq!(logged(&app, "second-factor-added succeeded").await, 1);
    // The app is asked for first, and the phone gets nothing until it is asked for.
    app.wait(QUIET);
    let before = texts(&app).await;
    let mut other = half_signed_in(&app, MIRA).await;
    other.get(CHALLENGE).await.shows("your authenticator app shows").shows("Use a code by SMS");
    assert_eq!(texts(&app).await, before);
    let page = other.get(BY_SMS).await;
    page.shows("No code has been sent for this sign-in yet.").shows("•••• ••0001");
    other.post(SEND, &[]).await.leads_to(BY_SMS);
    other.get(BY_SMS).await.shows(ON_ITS_WAY).lacks("No code has been sent");
    enters(&mut other, "sms", &newest(&app).await).await.leads_to(HOME);
}

/// The old number works until the new one has got its first code, and never after.
async fn a_phone_is_replaced(app: TestApp) {
    let (mut mira, _) = holder(&app, MIRA, NUMBER).await;
    steps_up_by_sms(&app, &mut mira).await;
    types_number(&mut mira, OTHER).await.leads_to(VERIFY);
    let first = newest(&app).await;
    app.wait(Duration::from_secs(150));
    let mut by_old = half_signed_in(&app, MIRA).await;
    assert_eq!(app.texts().await[0].to, "+447400120001");
    enters(&mut by_old, "sms", &newest(&app).await).await.leads_to(HOME);
    app.wait(Duration::from_secs(125));
    // One more half sign-in with a code to the old number, which ends with it.
    let mut waiting = half_signed_in(&app, MIRA).await;
    assert_eq!(app.texts().await[0].to, "+447400120001");
    let to_old = newest(&app).await;
    types_first_code(&mut mira, &first).await.leads_to(TWO_FACTOR);
    mira.get(TWO_FACTOR).await.shows("+44 7400 120002").lacks("120001");
    assert!(!by_old.is_signed_in().await);
    enters(&mut waiting, "sms", &to_old).await.leads_to("/sign-in");
    app.wait(QUIET);
    let mut after = half_signed_in(&app, MIRA).await;
    assert_eq!(app.texts().await[0].to, "+447400120002");
    enters(&mut after, "sms", &to_old).await.is(403);
    enters(&mut after, "sms", &newest(&app).await).await.leads_to(HOME);
    assert_eq!(app.count("SELECT COUNT(*) FROM second_factors WHERE sealed IS NOT NULL").await, 1);
    assert_eq!(mailed(&app, MIRA, "A second factor was replaced").await, 1);
}

/// Who has not proved their address can’t be told of anything.
async fn an_unverified_address_enables_nothing(app: TestApp) {
    app.account(MIRA).await;
    let mut mira = app.browser();
    mira.signs_in(MIRA, PASSWORD).await;
    mira.get(ENABLE)
        .await
        .is(200)
        .shows("Verify your email address first")
        .lacks("href=\"/settings/security/two-factor/phone\"");
    types_number(&mut mira, NUMBER).await.leads_to(TWO_FACTOR);
    mira.get(TWO_FACTOR).await.shows("Verify your email address first.");
    assert_eq!(texts(&app).await, 0);
    assert_eq!(logged(&app, "second-factor-begun refused/email-unverified").await, 1);
}

/// What can’t be used is said next to the field, and stays in it.
async fn mf_24_numbers_that_get_nothing(app: TestApp) {
    let mut mira = owner(&app, MIRA).await;
    for (typed, said) in [
        ("", "number"),
        ("abc", "This is not a phone number."),
        ("07400 120001", "Begin with the country’s code, such as +44."),
        ("+44 909 879 0000", "This is not a mobile phone’s number."),
        ("+44 20 7946 0958", "This is not a mobile phone’s number."),
        ("+49 900 1234567", "This is not a mobile phone’s number."),
        ("+33 6 31 96 65 43", "Numbers from this country can’t be used here."),
        ("+881 6 1234 5678", ""),
        ("+44 7400 120001; +33 6 31 96 65 43", "This is not a phone number."),
        ("\"><script>", "This is not a phone number."),
    ] {
        let reply = types_number(&mut mira, typed).await;
        reply.is(400).shows(said);
        assert!(reply.body.contains("id=\"number-error\""), "{typed}: {}", reply.body);
        let escaped = typed.replace('"', "&#34;").replace('<', "&#60;").replace('>', "&#62;");
        let stays = reply.body.contains(&format!("value=\"{escaped}\""));
        assert!(typed.is_empty() || stays, "{typed}: {}", reply.body);
    }
    assert_eq!(texts(&app).await, 0);
    assert_eq!(app.count("SELECT COUNT(*) FROM enrolments").await, 0);
    mira.get(VERIFY).await.leads_to(PHONE);
}

/// Whoever was sent here goes on there afterwards, also after typing another number.
async fn a_phone_leads_on_to_where_one_was_going(app: TestApp) {
    let mut mira = owner(&app, MIRA).await;
    let to = "?return_to=%2Fsettings%2Fprofile%3Fa%3Db";
    let page = mira.get(&format!("{ENABLE}{to}")).await;
    let phone = format!("{PHONE}{to}");
    assert!(page.is(200).body.contains(&format!("href=\"{phone}\"")), "{}", page.body);
    let page = mira.get(&phone).await;
    assert!(page.is(200).body.contains(&format!("action=\"{phone}\"")), "{}", page.body);
    mira.post(&phone, &[("number", NUMBER)]).await.leads_to(VERIFY);
    // Another number: the page that is linked to from there says nothing of it.
    app.wait(Duration::from_secs(60));
    mira.get(PHONE).await.is(200);
    mira.post(PHONE, &[("number", OTHER)]).await.leads_to(VERIFY);
    types_first_code(&mut mira, &newest(&app).await).await.leads_to(SAVE);
    mira.get(SAVE).await.is(200);
    let done = mira.post(SAVE, &[("saved", "yes")]).await;
    done.leads_to("/settings/profile?a=b");
    assert_eq!(app.count("SELECT COUNT(*) FROM enrolments").await, 0);
}

both_with!(SETTINGS;
    a_phone_alone_enables,
    a_phone_leads_on_to_where_one_was_going,
    a_phone_beside_an_app,
    a_phone_is_replaced,
    an_unverified_address_enables_nothing,
    mf_24_numbers_that_get_nothing,
);
