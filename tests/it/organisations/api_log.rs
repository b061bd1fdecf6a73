//! An organisation's security log by programs: who reads it, what stands in it, and the file.

use super::api::{path, program};
use super::*;
use crate::both;
use portcullis::features::access_tokens::rules::Permission;
use serde_json::{Value, json};

const LOG: Permission = Permission::OrganisationsLog;
const SECOND: Duration = Duration::from_secs(1);

/// The kinds on a page, the newest first.
fn kinds(page: &Value) -> Vec<String> {
    let events = page["events"].as_array().unwrap().iter();
    events.map(|event| event["kind"].as_str().unwrap().to_owned()).collect()
}

/// A list that keeps Mira out, and Mira, who tried; where she was.
async fn refuses_mira(app: &TestApp, allowed: &[&str]) -> String {
    let mut olga = signed_in(app, OLGA).await;
    let own = olga.address.to_string();
    let entries: Vec<&str> = allowed.iter().copied().chain([own.as_str()]).collect();
    enables(&mut olga, &entries.join("\n")).await;
    let mut mira = signed_in(app, MIRA).await;
    mira.get(ACME).await.is(403);
    app.settles().await;
    mira.address.to_string()
}

both!(it_is_listed_with_the_filters_and_places_of_every_log, async |app: TestApp| {
    let acme = acme(&app).await;
    app.account(EVE).await;
    let umbrella = organisation(&app, "umbrella", Plan::Enterprise, EVE).await;
    let adam = program(&app, ADAM, &[LOG]).await;
    let from = refuses_mira(&app, &[&adam.address.to_string()]).await;
    let events = path(&acme, "/events");
    let all = adam.get(&events).await.is(200).json();
    let expected =
        ["organisation-access", "allowlist-confirmed", "allowlist-changed", "organisation-created"];
    assert_eq!(kinds(&all), expected);
    let refused = &all["events"][0];
    assert_eq!(refused["reason"], "address-not-allowed");
    assert_eq!((&refused["address"], &refused["result"]), (&json!(from), &json!("refused")));
    assert_eq!(refused["actor_kind"], "account");
    for (query, found) in [
        ("result=refused", &expected[..1]),
        ("result=succeeded", &expected[1..]),
        (&format!("address={from}"), &expected[..1]),
        ("area=organisations", &expected[..]),
        ("area=passwords", &[]),
        ("until=2020-01-01T00:00:00Z", &[]),
    ] {
        let page = adam.get(&format!("{events}?{query}")).await;
        assert_eq!(kinds(&page.is(200).json()), found, "{query}");
    }
    for wrong in ["kind=sign-ins", "area=nothing", "limit=0", "cursor=x"] {
        let page = adam.get(&format!("{events}?{wrong}")).await;
        page.is_problem(400, "invalid-request");
    }
    // Page by page, and a place in one organisation's list is none in another's.
    let mut seen = Vec::new();
    let mut next = format!("{events}?limit=3");
    let mut cursor = String::new();
    loop {
        let page = adam.get(&next).await.is(200).json();
        seen.extend(kinds(&page));
        let Some(place) = page["next"].as_str() else { break };
        cursor = place.to_owned();
        next = format!("{events}?limit=3&cursor={cursor}");
    }
    assert_eq!(seen, expected);
    let eve = program(&app, EVE, &[LOG]).await;
    let theirs = eve.get(&format!("{}?cursor={cursor}", path(&umbrella, "/events"))).await;
    theirs.is_problem(400, "invalid-request");
});

both!(where_those_were_who_run_the_installation_is_not_told, async |app: TestApp| {
    app.administrator("ada@example.com").await;
    app.account(OLGA).await;
    let mut ada = signed_in(&app, "ada@example.com").await;
    ada.get("/admin/organisations/new").await;
    let fields = [("name", "Acme"), ("slug", "acme"), ("email", OLGA), ("plan", "free")];
    ada.post("/admin/organisations/new", &fields).await.is(303);
    let acme = organisations::by_slug(&mut &app.db, "acme").await.unwrap().unwrap();
    let olga = program(&app, OLGA, &[LOG]).await;
    let events = path(&acme, "/events");
    let page = olga.get(&events).await.is(200).json();
    assert_eq!(kinds(&page), ["organisation-created"]);
    for hidden in ["address", "user_agent", "session_id", "actor_id"] {
        assert!(page["events"][0][hidden].is_null(), "{page}");
    }
    let asked = olga.get(&format!("{events}?address={}", ada.address)).await;
    assert_eq!(kinds(&asked.is(200).json()), Vec::<String>::new());
    // Nor in a file, in either order.
    app.wait(SECOND);
    app.seals().await;
    let begin = "0.00000000-0000-0000-0000-000000000000";
    for query in ["", &format!("?after={begin}")] {
        let file = olga.get(&format!("{}{query}", path(&acme, "/events/export"))).await;
        let line: Value = serde_json::from_str(file.is(200).body.lines().next().unwrap()).unwrap();
        assert_eq!(line["kind"], "organisation-created");
        for hidden in ["address", "user_agent", "session_id", "actor_id", "place"] {
            assert!(line[hidden].is_null(), "{line}");
        }
    }
});

