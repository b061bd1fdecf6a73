//! What a sign-in says where no code could be sent: the account’s own pause, with
//! its seconds; and nothing of what others have used up.

use super::*;
use crate::sms::both_with;

async fn a_pause_of_ones_own_is_told(app: TestApp) {
    holder(&app, MIRA, NUMBER).await;
    half_signed_in(&app, MIRA).await;
    let before = texts(&app).await;
    app.wait(Duration::from_secs(10));
    let mut second = half_signed_in(&app, MIRA).await;
    assert_eq!(texts(&app).await, before);
    let sentence = "No code has been sent to +44 •••• ••0001 for this sign-in, since you had \
                    asked for one shortly before. You can ask for another code in 20 seconds.";
    let page = second.get(CHALLENGE).await;
    page.is(200).shows(sentence).shows("Send code").shows("Use a backup code");
    page.lacks("Type the code that is sent");
    second.post(SEND, &[]).await.is(429).shows("You can ask for another code in 20 seconds.");
    app.wait(Duration::from_secs(20));
    second.get(CHALLENGE).await.shows("No code has been sent for this sign-in yet.");
    second.post(SEND, &[]).await.leads_to(BY_SMS);
    second.get(BY_SMS).await.shows(ON_ITS_WAY).shows("Type the code that is sent to");
    assert_eq!(texts(&app).await, before + 1);
    enters(&mut second, "sms", &newest(&app).await).await.leads_to(HOME);
}

/// Two strangers use up what one number gets; its owner, and whoever has their
/// password, sees what the owner of another number sees.
async fn what_others_used_up_is_not_told(app: TestApp) {
    const BOMBED: &str = "+44 7402 123456";
    holder(&app, MIRA, "+44 7401 123456").await;
    holder(&app, NOOR, BOMBED).await;
    app.wait(Duration::from_hours(25));
    for name in ["eve@example.com", "mal@example.com"] {
        let mut stranger = owner(&app, name).await;
        types_number(&mut stranger, BOMBED).await.leads_to(VERIFY);
    }
    let mut shown: Vec<Vec<String>> = Vec::new();
    let before = texts(&app).await;
    for _ in 0..2 {
        for (index, email) in [MIRA, NOOR].into_iter().enumerate() {
            let mut browser = app.browser();
            let mut replies = vec![browser.sign_in(email, PASSWORD).await];
            replies.push(browser.get(CHALLENGE).await);
            replies.push(browser.post(SEND, &[]).await);
            replies.push(browser.get(BY_SMS).await);
            let said = replies.iter().map(|reply| {
                format!("{} {} {}", reply.status, reply.location(), reply.text().replace(email, ""))
            });
            let said: Vec<String> = said.collect();
            if index == 0 {
                shown.push(said);
            } else {
                assert_eq!(shown.last(), Some(&said));
            }
        }
        app.wait(Duration::from_secs(60));
    }
    // Mira got two, Noor one.
    assert_eq!(texts(&app).await, before + 3);
    assert_eq!(logged(&app, "code-sent refused/throttled").await, 4);
}

/// The same for whoever types a number that others use.
async fn mf_24_setting_up_does_not_tell_of_others(app: TestApp) {
    let mut shown = Vec::new();
    for (number, strangers) in [("+44 7401 123456", 0), ("+44 7402 123456", 2)] {
        for index in 0..strangers {
            let mut stranger = owner(&app, &format!("s{index}@example.com")).await;
            types_number(&mut stranger, number).await.leads_to(VERIFY);
        }
        let email = format!("own{strangers}@example.com");
        let mut eve = owner(&app, &email).await;
        let before = texts(&app).await;
        let mut replies = vec![types_number(&mut eve, number).await, eve.get(VERIFY).await];
        replies.push(eve.post(RESEND, &[]).await);
        app.wait(Duration::from_secs(30));
        replies.push(eve.post(RESEND, &[]).await);
        replies.push(eve.get(VERIFY).await);
        replies.push(eve.post(RESEND, &[]).await);
        shown.push(
            replies
                .iter()
                .map(|reply| {
                    let text = reply.text().replace(&email, "").replace(number, "");
                    format!("{} {} {text}", reply.status, reply.location())
                })
                .collect::<Vec<_>>(),
        );
        assert_eq!(texts(&app).await, before + if strangers == 0 { 2 } else { 0 });
    }
    assert_eq!(shown[0], shown[1]);
}

both_with!(SETTINGS;
    a_pause_of_ones_own_is_told,
    what_others_used_up_is_not_told,
    mf_24_setting_up_does_not_tell_of_others,
);
