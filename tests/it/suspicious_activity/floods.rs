//! LG: whoever floods the log hides nothing in it.

use super::*;
use crate::both;
use portcullis::features::account;
use portcullis::features::account::rules::EmailAddress;
use portcullis::features::security_log::{Event, Kind, Method, Reason, record};
use portcullis::http::Source;
use portcullis::ids::AccountId;

fn source(app: &TestApp) -> Source {
    Source::new(Some(at("203.0.113.9")), "A flood".into(), &app.places)
}

async fn id_of(app: &TestApp) -> AccountId {
    let email = EmailAddress::parse(MIRA).unwrap();
    account::by_email(&mut &app.db, &email).await.unwrap().unwrap().id
}

/// As many refusals as a strangers' night brings, and what else they can cause.
async fn flood(app: &TestApp, account: AccountId, event: impl Fn() -> Event, count: usize) {
    let now = app.clock.now();
    let mut tx = app.db.begin().await.unwrap();
    for _ in 0..count {
        record(&mut tx, event().on(account), now, &app.random).await.unwrap();
    }
    tx.commit().await.unwrap();
}

both!(lg_04_a_flood_of_5000_refusals_hides_no_finding, async |app: TestApp| {
    let account = app.account(MIRA).await.id;
    let mut mira = browser(&app, AT_HOME);
    mira.signs_in(MIRA, PASSWORD).await;
    app.wait(2 * DAY);
    let source = source(&app);
    let refused = |reason| Event::new(Kind::SignIn).refused(reason).from(&source);
    flood(&app, account, || refused(Reason::WrongCode), 1).await;
    app.wait(MINUTE);
    intruder(&app).await;
    flood(&app, account, || refused(Reason::WrongPassword), 5000).await;
    let begun = || Event::new(Kind::SignInBegun).from(&source);
    flood(&app, account, begun, 1000).await;
    let sent = || Event::new(Kind::CodeSent).method(Method::Sms).refused(Reason::Throttled);
    flood(&app, account, sent, 1000).await;
    app.wait(MINUTE);
    let page = mira.get(REVIEW).await;
    page.is(200).shows("Sign-in from a new place: United States");
    page.shows("Right password, wrong second factor");
    assert_eq!(keys(&page).len(), 3, "{}", page.text());
    mira.get(OVERVIEW).await.is(200).shows(BANNER).shows("And 2 more.");
    // Answered, it opens again by what comes later, and not by what was there.
    says(&mut mira, "failed-sign-ins", "not-me").await.leads_to(SECURE);
    assert_eq!(app.count("SELECT COUNT(*) FROM finding_answers").await, 1);
});

both!(lg_04_a_flood_of_refusals_is_one_finding, async |app: TestApp| {
    let account = app.account(MIRA).await.id;
    let mut mira = browser(&app, AT_HOME);
    mira.signs_in(MIRA, PASSWORD).await;
    app.wait(DAY);
    let source = source(&app);
    let refused = || Event::new(Kind::SignIn).refused(Reason::WrongPassword).from(&source);
    flood(&app, account, refused, 500).await;
    is_found(&mut mira, "At least 100 failed sign-ins").await;
    assert_eq!(only_key(&mut mira).await, "failed-sign-ins");
});

both!(lg_04_an_intruder_who_comes_again_and_again_hides_nothing, async |app: TestApp| {
    let mut mira = at_home(&app).await;
    intruder(&app).await;
    let mut thief = browser(&app, NEARBY);
    thief.signs_in(MIRA, PASSWORD).await;
    let phone = crate::support::enables_two_factor(&app, &mut thief).await;
    // Many a new device that is at home, as the intruder's own database would have it.
    let many = "INSERT INTO notable_sign_ins (event_id, account_id, session_id, occurred_at, new_device_at, \
                entry, user_agent) SELECT e.id, e.account_id, e.id, n.occurred_at + 3600000, n.occurred_at, \
                'password', '' FROM notable_sign_ins n, security_events e \
                WHERE n.new_location_at IS NOT NULL AND e.kind = 'sign-in-begun'";
    let source = source(&app);
    let begun = || Event::new(Kind::SignInBegun).from(&source);
    flood(&app, id_of(&app).await, begun, 300).await;
    assert!(app.tamper(many).await >= 300);
    mira.forget("-session");
    mira.signs_in_with_code(MIRA, &phone.code(app.clock.now())).await;
    let page = mira.get(REVIEW).await;
    page.shows("Sign-in from a new place: United States");
    page.shows("Two-factor authentication switched on");
});