// LG-07, TK-09: whose log a program takes away, and that this is an event in it.
both!(lg_07_it_is_exported_with_what_stands_in_it_and_nothing_else, async |app: TestApp| {
    let acme = acme(&app).await;
    app.account(EVE).await;
    organisation(&app, "umbrella", Plan::Enterprise, EVE).await;
    let adam = program(&app, ADAM, &[LOG]).await;
    refuses_mira(&app, &[&adam.address.to_string()]).await;
    app.wait(SECOND);
    let export = path(&acme, "/events/export");
    let file = adam.get(&export).await;
    assert_eq!(file.is(200).header("content-type"), "application/jsonl; charset=utf-8");
    let lines = |text: &str| -> Vec<Value> {
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    let all = lines(&file.body);
    assert_eq!(all.len(), 4, "{}", file.body);
    assert!(all.iter().all(|line| line["organisation_id"] == acme.id.to_string()));
    let csv = adam.get(&format!("{export}?format=csv&areas=sign-ins")).await;
    assert_eq!(csv.is(200).body.lines().count(), 1);
    assert_eq!(logged(&app, "log-exported succeeded").await, 2);
    let token = app.token_id(&adam).await;
    let page = adam.get(&path(&acme, "/events?limit=1")).await.json();
    let detail = page["events"][0]["detail"].as_str().unwrap();
    assert!(detail.contains(&format!("token {token}")), "{detail}");
    // In the order of commits, a program goes on where it was.
    app.seals().await;
    let begin = "0.00000000-0000-0000-0000-000000000000";
    let part = adam.get(&format!("{export}?after={begin}")).await;
    let part = lines(&part.is(200).body);
    assert!(part.len() >= 6, "{part:?}");
    assert!(part.iter().all(|line| line["organisation_id"] == acme.id.to_string()));
    adam.get(&format!("{export}?after={begin}&until=2027-01-01T00:00:00Z")).await.is(400);
});

both!(exports_are_bounded_with_those_of_the_own_log, async |app: TestApp| {
    let acme = acme(&app).await;
    let adam = program(&app, ADAM, &[LOG, Permission::LogExport]).await;
    for turn in 0..10 {
        let own = if turn % 2 == 0 { path(&acme, "/events/export") } else { EXPORT.to_owned() };
        adam.get(&own).await.is(200);
    }
    adam.get(&path(&acme, "/events/export")).await.is_problem(429, "too-many-requests");
    assert_eq!(logged(&app, "log-exported refused/throttled").await, 1);
});

const EXPORT: &str = "/api/v1/events/export";

both!(tk_09_ip_03_it_is_its_owners_and_admins_from_where_they_may_be, async |app: TestApp| {
    let acme = acme(&app).await;
    app.account(EVE).await;
    organisation(&app, "umbrella", Plan::Enterprise, EVE).await;
    let eve = program(&app, EVE, Permission::ALL).await;
    let mira = program(&app, MIRA, Permission::ALL).await;
    let olga = program(&app, OLGA, &[LOG]).await;
    let other = program(&app, ADAM, &[Permission::OrganisationsRead, Permission::LogExport]).await;
    let doors = [path(&acme, "/events"), path(&acme, "/events/export")];
    for door in &doors {
        eve.get(door).await.is_problem(404, "not-found");
        mira.get(door).await.is_problem(403, "missing-right");
        olga.get(door).await.is(200);
        // What a token was made with before there was this does not open it.
        other.get(door).await.is_problem(403, "missing-permission");
    }
    enables_from(&app, &acme, OLGA, "10.99.0.1").await;
    for door in &doors {
        let refused = olga.get(door).await;
        refused.is_problem(403, "organisation-address");
        assert!(refused.body.contains(&olga.address.to_string()), "{}", refused.body);
    }
    assert_eq!(logged(&app, "organisation-access refused/address-not-allowed").await, 1);
    assert_eq!(logged(&app, "log-exported succeeded").await, 1);
    // Whoever is an admin no more reads no more.
    let mut here = olga.clone();
    here.address = "10.99.0.1".parse().unwrap();
    here.get(&doors[0]).await.is(200);
    app.tamper("UPDATE members SET role = 'member' WHERE role = 'owner'").await;
    here.get(&doors[0]).await.is_problem(403, "missing-right");
    app.tamper("DELETE FROM members WHERE role = 'member'").await;
    here.get(&doors[0]).await.is_problem(404, "not-found");
});
