//! One event with all that is known of it, for its owner and nobody else.

use super::{ADA, LOG, MIRA, listed, newest, owner};
use crate::both;
use crate::support::{OTHER_PASSWORD, PASSWORD, TestApp, enables_two_factor};
use portcullis::features::security_log::{self, Scope};
use std::time::Duration;

both!(an_owner_sees_all_that_is_known_of_an_event, async |app: TestApp| {
    let (mut browser, _) = owner(&app, MIRA).await;
    app.browser().sign_in(MIRA, OTHER_PASSWORD).await.is(403);
    let ids = listed(&browser.get(LOG).await.body);
    let refused = browser.get(&format!("{LOG}/{}", ids[0])).await;
    refused.is(200).shows("Sign-in refused: wrong password").shows("The password was wrong");
    refused.shows("Login attempts").shows("24 Nov 2026, 09:00 UTC").shows(MIRA).shows(&ids[0]);
    refused.shows("Somebody who was not signed in").shows("Firefox/143.0");
    let id = ids[0].parse().unwrap();
    let full = portcullis::features::security_log::search::find(&mut &app.db, id).await.unwrap();
    let leaf = hex::encode(full.unwrap().leaf_hash);
    assert_eq!(leaf.len(), 64);
    refused.shows(&leaf).shows("sign-in").lacks("Still active");
    let own = browser.get(&format!("{LOG}/{}", ids[1])).await;
    own.is(200).shows("Signed in").shows("You").shows("The one you are in now");
    own.shows("Signed in withPassword");
    // Another session of hers, while it lasts and after.
    let mut other = app.browser();
    other.signs_in(MIRA, PASSWORD).await;
    let id = listed(&browser.get(LOG).await.body)[0].clone();
    browser.get(&format!("{LOG}/{id}")).await.shows("Still active");
    app.wait(Duration::from_hours(7 * 24));
    browser.signs_in(MIRA, PASSWORD).await;
    browser.get(&format!("{LOG}/{id}")).await.shows("Over").lacks("Still active");
});

both!(lg_07_foreign_and_forged_ids_are_not_there, async |app: TestApp| {
    let (mut mira, _) = owner(&app, MIRA).await;
    let (mut eve, _) = owner(&app, "eve@example.com").await;
    let ids = listed(&mira.get(LOG).await.body);
    let nowhere = eve.get("/nowhere").await.text();
    let before = app.events().await;
    let nobodys = "01900000-0000-7000-8000-000000000000";
    let upper = ids[0].to_uppercase();
    for id in [&ids[0], &ids[1], nobodys, "x", "%00", "' OR 1=1", &upper, "..%2f..", "0"] {
        let path = format!("{LOG}/{}", id.replace(' ', "%20"));
        assert_eq!(eve.get(&path).await.is(404).text(), nowhere, "{id}");
    }
    mira.get(&format!("{LOG}/{upper}")).await.is(404);
    mira.get(&format!("{LOG}/{}", ids[0])).await.is(200);
    // An event of no account is nobody's own.
    app.browser().sign_in("nobody@example.com", PASSWORD).await.is(403);
    let all = security_log::newest(&mut &app.db, Scope::Installation, 1).await;
    let id = all.unwrap()[0].id;
    eve.get(&format!("{LOG}/{id}")).await.is(404);
    assert_eq!(app.events().await.len(), before.len() + 1);
    let mut stranger = app.browser();
    stranger.get(&format!("{LOG}/{}", ids[0])).await;
    assert!(stranger.get(LOG).await.location().starts_with("/sign-in?"));
});

both!(an_administrator_reads_an_event_which_is_one, async |app: TestApp| {
    let (mut mira, account) = owner(&app, MIRA).await;
    let id = listed(&mira.get(LOG).await.body)[0].clone();
    app.administrator(ADA).await;
    let mut ada = app.browser();
    ada.signs_in(ADA, PASSWORD).await;
    let before = app.events().await.len();
    let page = ada.get(&format!("/admin/log/{id}")).await;
    page.is(200).shows("Security Log of mira@example.com").shows("By its owner");
    assert_eq!(app.events().await[before..], ["log-read succeeded"]);
    assert_eq!(newest(&app, &account).await.kind.tag(), "log-read");
    for none in ["01900000-0000-7000-8000-000000000000", "x", "%00"] {
        ada.get(&format!("/admin/log/{none}")).await.is(404);
    }
    assert_eq!(app.events().await.len(), before + 1);
});

// Half a sign-in and failed second factors are in the owner's own log.
both!(failed_second_factors_and_half_sign_ins_are_in_it, async |app: TestApp| {
    let (mut browser, _) = owner(&app, MIRA).await;
    let phone = enables_two_factor(&app, &mut browser).await;
    let mut other = app.browser();
    other.sign_in(MIRA, PASSWORD).await.leads_to("/sign-in/two-factor");
    other.get("/sign-in/two-factor").await;
    let wrong = phone.wrong(app.clock.now());
    other.post("/sign-in/two-factor", &[("code", &wrong)]).await.is(403);
    let page = browser.get(&format!("{LOG}?kind=sign-ins")).await;
    page.shows("Password accepted, second factor asked for").shows("Sign-in refused: wrong code");
    let id = listed(&page.body)[0].clone();
    browser.get(&format!("{LOG}/{id}")).await.shows("The code was wrong");
});
