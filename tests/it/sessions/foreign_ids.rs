//! SE-03, SE-11: another's sessions are not there.

use super::{EVE, MIRA, ends, listed};
use crate::both;
use crate::support::{PASSWORD, TestApp};

both!(se_03_other_peoples_sessions_can_t_be_ended, async |app: TestApp| {
    app.account(MIRA).await;
    app.account(EVE).await;
    let (mut mira, mut second, mut eve) = (app.browser(), app.browser(), app.browser());
    mira.signs_in(MIRA, PASSWORD).await;
    second.signs_in(MIRA, PASSWORD).await;
    eve.signs_in(EVE, PASSWORD).await;
    let ids = listed(&mira.get("/settings/security").await.body);
    assert_eq!(ids.len(), 1);
    let before = app.events().await;
    let hex = ids[0].replace('-', "");
    let garbage = [
        ids[0].clone(),
        ids[0].to_uppercase(),
        hex.clone(),
        format!("%7B{}%7D", ids[0]),
        format!("urn:uuid:{}", ids[0]),
        format!("{}%00", ids[0]),
        format!("{}%20", ids[0]),
        format!("{}%0A", ids[0]),
        "00000000-0000-0000-0000-000000000000".into(),
        "ffffffff-ffff-ffff-ffff-ffffffffffff".into(),
        "0".into(),
        "-1".into(),
        "%27%20OR%201%3D1--".into(),
        "%ff%fe".into(),
        "..%2f..%2fsign-out-others".into(),
        "x".repeat(5_000),
    ];
    for id in garbage {
        eve.get("/settings/security").await;
        let reply = eve.post(&ends(&id), &[]).await;
        reply.is(404).lacks(MIRA);
    }
    assert!(mira.is_signed_in().await && second.is_signed_in().await);
    // What could have been an id is an event of hers that tried; nothing is one of Mira's.
    let new = app.events().await[before.len()..].to_vec();
    assert!(new.iter().all(|event| event == "session-ended refused/unknown-session"), "{new:?}");
    let of_mira = "SELECT COUNT(*) FROM security_events WHERE kind = 'session-ended' AND account_id = \
                   (SELECT id FROM accounts WHERE email_canonical = 'mira@example.com')";
    assert_eq!(app.count(of_mira).await, 0);
});

both!(se_03_an_id_is_no_cookie, async |app: TestApp| {
    app.account(MIRA).await;
    let (mut one, mut other) = (app.browser(), app.browser());
    one.signs_in(MIRA, PASSWORD).await;
    other.signs_in(MIRA, PASSWORD).await;
    let id = listed(&one.get("/settings/security").await.body)[0].clone();
    let secret = other.session().unwrap();
    assert!(!secret.contains(&id) && !id.contains(&secret));
    for cookie in [id.clone(), id.replace('-', ""), format!("pcl_ses_{}", id.replace('-', ""))] {
        let mut thief = app.browser();
        thief.cookies.insert("portcullis-session".into(), cookie);
        assert!(!thief.is_signed_in().await);
    }
});

both!(se_11_a_page_shows_own_sessions_and_no_secret, async |app: TestApp| {
    app.account(MIRA).await;
    app.account(EVE).await;
    let (mut mira, mut second, mut eve) = (app.browser(), app.browser(), app.browser());
    mira.user_agent = "MiraBrowser/1.0".into();
    mira.signs_in(MIRA, PASSWORD).await;
    second.signs_in(MIRA, PASSWORD).await;
    eve.signs_in(EVE, PASSWORD).await;
    let own = mira.get("/settings/security").await;
    own.shows(&mira.address.to_string()).shows(&second.address.to_string());
    for page in [
        "/settings/security",
        "/settings/security/sessions",
        "/settings/security/devices",
        "/settings/profile",
    ] {
        let of_eve = eve.get(page).await;
        of_eve.lacks("MiraBrowser").lacks(MIRA).lacks(&mira.address.to_string());
        let of_mira = mira.get(page).await;
        of_mira.lacks("pcl_");
        for cookie in mira.cookies.values().chain(second.cookies.values()) {
            of_mira.lacks(cookie);
        }
    }
    for id in listed(&own.body) {
        eve.get("/settings/security").await.lacks(&id);
    }
});
