//! LG-07: whose log somebody can take away, and how often.

use super::files::table;
use super::{EXPORT, events, everything};
use crate::both;
use crate::support::{Browser, PASSWORD, TestApp};
use http_body_util::BodyExt;
use std::time::Duration;

const MIRA: &str = "mira@example.com";
const EVE: &str = "eve@example.com";

async fn signed_in(app: &TestApp, email: &str) -> Browser {
    let mut browser = app.browser();
    browser.signs_in(email, PASSWORD).await;
    browser
}

both!(lg_07_an_export_is_of_ones_own_log_whatever_is_sent_along, async |app: TestApp| {
    let mira = app.account(MIRA).await;
    let eve_s = app.account(EVE).await;
    signed_in(&app, MIRA).await;
    let mut eve = signed_in(&app, EVE).await;
    app.wait(Duration::from_secs(1));
    let id = mira.id.to_string();
    let path = format!("{EXPORT}?account={id}&account_id={id}&whose={id}");
    eve.get(&path).await.is(200);
    for path in [EXPORT, &path] {
        let mut fields = everything("csv");
        fields.extend([("account", id.as_str()), ("account_id", &id), ("whose", &id)]);
        let rows = table(eve.post(path, &fields).await.is(200));
        assert!(rows.len() >= 2);
        for row in rows {
            assert_eq!(row["account_id"], eve_s.id.to_string());
        }
    }
});

both!(lg_07_others_logs_are_for_administrators_and_auditors, async |app: TestApp| {
    let mira = app.account(MIRA).await;
    app.administrator("ada@example.com").await;
    app.account(EVE).await;
    let pages = ["/admin/log/export".to_owned(), format!("/admin/accounts/{}/log/export", mira.id)];
    let mut eve = signed_in(&app, EVE).await;
    app.wait(Duration::from_secs(1));
    for page in &pages {
        eve.get(EXPORT).await;
        eve.get(page).await.is(404);
        eve.get(EXPORT).await;
        eve.post(page, &everything("csv")).await.is(404);
    }
    for role in ["administrator_since", "auditor_since"] {
        app.tamper("UPDATE accounts SET administrator_since = NULL, auditor_since = NULL").await;
        app.tamper(&format!("UPDATE accounts SET {role} = 1 WHERE email = 'ada@example.com'"))
            .await;
        let mut ada = signed_in(&app, "ada@example.com").await;
        for page in &pages {
            ada.get(page).await.is(200);
            let rows = table(ada.post(page, &everything("csv")).await.is(200));
            let all = page == "/admin/log/export";
            let others = rows.iter().any(|row| row["account_id"] != mira.id.to_string());
            assert_eq!(others, all, "{page}");
        }
        // Not for long after the password, and not with a role that is gone.
        app.wait(Duration::from_mins(6));
        let reply = ada.post(&pages[0], &everything("csv")).await;
        assert!(reply.location().starts_with("/step-up?"));
        ada.get("/settings/security").await;
    }
    let events = app.events().await;
    assert_eq!(events.iter().filter(|it| *it == "log-exported succeeded").count(), 4);
    // The one whose log was read sees it there.
    let mut mira_s = signed_in(&app, MIRA).await;
    app.wait(Duration::from_secs(1));
    mira_s.get(EXPORT).await;
    let rows = table(&mira_s.post(EXPORT, &everything("csv")).await);
    let exported = rows.iter().filter(|row| row["kind"] == "log-exported").collect::<Vec<_>>();
    assert_eq!(exported.len(), 2);
    assert!(exported.iter().all(|row| row["actor_id"] != mira.id.to_string()));
});

// A link that somebody was sent opens a form for their own log, and nothing
// that was made before lies anywhere to be fetched.
both!(lg_07_there_is_no_link_to_share, async |app: TestApp| {
    app.account(MIRA).await;
    app.account(EVE).await;
    let mut mira = signed_in(&app, MIRA).await;
    mira.get(EXPORT).await;
    mira.post(EXPORT, &everything("csv")).await.is(200);
    let query = "?format=csv&area-sign-ins=yes";
    let mut eve = signed_in(&app, EVE).await;
    for path in [EXPORT.to_owned(), format!("{EXPORT}{query}")] {
        let reply = eve.get(&path).await;
        assert!(reply.is(200).headers.get("content-disposition").is_none());
        reply.lacks(MIRA);
        let reply = app.browser().get(&path).await;
        assert!(reply.location().starts_with("/sign-in?"));
    }
    assert_eq!(app.events().await.iter().filter(|it| it.contains("export")).count(), 1);
});

both!(lg_07_none_after_signing_out_or_without_a_fresh_proof, async |app: TestApp| {
    app.account(MIRA).await;
    let mut mira = signed_in(&app, MIRA).await;
    mira.get(EXPORT).await;
    let before = mira.clone();
    app.wait(Duration::from_mins(5));
    let reply = mira.post(EXPORT, &everything("csv")).await;
    assert!(reply.location().starts_with("/step-up?"), "{}", reply.location());
    mira.get("/sign-out").await;
    mira.post("/sign-out", &[]).await;
    let mut old = before.clone();
    let reply = old.post(EXPORT, &everything("csv")).await;
    assert!(reply.location().starts_with("/sign-in?"), "{}", reply.location());
    let mut foreign = before;
    foreign.origin = Some("https://evil.example".into());
    foreign.post(EXPORT, &everything("csv")).await.is(403);
    assert!(!app.events().await.iter().any(|it| it.starts_with("log-exported")));
});

both!(lg_07_so_many_an_hour_and_no_more, async |app: TestApp| {
    app.account(MIRA).await;
    app.account(EVE).await;
    let mut mira = signed_in(&app, MIRA).await;
    mira.get(EXPORT).await;
    for _ in 0..10 {
        mira.post(EXPORT, &everything("csv")).await.is(200);
    }
    let reply = mira.post(EXPORT, &everything("csv")).await;
    reply.is(429).shows("There were 10 exports in a short time. Try again in 6 minutes.");
    assert!(reply.headers.contains_key("retry-after"));
    assert!(reply.headers.get("content-disposition").is_none());
    // Another's are not counted with them.
    let mut eve = signed_in(&app, EVE).await;
    eve.get(EXPORT).await;
    eve.post(EXPORT, &everything("csv")).await.is(200);
    app.wait(Duration::from_mins(6));
    let mut mira = signed_in(&app, MIRA).await;
    mira.get(EXPORT).await;
    mira.post(EXPORT, &everything("csv")).await.is(200);
    mira.post(EXPORT, &everything("csv")).await.is(429);
});

both!(lg_07_an_export_ends_with_its_session, async |app: TestApp| {
    let account = app.account(MIRA).await;
    events(&app, account.id, 4_000).await;
    let mut mira = signed_in(&app, MIRA).await;
    app.wait(Duration::from_secs(1));
    mira.get(EXPORT).await;
    let mut body = mira.begins(EXPORT, &everything("csv")).await.into_body();
    let first = body.frame().await.unwrap().unwrap().into_data().unwrap();
    assert!(first.starts_with(b"id,occurred_at,"));
    let mut elsewhere = signed_in(&app, MIRA).await;
    elsewhere.get("/settings/security").await;
    elsewhere.post("/settings/security/sessions/sign-out-others", &[]).await;
    // The connection is cut: no browser takes that for a whole file.
    assert!(body.frame().await.unwrap().is_err());
});
