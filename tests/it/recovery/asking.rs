//! Asking for a reset link: what comes of it, and what nobody learns from it.

use super::{MIRA, NEW, minutes, reset_link};
use crate::both;
use crate::support::{Browser, PASSWORD, Reply, TestApp};
use std::time::Duration;

const SENT: &str = "Check your inbox";

async fn counts(app: &TestApp) -> Vec<i64> {
    let mut counted = Vec::new();
    for table in [
        "mail_requests",
        "failure_counters",
        "security_events",
        "outbox",
        "mailed_links",
        "sessions",
        "known_devices",
    ] {
        counted.push(app.count(&format!("SELECT COUNT(*) FROM {table}")).await);
    }
    counted
}

fn without_own(reply: &Reply, browser: &Browser, email: &str) -> String {
    reply.body.replace(browser.token.as_ref().unwrap(), "TOKEN").replace(email, "EMAIL")
}

/// What of an answer can be seen from outside, and which rows were written.
async fn seen(app: &TestApp, page: &str, email: &str) -> String {
    let mut browser = app.browser();
    browser.get(page).await.is(200);
    let before = counts(app).await;
    let reply = browser.post(page, &[("email", email)]).await;
    let after = counts(app).await;
    let written: Vec<i64> =
        after.iter().zip(before).map(|(after, before)| after - before).collect();
    let page = without_own(&reply, &browser, email);
    format!("{} {:?} {written:?}\n{page}", reply.status, reply.headers)
}

/// Of one length, as is then the page that repeats them.
const CLASSES: [&str; 4] = [
    "nobody123@example.com",
    "known9999@example.com",
    "suspended@example.com",
    "invited88@example.com",
];

async fn people(app: &TestApp) {
    app.account(CLASSES[1]).await;
    app.account(CLASSES[2]).await;
    app.suspend(CLASSES[2]).await;
    app.invite(CLASSES[3]).await;
    app.tamper("DELETE FROM outbox").await;
}

both!(rs_24_pw_14_the_answer_is_the_same_for_everybody, async |app: TestApp| {
    let app = app.restart(&[("sign_up", "open")]).await;
    people(&app).await;
    for page in ["/forgot-password", "/sign-up"] {
        // Beyond the limit of an address, too.
        for attempt in 0..5 {
            let mut views = Vec::new();
            for email in CLASSES {
                views.push(seen(&app, page, email).await);
            }
            assert!(views[0].contains(SENT), "{}", views[0]);
            for view in &views {
                assert_eq!(view, &views[0], "{page}, attempt {attempt}");
            }
        }
        app.wait(minutes(61));
    }
    // Nothing was sent while anybody waited for an answer.
    assert_eq!(app.mail().await, []);
});

both!(rs_24_mail_is_written_after_the_answer, async |app: TestApp| {
    people(&app).await;
    for email in CLASSES {
        app.browser().forgets(email).await.is(200).shows(SENT);
    }
    assert_eq!(app.mail().await, []);
    assert_eq!(app.count("SELECT COUNT(*) FROM mail_requests").await, 4);
    app.post().await;
    assert_eq!(app.count("SELECT COUNT(*) FROM mail_requests").await, 0);
    let mut to: Vec<String> = app.mail().await.into_iter().map(|mail| mail.to).collect();
    to.sort();
    assert_eq!(to, [CLASSES[3], CLASSES[1]]);
    app.link(CLASSES[1], "password-reset").await;
    app.link(CLASSES[3], "invitation").await;
    // Answered once.
    app.post().await;
    assert_eq!(app.mail().await.len(), 2);
});

