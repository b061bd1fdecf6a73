//! The organisation's security log.

use super::*;
use crate::both;
use portcullis::features::log_seals;

const LOG: &str = "/organisations/acme/log";
const EXPORT: &str = "/organisations/acme/log/export";

both!(it_tells_who_did_what_and_what_it_was_before, async |app: TestApp| {
    acme(&app).await;
    let mut olga = signed_in(&app, OLGA).await;
    let own = olga.address.to_string();
    enables(&mut olga, &own).await;
    enables(&mut olga, &format!("{own}\n192.0.2.0/24 Mira’s flat")).await;
    let mut mira = signed_in(&app, MIRA).await;
    mira.get(ACME).await.is(403);
    app.settles().await;
    let log = olga.get(LOG).await;
    log.is(200).shows("IP allowlist changed").shows("off → on; entries 0 → 1");
    log.shows("on → on; entries 1 → 2; added 192.0.2.0/24").shows("IP allowlist confirmed");
    log.shows("Organisation created").shows(&mira.address.to_string()).lacks("flat");
    // What members do elsewhere is theirs.
    log.lacks("Signed in");
    let refused = olga.get(&format!("{LOG}?kind=organisations&result=refused")).await;
    refused.shows("the address is not on the IP allowlist").lacks("IP allowlist confirmed");
    olga.get(&format!("{LOG}?address={}", mira.address)).await.shows("is not on the IP allowlist");
    olga.get(&format!("{LOG}?address=192.0.2.77")).await.lacks("is not on the IP allowlist");
    olga.get(&format!("{LOG}?kind=passwords")).await.lacks("IP allowlist confirmed");
    olga.get(&format!("{LOG}?kind=nothing")).await.is(400);
    let (_, rest) = refused.body.split_once(&format!("{LOG}/0")).unwrap();
    let id = format!("0{}", rest.split_once('"').unwrap().0);
    let event = olga.get(&format!("{LOG}/{id}")).await;
    event.is(200).shows(MIRA).shows(&mira.address.to_string());
    // It stands in Mira's own log, too; Olga's own password is nobody's here.
    mira.get(&format!("/settings/security/log/{id}")).await.is(200);
    let own = olga.get("/settings/security/log").await;
    let (_, rest) = own.body.split_once("href=\"/settings/security/log/0").unwrap();
    let foreign = format!("0{}", rest.split_once('"').unwrap().0);
    olga.get(&format!("{LOG}/{foreign}")).await.is(404);
});

both!(where_those_were_who_run_the_installation_is_not_told, async |app: TestApp| {
    app.administrator("ada@example.com").await;
    app.account(OLGA).await;
    let mut ada = signed_in(&app, "ada@example.com").await;
    ada.get("/admin/organisations/new").await;
    let fields = [("name", "Acme"), ("slug", "acme"), ("email", OLGA), ("plan", "free")];
    ada.post("/admin/organisations/new", &fields).await.is(303);
    let mut olga = signed_in(&app, OLGA).await;
    let address = ada.address.to_string();
    let log = olga.get(LOG).await;
    log.is(200).shows("Organisation created").lacks(&address).lacks("ada@example.com");
    let asked = olga.get(&format!("{LOG}?address={address}")).await;
    asked.lacks("Organisation created");
});

// LG-07: who may export it, and that it is an event in it.
both!(lg_07_it_is_exported_by_those_who_run_it, async |app: TestApp| {
    let acme = acme(&app).await;
    app.account(EVE).await;
    let mut eve = signed_in(&app, EVE).await;
    organisation(&app, "umbrella", Plan::Enterprise, EVE).await;
    let areas = [("format", "jsonl"), ("area-organisations", "yes")];
    for mut browser in [eve.clone(), signed_in(&app, MIRA).await] {
        browser.get("/organisations").await;
        browser.get(EXPORT).await.is(404);
        browser.post(EXPORT, &areas).await.is(404);
    }
    let mut adam = signed_in(&app, ADAM).await;
    app.wait(MINUTE);
    adam.get(EXPORT).await.is(200).shows("Download the security log of acme & Sons.");
    let file = adam.post(EXPORT, &areas).await;
    file.is(200);
    let lines: Vec<serde_json::Value> =
        file.body.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(!lines.is_empty());
    for line in &lines {
        assert_eq!(line["organisation_id"], acme.id.to_string(), "{line}");
        assert!(!line.to_string().contains("umbrella"));
    }
    assert_eq!(logged(&app, "log-exported succeeded").await, 1);
    adam.get(LOG).await.shows("Security log exported");
    app.wait(6 * MINUTE);
    let asked = adam.post(EXPORT, &areas).await;
    assert!(asked.is(303).location().starts_with("/step-up"), "{}", asked.location());
    let _ = eve.get("/organisations").await;
});

// LG-06: the organisation is under the seal, and what was sealed before it still holds.
both!(lg_06_no_event_moves_to_another_organisation, async |app: TestApp| {
    acme(&app).await;
    let mut olga = signed_in(&app, OLGA).await;
    let here = olga.address.to_string();
    enables(&mut olga, &here).await;
    app.account(EVE).await;
    organisation(&app, "umbrella", Plan::Free, EVE).await;
    app.seals().await;
    let verify = ["log", "verify"];
    let (holds, said) = app.cli(&verify, "").await;
    assert!(holds, "{said}");
    let versions = "SELECT COUNT(*) FROM security_events WHERE \
                    leaf_version <> CASE WHEN organisation_id IS NULL THEN 1 ELSE 2 END";
    assert_eq!(app.count(versions).await, 0);
    for change in [
        "organisation_id = (SELECT id FROM organisations WHERE slug = 'umbrella')",
        "organisation_id = NULL",
    ] {
        let moved = format!("UPDATE security_events SET {change} WHERE kind = 'allowlist-changed'");
        app.tamper(&moved).await;
        assert!(!app.cli(&verify, "").await.0, "{change}");
        app.tamper(
            "UPDATE security_events SET organisation_id = (SELECT id FROM organisations \
             WHERE slug = 'acme') WHERE kind = 'allowlist-changed'",
        )
        .await;
        assert!(app.cli(&verify, "").await.0);
    }
    // One that was nobody's becomes nobody's either.
    app.tamper(
        "UPDATE security_events SET organisation_id = (SELECT id FROM organisations \
         WHERE slug = 'acme') WHERE kind = 'account-created'",
    )
    .await;
    assert!(!app.cli(&verify, "").await.0);
    let _ = log_seals::head(&mut &app.db).await.unwrap();
});
