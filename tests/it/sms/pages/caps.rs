//! MF-24 through the pages: a victim’s number, many numbers, and the breaker.

use super::*;
use crate::sms::both_with;

/// One number typed on many accounts: two messages in ten minutes, and all who
/// type it read the same.
async fn mf_24_one_victim(app: TestApp) {
    let mut seen = std::collections::BTreeSet::new();
    for index in 0..12 {
        let email = format!("a{index}@example.com");
        let mut stranger = owner(&app, &email).await;
        types_number(&mut stranger, NUMBER).await.leads_to(VERIFY);
        let page = stranger.get(VERIFY).await;
        seen.insert(page.is(200).text().replace(&email, ""));
    }
    assert_eq!(seen.len(), 1, "{seen:?}");
    assert_eq!(texts(&app).await, 2);
    // The number’s owner can still sign in by it, for strangers don’t get all.
    app.wait(Duration::from_hours(25));
    holder(&app, MIRA, NUMBER).await;
    app.wait(Duration::from_hours(25));
    for index in 20..26 {
        let mut stranger = owner(&app, &format!("a{index}@example.com")).await;
        types_number(&mut stranger, NUMBER).await.leads_to(VERIFY);
    }
    let mut mira = half_signed_in(&app, MIRA).await;
    enters(&mut mira, "sms", &newest(&app).await).await.leads_to(HOME);
}

/// One account types many numbers: it is told to wait, and what it typed stays.
async fn mf_24_many_numbers(app: TestApp) {
    let mut eve = owner(&app, MIRA).await;
    for index in 0..3 {
        let number = format!("+44 74{index:02} 123456");
        types_number(&mut eve, &number).await.leads_to(VERIFY);
        app.wait(Duration::from_secs(1));
    }
    let reply = types_number(&mut eve, "+44 7403 123456").await;
    reply.is(429).shows("You can ask for another code in 10 minutes.");
    assert!(reply.body.contains("value=\"+44 7403 123456\""), "{}", reply.body);
    assert_eq!(texts(&app).await, 3);
    assert_eq!(logged(&app, "second-factor-begun refused/throttled").await, 1);
    // What was being set up before stays.
    eve.get(VERIFY).await.shows("+44 7402 123456");
    types_first_code(&mut eve, &newest(&app).await).await.leads_to(SAVE);
}

/// The day’s messages are used up: nobody can tell, and there are other ways in.
async fn mf_24_the_breaker(app: TestApp) {
    let (_, codes) = holder(&app, MIRA, NUMBER).await;
    for _ in 0..3 {
        app.wait(Duration::from_mins(11));
        half_signed_in(&app, MIRA).await;
    }
    assert_eq!(texts(&app).await, 4);
    assert_eq!(logged(&app, "texts-stopped succeeded").await, 1);
    app.wait(QUIET);
    let mut mira = half_signed_in(&app, MIRA).await;
    assert_eq!(texts(&app).await, 4);
    mira.get(CHALLENGE).await.shows("Type the code that is sent to").shows("Use a backup code");
    app.wait(Duration::from_secs(30));
    mira.post(SEND, &[]).await.leads_to(BY_SMS);
    mira.get(BY_SMS).await.shows(ON_ITS_WAY);
    assert_eq!(texts(&app).await, 4);
    enters(&mut mira, "backup-code", &codes[0]).await.leads_to(HOME);
}

both_with!(SETTINGS; mf_24_one_victim, mf_24_many_numbers);
both_with!(&[("sms_countries", "GB"), ("sms_daily_limit", "4")]; mf_24_the_breaker);