both!(mail_says_when_and_from_where_it_was_asked_for, async |app: TestApp| {
    let app = app.restart(&[("sign_up", "open")]).await;
    app.account(MIRA).await;
    let mut browser = app.browser();
    browser.user_agent = "<b>Canary<b>".into();
    browser.forgets(MIRA).await.is(200);
    browser.asks_to_sign_up(MIRA).await.is(200);
    browser.asks_to_sign_up("new@example.com").await.is(200);
    // The moment of asking, and not of answering.
    app.wait(minutes(40));
    app.post().await;
    let mail = app.mail().await;
    assert_eq!(mail.len(), 3);
    for mail in mail {
        for said in ["When: 24 Nov 2026, 09:00 UTC", &browser.address.to_string()] {
            assert!(mail.text.contains(said), "{said} is missing: {}", mail.text);
        }
        assert!(mail.text.contains("Browser: <b>Canary<b>") && !mail.html.contains("<b>"));
    }
    // Nobody has asked for what an administrator sends.
    app.dead_message(&app.account("k@example.com").await).await;
    app.tamper("UPDATE outbox SET dead_at = NULL").await;
    let sent = app.mail().await.into_iter().find(|mail| mail.to == "k@example.com").unwrap();
    assert!(sent.text.contains("sends you this link") && !sent.text.contains("When:"));
});

both!(what_was_typed_is_sealed_until_it_is_answered, async |app: TestApp| {
    app.account(MIRA).await;
    app.browser().forgets("somebody.else@example.com").await.is(200);
    app.browser().forgets(MIRA).await.is(200);
    assert_eq!(app.count("SELECT COUNT(*) FROM mail_requests").await, 2);
    let hex = hex::encode("somebody.else");
    let dump = app.dump().await;
    let requests: Vec<&String> = dump.iter().filter(|row| row.contains(&hex)).collect();
    assert_eq!(requests, Vec::<&String>::new());
    // Moved to another row, it opens nothing, and the rest goes on.
    let swap = "UPDATE mail_requests SET sealed = \
                (SELECT sealed FROM mail_requests ORDER BY id LIMIT 1)";
    app.tamper(swap).await;
    app.post().await;
    assert_eq!(app.count("SELECT COUNT(*) FROM mail_requests").await, 1);
    app.wait(minutes(61));
    portcullis::jobs::prune(&app.app).await.unwrap();
    assert_eq!(app.count("SELECT COUNT(*) FROM mail_requests").await, 0);
});

both!(an_address_gets_three_mails_an_hour_and_nobody_is_told, async |app: TestApp| {
    app.account(MIRA).await;
    for _ in 0..6 {
        app.wait(Duration::from_millis(1));
        app.browser().forgets(MIRA).await.is(200).shows(SENT);
        app.post().await;
    }
    assert_eq!(app.mail().await.len(), 3);
    // In whatever spelling.
    app.browser().forgets(" MIRA@Example.com").await.is(200);
    app.post().await;
    assert_eq!(app.mail().await.len(), 3);
    let asked = |events: Vec<String>, result: &str| {
        events.iter().filter(|own| **own == format!("password-reset-asked {result}")).count()
    };
    assert_eq!(asked(app.events().await, "succeeded"), 3);
    assert_eq!(asked(app.events().await, "refused/throttled"), 4);
    // The latest of them works all the while, and after an hour there are more.
    let link = app.link(MIRA, "password-reset").await;
    app.browser().get(&link).await.is(200);
    app.wait(minutes(59));
    app.browser().forgets(MIRA).await.is(200);
    app.post().await;
    assert_eq!(app.mail().await.len(), 3);
    app.wait(minutes(1));
    reset_link(&app, MIRA).await;
    assert_eq!(app.count("SELECT COUNT(*) FROM outbox").await, 4);
});

both!(a_network_that_asks_too_much_waits, async |app: TestApp| {
    let mut browser = app.browser();
    for number in 0..30 {
        browser.forgets(&format!("nobody{number}@example.com")).await.is(200);
    }
    let reply = browser.forgets(MIRA).await;
    reply.is(429).shows("Too many attempts from your network. Try again in 1 minute.");
    assert_eq!(reply.headers["retry-after"], "31");
    assert!(reply.body.contains(&format!("value=\"{MIRA}\"")), "what was typed is gone");
    assert_eq!(app.events().await.last().unwrap(), "password-reset-asked refused/throttled");
    assert_eq!(app.count("SELECT COUNT(*) FROM mail_requests").await, 30);
    // Neither others nor a sign-in from there pay for it.
    app.account(MIRA).await;
    app.browser().forgets(MIRA).await.is(200);
    browser.signs_in(MIRA, PASSWORD).await;
    app.wait(minutes(1));
    browser.forget("-session");
    browser.forgets("somebody@example.com").await.is(200);
});

