//! PW-11: while strangers try passwords their owner is told, once and not a
//! thousand times; whether there is an owner, nobody else can tell.

use super::{minutes, step_up, strangers_fail};
use crate::both;
use crate::support::{Backend, Browser, OTHER_PASSWORD, PASSWORD, TestApp, rounds};
use portcullis::delivery::Mail;
use std::time::Duration;

const ALICE: &str = "alice@example.com";
const TRIED: &str = "Someone is trying passwords for your account at Portcullis";
const CLOSED: &str = "Your account at Portcullis is closed to new browsers";
/// Failures in a row that an owner is told of.
const TOLD_AT: usize = 10;

/// What has been sent to somebody, the newest first.
async fn told(app: &TestApp, to: &str) -> Vec<String> {
    app.mail().await.into_iter().filter(|mail| mail.to == to).map(|mail| mail.subject).collect()
}

/// Once whatever was counted has been judged.
async fn answered(app: &TestApp) {
    app.wait(minutes(1));
    app.post().await;
}

/// A new streak of failures by strangers, as quickly as they are let.
async fn streak(app: &TestApp, email: &str, times: usize) {
    for number in 1..=times {
        strangers_fail(app, email, 1).await;
        if let Some(over) = number.checked_sub(5) {
            let wait = 30_u64.saturating_mul(1 << over.min(7)).min(3600);
            app.wait(Duration::from_secs(wait));
        }
    }
}

async fn noted(app: &TestApp) -> i64 {
    app.count("SELECT COUNT(*) FROM mail_requests").await
}

both!(pw_11_an_hour_and_five_days_of_guesses_are_two_mails, async |app: TestApp| {
    app.account(ALICE).await;
    let mut alice = app.browser();
    alice.signs_in(ALICE, PASSWORD).await;
    let mut stranger = app.browser();
    stranger.address = [198, 51, 100, 23].into();
    stranger.user_agent = "python-requests/2.32.5".into();
    for _ in 0..60 {
        stranger.sign_in(ALICE, OTHER_PASSWORD).await;
        app.wait(minutes(1));
        app.post().await;
    }
    let mail: Vec<Mail> = app.mail().await;
    assert_eq!(mail.len(), 1, "{mail:?}");
    assert_eq!((mail[0].to.as_str(), mail[0].subject.as_str()), (ALICE, TRIED));
    for part in [&mail[0].text, &mail[0].html] {
        for said in ["10 wrong passwords in a row", "198.51.100.23", "Python Requests 2"] {
            assert!(part.contains(said), "{said} is missing in {part}");
        }
    }
    assert!(mail[0].text.contains("/settings/security\n"));

    for _ in 0..24 * 5 {
        app.wait(minutes(60));
        stranger.sign_in(ALICE, OTHER_PASSWORD).await;
        stranger.sign_in(ALICE, OTHER_PASSWORD).await;
        app.post().await;
    }
    // The first is too old to be read by now, and both are all there were.
    assert_eq!(told(&app, ALICE).await, [CLOSED]);
    let written = |purpose| format!("SELECT COUNT(*) FROM outbox WHERE purpose = '{purpose}'");
    assert_eq!(app.count(&written("passwords-tried")).await, 1);
    assert_eq!(app.count(&written("sign-in-closed")).await, 1);
    assert_eq!(app.count("SELECT COUNT(*) FROM outbox").await, 2);
    let closed = &app.mail().await[0].text;
    assert!(closed.contains("100 wrong passwords in a row") && closed.contains("198.51.100.23"));
    assert!(closed.contains("/forgot-password\n"), "{closed}");

    // What the mails say is so.
    app.browser().sign_in(ALICE, PASSWORD).await.is(429);
    let mut known = alice.clone();
    known.forget("-session");
    known.signs_in(ALICE, PASSWORD).await;
    app.browser().signs_in(ALICE, PASSWORD).await;
});

both!(pw_11_a_live_session_works_and_its_owner_is_told_of_it, async |app: TestApp| {
    app.account(ALICE).await;
    let mut alice = app.browser();
    alice.signs_in(ALICE, PASSWORD).await;
    streak(&app, ALICE, TOLD_AT).await;
    answered(&app).await;
    assert_eq!(told(&app, ALICE).await, [TRIED]);
    assert!(alice.is_signed_in().await);
    alice.change_password(PASSWORD, "Another-horse 3 paper").await.leads_to("/settings/security");
});

