//! One right code, many times at once, over two nodes where the database lets
//! them.

use super::*;
use crate::sms::on_both;
use crate::support::{Backend, TestApp, rounds};
use futures_util::future::join_all;

async fn uses_of_one_code_are_one_session(backend: Backend) {
    let app = TestApp::with(backend, SETTINGS).await;
    let second = match backend {
        Backend::Sqlite => None,
        Backend::Postgres => Some(app.second_node().await),
    };
    holder(&app, MIRA, NUMBER).await;
    const LIVE: &str = "SELECT COUNT(*) FROM sessions WHERE ended_at IS NULL";
    // Five are judged before anybody has to wait; whoever has to ends the sign-in,
    // so that of fifty perhaps none opens.
    for (many, least) in (0..rounds()).flat_map(|_| [(5, 1), (50, 0)]) {
        let (live, signed_in) = (app.count(LIVE).await, logged(&app, "sign-in succeeded").await);
        let browser = half_signed_in(&app, MIRA).await;
        let code = newest(&app).await;
        let tries = (0..many).map(|index| {
            let node = second.as_ref().filter(|_| index % 2 == 1).unwrap_or(&app);
            let (mut browser, code) = (browser.at(node), code.clone());
            async move { enters(&mut browser, "sms", &code).await }
        });
        let replies = join_all(tries).await;
        let opened = replies.iter().filter(|reply| reply.location() == HOME).count();
        assert!((least..=1).contains(&opened), "{opened} of {many}");
        assert_eq!(app.count(LIVE).await, live + i64::try_from(opened).unwrap());
        assert_eq!(logged(&app, "sign-in succeeded").await, signed_in + opened);
        app.tamper("DELETE FROM failure_counters").await;
        app.wait(Duration::from_hours(25));
    }
}

/// The same for the first code of a phone.
async fn fifty_first_codes_are_one_phone(backend: Backend) {
    let app = TestApp::with(backend, SETTINGS).await;
    let second = match backend {
        Backend::Sqlite => None,
        Backend::Postgres => Some(app.second_node().await),
    };
    let mut mira = owner(&app, MIRA).await;
    types_number(&mut mira, NUMBER).await.leads_to(VERIFY);
    let code = newest(&app).await;
    mira.get(VERIFY).await.is(200);
    let tries = (0..50).map(|index| {
        let node = second.as_ref().filter(|_| index % 2 == 1).unwrap_or(&app);
        let (mut browser, code) = (mira.at(node), code.clone());
        async move { browser.post(VERIFY, &[("code", &code)]).await }
    });
    join_all(tries).await;
    assert_eq!(logged(&app, "second-factor-verified succeeded").await, 1);
    saves(&mut mira).await;
    assert_eq!(app.count("SELECT COUNT(*) FROM second_factors").await, 1);
}

on_both!(uses_of_one_code_are_one_session, fifty_first_codes_are_one_phone);
