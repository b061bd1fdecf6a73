//! MF-06, MF-09, MF-21: who has the right password gets few guesses, however they
//! sign in, from wherever, at whichever factor; the owner gets in meanwhile.

use super::{HOME, MIRA, OVER, TOO_MANY, WRONG, WRONG_BACKUP, logged, mailed};
use crate::both;
use crate::support::phone::{AUTHENTICATOR, CHALLENGE, STEP};
use crate::support::{Backend, Browser, Holder, PASSWORD, TestApp, rounds};
use std::time::Duration;

const NOTICE: &str = "Somebody has your password, but not your codes";
const NO_BACKUP_CODE: &str = "0000-0000-0000-0000";
const DAY: i64 = 24 * 60 * 60 * 1000;
/// As documented in SECURITY.md.
const FIRST_DAY: usize = 34;
const EACH_DAY: usize = 24;
const IN_A_ROW: usize = 100;

/// How long to wait after so many failures, by the documentation.
fn wait_after(failures: usize) -> Duration {
    match u32::try_from(failures).unwrap().checked_sub(5) {
        None => Duration::ZERO,
        Some(over) => {
            Duration::from_secs(30_u64.saturating_mul(2_u64.saturating_pow(over)).min(3_600))
        }
    }
}

async fn guesses(nodes: &[&TestApp]) {
    let app = nodes[0];
    let Holder { phone, codes, mut browser, .. } = app.enrolled(MIRA).await;
    browser.forget("-session");
    let tries = if rounds() > 3 { 1_000 } else { 200 };
    let began = app.clock.now().millis();
    let mut judged = Vec::new();
    let mut guesser = app.browser();
    for attempt in 0..tries {
        // A new sign-in after each three, from another address and on another node.
        if attempt % 3 == 0 || judged.len() >= 5 {
            guesser = nodes[attempt % nodes.len()].browser();
            guesser.half_signs_in(MIRA).await;
        }
        let reply = guesser.enters_code(&phone.wrong(app.clock.now())).await;
        assert!(!guesser.has_session());
        let counted = wrong_codes(app).await;
        if counted > judged.len() {
            judged.push(app.clock.now().millis() - began);
            assert_eq!(counted, judged.len(), "{}", reply.status);
        }
        if judged.len() < IN_A_ROW {
            let wait = wait_after(judged.len());
            if attempt == 20 {
                // A second before, not even the right code is looked at.
                app.wait(wait - Duration::from_secs(1));
                let mut early = app.browser();
                early.half_signs_in(MIRA).await;
                let code = phone.code(app.clock.now());
                early.enters_code(&code).await.leads_to("/sign-in");
                early.get("/sign-in").await.shows(TOO_MANY);
                app.wait(Duration::from_secs(1));
                // The owner gets in from a browser that is known.
                browser.signs_in_with_code(MIRA, &phone.code(app.clock.now())).await;
                browser.forget("-session");
            } else {
                app.wait(wait);
            }
        }
    }
    assert_eq!(judged.len(), IN_A_ROW);
    let at_once = judged.iter().filter(|at| **at < 30_000).count();
    assert!(at_once <= 10, "{at_once} in a row");
    for (place, at) in judged.iter().enumerate() {
        let within = judged.iter().filter(|other| (*at..at + DAY).contains(*other)).count();
        assert!(within <= if place < 12 { FIRST_DAY } else { EACH_DAY }, "{within} in a day");
    }
    assert_eq!(judged.iter().filter(|at| **at < DAY).count(), FIRST_DAY);
    assert_eq!(mailed(app, MIRA, NOTICE).await, 1);
    // Waiting opens nothing any more, and the right code neither.
    app.wait(Duration::from_hours(24 * 40));
    let mut stranger = app.browser();
    stranger.half_signs_in(MIRA).await;
    stranger.enters_code(&phone.code(app.clock.now())).await.leads_to("/sign-in");
    // A backup code is the way out, and opens the rest again.
    stranger.half_signs_in(MIRA).await;
    stranger.enters_backup_code(&codes[0]).await.leads_to(HOME);
    app.browser().signs_in_with_code(MIRA, &phone.code(app.clock.now())).await;
}

async fn wrong_codes(app: &TestApp) -> usize {
    let sql =
        "SELECT COUNT(*) FROM security_events WHERE kind = 'sign-in' AND reason = 'wrong-code'";
    usize::try_from(app.count(sql).await).unwrap()
}

