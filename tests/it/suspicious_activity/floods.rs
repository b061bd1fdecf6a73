//! LG: whoever floods the log hides nothing in it.

use super::*;
use crate::both;
use portcullis::features::security_log::{Event, Kind, Method, Reason, record};
use portcullis::http::Source;
use portcullis::ids::AccountId;

fn source(app: &TestApp) -> Source {
    Source::new(Some(at("203.0.113.9")), "A flood".into(), &app.places)
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
