//! Auditors read everybody's log, and nothing else of anybody's.

use super::{ADA, MIRA, listed, newest, owner};
use crate::both;
use crate::support::{Browser, PASSWORD, TestApp};
use axum::http::Method;
use portcullis::features::account::Account;
use portcullis::features::account::rules::EmailAddress;
use portcullis::features::administration::{self, By, Changed, Whom};
use portcullis::http::{Declared, routes};
use std::time::Duration;

const EVE: &str = "eve@example.com";

async fn make_auditor(app: &TestApp, email: &str) {
    let email = EmailAddress::parse(email).unwrap();
    let made = administration::make_auditor(app, By::Operator, Whom::Email(&email)).await;
    assert!(matches!(made.unwrap(), Changed::Done(..)));
}

async fn auditor(app: &TestApp) -> (Browser, Account) {
    let (browser, account) = owner(app, EVE).await;
    make_auditor(app, EVE).await;
    (browser, account)
}

both!(an_auditor_is_made_and_unmade_by_an_administrator, async |app: TestApp| {
    let (mut eve, account) = owner(&app, EVE).await;
    app.administrator(ADA).await;
    let mut ada = app.browser();
    ada.signs_in(ADA, PASSWORD).await;
    eve.get("/admin/log").await.is(404);
    let page = format!("/admin/accounts/{}", account.id);
    ada.get(&page).await.shows("Make auditor");
    ada.get(&format!("{page}/make-auditor")).await.is(200).shows("and change nothing");
    ada.post(&format!("{page}/make-auditor"), &[]).await.leads_to(&page);
    ada.get(&page).await.shows("Auditor").shows("Remove as auditor").lacks("Make auditor");
    ada.post(&format!("{page}/make-auditor"), &[]).await.leads_to(&page);
    let mail = app.mail().await.into_iter().find(|mail| mail.to == EVE).unwrap();
    assert!(mail.subject.starts_with("You are an auditor of "), "{}", mail.subject);
    eve.get("/admin/log").await.is(200).shows("Made an auditor");
    ada.post(&format!("{page}/unmake-auditor"), &[]).await.leads_to(&page);
    ada.post(&format!("{page}/unmake-auditor"), &[]).await.leads_to(&page);
    // Out at once.
    eve.get("/admin/log").await.is(404);
    let events = app.events().await;
    let about: Vec<&String> = events.iter().filter(|event| event.starts_with("auditor")).collect();
    assert_eq!(
        about,
        [
            "auditor-made succeeded",
            "auditor-made refused/already",
            "auditor-unmade succeeded",
            "auditor-unmade refused/already",
        ]
    );
    let mail = app.mail().await.into_iter().find(|mail| mail.to == EVE).unwrap();
    assert!(mail.subject.starts_with("You are no longer an auditor of "), "{}", mail.subject);
    app.wait(Duration::from_mins(6));
    for act in ["make-auditor", "unmake-auditor"] {
        let reply = ada.post(&format!("{page}/{act}"), &[]).await;
        assert!(reply.location().starts_with("/step-up?"), "{act}: {}", reply.location());
    }
    app.suspend(EVE).await;
    ada.get(&page).await.is(200).lacks("Make auditor");
    ada.get("/step-up").await;
    ada.post("/step-up", &[("password", PASSWORD)]).await;
    ada.get(&page).await;
    ada.post(&format!("{page}/make-auditor"), &[]).await.leads_to(&page);
    assert_eq!(app.events().await.pop().unwrap(), "auditor-made refused/suspended");
});

