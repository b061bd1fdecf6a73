//! Each finding, and what nearly is one.

use super::*;
use crate::both;
use crate::support::enables_two_factor;
use crate::support::phone::STEP;

both!(a_sign_in_from_a_new_country_is_found, async |app: TestApp| {
    let mut mira = at_home(&app).await;
    is_quiet(&mut mira).await;
    let mut nearby = browser(&app, NEARBY);
    nearby.user_agent = "Another browser".into();
    nearby.signs_in(MIRA, PASSWORD).await;
    is_quiet(&mut mira).await;
    intruder(&app).await;
    is_found(&mut mira, "Sign-in from a new place: United States").await;
    let page = mira.get(REVIEW).await;
    page.shows("Nobody had signed in to your account from there").shows("8.8.8.8");
    mira.get("/settings/security/sessions").await.shows("Review suspicious activity");
    app.wait(Duration::from_hours(28 * 24));
    mira.signs_in(MIRA, PASSWORD).await;
    is_quiet(&mut mira).await;
});

both!(a_burst_of_failed_sign_ins_is_found, async |app: TestApp| {
    let mut mira = at_home(&app).await;
    let mut stranger = browser(&app, "203.0.113.9");
    fails(&mut stranger, 4).await;
    is_quiet(&mut mira).await;
    fails(&mut stranger, 1).await;
    is_found(&mut mira, "5 failed sign-ins").await;
    fails(&mut stranger, 3).await;
    is_found(&mut mira, "8 failed sign-ins").await;
});

both!(failures_far_apart_and_typos_are_no_burst, async |app: TestApp| {
    let mut mira = at_home(&app).await;
    let mut stranger = browser(&app, "203.0.113.9");
    for _ in 0..4 {
        fails(&mut stranger, 1).await;
        app.wait(20 * MINUTE);
    }
    is_quiet(&mut mira).await;
    app.wait(DAY);
    // Whoever then gets in, from there and with that browser, has mistyped.
    let mut phone = browser(&app, NEARBY);
    fails(&mut phone, 4).await;
    app.wait(9 * MINUTE);
    phone.signs_in(MIRA, PASSWORD).await;
    fails(&mut stranger, 1).await;
    is_quiet(&mut mira).await;
    // In another browser at the same address they were somebody else's.
    let mut other = browser(&app, NEARBY);
    other.user_agent = "Another browser".into();
    app.wait(DAY);
    fails(&mut other, 5).await;
    phone.forget("-session");
    phone.signs_in(MIRA, PASSWORD).await;
    is_found(&mut mira, "5 failed sign-ins").await;
});

both!(a_refused_second_factor_after_the_right_password_is_found, async |app: TestApp| {
    let mut mira = at_home(&app).await;
    mira.forget("-session");
    mira.signs_in(MIRA, PASSWORD).await;
    let phone = enables_two_factor(&app, &mut mira).await;
    app.wait(STEP);
    // Her own slip.
    let mut laptop = browser(&app, AT_HOME);
    laptop.half_signs_in(MIRA).await;
    let wrong = phone.wrong(app.clock.now());
    laptop.enters_code(&wrong).await.is(403);
    app.wait(5 * MINUTE);
    laptop.get("/sign-in/two-factor").await;
    laptop.enters_code(&phone.code(app.clock.now())).await.leads_to(OVERVIEW);
    is_quiet(&mut mira).await;
    app.wait(STEP);
    let mut stranger = browser(&app, "203.0.113.9");
    stranger.half_signs_in(MIRA).await;
    is_quiet(&mut mira).await;
    let wrong = phone.wrong(app.clock.now());
    stranger.enters_code(&wrong).await.is(403);
    is_found(&mut mira, "Right password, wrong second factor").await;
    mira.get(REVIEW).await.shows("Whoever this was knows your password.");
});

both!(a_second_factor_soon_after_a_new_device_is_found, async |app: TestApp| {
    let mut mira = at_home(&app).await;
    let mut thief = browser(&app, NEARBY);
    thief.user_agent = "Thief's own browser".into();
    thief.signs_in(MIRA, PASSWORD).await;
    let phone = enables_two_factor(&app, &mut thief).await;
    // It has ended every other session.
    mira.forget("-session");
    mira.signs_in_with_code(MIRA, &phone.code(app.clock.now())).await;
    is_found(&mut mira, "Two-factor authentication switched on").await;
    mira.get(REVIEW).await.shows("after a sign-in with a device that was new");
});

both!(an_owner_s_own_second_factor_is_not_found, async |app: TestApp| {
    let mut mira = at_home(&app).await;
    // A new telephone in the morning, and the app set up on the old laptop.
    let mut telephone = browser(&app, AT_HOME);
    telephone.signs_in(MIRA, PASSWORD).await;
    app.wait(HOUR);
    mira.get("/step-up").await;
    mira.post("/step-up", &[("password", PASSWORD)]).await.is(303);
    let phone = enables_two_factor(&app, &mut mira).await;
    is_quiet(&mut mira).await;
    // Or on a new laptop, when it is no longer new.
    let mut laptop = browser(&app, AT_HOME);
    laptop.signs_in_with_code(MIRA, &phone.code(app.clock.now())).await;
    app.wait(DAY + HOUR);
    let code = phone.code(app.clock.now());
    laptop.disables(PASSWORD, "authenticator", &code).await.is(303);
    is_quiet(&mut laptop).await;
});

both!(an_email_address_soon_after_a_new_device_is_found, async |app: TestApp| {
    at_home(&app).await;
    let mut thief = browser(&app, NEARBY);
    thief.user_agent = "Thief's own browser".into();
    thief.signs_in(MIRA, PASSWORD).await;
    thief.get("/settings/profile/email").await.is(200);
    let new = "thief@example.com";
    thief
        .post("/settings/profile/email", &[("new_email", new)])
        .await
        .leads_to("/settings/profile");
    let link = app.link(new, "email-change").await;
    let mut anywhere = browser(&app, "203.0.113.9");
    anywhere.get(&link).await.is(200);
    anywhere.post(&link, &[]).await;
    let mut mira = browser(&app, AT_HOME);
    mira.signs_in(new, PASSWORD).await;
    is_found(&mut mira, "Email address changed").await;
});

both!(an_export_of_ones_log_is_found, async |app: TestApp| {
    let mut mira = at_home(&app).await;
    let ada = app.administrator("ada@example.com").await;
    let mut admin = browser(&app, AT_HOME);
    admin.signs_in("ada@example.com", PASSWORD).await;
    let fields = [("format", "jsonl"), ("area-sign-ins", "yes")];
    let mira_id = app.count("SELECT COUNT(*) FROM accounts").await;
    assert_eq!(mira_id, 2, "{ada:?}");
    let path = "/admin/log/export";
    admin.get(path).await.is(200);
    admin.post(path, &fields).await.is(200);
    is_quiet(&mut mira).await;
    mira.forget("-session");
    mira.signs_in(MIRA, PASSWORD).await;
    mira.get("/settings/security/log/export").await.is(200);
    mira.post("/settings/security/log/export", &fields).await.is(200);
    is_found(&mut mira, "Security log exported").await;
});
