//! MF-07 and MF-09: neither another message nor another factor gives guesses back.

use super::*;
use crate::sms::both_with;
use crate::support::enables_two_factor;

const FAILURES: &str =
    "SELECT COALESCE(MAX(failures), 0) FROM failure_counters WHERE kind = 'code-account'";

async fn mf_07_a_resend_keeps_the_count(app: TestApp) {
    let (mut mira, codes) = holder(&app, MIRA, NUMBER).await;
    let mut eve = half_signed_in(&app, MIRA).await;
    let first = newest(&app).await;
    let wrong = wrong_codes(&app).await;
    for code in &wrong[..3] {
        enters(&mut eve, "sms", code).await.is(403).shows(WRONG);
    }
    app.wait(Duration::from_secs(30));
    eve.post(SEND, &[]).await.leads_to(BY_SMS);
    eve.get(BY_SMS).await.is(200);
    assert_eq!(app.count(FAILURES).await, 3);
    // The older code has died.
    assert_ne!(first, newest(&app).await);
    enters(&mut eve, "sms", &first).await.is(403).shows(WRONG);
    assert_eq!(app.count(FAILURES).await, 4);
    enters(&mut eve, "sms", &wrong[4]).await.leads_to("/sign-in");
    eve.get("/sign-in").await.shows(TOO_MANY);
    assert_eq!(app.count(FAILURES).await, 5);
    assert_eq!(mailed(&app, MIRA, "Somebody has your password").await, 1);
    // Fresh sign-ins and fresh codes: each guess after a longer wait, and no other.
    let mut pause = 30;
    for (guesses, code) in (6..10).zip(&wrong[5..]) {
        let mut again = half_signed_in(&app, MIRA).await;
        enters(&mut again, "sms", &newest(&app).await).await.leads_to("/sign-in");
        assert_eq!(app.count(FAILURES).await, guesses - 1);
        app.wait(Duration::from_secs(pause));
        let mut again = half_signed_in(&app, MIRA).await;
        enters(&mut again, "sms", code).await.leads_to("/sign-in");
        assert_eq!(app.count(FAILURES).await, guesses);
        pause *= 2;
    }
    assert_eq!(mailed(&app, MIRA, "Somebody has your password").await, 1);
    // The owner gets in from a known browser, which has a counter of its own.
    mira.forget("-session");
    mira.sign_in(MIRA, PASSWORD).await.leads_to(CHALLENGE);
    mira.get(CHALLENGE).await.is(200);
    enters(&mut mira, "backup-code", &codes[0]).await.leads_to(HOME);
}

/// Codes of an app, of a phone and on paper count together.
async fn mf_09_factors_share_the_count(app: TestApp) {
    let mut mira = owner(&app, MIRA).await;
    let authenticator = enables_two_factor(&app, &mut mira).await;
    types_number(&mut mira, NUMBER).await.leads_to(VERIFY);
    types_first_code(&mut mira, &newest(&app).await).await.leads_to(TWO_FACTOR);
    app.wait(QUIET);
    let mut eve = half_signed_in(&app, MIRA).await;
    eve.post(SEND, &[]).await.leads_to(BY_SMS);
    let now = app.clock.now();
    let right = [authenticator.code(now), authenticator.code(now.minus(Duration::from_secs(30)))];
    let wrong: Vec<String> =
        wrong_codes(&app).await.into_iter().filter(|code| !right.contains(code)).collect();
    for (count, (way, code)) in [
        ("authenticator", &*wrong[0]),
        ("sms", &*wrong[1]),
        ("backup-code", "aaaa-aaaa-aaaa-aaab"),
        ("sms", &*wrong[2]),
    ]
    .into_iter()
    .enumerate()
    {
        enters(&mut eve, way, code).await.is(403);
        assert_eq!(app.count(FAILURES).await, i64::try_from(count).unwrap() + 1);
    }
    enters(&mut eve, "backup-code", "aaaa-aaaa-aaaa-aaac").await.leads_to("/sign-in");
    eve.get("/sign-in").await.shows(TOO_MANY);
    assert_eq!(app.count(FAILURES).await, 5);
    assert_eq!(mailed(&app, MIRA, "Somebody has your password").await, 1);
    // Now neither opens, though both are right.
    app.wait(Duration::from_secs(20));
    let mut again = half_signed_in(&app, MIRA).await;
    let code = authenticator.code(app.clock.now());
    enters(&mut again, "authenticator", &code).await.leads_to("/sign-in");
    again.get("/sign-in").await.shows(TOO_MANY);
    app.wait(Duration::from_secs(9));
    let mut again = half_signed_in(&app, MIRA).await;
    again.post(SEND, &[]).await;
    enters(&mut again, "sms", &newest(&app).await).await.leads_to("/sign-in");
    assert_eq!(app.count(FAILURES).await, 5);
    app.wait(Duration::from_mins(2));
    let mut mira = half_signed_in(&app, MIRA).await;
    mira.post(SEND, &[]).await.leads_to(BY_SMS);
    enters(&mut mira, "sms", &newest(&app).await).await.leads_to(HOME);
}

both_with!(SETTINGS; mf_07_a_resend_keeps_the_count, mf_09_factors_share_the_count);