// PL-13: of the administrator's pages, logs and the way to them; nothing is done.
both!(pl_13_an_auditor_reads_logs_and_does_nothing, async |app: TestApp| {
    let (mut eve, own) = auditor(&app).await;
    let ada = app.administrator(ADA).await;
    let (mut mira, _) = owner(&app, MIRA).await;
    let dead = app.dead_message(&ada).await;
    let event = listed(&mira.get("/settings/security/log").await.body)[0].clone();
    eve.get("/settings/security").await.shows("Everyone’s log").lacks("Outbox");
    let nowhere = eve.clone().get("/nowhere").await.text();
    let (before, events) = (app.dump().await, app.events().await);
    let (mut open, mut closed) = (0, 0);
    for route in routes().into_iter().filter(|route| route.path.starts_with("/admin")) {
        if matches!(route.access, Declared::Auditor | Declared::AuditorSteppedUp) {
            open += 1;
            continue;
        }
        closed += 1;
        for id in [ada.id.to_string(), own.id.to_string(), dead.clone(), "x".into()] {
            let path = route.path.replace("{id}", &id);
            let fields = [("reason", "x"), ("name", "N"), ("email", "new@example.com")];
            let reply = match route.method {
                Method::GET => eve.clone().get(&path).await,
                _ => eve.clone().post(&path, &fields).await,
            };
            assert_eq!(reply.is(404).text(), nowhere, "{path}");
        }
    }
    assert!(open >= 5 && closed >= 29, "{open} {closed}");
    assert_eq!(app.events().await, events);
    assert_eq!(app.dump().await, before);
    eve.get("/admin").await.leads_to("/admin/log");
    let list = eve.get("/admin/accounts").await;
    list.is(200).shows(ADA).lacks("Invite someone").lacks("Sign everybody out");
    let log = format!("/admin/accounts/{}/log", ada.id);
    assert!(list.body.contains(&log), "the list leads to logs");
    eve.get(&log).await.is(200).shows("What happened to ada@example.com.");
    let page = eve.get(&format!("/admin/log/{event}")).await;
    page.is(200)
        .shows("Security Log of mira@example.com")
        .lacks("<form method=\"post\" action=\"/admin");
    let whole = eve.get("/admin/log").await;
    whole.is(200).shows("By eve@example.com").shows(MIRA);
    // No link leads where they can't go.
    for page in [&list, &whole, &page] {
        for link in page.body.split("href=\"/admin/").skip(1) {
            let path = format!("/admin/{}", link.split_once('"').unwrap().0.replace("&#38;", "&"));
            eve.clone().get(&path).await.is(200);
        }
    }
});

both!(reading_by_an_auditor_is_theirs_in_the_log, async |app: TestApp| {
    let (mut eve, own) = auditor(&app).await;
    let (_, mira) = owner(&app, MIRA).await;
    eve.get(&format!("/admin/accounts/{}/log", mira.id)).await.is(200);
    let entry = newest(&app, &mira).await;
    assert_eq!((entry.kind.tag(), entry.actor), ("log-read", Some(own.id)));
    assert_eq!(entry.address, Some(eve.address.to_string()));
    // Who has to choose a new password first reads nothing.
    app.tamper("UPDATE accounts SET password_change_required_at = 1 WHERE auditor_since > 0").await;
    let reply = eve.get("/admin/log").await;
    assert_eq!(reply.location(), "/settings/security/password");
});

both!(the_command_line_makes_auditors_too, async |app: TestApp| {
    let (mut eve, _) = owner(&app, EVE).await;
    let (done, said) = app.cli(&["--json", "account", "make-auditor", EVE], "").await;
    assert!(done && said.contains("\"auditor\":true"), "{said}");
    eve.get("/admin/log").await.is(200);
    let (done, said) = app.cli(&["account", "show", EVE], "").await;
    assert!(done && said.contains("auditor"), "{said}");
    assert!(app.cli(&["account", "unmake-auditor", EVE], "").await.0);
    eve.get("/admin/log").await.is(404);
    assert!(!app.cli(&["account", "unmake-auditor", EVE], "").await.0);
    assert!(!app.cli(&["account", "make-auditor", "nobody@example.com"], "").await.0);
    let last = app.events().await.pop().unwrap();
    assert_eq!(last, "auditor-made refused/unknown-account");
});
