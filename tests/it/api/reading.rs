//! What programs read: their own account's, and nothing of anybody else's.

use super::Program;
use super::program::{NOBODY, token};
use crate::both;
use crate::support::{OTHER_PASSWORD, PASSWORD, TestApp};
use portcullis::features::access_tokens::rules::Permission;
use serde_json::Value;

both!(the_profile_is_the_token_s_account, async |app: TestApp| {
    let mira = app.account("mira@example.com").await;
    app.account("eve@example.com").await;
    let program = Program::with(&app, &token(&app, &mira, &[Permission::ProfileRead]).await);
    let profile = program.get("/api/v1/profile").await.is(200).json();
    assert_eq!(profile["id"], mira.id.to_string());
    assert_eq!(profile["email"], "mira@example.com");
    assert_eq!(profile["name"], "Mira Okafor");
    assert_eq!(profile["created_at"], "2026-11-24T09:00:00.000Z");
    assert_eq!((&profile["administrator"], &profile["two_factor"]), (&false.into(), &false.into()));
});

both!(sessions_are_listed_without_their_secrets, async |app: TestApp| {
    let mira = app.account("mira@example.com").await;
    app.account("eve@example.com").await;
    let mut browser = app.browser();
    browser.signs_in("mira@example.com", PASSWORD).await;
    app.browser().signs_in("eve@example.com", PASSWORD).await;
    let program = Program::with(&app, &token(&app, &mira, &[Permission::SessionsRead]).await);
    let answer = program.get("/api/v1/sessions").await;
    let sessions = answer.is(200).json()["sessions"].as_array().unwrap().clone();
    assert_eq!(sessions.len(), 1);
    assert_eq!(sessions[0]["signed_in_by"], "password");
    assert_eq!(sessions[0]["address"], browser.address.to_string());
    assert_eq!(sessions[0]["device"], "Firefox 143 on Linux");
    let secret = browser.session().unwrap();
    assert!(!answer.body.contains(&secret[40..70]));
});

