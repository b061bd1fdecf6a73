//! How waits grow, in which words they are told, and what opens a counter that
//! no waiting opens.

use super::{FREE, counted, logged, minutes, strangers_fail};
use crate::both;
use crate::support::{Browser, OTHER_PASSWORD, PASSWORD, TestApp};
use portcullis::features::account::rules::EmailAddress;
use portcullis::features::administration::{self, By, Changed, Whom};
use portcullis::features::security_log::Reason;
use std::time::Duration;

const MIRA: &str = "mira@example.com";
const HOUR: &str = "Too many attempts. Try again in 60 minutes.";
const CLOSED: &str =
    "Too many attempts. Sign in from a browser that you have used before, or choose";

/// Seconds to wait after the fifth failure and each further one, and the words.
const WAITS: [(u64, &str); 9] = [
    (30, "Too many attempts. Try again in 30 seconds."),
    (60, "Too many attempts. Try again in 60 seconds."),
    (120, "Too many attempts. Try again in 2 minutes."),
    (240, "Too many attempts. Try again in 4 minutes."),
    (480, "Too many attempts. Try again in 8 minutes."),
    (960, "Too many attempts. Try again in 16 minutes."),
    (1920, "Too many attempts. Try again in 32 minutes."),
    (3600, HOUR),
    (3600, HOUR),
];

both!(waits_double_up_to_an_hour_and_say_so, async |app: TestApp| {
    app.account(MIRA).await;
    strangers_fail(&app, MIRA, FREE - 1).await;
    for (seconds, sentence) in WAITS {
        strangers_fail(&app, MIRA, 1).await;
        let reply = app.browser().sign_in(MIRA, PASSWORD).await;
        reply.is(429).shows(sentence).lacks(PASSWORD);
        assert_eq!(reply.headers["retry-after"], (seconds + 1).to_string().as_str());
        // Trying on makes it no longer, and is not judged.
        let before = counted(&app).await;
        app.wait(Duration::from_secs(seconds - 1));
        let last = "Too many attempts. Try again in 1 second.";
        app.browser().sign_in(MIRA, PASSWORD).await.is(429).shows(last);
        assert_eq!(counted(&app).await, before);
        app.wait(Duration::from_secs(1));
    }
    app.browser().signs_in(MIRA, PASSWORD).await;
    assert_eq!(counted(&app).await, 0);
});

both!(a_known_device_waits_a_quarter_of_an_hour_at_most, async |app: TestApp| {
    app.account(MIRA).await;
    let mut mira = app.browser();
    mira.signs_in(MIRA, PASSWORD).await;
    mira.forget("-session");
    for (number, seconds) in [0, 0, 0, 0, 30, 60, 120, 240, 480, 900, 900].into_iter().enumerate() {
        mira.sign_in(MIRA, OTHER_PASSWORD).await.is(403);
        if seconds == 900 {
            let sentence = "Too many attempts. Try again in 15 minutes.";
            mira.sign_in(MIRA, PASSWORD).await.is(429).shows(sentence);
        } else if seconds > 0 {
            mira.sign_in(MIRA, PASSWORD).await.is(429);
        }
        app.wait(Duration::from_secs(seconds));
        let sql = "SELECT MAX(failures) FROM failure_counters WHERE kind = 'password-device'";
        assert_eq!(app.count(sql).await, i64::try_from(number).unwrap() + 1, "it is monotone");
    }
    mira.signs_in(MIRA, PASSWORD).await;
});

/// A hundred failures in a row by strangers, as slowly as they are let.
async fn spend(app: &TestApp) {
    for failures in 1..=100 {
        strangers_fail(app, MIRA, 1).await;
        assert_eq!(counted(app).await, failures, "the counter is not monotone");
        app.wait(minutes(60));
    }
    for days in [0, 1, 29, 31, 365] {
        app.wait(minutes(days * 24 * 60));
        portcullis::jobs::prune(app).await.unwrap();
        app.browser().sign_in(MIRA, PASSWORD).await.is(429).shows(CLOSED);
        assert_eq!(counted(app).await, 100);
    }
}

