//! Notices by text message: only where they are wanted, few, and saying little.

use super::*;
use crate::both;
use crate::sms::{SETTINGS as SMS, newest_code};

const PHONE: &str = "/settings/security/two-factor/phone";
const VERIFY: &str = "/settings/security/two-factor/phone/verify";
const SAVE: &str = "/settings/security/two-factor/backup-codes/save";
const CHALLENGE: &str = "/sign-in/two-factor";

/// Mira holds a phone, and wants notices there, too.
async fn holder(app: TestApp, more: &[(&str, &str)]) -> (TestApp, Browser) {
    let app = app.restart(&[SMS, more].concat()).await;
    let (_, mut home) = at_home(&app).await;
    app.verify_email(MIRA).await;
    step_up(&mut home).await;
    home.get(PHONE).await.is(200);
    home.post(PHONE, &[("number", "+44 7400 120001")]).await.leads_to(VERIFY);
    home.get(VERIFY).await.is(200);
    home.post(VERIFY, &[("code", &newest_code(&app).await)]).await.leads_to(SAVE);
    home.get(SAVE).await.is(200);
    home.post(SAVE, &[("saved", "yes")]).await.is(303);
    app.wait(Duration::from_mins(61));
    home.get(SETTINGS).await.shows("It would go to");
    switch_on(&mut home, "by-sms").await;
    home.get(SETTINGS).await.shows("The message says little and has no link.");
    (app, home)
}

/// Signs in from somewhere new with the phone's code.
async fn stranger(app: &TestApp, address: &str) {
    let mut browser = browser(app);
    browser.address = at(address);
    browser.sign_in(MIRA, PASSWORD).await.leads_to(CHALLENGE);
    browser.get(CHALLENGE).await.is(200);
    let code = newest_code(app).await;
    browser.post(CHALLENGE, &[("way", "sms"), ("code", &code)]).await.leads_to(HOME);
}

/// Messages that are no code.
async fn told(app: &TestApp) -> Vec<String> {
    let all = app.texts().await.into_iter().map(|message| message.text);
    all.filter(|text| text.contains("signed in")).collect()
}

both!(a_text_says_little_and_has_no_link, async |app: TestApp| {
    let (app, _) = holder(app, &[]).await;
    // The code has just gone to the same number: the notice does not wait for it.
    stranger(&app, ABROAD).await;
    let texts = told(&app).await;
    let said = "Portcullis: somebody signed in to your account from something new. \
                If it was not you, look into your email now.";
    assert_eq!(texts, [said]);
    assert!(said.len() <= 160 && said.is_ascii());
    assert_eq!(app.texts().await[0].to, "+447400120001");
    says(&notices(&app).await, 1, "with a new device and a new location.");
});

both!(nobody_gets_texts_who_has_not_asked, async |app: TestApp| {
    let (app, mut home) = holder(app, &[]).await;
    app.wait(Duration::from_mins(1));
    home.get("/step-up").await.is(200);
    home.post("/step-up/send", &[]).await.is(303);
    let code = newest_code(&app).await;
    home.get("/step-up").await.is(200);
    let fields = [("password", PASSWORD), ("way", "sms"), ("code", &code)];
    home.post("/step-up", &fields).await.is(303);
    home.get(SETTINGS).await;
    let off = "/settings/security/notifications/switch-off";
    home.post(off, &[("notice", "by-sms")]).await.leads_to(SETTINGS);
    app.wait(Duration::from_mins(61));
    stranger(&app, ABROAD).await;
    assert_eq!(told(&app).await.len(), 0);
    says(&notices(&app).await, 1, "with a new device and a new location.");
});

both!(mf_24_notices_have_a_cap_and_no_code_waits_for_them, async |app: TestApp| {
    let (app, _) = holder(app, &[]).await;
    for count in 1..=3 {
        stranger(&app, ABROAD).await;
        // Two in ten minutes; by mail all are told.
        assert_eq!(told(&app).await.len(), count.min(2));
        assert_eq!(notices(&app).await.len(), count);
        app.wait(Duration::from_secs(130));
    }
    app.wait(Duration::from_mins(11));
    stranger(&app, ABROAD).await;
    assert_eq!(told(&app).await.len(), 3);
});

both!(mf_24_the_day_s_breaker_holds_for_notices, async |app: TestApp| {
    // The code of enrolment, and one to sign in.
    let (app, _) = holder(app, &[("sms_daily_limit", "2")]).await;
    stranger(&app, ABROAD).await;
    assert_eq!(told(&app).await.len(), 0);
    says(&notices(&app).await, 1, "with a new device and a new location.");
});

both!(what_is_muted_is_not_texted, async |app: TestApp| {
    let (app, _) = holder(app, &[]).await;
    app.tamper("UPDATE login_notifications SET device_muted_at = 1, location_muted_at = 1").await;
    stranger(&app, ABROAD).await;
    assert_eq!((told(&app).await.len(), notices(&app).await.len()), (0, 0));
});