both!(mf_06_a_guesser_gets_the_documented_number_a_day, async |app: TestApp| {
    if app.backend == Backend::Postgres {
        let other = app.second_node().await;
        guesses(&[&app, &other]).await;
    } else {
        guesses(&[&app]).await;
    }
});

// The fifth in a row is told of, whichever it is.
both!(mf_09_factors_share_one_counter, async |app: TestApp| {
    for (email, fifth) in [("a@example.com", "authenticator"), ("b@example.com", "backup-code")] {
        let Holder { phone, codes, .. } = app.enrolled(email).await;
        let wrong = phone.wrong(app.clock.now());
        let ways = if fifth == "authenticator" {
            [fifth, "backup-code"]
        } else {
            [fifth, "authenticator"]
        };
        for place in 0..5 {
            let way = ways[place % 2];
            let mut stranger = app.browser();
            stranger.half_signs_in(email).await;
            let typed = if way == "authenticator" { wrong.as_str() } else { NO_BACKUP_CODE };
            let reply = stranger.enters(way, typed).await;
            if place < 4 {
                reply.is(403).shows(if way == "authenticator" { WRONG } else { WRONG_BACKUP });
                assert_eq!(mailed(&app, email, NOTICE).await, 0);
            } else {
                reply.leads_to("/sign-in");
            }
        }
        assert_eq!(mailed(&app, email, NOTICE).await, 1, "the fifth was {fifth}");
        for (way, code) in
            [("authenticator", &phone.code(app.clock.now())), ("backup-code", &codes[0])]
        {
            let mut stranger = app.browser();
            stranger.half_signs_in(email).await;
            stranger.enters(way, code).await.leads_to("/sign-in");
            assert!(!stranger.has_session());
        }
        assert_eq!(mailed(&app, email, NOTICE).await, 1);
    }
});

both!(mf_09_surfaces_share_one_counter, async |app: TestApp| {
    let Holder { phone, mut browser, .. } = app.enrolled(MIRA).await;
    // A stolen session, without the cookie of the device; its owner was here just
    // now.
    browser.forget("-device");
    browser.begins_enrolment().await;
    let wrong = phone.wrong(app.clock.now());
    let mut half = app.browser();
    half.half_signs_in(MIRA).await;
    for place in 0..5 {
        let reply = match place {
            0 => half.enters_code(&wrong).await,
            1 => browser.steps_up(&wrong).await,
            2 => browser.disables(PASSWORD, "authenticator", &wrong).await,
            3 => {
                browser.get(AUTHENTICATOR).await.is(200);
                browser.post(AUTHENTICATOR, &[("code", "000000")]).await
            }
            _ => browser.steps_up(&wrong).await,
        };
        reply.is(403);
    }
    let code = phone.code(app.clock.now());
    browser.steps_up(&code).await.is(429);
    browser.disables(PASSWORD, "authenticator", &code).await.is(429);
    browser.get(AUTHENTICATOR).await.is(200);
    browser.post(AUTHENTICATOR, &[("code", &code)]).await.is(429);
    half.enters_code(&code).await.leads_to("/sign-in");
    assert_eq!(mailed(&app, MIRA, NOTICE).await, 1);
    assert_eq!(logged(&app, "sign-in refused/throttled").await, 1);
});

both!(mf_21_the_limit_ends_the_sign_in, async |app: TestApp| {
    let Holder { phone, .. } = app.enrolled(MIRA).await;
    let mut guesser: Browser = app.browser();
    guesser.half_signs_in(MIRA).await;
    for _ in 0..4 {
        guesser.enters_code(&phone.wrong(app.clock.now())).await.is(403).shows(WRONG);
    }
    let mut kept = guesser.clone();
    guesser.enters_code(&phone.wrong(app.clock.now())).await.leads_to("/sign-in");
    guesser.get("/sign-in").await.shows(TOO_MANY);
    app.wait(2 * STEP);
    kept.enters_code(&phone.code(app.clock.now())).await.leads_to("/sign-in");
    kept.get("/sign-in").await.shows(OVER);
    assert!(!kept.has_session() && !guesser.has_session());
    kept.get(CHALLENGE).await.leads_to("/sign-in");
    app.browser().signs_in_with_code(MIRA, &phone.code(app.clock.now())).await;
});