// NIST SP 800-63B-4 §3.2.2: at most a hundred in a row.
both!(a_hundred_in_a_row_are_the_end_until_the_owner_signs_in, async |app: TestApp| {
    app.account(MIRA).await;
    let mut mira = app.browser();
    mira.signs_in(MIRA, PASSWORD).await;
    mira.forget("-session");
    for failures in 1..=100 {
        strangers_fail(&app, MIRA, 1).await;
        assert_eq!(counted(&app).await, failures);
        app.wait(minutes(60));
    }
    app.browser().sign_in(MIRA, PASSWORD).await.is(429).shows(CLOSED);
    // A wrong password on the known device opens nothing.
    mira.sign_in(MIRA, OTHER_PASSWORD).await.is(403);
    app.browser().sign_in(MIRA, PASSWORD).await.is(429).shows(CLOSED);
    // The right one does.
    mira.signs_in(MIRA, PASSWORD).await;
    assert_eq!(counted(&app).await, 0);
    app.browser().signs_in(MIRA, PASSWORD).await;
});

both!(a_known_device_forgives_strangers_nothing_before_that, async |app: TestApp| {
    app.account(MIRA).await;
    let mut mira = app.browser();
    mira.signs_in(MIRA, PASSWORD).await;
    strangers_fail(&app, MIRA, FREE).await;
    mira.forget("-session");
    mira.signs_in(MIRA, PASSWORD).await;
    // Else a stranger had five more guesses each time that Mira signs in.
    assert_eq!(counted(&app).await, 5);
    app.browser().sign_in(MIRA, PASSWORD).await.is(429);
});

both!(a_hundred_in_a_row_are_the_end_until_the_operator_restores, async |app: TestApp| {
    app.account(MIRA).await;
    let email = EmailAddress::parse(MIRA).unwrap();
    let whom = Whom::Email(&email);
    let changed = administration::restore(&app, By::Operator, whom).await.unwrap();
    assert_eq!(changed, Changed::Refused(Reason::Already));
    spend(&app).await;
    // Nobody has to be suspended first, which would end the owner's sessions.
    let changed = administration::restore(&app, By::Operator, whom).await.unwrap();
    assert!(matches!(changed, Changed::Done(..)));
    assert_eq!(logged(&app, "account-restored succeeded").await, 1);
    app.browser().signs_in(MIRA, PASSWORD).await;
});

// A device that somebody else has used up is a stranger, no worse.
both!(a_spent_device_is_a_stranger_until_its_owner_is_back, async |app: TestApp| {
    app.account(MIRA).await;
    let mut mira = app.browser();
    mira.signs_in(MIRA, PASSWORD).await;
    mira.forget("-session");
    for _ in 0..100 {
        mira.sign_in(MIRA, OTHER_PASSWORD).await.is(403);
        app.wait(minutes(15));
    }
    let devices = async |app: &TestApp| {
        let sql = "SELECT COUNT(*) FROM failure_counters WHERE kind = 'password-device'";
        app.count(sql).await
    };
    assert_eq!((devices(&app).await, counted(&app).await), (1, 0));
    let fail = async |mira: &mut Browser| mira.sign_in(MIRA, OTHER_PASSWORD).await;
    for _ in 0..FREE {
        fail(&mut mira).await.is(403);
    }
    assert_eq!(counted(&app).await, 5, "now it counts as a stranger");
    fail(&mut mira).await.is(429);
    app.wait(minutes(1));
    mira.signs_in(MIRA, PASSWORD).await;
    assert_eq!((devices(&app).await, counted(&app).await), (0, 0));
    // It is known again: strangers don't lock it out.
    strangers_fail(&app, MIRA, FREE).await;
    mira.forget("-session");
    mira.signs_in(MIRA, PASSWORD).await;
});
