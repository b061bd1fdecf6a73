//! Required two-factor authentication.

use super::*;
use crate::both;
use crate::support::enables_two_factor;
use portcullis::features::two_factor_requirement;

const PAGE: &str = "/organisations/acme/security/two-factor";

/// As if an admin who has one had asked for it.
pub async fn requires(app: &TestApp, of: &Organisation, grace: Duration, no_sms: bool) {
    let until = app.clock.now().plus(grace).millis();
    let (sms, now) = (i64::from(no_sms), app.clock.now().millis());
    let id = hex::encode(of.id.uuid().as_bytes());
    let id = match app.backend {
        Backend::Sqlite => format!("x'{id}'"),
        Backend::Postgres => format!("'\\x{id}'::bytea"),
    };
    let sql = format!(
        "INSERT INTO two_factor_requirements (organisation_id, required_at, grace_until, \
         sms_excluded, remind_at) VALUES ({id}, {now}, {until}, {sms}, NULL)"
    );
    assert_eq!(app.tamper(&sql).await, 1);
}

both!(members_without_one_are_led_to_set_it_up, async |app: TestApp| {
    acme(&app).await;
    let mut olga = signed_in(&app, OLGA).await;
    let required = [("required", "yes"), ("grace", "7")];
    // Who has none can't require one of others.
    olga.get(PAGE).await.is(200).shows("Members who have not set it up: 3 of 3.");
    olga.post(PAGE, &required).await.is(422).shows("for your own account first");
    enables_two_factor(&app, &mut olga).await;
    olga.get(PAGE).await.is(200).shows("2 of 3");
    olga.post(PAGE, &required).await.leads_to(SECURITY);
    olga.get(SECURITY).await.is(200).shows("Required of everybody from");
    let told: Vec<String> = app
        .mail()
        .await
        .into_iter()
        .filter(|mail| mail.subject == "acme & Sons requires two-factor authentication")
        .map(|mail| mail.to)
        .collect();
    assert_eq!(told.len(), 2, "{told:?}");
    let mut mira = signed_in(&app, MIRA).await;
    mira.get(ACME).await.is(200).shows("You can work here without it until");
    app.wait(Duration::from_hours(24));
    assert_eq!(two_factor_requirement::remind_due(&app).await.unwrap(), 0);
    app.wait(Duration::from_hours(5 * 24));
    assert_eq!(two_factor_requirement::remind_due(&app).await.unwrap(), 2);
    assert_eq!(two_factor_requirement::remind_due(&app).await.unwrap(), 0);
    app.wait(Duration::from_hours(24));
    again(&mut mira, MIRA).await;
    mira.get(ACME).await.is(403).shows("Until you have set it up, you see nothing");
    enables_two_factor(&app, &mut mira).await;
    mira.get(ACME).await.is(200).lacks("You can work here without it");
});

both!(mf_13_what_counts_is_this_session, async |app: TestApp| {
    let acme = acme(&app).await;
    let mut mira = signed_in(&app, MIRA).await;
    let phone = enables_two_factor(&app, &mut mira).await;
    requires(&app, &acme, Duration::ZERO, false).await;
    mira.get(ACME).await.is(200);
    // As in a browser that is trusted: the password alone was proved in it.
    app.tamper("UPDATE sessions SET totp_at = NULL").await;
    let asked = mira.get(ACME).await;
    asked.leads_to("/step-up?return_to=%2Forganisations%2Facme");
    mira.get(asked.location()).await.is(200);
    let code = phone.code(app.clock.now());
    let back = mira.post("/step-up", &[("code", &code), ("return_to", ACME)]).await;
    back.leads_to(ACME);
    mira.get(ACME).await.is(200);
    // The last one goes: what it proved before counts for nothing.
    app.tamper("UPDATE accounts SET second_factors = ''").await;
    mira.get(ACME).await.is(403);
    // Somebody joins with a live session of one factor.
    let eve = app.account(EVE).await.id;
    let mut browser = signed_in(&app, EVE).await;
    joins(&app, &acme, eve, Role::Owner).await;
    browser.get(ACME).await.is(403);
    browser.get("/settings/security").await.is(200);
});

both!(text_messages_can_be_excluded, async |app: TestApp| {
    let acme = acme(&app).await;
    requires(&app, &acme, Duration::ZERO, true).await;
    let mut mira = signed_in(&app, MIRA).await;
    app.tamper("UPDATE accounts SET second_factors = 'phone'").await;
    app.tamper("UPDATE sessions SET sms_at = created_at").await;
    mira.get(ACME).await.is(403);
    app.tamper("UPDATE two_factor_requirements SET sms_excluded = 0").await;
    mira.get(ACME).await.is(200);
    app.tamper("UPDATE sessions SET sms_at = NULL").await;
    mira.get(ACME).await.is(303);
});

both!(it_is_switched_off_and_not_sold_with_the_free_plan, async |app: TestApp| {
    acme(&app).await;
    let mut olga = signed_in(&app, OLGA).await;
    enables_two_factor(&app, &mut olga).await;
    olga.get(PAGE).await;
    let strict = [("required", "yes"), ("sms_excluded", "yes"), ("grace", "0")];
    olga.post(PAGE, &strict).await.leads_to(SECURITY);
    let mut mira = signed_in(&app, MIRA).await;
    mira.get(ACME).await.is(403);
    app.tamper("UPDATE organisations SET plan = 'free'").await;
    mira.get(ACME).await.is(403);
    olga.get(PAGE).await.is(200);
    olga.post(PAGE, &strict).await.is(422).shows("Not part of the Free plan");
    olga.post(PAGE, &[("grace", "0")]).await.leads_to(SECURITY);
    mira.get(ACME).await.is(200);
    olga.get(PAGE).await.is(200).shows("Not part of the Free plan");
    olga.get("/organisations").await;
    olga.post(PAGE, &[("grace", "3")]).await.is(400);
});