both!(the_log_is_what_its_page_shows, async |app: TestApp| {
    let mira = app.account("mira@example.com").await;
    app.browser().sign_in("mira@example.com", OTHER_PASSWORD).await;
    let mut browser = app.browser();
    browser.signs_in("mira@example.com", PASSWORD).await;
    let program = Program::with(&app, &token(&app, &mira, &[Permission::LogRead]).await);
    // The first use is from a network that is new to the token.
    program.get("/api/v1/events").await.is(200);
    let before = app.count("SELECT COUNT(*) FROM security_events").await;
    let events = program.get("/api/v1/events?area=sign-ins").await.is(200).json();
    let short: Vec<String> = events["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| format!("{} {} {}", one["kind"], one["result"], one["reason"]).replace('"', ""))
        .collect();
    assert_eq!(short, ["sign-in succeeded null", "sign-in refused wrong-password"]);
    let address = browser.address.to_string();
    let there = program.get(&format!("/api/v1/events?address={address}&result=succeeded")).await;
    let there = there.ids("events");
    assert_eq!(there.len(), 1);
    let one = program.get(&format!("/api/v1/events/{}", there[0])).await.is(200).json();
    assert_eq!(one["event"]["address"], address);
    assert_eq!(one["session_is_live"], true);
    assert_eq!(one["leaf_hash"].as_str().unwrap().len(), 64);
    let from = "/api/v1/events?from=2026-11-24T09:00:00.001Z";
    assert!(program.get(from).await.ids("events").is_empty());
    let until = "/api/v1/events?until=2026-11-24T10:00:00%2B01:00";
    assert!(program.get(until).await.ids("events").is_empty());
    // One's own is read without an event.
    assert_eq!(app.count("SELECT COUNT(*) FROM security_events").await, before);
});

both!(tk_09_other_accounts_ids_are_nobody_s, async |app: TestApp| {
    let (mira, eve) = (app.account("mira@example.com").await, app.account("eve@example.com").await);
    app.browser().signs_in("mira@example.com", PASSWORD).await;
    let own = Program::with(&app, &token(&app, &mira, Permission::ALL).await);
    let other = Program::with(&app, &token(&app, &eve, Permission::ALL).await);
    let event = own.get("/api/v1/events").await.ids("events")[0].clone();
    let session = own.get("/api/v1/sessions").await.ids("sessions")[0].clone();
    let token = own.get("/api/v1/tokens").await.ids("tokens")[0].clone();
    let same = async |path: &str, method: &str| {
        let ask = async |id: &str| {
            let path = path.replace("{id}", id);
            let answer = match method {
                "GET" => other.get(&path).await,
                _ => other.delete(&path).await,
            };
            answer.is_problem(404, "not-found").body.replace(answer.header("x-request-id"), "")
        };
        let id = match path.split('/').nth(3).unwrap() {
            "events" => &event,
            "sessions" => &session,
            _ => &token,
        };
        assert_eq!(ask(id).await, ask(NOBODY).await, "{path}");
    };
    same("/api/v1/events/{id}", "GET").await;
    same("/api/v1/sessions/{id}", "DELETE").await;
    same("/api/v1/tokens/{id}", "DELETE").await;
    assert_eq!(own.get("/api/v1/sessions").await.ids("sessions"), [session]);
    assert_eq!(own.get("/api/v1/tokens").await.ids("tokens"), [token]);
    let theirs = other.get("/api/v1/events").await.json();
    let id = eve.id.to_string();
    for one in theirs["events"].as_array().unwrap() {
        assert_eq!(one["account_id"], id);
    }
});

// Where an administrator was is not the owner's to know, by a token neither.
both!(an_administrator_s_place_is_not_shown_to_the_owner, async |app: TestApp| {
    let mira = app.account("mira@example.com").await;
    app.administrator("ada@example.com").await;
    let mut admin = app.browser();
    admin.signs_in("ada@example.com", PASSWORD).await;
    let page = format!("/admin/accounts/{}/end-sessions", mira.id);
    admin.get(&page).await.is(200);
    admin.post(&page, &[]).await;
    let program = Program::with(&app, &token(&app, &mira, &[Permission::LogRead]).await);
    let events = program.get("/api/v1/events").await.json();
    let all = events["events"].as_array().unwrap();
    let ended = all.iter().find(|one| one["kind"] == "sessions-ended").unwrap();
    for field in ["address", "user_agent", "session_id", "actor_id"] {
        assert_eq!(ended[field], Value::Null, "{field}");
    }
    let at = format!("/api/v1/events?address={}", admin.address);
    assert!(program.get(&at).await.ids("events").is_empty());
});

both!(what_is_everybody_s_is_read_by_those_who_may, async |app: TestApp| {
    let ada = app.administrator("ada@example.com").await;
    let mira = app.account("mira@example.com").await;
    app.browser().sign_in("mira@example.com", OTHER_PASSWORD).await;
    let program = Program::with(&app, &token(&app, &ada, &[Permission::AdminRead]).await);
    let accounts = program.get("/api/v1/admin/accounts").await.is(200).ids("accounts");
    assert_eq!(accounts.len(), 2);
    let found = program.get("/api/v1/admin/accounts?search=mira").await;
    assert_eq!(found.ids("accounts"), [mira.id.to_string()]);
    assert_eq!(found.json()["accounts"][0]["state"], "active");
    let first = program.get("/api/v1/admin/accounts?limit=1").await.json();
    let next = first["next"].as_str().unwrap();
    let second = program.get(&format!("/api/v1/admin/accounts?limit=1&cursor={next}")).await;
    assert_eq!(second.ids("accounts").len(), 1);
    assert_ne!(second.json()["accounts"][0]["id"], first["accounts"][0]["id"]);
    let one = program.get(&format!("/api/v1/admin/accounts/{}", mira.id)).await.is(200).json();
    assert_eq!(one["account"]["email"], "mira@example.com");
    assert_eq!(one["sessions"], 0);
    for secret in ["hash", "phc", "argon2", "secret"] {
        assert!(!one.to_string().contains(secret));
    }

    // Each reading of a log that is not one's own is an event in it.
    let reads = "SELECT COUNT(*) FROM security_events WHERE kind = 'log-read'";
    assert_eq!(app.count(reads).await, 0);
    let theirs = format!("/api/v1/admin/accounts/{}/events", mira.id);
    let theirs = program.get(&theirs).await.is(200).json();
    let wrong = &theirs["events"][0];
    assert_eq!((&wrong["kind"], &wrong["result"]), (&"sign-in".into(), &"refused".into()));
    program.get("/api/v1/admin/events?result=refused").await.is(200);
    let event = format!("/api/v1/admin/events/{}", wrong["id"].as_str().unwrap());
    program.get(&event).await.is(200);
    assert_eq!(app.count(reads).await, 3);
    let own = Program::with(&app, &token(&app, &mira, &[Permission::LogRead]).await);
    let seen = own.get("/api/v1/events?area=administration").await.json();
    assert_eq!(seen["events"].as_array().unwrap().len(), 2, "{seen}");
    // Nothing is read, and nothing noted, where the filters are wrong.
    program.get("/api/v1/admin/events?limit=0").await.is(400);
    program.get(&format!("/api/v1/admin/events/{NOBODY}")).await.is(404);
    program.get(&format!("/api/v1/admin/accounts/{NOBODY}/events")).await.is(404);
    assert_eq!(app.count(reads).await, 3);
});
