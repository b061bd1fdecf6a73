//! An organisation by programs: what is read, saved and refused.

use super::*;
use crate::api::{Program, token};
use crate::both;
use portcullis::features::access_tokens::rules::Permission;
use portcullis::features::account::Account;
use serde_json::{Value, json};

const READ: Permission = Permission::OrganisationsRead;
const WRITE: Permission = Permission::OrganisationsWrite;

async fn account(app: &TestApp, email: &str) -> Account {
    app.current_of(&signed_in(app, email).await).await.account
}

pub async fn program(app: &TestApp, email: &str, permissions: &[Permission]) -> Program {
    Program::with(app, &token(app, &account(app, email).await, permissions).await)
}

pub fn path(of: &Organisation, below: &str) -> String {
    format!("/api/v1/organisations/{}{below}", of.id)
}

fn list(version: i64, entries: &[&str]) -> Value {
    let entries: Vec<Value> = entries.iter().map(|range| json!({"range": range})).collect();
    json!({"enabled": true, "entries": entries, "version": version})
}

async fn puts(program: &Program, of: &Organisation, body: &Value) -> crate::api::Answer {
    let body = body.to_string();
    let sent = Some(("application/json", body.as_str()));
    program.send(axum::http::Method::PUT, &path(of, "/allowlist"), sent).await
}

both!(what_a_member_may_read_and_an_admin_besides, async |app: TestApp| {
    let acme = acme(&app).await;
    let mira = program(&app, MIRA, &[READ, WRITE]).await;
    let adam = program(&app, ADAM, &[READ]).await;
    let listed = mira.get("/api/v1/organisations").await.json();
    assert_eq!(listed["organisations"][0]["slug"], "acme");
    assert_eq!(listed["organisations"][0]["role"], "member");
    assert!(listed["organisations"][0]["closed"].is_null());
    let one = mira.get(&path(&acme, "")).await.json();
    assert_eq!((&one["plan"], &one["role"]), (&json!("enterprise"), &json!("member")));
    let page = mira.get(&path(&acme, "/members?limit=2")).await.json();
    assert_eq!(page["members"].as_array().unwrap().len(), 2);
    assert_eq!(page["members"][0]["role"], "owner");
    let next = page["next"].as_str().unwrap();
    let rest = mira.get(&path(&acme, &format!("/members?cursor={next}"))).await.json();
    assert_eq!(rest["members"][0]["email"], MIRA);
    assert!(rest["next"].is_null());
    mira.get(&path(&acme, "/allowlist")).await.is_problem(403, "missing-right");
    puts(&mira, &acme, &list(0, &["10.0.0.0/8"])).await.is_problem(403, "missing-right");
    let seen = adam.get(&path(&acme, "/allowlist")).await.json();
    assert_eq!((&seen["enabled"], &seen["version"]), (&json!(false), &json!(0)));
    puts(&adam, &acme, &list(0, &["10.0.0.0/8"])).await.is_problem(403, "missing-permission");
});

both!(tk_09_to_a_stranger_s_program_there_is_nothing, async |app: TestApp| {
    let acme = acme(&app).await;
    app.account(EVE).await;
    let umbrella = organisation(&app, "umbrella", Plan::Enterprise, EVE).await;
    let eve = program(&app, EVE, &[READ, WRITE]).await;
    let own = eve.get(&path(&umbrella, "/members?limit=1")).await.json();
    assert_eq!(own["members"][0]["email"], EVE);
    for below in ["", "/members", "/allowlist"] {
        eve.get(&path(&acme, below)).await.is_problem(404, "not-found");
    }
    let body = list(0, &["0.0.0.0/0"]).to_string();
    eve.post(&path(&acme, "/allowlist/preview"), "{\"entries\":[]}").await.is(404);
    eve.send(
        axum::http::Method::PUT,
        &path(&acme, "/allowlist"),
        Some(("application/json", &body)),
    )
    .await
    .is(404);
    eve.get("/api/v1/organisations/acme").await.is_problem(404, "not-found");
    // A cursor of one organisation is none in another.
    app.tamper("UPDATE members SET joined_at = joined_at + 1").await;
    let mira = program(&app, MIRA, &[READ]).await;
    let page = mira.get(&path(&acme, "/members?limit=1")).await.json();
    let cursor = page["next"].as_str().unwrap();
    let theirs = eve.get(&path(&umbrella, &format!("/members?cursor={cursor}"))).await;
    theirs.is_problem(400, "invalid-request");
    assert_eq!(logged(&app, "organisation-access refused/address-not-allowed").await, 0);
});

