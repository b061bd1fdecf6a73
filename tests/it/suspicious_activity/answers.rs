//! What is said of a finding, by whom, and what that is worth.

use super::*;
use crate::both;

pub const KEPT: &str = "Answered, and still shown";
pub const BY_SOMEBODY: &str = "Somebody has answered this";

both!(an_owner_s_answer_settles_a_finding, async |app: TestApp| {
    let mut mira = at_home(&app).await;
    intruder(&app).await;
    let key = only_key(&mut mira).await;
    says(&mut mira, &key, "me").await.leads_to(REVIEW);
    let page = mira.get(REVIEW).await;
    page.shows("Thank you. It is marked as you.").shows(NOTHING).shows("Answered “This was me”");
    page.lacks(KEPT);
    mira.get(OVERVIEW).await.lacks(BANNER).lacks(BY_SOMEBODY);
    assert_eq!(app.events().await.last().unwrap(), "finding-answered succeeded");
    let details = "SELECT COUNT(*) FROM security_events WHERE detail = 'me: sign-in' \
                   AND object_kind = 'event' AND object_id IN (SELECT event_id FROM notable_sign_ins)";
    assert_eq!(app.count(details).await, 1);
    // It can be put right.
    says(&mut mira, &key, "not-me").await.leads_to(SECURE);
    mira.get(REVIEW).await.shows("Answered “This wasn’t me”").shows("Secure my account");
    assert_eq!(app.count("SELECT COUNT(*) FROM finding_answers").await, 1);
});

both!(se_08_an_intruder_s_answer_stays_in_sight_for_fourteen_days, async |app: TestApp| {
    let mut mira = at_home(&app).await;
    let mut thief = intruder(&app).await;
    let key = only_key(&mut thief).await;
    says(&mut thief, &key, "me").await.leads_to(REVIEW);
    for day in 0..14 {
        mira.get(OVERVIEW).await.is(200).shows(BY_SOMEBODY).shows("Sign-in from a new place");
        let page = mira.get(REVIEW).await;
        page.shows(KEPT).shows("may belong to whoever did it, so it stays here until");
        assert_eq!(
            keys(&page),
            std::slice::from_ref(&key),
            "day {day}: no way to say that it was not she"
        );
        app.wait(DAY);
    }
    mira.get(REVIEW).await.is(200).lacks(KEPT).shows("Answered “This was me”");
    mira.get(OVERVIEW).await.is(200).lacks(BY_SOMEBODY).lacks(BANNER);
});

both!(se_08_the_session_that_did_it_settles_nothing, async |app: TestApp| {
    let mut mira = at_home(&app).await;
    mira.get("/step-up").await;
    mira.post("/step-up", &[("password", PASSWORD)]).await.is(303);
    mira.get("/settings/security/log/export").await.is(200);
    let fields = [("format", "csv"), ("area-sign-ins", "yes")];
    mira.post("/settings/security/log/export", &fields).await.is(200);
    app.wait(MINUTE);
    let key = only_key(&mut mira).await;
    says(&mut mira, &key, "me").await.leads_to(REVIEW);
    mira.get(REVIEW).await.shows(KEPT);
});

both!(se_08_not_me_is_no_way_to_wave_it_away_either, async |app: TestApp| {
    let mut mira = at_home(&app).await;
    let mut thief = intruder(&app).await;
    let key = only_key(&mut thief).await;
    says(&mut thief, &key, "not-me").await.leads_to(SECURE);
    mira.get(REVIEW).await.shows(KEPT).shows("Secure my account");
    mira.get(OVERVIEW).await.shows(BY_SOMEBODY);
    // What she says herself from a session that was there before settles it.
    says(&mut mira, &key, "not-me").await.leads_to(SECURE);
    mira.get(REVIEW).await.lacks(KEPT);
});

both!(rs_14_an_answer_by_mail_stays_in_sight, async |app: TestApp| {
    let mut mira = at_home(&app).await;
    intruder(&app).await;
    let not_me = app.link(MIRA, "sign-in").await;
    let me = format!("{}/me", not_me.strip_suffix("/not-me").unwrap());
    let mut reader = browser(&app, "203.0.113.9");
    for _ in 0..20 {
        reader.get(&me).await.is(200);
    }
    is_found(&mut mira, "Sign-in from a new place").await;
    reader.post(&me, &[]).await.leads_to(&me);
    mira.get(REVIEW).await.shows(KEPT).shows("It was answered by a link in a mail");
});

both!(a_burst_that_goes_on_opens_again, async |app: TestApp| {
    let mut mira = at_home(&app).await;
    let mut stranger = browser(&app, "203.0.113.9");
    fails(&mut stranger, 5).await;
    app.wait(MINUTE);
    says(&mut mira, "failed-sign-ins", "not-me").await.leads_to(SECURE);
    mira.get(REVIEW).await.shows(NOTHING).shows("5 failed sign-ins");
    app.wait(2 * HOUR);
    fails(&mut stranger, 4).await;
    mira.get(REVIEW).await.shows(NOTHING);
    app.wait(MINUTE);
    fails(&mut stranger, 2).await;
    is_found(&mut mira, "6 failed sign-ins").await;
});

both!(se_03_other_people_s_findings_are_not_there, async |app: TestApp| {
    let mut mira = at_home(&app).await;
    intruder(&app).await;
    let key = only_key(&mut mira).await;
    app.account(EVE).await;
    let mut eve = browser(&app, AT_HOME);
    eve.signs_in(EVE, PASSWORD).await;
    is_quiet(&mut eve).await;
    let unknown = "sign-in-01900000-0000-7000-8000-000000000000".to_owned();
    let mut spelled =
        vec![key.clone(), key.to_uppercase(), key.replace("sign-in", "change"), unknown];
    spelled
        .extend(["failed-sign-ins", "refused-codes", "x", "%2e%2e", "sign-in-"].map(str::to_owned));
    for finding in spelled {
        let before = app.events().await.len();
        says(&mut eve, &finding, "me").await.is(404);
        let events = app.events().await;
        assert_eq!(events[before..], ["finding-answered refused/unknown-finding"], "{finding}");
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM finding_answers").await, 0);
    assert_eq!(only_key(&mut mira).await, key);
});

both!(rs_14_only_an_answer_answers, async |app: TestApp| {
    let mut mira = at_home(&app).await;
    intruder(&app).await;
    let key = only_key(&mut mira).await;
    let path = format!("{REVIEW}/{key}");
    for _ in 0..20 {
        mira.get(&path).await.is(405);
    }
    mira.get(REVIEW).await.is(200);
    let before = app.events().await.len();
    for fields in [&[][..], &[("answer", "")], &[("answer", "ME")], &[("said", "me")]] {
        mira.post(&path, fields).await.is(400);
    }
    assert_eq!(app.events().await.len(), before);
    assert_eq!(only_key(&mut mira).await, key);
});

both!(answers_are_forgotten_with_the_account_and_with_time, async |app: TestApp| {
    let mut mira = at_home(&app).await;
    intruder(&app).await;
    let key = only_key(&mut mira).await;
    says(&mut mira, &key, "me").await.leads_to(REVIEW);
    app.wait(59 * DAY);
    portcullis::jobs::prune(&app).await.unwrap();
    assert_eq!(app.count("SELECT COUNT(*) FROM finding_answers").await, 1);
    app.wait(2 * DAY);
    portcullis::jobs::prune(&app).await.unwrap();
    assert_eq!(app.count("SELECT COUNT(*) FROM finding_answers").await, 0);
});
