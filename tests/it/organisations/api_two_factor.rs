//! Required two-factor authentication by programs: what is asked, and asking for it.

use super::api::{path, program};
use super::*;
use crate::api::{Answer, Program};
use crate::both;
use crate::support::enables_two_factor;
use portcullis::features::access_tokens::rules::Permission;
use serde_json::{Value, json};

const READ: Permission = Permission::OrganisationsRead;
const WRITE: Permission = Permission::OrganisationsWrite;

async fn puts(program: &Program, of: &Organisation, body: &Value) -> Answer {
    let body = body.to_string();
    let sent = Some(("application/json", body.as_str()));
    program.send(axum::http::Method::PUT, &path(of, "/two-factor"), sent).await
}

fn required(grace: Option<u64>) -> Value {
    match grace {
        Some(days) => json!({"required": true, "grace_days": days}),
        None => json!({"required": true}),
    }
}

both!(an_admin_s_program_requires_it_and_takes_it_back, async |app: TestApp| {
    let acme = acme(&app).await;
    let adam = program(&app, ADAM, &[READ, WRITE]).await;
    let page = path(&acme, "/two-factor");
    let before = adam.get(&page).await.is(200).json();
    let nothing = json!({"required": false, "required_at": null, "grace_until": null,
        "sms_excluded": false, "members_without": 3, "members_looked_at": 3});
    assert_eq!(before, nothing);
    // Who has none can't require one of others, and is told.
    puts(&adam, &acme, &required(Some(7))).await.is_problem(422, "locks-out");
    enables_two_factor(&app, &mut signed_in(&app, ADAM).await).await;
    for odd in [json!({}), json!({"required": true, "grace": 7}), json!({"required": "yes"})] {
        puts(&adam, &acme, &odd).await.is(400);
    }
    for odd in [required(None), required(Some(1)), required(Some(365))] {
        puts(&adam, &acme, &odd).await.is_problem(400, "invalid-request");
    }
    let set = puts(&adam, &acme, &required(Some(7))).await.is(200).json();
    assert_eq!((&set["required"], &set["members_without"]), (&json!(true), &json!(2)));
    let until = app.clock.now().plus(Duration::from_hours(7 * 24)).rfc3339();
    assert_eq!(set["grace_until"], until);
    let subject = "acme & Sons requires two-factor authentication";
    let told = app.mail().await.into_iter().filter(|mail| mail.subject == subject).count();
    assert_eq!(told, 2);
    let mut mira = signed_in(&app, MIRA).await;
    mira.get(ACME).await.is(200).shows("You can work here without it until");
    // Sent once more, it changes nothing, and nobody is told again.
    app.wait(MINUTE);
    let again = puts(&adam, &acme, &required(None)).await.is(200).json();
    assert_eq!(again["grace_until"], until);
    let stricter = json!({"required": true, "sms_excluded": true});
    let stricter = puts(&adam, &acme, &stricter).await.is(200).json();
    let expected = (json!(true), json!(until));
    assert_eq!((&stricter["sms_excluded"], &stricter["grace_until"]), (&expected.0, &expected.1));
    puts(&adam, &acme, &required(Some(0))).await.is(200);
    mira.get(ACME).await.is(403);
    let token = app.token_id(&adam).await;
    assert!(app.dump().await.iter().any(|row| row.contains(&format!("token {token}; off → req"))));
    let off = puts(&adam, &acme, &json!({"required": false})).await.is(200).json();
    assert_eq!((&off["required"], &off["grace_until"]), (&json!(false), &json!(null)));
    mira.get(ACME).await.is(200);
    assert_eq!(logged(&app, "two-factor-requirement-changed succeeded").await, 4);
    assert_eq!(logged(&app, "two-factor-requirement-changed refused/locks-out").await, 1);
    assert_eq!(logged(&app, "two-factor-requirement-changed refused/already").await, 1);
});

both!(on_the_free_plan_it_is_refused, async |app: TestApp| {
    app.account(OLGA).await;
    let free = organisation(&app, "acme", Plan::Free, OLGA).await;
    let olga = program(&app, OLGA, &[READ, WRITE]).await;
    enables_two_factor(&app, &mut signed_in(&app, OLGA).await).await;
    puts(&olga, &free, &required(Some(7))).await.is_problem(422, "plan");
    assert_eq!(app.count("SELECT COUNT(*) FROM two_factor_requirements").await, 0);
});

both!(tk_09_ip_03_nobody_else_reads_or_sets_it, async |app: TestApp| {
    let acme = acme(&app).await;
    app.account(EVE).await;
    organisation(&app, "umbrella", Plan::Enterprise, EVE).await;
    let eve = program(&app, EVE, Permission::ALL).await;
    let mira = program(&app, MIRA, Permission::ALL).await;
    let reads = program(&app, OLGA, &[READ]).await;
    let olga = program(&app, OLGA, &[READ, WRITE]).await;
    for email in [EVE, MIRA] {
        enables_two_factor(&app, &mut signed_in(&app, email).await).await;
    }
    let page = path(&acme, "/two-factor");
    eve.get(&page).await.is_problem(404, "not-found");
    mira.get(&page).await.is_problem(403, "missing-right");
    reads.get(&page).await.is(200);
    puts(&eve, &acme, &required(Some(0))).await.is_problem(404, "not-found");
    puts(&mira, &acme, &required(Some(0))).await.is_problem(403, "missing-right");
    puts(&reads, &acme, &required(Some(0))).await.is_problem(403, "missing-permission");
    enables_from(&app, &acme, OLGA, "10.99.0.1").await;
    olga.get(&page).await.is_problem(403, "organisation-address");
    puts(&olga, &acme, &required(Some(0))).await.is_problem(403, "organisation-address");
    assert_eq!(app.count("SELECT COUNT(*) FROM two_factor_requirements").await, 0);
    assert_eq!(logged(&app, "two-factor-requirement-changed succeeded").await, 0);
});
