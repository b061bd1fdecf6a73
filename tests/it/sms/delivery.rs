//! The outbox over a carrier: what is committed arrives, signed, and nothing of
//! it is readable once it is sent.

use super::carrier::{Answer, Carrier, SECRET};
use super::on_both;
use super::{ask, binding, number};
use crate::support::{Backend, TestApp};
use portcullis::delivery::{self, Mail, Posted, TextMessage};
use portcullis::features::second_factor::sms::CodePurpose::{self, SignIn, StepUp};
use portcullis::features::second_factor::sms::TextAdmission::Admitted;
use std::time::Duration;

const MIRA: &str = "mira@example.com";

pub async fn drain(app: &TestApp) -> u64 {
    let carrier = app.sms.clone().unwrap();
    delivery::drain(app, |posted: Posted<TextMessage>| {
        let (carrier, now) = (carrier.clone(), app.clock.now());
        async move { carrier.send(&posted.message, &posted.message_id, now).await }
    })
    .await
    .unwrap()
}

pub async fn with(carrier: &Carrier, backend: Backend) -> TestApp {
    let settings = carrier.settings();
    let settings: Vec<_> = settings.iter().map(|(key, value)| (*key, value.as_str())).collect();
    TestApp::with(backend, &settings).await
}

async fn a_code_arrives_signed_and_nothing_is_left(backend: Backend) {
    let carrier = Carrier::start().await;
    let app = with(&carrier, backend).await;
    let mira = app.account(MIRA).await;
    assert_eq!(ask(&app, &binding(mira.id, SignIn, 1), &number(1)).await, Admitted);
    let mails = app.mail().await.len();
    let code = super::newest_code(&app).await;
    // Neither the code nor the number can be read in the database.
    let rows = app.dump().await.join("\n");
    assert!(!rows.contains(&code) && !rows.contains("447400120001"), "{rows}");
    app.wait(Duration::from_secs(3));
    assert_eq!(drain(&app).await, 1);
    let received = carrier.received();
    assert_eq!(received.len(), 1);
    let one = &received[0];
    assert!(one.signed, "{one:?}");
    assert_eq!((one.method.as_str(), one.path.as_str()), ("POST", "/send?key=hunter2"));
    assert_eq!(one.headers["content-type"], "application/json");
    assert_eq!(one.headers["host"], format!("localhost:{}", carrier.port));
    let sent = app.clock.now().millis() / 1000;
    assert_eq!(one.headers["webhook-timestamp"], sent.to_string());
    assert_eq!(one.body.as_object().unwrap().len(), 2);
    assert_eq!(one.body["to"], "+447400120001");
    let text = one.body["text"].as_str().unwrap();
    let said = format!(
        "{code} is your Portcullis code. Do not share it with anyone.\n\n@localhost #{code}"
    );
    assert_eq!(text, said);
    // One part of GSM 03.38, in which such letters have seven bits.
    assert!(text.is_ascii() && text.len() <= 160);
    assert_eq!(drain(&app).await, 0);
    assert_eq!(app.mail().await.len(), mails);
    let blank = "SELECT COUNT(*) FROM outbox WHERE channel = 'text' AND sealed IS NULL \
                 AND key_id IS NULL AND sent_at IS NOT NULL";
    assert_eq!(app.count(blank).await, 1);
}

async fn a_dead_carrier_comes_back(backend: Backend) {
    let carrier = Carrier::start().await;
    let app = with(&carrier, backend).await;
    let mira = app.account(MIRA).await;
    let port = carrier.port;
    carrier.answers(Answer::Status(503));
    ask(&app, &binding(mira.id, SignIn, 1), &number(1)).await;
    assert_eq!(drain(&app).await, 0);
    let first = carrier.received();
    drop(carrier);
    tokio::time::sleep(Duration::from_millis(10)).await;
    app.wait(Duration::from_mins(1));
    assert_eq!(drain(&app).await, 0);
    let refused = "SELECT COUNT(*) FROM outbox WHERE last_error IS NOT NULL AND dead_at IS NULL";
    assert_eq!(app.count(refused).await, 1);
    let carrier = Carrier::with(port, None).await;
    app.wait(Duration::from_mins(2));
    assert_eq!(drain(&app).await, 1);
    let second = carrier.received();
    assert_eq!((first.len(), second.len()), (1, 1));
    // The same message, so that a carrier can drop a second copy; a time of its own.
    assert_eq!(first[0].headers["webhook-id"], second[0].headers["webhook-id"]);
    assert_ne!(first[0].headers["webhook-timestamp"], second[0].headers["webhook-timestamp"]);
    assert_eq!(first[0].body, second[0].body);
    assert!(second[0].signed);
}