both!(pw_11_a_stolen_session_that_guesses_is_told_of_too, async |app: TestApp| {
    app.account(ALICE).await;
    let mut thief = app.browser();
    thief.signs_in(ALICE, PASSWORD).await;
    thief.forget("-device");
    for _ in 0..TOLD_AT {
        step_up(&mut thief, OTHER_PASSWORD).await.is(403);
        app.wait(minutes(20));
    }
    answered(&app).await;
    assert_eq!(told(&app, ALICE).await, [TRIED]);
    assert!(app.mail().await[0].text.contains(&thief.address.to_string()));
});

both!(pw_11_new_streaks_are_no_new_mail_for_a_day, async |app: TestApp| {
    app.account(ALICE).await;
    for _ in 0..5 {
        streak(&app, ALICE, TOLD_AT).await;
        answered(&app).await;
        app.browser().signs_in(ALICE, PASSWORD).await;
    }
    assert_eq!(told(&app, ALICE).await, [TRIED]);
    app.wait(minutes(24 * 60));
    streak(&app, ALICE, TOLD_AT).await;
    answered(&app).await;
    assert_eq!(told(&app, ALICE).await, [TRIED; 2]);
    // Nor does anybody else get it, or does it take the place of mail that people ask for.
    app.wait(minutes(1));
    app.browser().forgets(ALICE).await.is(200);
    app.post().await;
    assert_eq!(told(&app, ALICE).await[0], "Create a new password for Portcullis");
    assert_eq!(app.mail().await.len(), 3);
});

both!(pw_11_the_right_password_at_the_tenth_try_alarms_nobody, async |app: TestApp| {
    app.account(ALICE).await;
    streak(&app, ALICE, TOLD_AT - 1).await;
    app.browser().signs_in(ALICE, PASSWORD).await;
    // Not even where somebody looks before it has been judged.
    assert_eq!(noted(&app).await, 1);
    app.post().await;
    assert_eq!(noted(&app).await, 1);
    answered(&app).await;
    assert_eq!((noted(&app).await, app.mail().await), (0, vec![]));
});

both!(pw_11_a_restart_loses_no_alarm, async |app: TestApp| {
    app.account(ALICE).await;
    streak(&app, ALICE, TOLD_AT).await;
    let app = app.restart(&[]).await;
    app.wait(minutes(10 * 60));
    portcullis::jobs::prune(&app).await.unwrap();
    app.post().await;
    assert_eq!(told(&app, ALICE).await, [TRIED]);
    // The count and the alarm are one commit: with neither, nothing is answered.
    app.tamper("DELETE FROM mail_requests").await;
    app.tamper("ALTER TABLE mail_requests RENAME TO away").await;
    app.tamper("UPDATE failure_counters SET failures = 9, wait_until = 0").await;
    app.browser().sign_in(ALICE, OTHER_PASSWORD).await.is(500);
    let nine =
        "SELECT COUNT(*) FROM failure_counters WHERE kind = 'password-account' AND failures = 9";
    assert_eq!(app.count(nine).await, 1);
});

/// Of one length, as is then the page that repeats them.
const CLASSES: [&str; 5] = [
    "nobody123@example.com",
    "known9999@example.com",
    "suspended@example.com",
    "invited88@example.com",
    "closed777@example.com",
];

async fn rows(app: &TestApp) -> Vec<i64> {
    let mut counted = Vec::new();
    for table in ["mail_requests", "failure_counters", "security_events", "outbox", "sessions"] {
        counted.push(app.count(&format!("SELECT COUNT(*) FROM {table}")).await);
    }
    counted
}

