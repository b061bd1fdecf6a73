//! The outbox over a real mail server: what is committed arrives, what is not
//! does not, and nothing is readable once it is sent.

use super::server::{MailServer, Offer, header};
use crate::process::wait_for;
use crate::support::{Backend, OTHER_PASSWORD, PASSWORD, TestApp};
use portcullis::delivery::{self, Letter, Mail, Posted, Purpose};
use serde_json::Value;
use std::time::Duration;

const MIRA: &str = "mira@example.com";

async fn drain(app: &TestApp) -> u64 {
    let smtp = app.smtp.clone().unwrap();
    delivery::drain(app, |posted: Posted<Mail>| {
        let smtp = smtp.clone();
        async move { smtp.send(&posted.message, &posted.message_id, posted.date).await }
    })
    .await
    .unwrap()
}

/// One that anybody may use, because it comes back with nothing but its port.
fn server() -> MailServer {
    MailServer::open(Offer::Stripped, 0)
}

async fn with(server: &MailServer, backend: Backend) -> TestApp {
    let url = format!("smtp://127.0.0.1:{}?starttls=never", server.port);
    TestApp::with(backend, &[("smtp_url", &url), ("mail_from", "security@example.com")]).await
}

fn received(server: &MailServer, at_least: usize) -> Vec<Value> {
    wait_for("the mail", || Some(server.mails()).filter(|mails| mails.len() >= at_least))
}

async fn enqueue(app: &TestApp, to: &str) {
    let now = app.clock.now();
    let text = app.text(None, now);
    let letter = Letter::new(&text, Purpose::PasswordChanged, "Something happened");
    let mut tx = app.db.begin().await.unwrap();
    delivery::enqueue(&mut tx, app, to, None, &letter, now).await.unwrap();
    tx.commit().await.unwrap();
}

async fn what_is_committed_arrives(backend: Backend) {
    let server = server();
    let app = with(&server, backend).await;
    app.account(MIRA).await;
    let mut mira = app.browser();
    mira.signs_in(MIRA, PASSWORD).await;
    mira.change_password(PASSWORD, OTHER_PASSWORD).await.is(303);
    // An act that is rolled back tells nobody.
    {
        let now = app.clock.now();
        let text = app.text(None, now);
        let letter = Letter::new(&text, Purpose::PasswordChanged, "It never happened");
        let mut tx = app.db.begin().await.unwrap();
        delivery::enqueue(&mut tx, &app, MIRA, None, &letter, now).await.unwrap();
    }
    // A server that is away breaks nothing.
    let port = server.port;
    drop(server);
    assert_eq!(drain(&app).await, 0);
    assert_eq!(app.mail().await.len(), 1);
    mira.get("/settings/security").await.is(200);
    assert_eq!(drain(&app).await, 0, "tried again at once");
    let dead = app.count("SELECT COUNT(*) FROM outbox WHERE last_error IS NOT NULL").await;
    assert_eq!(dead, 1);
    let server = MailServer::open(Offer::Stripped, port);
    app.wait(Duration::from_mins(1));
    assert_eq!(drain(&app).await, 1);
    let received = received(&server, 1);
    assert_eq!(received.len(), 1);
    assert_eq!(received[0]["to"], serde_json::json!([MIRA]));
    assert!(header(&received[0], "subject").contains("Your password was changed"));
    // Once, and then nothing of it is left.
    assert_eq!(drain(&app).await, 0);
    let blank = "SELECT COUNT(*) FROM outbox WHERE sealed IS NULL AND key_id IS NULL \
                 AND sent_at IS NOT NULL AND next_attempt_at IS NULL";
    assert_eq!(app.count(blank).await, 1);
}

async fn nothing_is_tried_for_ever(backend: Backend) {
    let server = server();
    let app = with(&server, backend).await;
    enqueue(&app, "550-mira@example.com").await;
    enqueue(&app, "451-mira@example.com").await;
    enqueue(&app, MIRA).await;
    assert_eq!(drain(&app).await, 1);
    let dead = "SELECT COUNT(*) FROM outbox WHERE dead_at IS NOT NULL";
    assert_eq!(app.count(dead).await, 1);
    // Days of trying, with growing pauses.
    for _ in 0..2000 {
        app.wait(Duration::from_mins(3));
        assert_eq!(drain(&app).await, 0);
    }
    assert_eq!(app.count(dead).await, 2);
    let attempts = app.count("SELECT MAX(attempts) FROM outbox").await;
    assert!((15..60).contains(&attempts), "{attempts} attempts");
    // Of no use any more: nothing is left to read, and no retry brings it back.
    portcullis::jobs::prune(&app).await.unwrap();
    assert_eq!(app.count("SELECT COUNT(*) FROM outbox WHERE sealed IS NOT NULL").await, 0);
    assert_eq!(received(&server, 1).len(), 1);
}

/// Whoever took a message and died with it: another takes it after a while, and
/// it is known as the same by its Message-ID.
async fn what_died_with_its_carrier_is_carried_again(backend: Backend) {
    let server = server();
    let app = with(&server, backend).await;
    enqueue(&app, MIRA).await;
    let smtp = app.smtp.clone().unwrap();
    let sent_and_died = delivery::drain(&app, |posted: Posted<Mail>| {
        let smtp = smtp.clone();
        async move {
            smtp.send(&posted.message, &posted.message_id, posted.date).await.unwrap();
            std::future::pending().await
        }
    });
    let arrived = async {
        loop {
            if !server.mails().is_empty() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::select! {
        _ = sent_and_died => panic!("it did not die"),
        () = arrived => {}
    }
    assert_eq!(drain(&app).await, 0, "it may still be on its way");
    app.wait(Duration::from_mins(3));
    assert_eq!(drain(&app).await, 1);
    let received = received(&server, 2);
    assert_eq!(received.len(), 2);
    assert_eq!(header(&received[0], "message-id"), header(&received[1], "message-id"));
}

/// PL-10: a message that was moved to another row is not sent to anybody.
async fn a_moved_message_is_not_sent(backend: Backend) {
    let server = server();
    let app = with(&server, backend).await;
    enqueue(&app, MIRA).await;
    enqueue(&app, "eve@example.com").await;
    let copied = "UPDATE outbox SET sealed = (SELECT sealed FROM outbox ORDER BY id LIMIT 1)";
    assert_eq!(app.tamper(copied).await, 2);
    assert_eq!(drain(&app).await, 1);
    assert_eq!(app.count("SELECT COUNT(*) FROM outbox WHERE dead_at IS NOT NULL").await, 1);
    let received = received(&server, 1);
    assert_eq!((received.len(), &received[0]["to"]), (1, &serde_json::json!([MIRA])));
}

macro_rules! on_both {
    ($($name:ident),+) => {$(
        mod $name {
            use crate::support::Backend;

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                super::$name(Backend::Sqlite).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                super::$name(Backend::Postgres).await;
            }
        }
    )+};
}

on_both!(
    what_is_committed_arrives,
    nothing_is_tried_for_ever,
    what_died_with_its_carrier_is_carried_again,
    a_moved_message_is_not_sent
);