both!(rs_02_mail_goes_to_the_stored_address_alone, async |app: TestApp| {
    app.account("Mira@Example.com").await;
    app.account("k@example.com").await;
    let eve = "eve@evil.example";
    for typed in [
        format!("mira@example.com,{eve}"),
        format!("mira@example.com;{eve}"),
        format!("mira@example.com {eve}"),
        format!("mira@example.com\r\ncc: {eve}"),
        format!("{eve}\nmira@example.com"),
        format!("<mira@example.com>{eve}"),
        "m\u{131}ra@example.com".into(),
        "\u{212a}@example.com".into(),
        "mira@example.com\u{0}".into(),
        "mira+reset@example.com".into(),
        "m.ira@example.com".into(),
        "mira@ex\u{430}mple.com".into(),
    ] {
        let status = app.browser().forgets(&typed).await.status.as_u16();
        assert!(matches!(status, 200 | 400), "{typed:?}: {status}");
    }
    let mut browser = app.browser();
    browser.get("/forgot-password").await;
    let token = browser.token.clone().unwrap();
    for form in [
        format!("csrf={token}&email=mira%40example.com&email=eve%40evil.example"),
        format!("csrf={token}&email[]=mira%40example.com&email[]=eve%40evil.example"),
        format!("csrf={token}&email[0]=mira%40example.com"),
    ] {
        browser.send_form("/forgot-password", form).await.is(400);
    }
    app.post().await;
    assert_eq!(app.mail().await, []);
    // In every spelling of the one address it goes to how that is stored.
    for typed in ["mira@EXAMPLE.com", " MIRA@example.com ", "mira@ｅｘａｍｐｌｅ.com"] {
        app.browser().forgets(typed).await.is(200);
    }
    app.post().await;
    let to: Vec<String> = app.mail().await.into_iter().map(|mail| mail.to).collect();
    assert_eq!(to, ["Mira@Example.com"; 3]);
});

both!(rs_15_pw_19_a_reset_wakes_no_suspended_account, async |app: TestApp| {
    app.account(MIRA).await;
    let link = reset_link(&app, MIRA).await;
    app.suspend(MIRA).await;
    let before = app.mail().await.len();
    app.browser().forgets(MIRA).await.is(200).shows(SENT);
    app.post().await;
    assert_eq!(app.mail().await.len(), before);
    let mut browser = app.browser();
    browser.chooses(&link, NEW).await.is(410);
    // Even where the link is not void, because somebody has the database.
    app.tamper("UPDATE mailed_links SET voided_at = NULL").await;
    browser.get(&link).await.is(404).shows("This link does not work");
    browser.chooses(&link, NEW).await.is(404);
    assert_eq!(app.count("SELECT COUNT(*) FROM accounts WHERE suspended_at IS NULL").await, 0);
    assert_eq!(app.count("SELECT COUNT(*) FROM mailed_links WHERE used_at IS NOT NULL").await, 0);
    app.restore_account(MIRA).await;
    app.browser().signs_in(MIRA, PASSWORD).await;
});

both!(rs_15_suspended_between_asking_and_answering, async |app: TestApp| {
    app.account(MIRA).await;
    app.browser().forgets(MIRA).await.is(200);
    app.suspend(MIRA).await;
    app.tamper("DELETE FROM outbox").await;
    app.post().await;
    assert_eq!(app.mail().await, []);
    assert_eq!(app.count("SELECT COUNT(*) FROM mailed_links").await, 0);
});