both!(an_admin_s_program_saves_a_list_and_is_not_locked_out, async |app: TestApp| {
    let acme = acme(&app).await;
    let adam = program(&app, ADAM, &[READ, WRITE]).await;
    let own = adam.address.to_string();
    puts(&adam, &acme, &list(0, &["192.0.2.0/24"])).await.is_problem(422, "locks-out");
    let mut ends = list(0, &[]);
    ends["entries"] = json!([{"range": own, "expires_at": "2099-01-01T00:00:00Z"}]);
    puts(&adam, &acme, &ends).await.is_problem(422, "locks-out");
    puts(&adam, &acme, &list(7, &[&own])).await.is_problem(409, "stale");
    let wrong = list(0, &["10.0.0.1/8", "010.0.0.1", &own, &own, "::/129"]);
    let reply = puts(&adam, &acme, &wrong).await;
    reply.is_problem(400, "invalid-request");
    let names: Vec<String> = reply.json()["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["name"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(names, ["entries[0]", "entries[1]", "entries[3]", "entries[4]"]);
    // All of IPv4 has to be meant.
    let mut everything = list(0, &["0.0.0.0/0"]);
    puts(&adam, &acme, &everything).await.is_problem(400, "invalid-request");
    everything["enabled"] = json!(false);
    assert_eq!(app.count("SELECT COUNT(*) FROM allowlist_versions").await, 0);

    let saved = puts(&adam, &acme, &list(0, &[&own])).await;
    assert_eq!(saved.is(200).json()["changed"], true);
    assert!(saved.json()["confirm_until"].is_string());
    // The next request of one of those in charge from there confirms it.
    let shown = adam.get(&path(&acme, "/allowlist")).await.json();
    assert!(shown["confirm_until"].is_null(), "{shown}");
    assert_eq!(logged(&app, "allowlist-confirmed succeeded").await, 1);
    assert_eq!(shown["entries"][0]["range"], own);
    let again = puts(&adam, &acme, &list(1, &[&own])).await;
    assert_eq!(again.is(200).json()["changed"], false);

    // Whoever is elsewhere is told where, and whom to ask.
    let mira = program(&app, MIRA, &[READ]).await;
    let refused = mira.get(&path(&acme, "/members")).await;
    refused.is_problem(403, "organisation-address");
    let detail = refused.json()["detail"].as_str().unwrap().to_owned();
    assert!(detail.contains(&mira.address.to_string()) && detail.contains(OLGA), "{detail}");
    let listed = mira.get("/api/v1/organisations").await.json();
    assert_eq!(listed["organisations"][0]["closed"], "address");
    two_factor::requires(&app, &acme, Duration::ZERO, false).await;
    adam.get(&path(&acme, "")).await.is_problem(403, "organisation-second-factor");
});

both!(an_unconfirmed_list_of_a_program_undoes_itself, async |app: TestApp| {
    let acme = acme(&app).await;
    let adam = program(&app, ADAM, &[READ, WRITE]).await;
    let own = adam.address.to_string();
    puts(&adam, &acme, &list(0, &[&own])).await.is(200);
    let mira = program(&app, MIRA, &[READ]).await;
    mira.get(&path(&acme, "")).await.is(403);
    app.wait(Duration::from_mins(15));
    mira.get(&path(&acme, "")).await.is(200);
    let shown = adam.get(&path(&acme, "/allowlist")).await.json();
    assert_eq!((&shown["enabled"], &shown["version"]), (&json!(false), &json!(1)));
});

both!(a_preview_by_a_program_changes_nothing, async |app: TestApp| {
    let acme = acme(&app).await;
    let adam = program(&app, ADAM, &[READ]).await;
    let mira = signed_in(&app, MIRA).await;
    let body = json!({"entries": [{"range": "192.0.2.0/24", "label": "Office"}]}).to_string();
    let looked = adam.post(&path(&acme, "/allowlist/preview"), &body).await.json();
    assert_eq!(looked["looked_at"], 3);
    let refused = looked["refused"].as_array().unwrap();
    let seen = refused.iter().find(|one| one["email"] == MIRA).unwrap();
    assert!(seen["addresses"].to_string().contains(&mira.address.to_string()), "{seen}");
    assert_eq!(app.count("SELECT COUNT(*) FROM allowlist_versions").await, 0);
});

both!(an_administrator_s_program_makes_an_organisation, async |app: TestApp| {
    app.administrator(OLGA).await;
    let olga = program(&app, OLGA, &[Permission::AdminOrganisations]).await;
    let body = |slug: &str, owner: &str| {
        let all = json!({"name": "Acme", "slug": slug, "plan": "enterprise", "owner": owner});
        all.to_string()
    };
    let made = olga.post("/api/v1/admin/organisations", &body("acme", OLGA)).await;
    assert_eq!(made.is(201).json()["slug"], "acme");
    olga.post("/api/v1/admin/organisations", &body("acme", OLGA))
        .await
        .is_problem(422, "slug-taken");
    let wrong = json!({"name": "", "slug": "A", "plan": "gold", "owner": "x"}).to_string();
    let reply = olga.post("/api/v1/admin/organisations", &wrong).await;
    assert_eq!(reply.is(400).json()["errors"].as_array().unwrap().len(), 4);
    // Whose address has no account is invited.
    olga.post("/api/v1/admin/organisations", &body("other", EVE)).await.is(201);
    assert!(app.link(EVE, "organisation").await.starts_with("/link/organisation/"));
    app.account(MIRA).await;
    let mira = program(&app, MIRA, &[Permission::AdminOrganisations]).await;
    let refused = mira.post("/api/v1/admin/organisations", &body("mine", MIRA)).await;
    refused.is_problem(403, "missing-right");
    assert_eq!(app.count("SELECT COUNT(*) FROM organisations").await, 2);
});
