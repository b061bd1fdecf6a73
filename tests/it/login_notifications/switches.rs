//! Switching: what is not told any more, and that nobody does it unseen.

use super::*;
use crate::both;

const ON: &str = "/settings/security/notifications/switch-on";
const OFF: &str = "/settings/security/notifications/switch-off";
const MUTED: &str = "A login notification at";

async fn muted_mail(app: &TestApp) -> usize {
    let mail = app.mail().await;
    mail.iter().filter(|mail| mail.to == MIRA && mail.subject.contains(MUTED)).count()
}

/// A sign-in with exactly one thing that is new.
async fn news(app: &TestApp, home: &Browser, what: &str, address: &str, agent: &str) {
    let mut browser = home.clone();
    browser.forget("-session");
    match what {
        "new-device" => browser.forget("-device"),
        "new-location" => browser.address = at(address),
        _ => browser.user_agent = agent.into(),
    }
    browser.signs_in(MIRA, PASSWORD).await;
    app.wait(Duration::from_mins(1));
}

both!(lg_10_what_is_switched_off_is_not_told_and_all_else_is, async |app: TestApp| {
    let (account, mut home) = at_home(&app).await;
    let all = ["new-device", "new-location", "new-browser"];
    let fresh = [("8.8.8.8", CHROME), ("2001:67c:2e8:22::c100:68b", "curl/8"), ("1.1.1.1", SAFARI)];
    let mut told = 0;
    for (off, (address, agent)) in all.into_iter().zip(fresh) {
        switch_off(&mut home, off).await;
        for what in all {
            let rows = kept(&app, account).await.len();
            news(&app, &home, what, address, agent).await;
            let new = kept(&app, account).await.len() - rows;
            told += usize::from(what != off) * new;
            assert_eq!(notices(&app).await.len(), told, "{off} off, {what}");
        }
        switch_on(&mut home, off).await;
    }
    assert!(told >= 5, "{told}");
    assert_eq!(muted_mail(&app).await, 3);
});

both!(one_that_is_told_names_what_is_switched_off_too, async |app: TestApp| {
    let (_, mut home) = at_home(&app).await;
    switch_off(&mut home, "new-device").await;
    switch_off(&mut home, "new-browser").await;
    let mut stranger = browser(&app);
    stranger.user_agent = SAFARI.into();
    stranger.signs_in(MIRA, PASSWORD).await;
    says(&notices(&app).await, 0, "");
    let mut stranger = browser(&app);
    stranger.user_agent = CHROME.into();
    stranger.address = at(ABROAD);
    stranger.signs_in(MIRA, PASSWORD).await;
    says(&notices(&app).await, 1, "with a new device, a new browser and a new location.");
});

both!(lg_10_muting_takes_a_fresh_proof_and_is_told, async |app: TestApp| {
    let (_, mut home) = at_home(&app).await;
    app.wait(Duration::from_mins(10));
    for notice in ["new-device", "new-location", "new-browser"] {
        home.get(SETTINGS).await.is(200);
        let asked = home.post(OFF, &[("notice", notice)]).await;
        assert!(asked.is(303).location().starts_with("/step-up"), "{}", asked.location());
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM login_notifications").await, 0);
    assert_eq!(muted_mail(&app).await, 0);
    step_up(&mut home).await;
    home.get(SETTINGS).await.is(200);
    home.post(OFF, &[("notice", "new-device")]).await.leads_to(SETTINGS);
    let page = home.get(SETTINGS).await;
    page.shows("New device Off").shows("The notification is off. We have told you by email.");
    assert_eq!(muted_mail(&app).await, 1);
    assert!(app.mail().await[0].text.contains("from a new device"));
    // A thief who has taken the address hears it at the old one, too.
    assert_eq!(logged(&app, "login-notifications-changed succeeded").await, 1);
    home.get(SETTINGS).await;
    home.post(OFF, &[("notice", "new-device")]).await.leads_to(SETTINGS);
    assert_eq!(logged(&app, "login-notifications-changed refused/already").await, 1);
    assert_eq!(muted_mail(&app).await, 1);
    // Switching on needs no more than the session.
    app.wait(Duration::from_mins(10));
    home.get(SETTINGS).await;
    home.post(ON, &[("notice", "new-device")]).await.leads_to(SETTINGS);
    home.get(SETTINGS).await.shows("The notification is on.").lacks("badge is-warn");
    assert_eq!(logged(&app, "login-notifications-changed succeeded").await, 2);
    assert_eq!(muted_mail(&app).await, 1);
    for notice in ["", "new", "all", "by-email", "NEW-DEVICE"] {
        home.get(SETTINGS).await;
        home.post(ON, &[("notice", notice)]).await.is(404);
    }
});

both!(the_page_says_what_cant_be_switched_off, async |app: TestApp| {
    let (_, mut home) = at_home(&app).await;
    let page = home.get(SETTINGS).await;
    page.is(200).shows("New device").shows("New location").shows("New browser");
    page.shows("Always, to mira@example.com.").shows("those notices can’t be turned off");
    page.shows("Add a phone under Two-Factor Authentication");
    assert_eq!(page.body.matches("/switch-off\"").count(), 3, "{}", page.body);
    home.get(ON).await.is(405);
    home.get(SETTINGS).await;
    home.post(ON, &[("notice", "by-sms")]).await.leads_to(SETTINGS);
    home.get(SETTINGS).await.shows("Your account has no phone that gets text messages.");
    let refused = "login-notifications-changed refused/no-second-factor";
    assert_eq!(logged(&app, refused).await, 1);
    home.get(HOME).await.shows("You hear of new devices, locations and browsers.");
    switch_off(&mut home, "new-device").await;
    home.get(HOME).await.shows("Some of them are turned off.");
    switch_off(&mut home, "new-location").await;
    switch_off(&mut home, "new-browser").await;
    home.get(HOME).await.shows("All of them are turned off.");
});

both!(switches_are_each_account_s_own, async |app: TestApp| {
    let (_, mut home) = at_home(&app).await;
    app.account(EVE).await;
    let mut of_eve = browser(&app);
    of_eve.signs_in(EVE, PASSWORD).await;
    switch_off(&mut of_eve, "new-device").await;
    home.get(SETTINGS).await.lacks("badge is-warn");
    browser(&app).signs_in(MIRA, PASSWORD).await;
    says(&notices(&app).await, 1, NEW_DEVICE);
    browser(&app).signs_in(EVE, PASSWORD).await;
    assert!(notices_to(&app, EVE).await.is_empty());
});