/// Ten minutes later a code is of no use, whatever the carrier does then.
async fn what_is_too_late_is_not_sent(backend: Backend) {
    let carrier = Carrier::start().await;
    let app = with(&carrier, backend).await;
    let mira = app.account(MIRA).await;
    carrier.answers(Answer::Status(500));
    ask(&app, &binding(mira.id, SignIn, 1), &number(1)).await;
    for _ in 0..9 {
        assert_eq!(drain(&app).await, 0);
        app.wait(Duration::from_mins(1));
    }
    let tried = carrier.received().len();
    assert!((3..8).contains(&tried), "{tried}");
    app.wait(Duration::from_mins(2));
    carrier.answers(Answer::Status(200));
    assert_eq!(drain(&app).await, 0);
    portcullis::jobs::prune(&app).await.unwrap();
    assert_eq!(app.count("SELECT COUNT(*) FROM outbox WHERE sealed IS NOT NULL").await, 0);
    let backlog = delivery::backlog(&mut &app.db).await.unwrap();
    assert_eq!((backlog.waiting, backlog.dead), (0, 1));
    assert_eq!(carrier.received().len(), tried);
}

/// Mail and text messages don't hold each other up, and none goes the other way.
async fn each_way_has_its_own(backend: Backend) {
    let carrier = Carrier::start().await;
    let app = with(&carrier, backend).await;
    let mira = app.account(MIRA).await;
    ask(&app, &binding(mira.id, SignIn, 1), &number(1)).await;
    app.invite("noor@example.com").await;
    let mails = delivery::drain(&app, |posted: Posted<Mail>| {
        assert_eq!(posted.message.to, "noor@example.com");
        async { Ok(()) }
    });
    assert_eq!(mails.await.unwrap(), 1);
    assert_eq!(drain(&app).await, 1);
    assert_eq!(carrier.received().len(), 1);
    // Somebody who has the database makes mail a text message: it goes nowhere.
    app.invite("omar@example.com").await;
    app.tamper("UPDATE outbox SET channel = 'text' WHERE sealed IS NOT NULL").await;
    assert_eq!(drain(&app).await, 0);
    assert_eq!(carrier.received().len(), 1);
    assert_eq!(app.count("SELECT COUNT(*) FROM outbox WHERE dead_at IS NOT NULL").await, 1);
}

/// What is rolled back is neither sent nor counted.
async fn an_act_that_fails_tells_nobody(backend: Backend) {
    let carrier = Carrier::start().await;
    let app = with(&carrier, backend).await;
    let mira = app.account(MIRA).await;
    for _ in 0..20 {
        let now = app.clock.now();
        let text = app.text(None, now);
        let (bound, to) = (binding(mira.id, StepUp, 1), number(1));
        let mut tx = app.db.begin().await.unwrap();
        let admission = portcullis::features::second_factor::sms::send_code(
            &mut tx,
            &app,
            &bound,
            &to,
            (&text, None),
            now,
        );
        assert_eq!(admission.await.unwrap(), Admitted);
    }
    assert_eq!(drain(&app).await, 0);
    assert_eq!(app.count("SELECT COUNT(*) FROM sms_codes").await, 0);
    assert_eq!(app.count("SELECT COUNT(*) FROM sms_counters").await, 0);
    assert!(carrier.received().is_empty());
}

on_both!(
    a_code_arrives_signed_and_nothing_is_left,
    a_dead_carrier_comes_back,
    what_is_too_late_is_not_sent,
    each_way_has_its_own,
    an_act_that_fails_tells_nobody,
);
