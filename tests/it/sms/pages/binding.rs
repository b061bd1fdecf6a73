//! A code opens what it was sent for, for ten minutes, and nothing else.

use super::*;
use crate::sms::both_with;

async fn a_code_for_one_thing_opens_no_other(app: TestApp) {
    let (mut mira, _) = holder(&app, MIRA, NUMBER).await;
    let (mut noor, _) = holder(&app, NOOR, OTHER).await;
    // Sent for a step-up.
    mira.get(STEP_UP).await;
    mira.post(STEP_UP_SEND, &[]).await;
    let code = newest(&app).await;
    let mut other = half_signed_in(&app, MIRA).await;
    enters(&mut other, "sms", &code).await.is(403).shows(WRONG);
    disables(&mut mira, "sms", &code).await.is(403).shows(WRONG);
    steps_up(&mut noor, "sms", &code).await.is(403).shows(WRONG);
    steps_up(&mut mira, "sms", &code).await.leads_to(HOME);
    // Sent for disabling.
    app.wait(QUIET);
    mira.get(DISABLE).await;
    mira.post(DISABLE_SEND, &[]).await;
    let code = newest(&app).await;
    let mut other = half_signed_in(&app, MIRA).await;
    enters(&mut other, "sms", &code).await.is(403);
    steps_up(&mut mira, "sms", &code).await.is(403);
    disables(&mut noor, "sms", &code).await.is(403);
    // Sent for one sign-in, and tried at another, and by another account.
    app.wait(QUIET);
    let mut own = half_signed_in(&app, MIRA).await;
    let code = newest(&app).await;
    let mut another = half_signed_in(&app, MIRA).await;
    enters(&mut another, "sms", &code).await.is(403);
    let mut of_noor = half_signed_in(&app, NOOR).await;
    enters(&mut of_noor, "sms", &code).await.is(403);
    enters(&mut of_noor, "authenticator", &code).await.is(403);
    disables(&mut mira, "sms", &code).await.is(403);
    steps_up(&mut mira, "sms", &code).await.is(403);
    enters(&mut own, "sms", &code).await.leads_to(HOME);
    // Sent to a number that is being set up.
    app.wait(QUIET);
    steps_up_by_sms(&app, &mut mira).await;
    app.wait(Duration::from_secs(60));
    types_number(&mut mira, "+44 7400 120003").await.leads_to(VERIFY);
    let first = newest(&app).await;
    let mut other = half_signed_in(&app, MIRA).await;
    let to_sign_in = newest(&app).await;
    assert_ne!(first, to_sign_in);
    enters(&mut other, "sms", &first).await.is(403);
    types_first_code(&mut mira, &to_sign_in).await.is(403);
    // Another number is set up meanwhile: the first one’s code is over.
    app.wait(Duration::from_secs(1));
    types_number(&mut mira, "+44 7400 120004").await.leads_to(VERIFY);
    types_first_code(&mut mira, &first).await.is(403);
    types_first_code(&mut mira, &newest(&app).await).await.leads_to(TWO_FACTOR);
    mira.get(TWO_FACTOR).await.shows("+44 7400 120004");
}

async fn ten_minutes_to_the_millisecond(app: TestApp) {
    let (mut mira, _) = holder(&app, MIRA, NUMBER).await;
    let lifetime = Duration::from_mins(10);
    mira.get(STEP_UP).await;
    mira.post(STEP_UP_SEND, &[]).await;
    let code = newest(&app).await;
    app.wait(lifetime);
    steps_up(&mut mira, "sms", &code).await.is(403).shows(WRONG);
    mira.post(STEP_UP_SEND, &[]).await;
    let code = newest(&app).await;
    app.wait(lifetime - Duration::from_millis(1));
    steps_up(&mut mira, "sms", &code).await.leads_to(HOME);
    // The sign-in itself waits as long.
    app.wait(QUIET);
    let mut late = half_signed_in(&app, MIRA).await;
    let mut timely = late.clone();
    let code = newest(&app).await;
    app.wait(lifetime - Duration::from_millis(1));
    enters(&mut timely, "sms", &code).await.leads_to(HOME);
    app.wait(QUIET);
    let mut too_late = half_signed_in(&app, MIRA).await;
    let in_vain = newest(&app).await;
    app.wait(lifetime);
    enters(&mut too_late, "sms", &in_vain).await.leads_to("/sign-in");
    enters(&mut late, "sms", &code).await.leads_to("/sign-in");
}

both_with!(SETTINGS; a_code_for_one_thing_opens_no_other, ten_minutes_to_the_millisecond);