async fn seen(app: &TestApp, email: &str, attempt: usize) -> String {
    let mut browser: Browser = app.browser();
    // No network has to wait, and each address is as long as the others.
    browser.address = [198, 51, 100, 20 + u8::try_from(attempt).unwrap()].into();
    browser.get("/sign-in").await.is(200);
    let before = rows(app).await;
    let fields = [("email", email), ("password", OTHER_PASSWORD)];
    let reply = browser.post("/sign-in", &fields).await;
    let written: Vec<i64> =
        rows(app).await.iter().zip(before).map(|(after, before)| after - before).collect();
    let page = reply.body.replace(browser.token.as_ref().unwrap(), "TOKEN").replace(email, "EMAIL");
    format!("{} {:?} {written:?}\n{page}", reply.status, reply.headers)
}

both!(pw_11_14_nobody_can_tell_whether_there_is_an_owner_to_tell, async |app: TestApp| {
    app.account(CLASSES[1]).await;
    app.account(CLASSES[2]).await;
    app.suspend(CLASSES[2]).await;
    app.invite(CLASSES[3]).await;
    app.account(CLASSES[4]).await;
    let past = "UPDATE accounts SET closes_at = 1 WHERE email = 'closed777@example.com'";
    assert_eq!(app.tamper(past).await, 1);
    app.tamper("DELETE FROM outbox").await;
    for attempt in 1..=TOLD_AT + 1 {
        // The network has its row before.
        seen(&app, &format!("stranger{attempt}@example.com"), attempt).await;
        let mut views = Vec::new();
        for email in CLASSES {
            views.push(seen(&app, email, attempt).await);
        }
        let raised = views[0].contains("[1, 1, 1, 0, 0]") || views[0].contains("[1, 0, 1, 0, 0]");
        assert_eq!(raised, attempt == TOLD_AT, "attempt {attempt}: {}", views[0]);
        for view in &views {
            assert_eq!(view, &views[0], "attempt {attempt}");
        }
        app.wait(minutes(60));
    }
    // In the table they look alike, too: nothing but what was typed makes the row.
    let sizes = "SELECT COUNT(DISTINCT LENGTH(sealed)) FROM mail_requests";
    assert_eq!((noted(&app).await, app.count(sizes).await), (5, 1));
    let hex = hex::encode("known9999");
    let purposes = "SELECT COUNT(*) FROM mail_requests WHERE purpose = 'passwords-tried'";
    assert_eq!(app.count(purposes).await, 5);
    assert!(
        !app.dump()
            .await
            .iter()
            .any(|row| { row.contains("passwords-tried") && row.contains(&hex) })
    );
    app.post().await;
    assert_eq!(noted(&app).await, 0);
    let to: Vec<String> = app.mail().await.into_iter().map(|mail| mail.to).collect();
    assert_eq!(to, [CLASSES[1]]);
});

/// The same moment on all nodes, for the tries and for whoever answers.
async fn once(nodes: &[&TestApp]) {
    let app = nodes[0];
    for round in 0..rounds() {
        let email = format!("alice{round}@example.com");
        app.account(&email).await;
        streak(app, &email, TOLD_AT - 1).await;
        let mut tries = tokio::task::JoinSet::new();
        for number in 0..8 {
            let mut browser = nodes[number % nodes.len()].browser();
            let email = email.clone();
            tries.spawn(async move { browser.sign_in(&email, OTHER_PASSWORD).await.status });
        }
        let judged = tries.join_all().await.iter().filter(|status| status.as_u16() == 403).count();
        assert_eq!((judged, noted(app).await), (1, 1));
        app.wait(minutes(1));
        everybody_answers(nodes).await;
        assert_eq!((told(app, &email).await, noted(app).await), (vec![TRIED.to_owned()], 0));
    }
}

async fn everybody_answers(nodes: &[&TestApp]) {
    let mut answering = tokio::task::JoinSet::new();
    for number in 0..4 {
        let app = nodes[number % nodes.len()].app.clone();
        answering.spawn(async move { portcullis::jobs::answer_requests(&app).await.unwrap() });
    }
    answering.join_all().await;
}

both!(pw_11_of_tries_at_once_one_raises_one_alarm, async |app: TestApp| {
    once(&[&app]).await;
});

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pw_11_of_tries_at_once_one_raises_one_alarm_on_two_nodes_postgres() {
    let one = TestApp::new(Backend::Postgres).await;
    let two = one.second_node().await;
    once(&[&one, &two]).await;
}
