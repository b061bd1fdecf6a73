//! MF-01, MF-03, MF-04, MF-15: a code opens once, on one surface, in one
//! spelling, and in time.

use super::{HOME, MIRA, OVER, USED, WRONG, logged};
use crate::both;
use crate::support::phone::{CHALLENGE, DISABLE, STEP};
use crate::support::{Browser, Holder, PASSWORD, TestApp};
use std::time::Duration;

const SECOND: Duration = Duration::from_secs(1);

async fn is_used(app: &TestApp, code: &str) {
    let mut browser = app.browser();
    browser.half_signs_in(MIRA).await;
    browser.enters_code(code).await.is(403).shows(USED);
    assert!(!browser.has_session());
}

both!(mf_01_a_code_opens_once_and_none_before_it, async |app: TestApp| {
    let Holder { phone, .. } = app.enrolled(MIRA).await;
    let code = phone.code(app.clock.now());
    app.browser().signs_in_with_code(MIRA, &code).await;
    is_used(&app, &code).await;
    app.wait(29 * SECOND);
    is_used(&app, &code).await;
    // In the next step it would still be taken from who types slowly.
    app.wait(SECOND);
    is_used(&app, &code).await;
    app.wait(STEP);
    let (before, code) = (phone.code(app.clock.now().minus(STEP)), phone.code(app.clock.now()));
    app.browser().signs_in_with_code(MIRA, &code).await;
    is_used(&app, &before).await;
    app.wait(STEP);
    app.browser().signs_in_with_code(MIRA, &phone.code(app.clock.now())).await;
    assert_eq!(logged(&app, "sign-in refused/used-code").await, 4);
});

both!(a_code_holds_for_its_step_and_the_next, async |app: TestApp| {
    let Holder { phone, .. } = app.enrolled(MIRA).await;
    app.wait(2 * STEP);
    let code = phone.code(app.clock.now());
    app.wait(2 * STEP);
    let mut late = app.browser();
    late.half_signs_in(MIRA).await;
    late.enters_code(&code).await.is(403).shows(WRONG);
    let early = phone.code(app.clock.now().plus(STEP));
    late.enters_code(&early).await.is(403).shows(WRONG);
    let code = phone.code(app.clock.now());
    app.wait(2 * STEP - SECOND);
    late.enters_code(&code).await.leads_to(HOME);
});

/// Uses a code, or tries to.
async fn use_code(app: &TestApp, browser: &mut Browser, email: &str, on: &str, code: &str) -> u16 {
    let reply = match on {
        "sign-in" => {
            let mut other = app.browser();
            other.half_signs_in(email).await;
            other.enters_code(code).await
        }
        "step-up" => browser.steps_up(code).await,
        _ => browser.disables(PASSWORD, "authenticator", code).await,
    };
    if reply.status.as_u16() == 403 {
        reply.shows(USED);
    }
    reply.status.as_u16()
}

both!(mf_03_a_code_that_was_used_anywhere_is_used_everywhere, async |app: TestApp| {
    for first in ["enrolment", "sign-in", "step-up"] {
        for second in ["sign-in", "step-up", "disable"] {
            let email = format!("{first}-{second}@example.com");
            let Holder { phone, mut browser, .. } = app.enrolled(&email).await;
            let now = app.clock.now();
            let code = match first {
                "enrolment" => phone.code(now.minus(STEP)),
                _ => phone.code(now),
            };
            if first != "enrolment" {
                let status = use_code(&app, &mut browser, &email, first, &code).await;
                assert_eq!(status, 303, "{first}");
            }
            let status = use_code(&app, &mut browser, &email, second, &code).await;
            assert_eq!(status, 403, "{first}, then {second}");
            app.wait(STEP);
            let next = phone.code(app.clock.now());
            let status = use_code(&app, &mut browser, &email, second, &next).await;
            assert_eq!(status, 303, "{second} with the next code");
        }
    }
});

both!(mf_04_another_spelling_is_the_same_code, async |app: TestApp| {
    let Holder { phone, .. } = app.enrolled(MIRA).await;
    let code = phone.code(app.clock.now());
    let (head, tail) = code.split_at(3);
    app.browser().signs_in_with_code(MIRA, &format!(" {head} {tail}")).await;
    let arabic: String = code
        .chars()
        .map(|digit| char::from_u32(0x660 + digit.to_digit(10).unwrap()).unwrap())
        .collect();
    let mut browser = app.browser();
    browser.half_signs_in(MIRA).await;
    for (typed, status) in [
        (code.clone(), 403),
        (format!("{head}-{tail}"), 403),
        (format!("  {code}\t"), 403),
        (arabic, 400),
        (format!("+{code}"), 400),
        (format!("0{code}"), 400),
        (format!("{code}0"), 400),
        (format!("{code}\0"), 400),
        (format!("{code}.0"), 400),
    ] {
        let reply = browser.enters_code(&typed).await;
        assert_eq!(reply.status.as_u16(), status, "{typed:?}");
        assert!(!browser.has_session());
    }
});

both!(mf_15_a_sign_in_waits_for_ten_minutes_exactly, async |app: TestApp| {
    let Holder { phone, .. } = app.enrolled(MIRA).await;
    let ten_minutes = Duration::from_mins(10);
    for (waited, opens) in
        [(ten_minutes - SECOND, true), (ten_minutes, false), (ten_minutes + SECOND, false)]
    {
        let mut browser = app.browser();
        browser.half_signs_in(MIRA).await;
        app.wait(waited);
        let reply = browser.enters_code(&phone.code(app.clock.now())).await;
        reply.leads_to(if opens { HOME } else { "/sign-in" });
        assert_eq!(browser.has_session(), opens, "{waited:?}");
        if !opens {
            browser.get("/sign-in").await.shows(OVER);
            browser.get(CHALLENGE).await.leads_to("/sign-in");
        }
    }
    let mut browser = app.browser();
    browser.get(DISABLE).await;
    assert!(!browser.has_session());
});
