//! PW-13 and PW-14: no answer tells who has an account, and unknown names are
//! counted, locked and logged like known ones.

use super::{WAIT_30, WRONG, strangers_fail};
use crate::both;
use crate::support::{Browser, OTHER_PASSWORD, PASSWORD, Reply, TestApp};

/// Who is asked for, and with what; the addresses are of one length, as is then
/// the page that repeats them.
const CLASSES: [(&str, &str); 4] = [
    ("nobody123@example.com", PASSWORD),
    ("known9999@example.com", OTHER_PASSWORD),
    ("suspended@example.com", OTHER_PASSWORD),
    ("suspend-2@example.com", PASSWORD),
];

async fn people(app: &TestApp) {
    app.account("known9999@example.com").await;
    for email in ["suspended@example.com", "suspend-2@example.com"] {
        app.account(email).await;
        app.suspend(email).await;
    }
}

/// The page without what differs of right: the form's token and the address that
/// was typed.
fn without_own(reply: &Reply, browser: &Browser, email: &str) -> String {
    reply.body.replace(browser.token.as_ref().unwrap(), "TOKEN").replace(email, "EMAIL")
}

async fn rows(app: &TestApp) -> Vec<i64> {
    let mut counted = Vec::new();
    for table in ["failure_counters", "security_events", "sessions", "known_devices", "passwords"] {
        counted.push(app.count(&format!("SELECT COUNT(*) FROM {table}")).await);
    }
    counted
}

/// What of an attempt can be seen from outside, and how many rows it wrote.
async fn seen(app: &TestApp, browser: &mut Browser, email: &str, password: &str) -> String {
    browser.get("/sign-in").await.is(200);
    let before = rows(app).await;
    let fields = [("email", email), ("password", password)];
    let reply = browser.post("/sign-in", &fields).await;
    let written: Vec<i64> =
        rows(app).await.iter().zip(before).map(|(after, before)| after - before).collect();
    let page = without_own(&reply, browser, email);
    format!("{} {:?} {written:?}\n{page}", reply.status, reply.headers)
}

both!(pw_13_14_answers_are_the_same_for_everybody, async |app: TestApp| {
    people(&app).await;
    // Up to the lock-out and beyond, the same at each step.
    for attempt in 0..7 {
        let mut views = Vec::new();
        for (email, password) in CLASSES {
            views.push(seen(&app, &mut app.browser(), email, password).await);
        }
        let sentence = if attempt < 5 { WRONG } else { WAIT_30 };
        assert!(views[0].contains(sentence), "{}", views[0]);
        for view in &views {
            assert_eq!(view, &views[0], "attempt {attempt}");
        }
    }
    // The counters in the table don't tell either.
    let subjects =
        "SELECT COUNT(*) FROM failure_counters WHERE kind = 'password-account' AND failures = 5";
    assert_eq!(app.count(subjects).await, 4);
});

both!(pw_14_unknown_names_wait_as_long_and_as_often, async |app: TestApp| {
    people(&app).await;
    let waits = [30, 60, 120, 240];
    for (email, password) in CLASSES {
        strangers_fail(&app, email, 4).await;
        for seconds in waits {
            app.browser().sign_in(email, OTHER_PASSWORD).await.is(403);
            let reply = app.browser().sign_in(email, password).await;
            reply.is(429);
            assert_eq!(reply.headers["retry-after"], (seconds + 1).to_string().as_str(), "{email}");
            app.wait(std::time::Duration::from_secs(seconds));
        }
    }
});

both!(pw_13_a_known_devices_cookie_changes_nothing_elsewhere, async |app: TestApp| {
    people(&app).await;
    app.account("eve@example.com").await;
    let mut eve = app.browser();
    eve.signs_in("eve@example.com", PASSWORD).await;
    eve.forget("-session");
    let mut views = Vec::new();
    for (email, password) in CLASSES {
        views.push(seen(&app, &mut eve, email, password).await);
    }
    // The network's own row is there from the first attempt on.
    for view in &views {
        let (_, page) = view.split_once('\n').unwrap();
        assert!(views[0].ends_with(page));
    }
});
