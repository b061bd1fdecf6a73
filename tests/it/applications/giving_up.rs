//! An origin that is given up takes its rules at the gate along: whoever comes to it
//! later, this application or another, begins with a closed one.

use super::*;
use crate::both;
use crate::support::{MadeApplication, wanted};
use portcullis::features::administration::By;
use portcullis::features::application_settings::rules::Typed;
use portcullis::features::application_settings::{Changed, change, details, remove};
use portcullis::features::gate::rules::{Known, read, write};
use portcullis::features::gate::{Saved, guard, save_rules};

const ONE: &str = "https://one.example.com";
const TWO: &str = "https://two.example.com";

async fn lives_at(app: &TestApp, made: &MadeApplication, origins: &[&str]) {
    let details = details(app, made.id, app.clock.now()).await.unwrap().unwrap();
    let typed = Typed { gate_origins: origins.join("\n"), ..Typed::of(&details) };
    let revision = details.application.revision;
    let changed = change(app, By::Operator, made.id, revision, &wanted(&typed)).await.unwrap();
    assert_eq!(changed, Changed::Done);
}

/// The rules of each origin, as they are written.
async fn rules(app: &TestApp, made: &MadeApplication) -> Vec<(String, String)> {
    let found = guard(app, made.id).await.unwrap().unwrap();
    found.origins.into_iter().map(|(origin, rules)| (origin, write(&rules))).collect()
}

async fn opens(app: &TestApp, made: &MadeApplication, origins: &[&str]) {
    let found = guard(app, made.id).await.unwrap().unwrap();
    let open = read("/ public\n/admin second-factor", &Known::default()).unwrap();
    let wanted: Vec<_> =
        origins.iter().map(|origin| ((*origin).to_owned(), open.clone())).collect();
    let revision = found.application.revision;
    let saved = save_rules(app, By::Operator, made.id, revision, &wanted).await.unwrap();
    assert_eq!(saved, Saved::Done);
}

both!(an_origin_that_is_given_up_takes_its_rules_along, async |app: TestApp| {
    let made = app.makes_application("Billing", &[READ]).await;
    let open = "/ public\n/admin second-factor".to_owned();
    lives_at(&app, &made, &[ONE, TWO]).await;
    opens(&app, &made, &[ONE, TWO]).await;
    lives_at(&app, &made, &[TWO]).await;
    // The log says what went; the other's are as they were.
    let sql = format!(
        "SELECT COUNT(*) FROM security_events WHERE kind = 'application-changed' AND \
         detail = 'addresses-gate -rules:{ONE}'"
    );
    assert_eq!(app.count(&sql).await, 1);
    assert_eq!(rules(&app, &made).await, [(TWO.to_owned(), open.clone())]);
    assert_eq!(app.count("SELECT COUNT(*) FROM gate_rules").await, 2);
    // It comes back closed.
    lives_at(&app, &made, &[ONE, TWO]).await;
    let closed = (ONE.to_owned(), String::new());
    assert_eq!(rules(&app, &made).await, [closed, (TWO.to_owned(), open)]);
    // What only changes otherwise keeps them.
    let details = details(&app, made.id, app.clock.now()).await.unwrap().unwrap();
    let typed = Typed { name: "Invoicing".into(), ..Typed::of(&details) };
    let revision = details.application.revision;
    change(&app, By::Operator, made.id, revision, &wanted(&typed)).await.unwrap();
    assert_eq!(app.count("SELECT COUNT(*) FROM gate_rules").await, 2);
    // Nothing is left of an application that is removed.
    remove(&app, By::Operator, made.id).await.unwrap();
    assert_eq!(app.count("SELECT COUNT(*) FROM gate_rules").await, 0);
});
