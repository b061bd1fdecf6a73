//! Applications for programs: to be read by administrators, and never made.

use super::*;
use crate::api::{Program, token};
use crate::both;
use portcullis::features::access_tokens::rules::Permission;

const LIST: &str = "/api/v1/admin/applications";

both!(programs_of_administrators_read_applications, async |app: TestApp| {
    let ada = app.administrator(ADA).await;
    let program = Program::with(&app, &token(&app, &ada, &[Permission::AdminRead]).await);
    assert_eq!(program.get(LIST).await.is(200).json()["applications"], serde_json::json!([]));
    let mut made = Vec::new();
    for number in 0..5 {
        app.wait(Duration::from_millis(1));
        let permission = format!("area{number}:read See area {number}");
        made.push(app.makes_application(&format!("App {number}"), &[&permission]).await);
    }
    let one = program.get(&format!("{LIST}/{}", made[3].id)).await;
    let one = one.is(200).json();
    assert_eq!(one["name"], "App 3");
    assert_eq!(one["permissions"][0]["name"], "area3:read");
    assert_eq!(one["return_addresses"][0], "https://app.example.com/callback");
    assert_eq!(one["session_lifetime"], 7 * 24 * 3600);
    assert_eq!(one["identity_assertion"], false);
    app.tamper("UPDATE applications SET identity_assertion = 1").await;
    let two = program.get(&format!("{LIST}/{}", made[3].id)).await;
    assert_eq!(two.is(200).json()["identity_assertion"], true);
    let secret = made[3].secret.clone().unwrap();
    assert_eq!(one["secrets"][0]["tail"], secret[secret.len() - 4..]);
    assert!(!one.to_string().contains(&secret[30..]));
    // Page by page, each once.
    let mut seen = Vec::new();
    let mut path = format!("{LIST}?limit=2");
    loop {
        let page = program.get(&path).await;
        seen.extend(page.is(200).ids("applications"));
        let Some(next) = page.json()["next"].as_str().map(str::to_owned) else { break };
        path = format!("{LIST}?limit=2&cursor={next}");
    }
    let newest: Vec<String> = made.iter().rev().map(|own| own.id.to_string()).collect();
    assert_eq!(seen, newest);
    program.get(&format!("{LIST}?cursor=x")).await.is_problem(400, "invalid-request");
    program.get(&format!("{LIST}/{NOBODY}")).await.is_problem(404, "not-found");
    for path in [LIST.to_owned(), format!("{LIST}/{}", made[0].id)] {
        program.post(&path, "{}").await.is_problem(405, "method-not-allowed");
        program.delete(&path).await.is_problem(405, "method-not-allowed");
    }
    let auditor = app.account(MIRA).await;
    app.tamper("UPDATE accounts SET auditor_since = 1 WHERE administrator_since IS NULL").await;
    let program = Program::with(&app, &token(&app, &auditor, &[Permission::AdminRead]).await);
    program.get(LIST).await.is_problem(403, "missing-right");
});
