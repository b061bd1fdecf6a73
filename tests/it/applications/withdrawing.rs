//! A permission that is taken back is taken from everything that carries it, so that
//! nobody who declares it later inherits it.

use super::*;
use crate::both;
use crate::support::{MadeApplication, bearer, rounds, wanted};
use portcullis::features::administration::By;
use portcullis::features::application_settings::rules::Typed;
use portcullis::features::application_settings::{Changed, change, details};
use portcullis::features::applications::rules::Scopes;
use portcullis::features::{application_sessions, consents};
use portcullis::secret::Token;

async fn declares(app: &TestApp, made: &MadeApplication, permissions: &[&str]) {
    let details = details(app, made.id, app.clock.now()).await.unwrap().unwrap();
    let typed = Typed { permissions: permissions.join("\n"), ..Typed::of(&details) };
    let revision = details.application.revision;
    let changed = change(app, By::Operator, made.id, revision, &wanted(&typed)).await.unwrap();
    assert_eq!(changed, Changed::Done);
}

async fn scopes(app: &TestApp, secret: &Token) -> Scopes {
    let now = app.clock.now();
    application_sessions::authenticate(app, secret, now).await.unwrap().unwrap().scopes
}

both!(what_is_taken_back_is_gone_everywhere_and_comes_back_nowhere, async |app: TestApp| {
    let made = app.makes_application("Billing", &[READ, PAY, "invoices:read-all All"]).await;
    let mut mira = mira(&app).await;
    let permissions = ["profile:read", "invoices:read", "invoices:read-all", "invoices:pay"];
    let token = mira.makes_token("Deploy", &permissions, &[]).await;
    let all = "openid email invoices:read invoices:read-all invoices:pay";
    let (_, secret) = app.signs_in_to(&mira, &made, all).await;
    let node = other_node(&app).await;
    declares(&app, &made, &[PAY, "invoices:read-all All"]).await;
    for at in [Some(&app), node.as_ref()].into_iter().flatten() {
        let held = bearer(at, &token.text, "203.0.113.9").await.unwrap().permissions;
        let names: Vec<&str> = held.names().collect();
        assert_eq!(names, ["invoices:pay", "invoices:read-all", "profile:read"]);
        let left = "email invoices:pay invoices:read-all openid";
        assert_eq!(scopes(at, &secret).await.text(), left);
    }
    let account = app.email_id(MIRA).await;
    let consent = consents::find(&mut &app.db, account, made.id).await.unwrap().unwrap();
    assert!(!consent.scopes.has("invoices:read") && consent.scopes.has("invoices:read-all"));
    // Declared anew, by another: those from before have none of it.
    let other = app.makes_application("Other", &[READ]).await;
    assert!(
        !bearer(&app, &token.text, "203.0.113.9").await.unwrap().permissions.has("invoices:read")
    );
    assert!(!scopes(&app, &secret).await.has("invoices:read"));
    assert!(app.tries_to_sign_in_to(&mira, &made, "openid invoices:read").await.is_none());
    assert!(app.tries_to_sign_in_to(&mira, &other, "openid invoices:read").await.is_some());
    mira.get(&format!("/settings/security/tokens/{}", token.id))
        .await
        .shows("Billing: Pay your invoices");
});

both!(a_token_made_meanwhile_carries_nothing_that_is_gone, async |app: TestApp| {
    let made = app.makes_application("Billing", &[READ, PAY]).await;
    let mira = mira(&app).await;
    let node = other_node(&app).await;
    for round in 0..rounds() * 3 {
        let name = format!("race{round}:read");
        let line = format!("{name} Race");
        declares(&app, &made, &[READ, &line]).await;
        let (mut one, mut two) = (mira.clone(), mira.clone());
        if let Some(node) = &node {
            two = two.at(node);
        }
        let fields = |own: &'static str| {
            [
                ("name", own),
                ("expiration", "7"),
                ("permission", "invoices:read"),
                ("permission", &*name),
            ]
        };
        let (a, b) = (fields("One"), fields("Two"));
        let (first, second, secret, ()) = tokio::join!(
            one.asks_for_token(&a),
            two.asks_for_token(&b),
            app.tries_to_sign_in_to(&mira, &made, &name),
            declares(&app, &made, &[READ]),
        );
        for reply in [first, second] {
            assert!([200, 400, 422].contains(&reply.status.as_u16()), "{}", reply.text());
        }
        let left =
            format!("SELECT COUNT(*) FROM access_token_permissions WHERE permission = '{name}'");
        assert_eq!(app.count(&left).await, 0, "round {round}: a token carries what is gone");
        if let Some((_, secret)) = secret {
            assert!(!scopes(&app, &secret).await.has(&name), "round {round}");
        }
        app.tamper("DELETE FROM access_token_networks").await;
        app.tamper("DELETE FROM access_token_permissions").await;
        app.tamper("DELETE FROM access_tokens").await;
    }
});

both!(generate_token_offers_what_applications_declare, async |app: TestApp| {
    app.makes_application("Billing", &[READ, PAY]).await;
    app.makes_application("Alphabet", &["letters:read Read the letters"]).await;
    app.makes_application("Wiki", &[]).await;
    let mut mira = mira(&app).await;
    let page = mira.get("/settings/security/tokens/new").await;
    page.shows("Billing").shows("See your invoices").lacks("Wiki");
    let (first, second) = (page.body.find("Alphabet").unwrap(), page.body.find("Billing").unwrap());
    assert!(first < second && page.body.find("admin:read").is_none());
    let none = mira
        .asks_for_token(&[("name", "x"), ("expiration", "7"), ("permission", "letters:write")])
        .await;
    none.is(400).shows("There is no such permission.");
    let token = mira.makes_token("Deploy", &["letters:read", "invoices:pay"], &[]).await;
    let list = mira.get("/settings/security/tokens").await;
    list.shows("invoices:pay, letters:read");
    // It opens nothing of Portcullis's own.
    let held = bearer(&app, &token.text, "203.0.113.9").await.unwrap();
    for own in portcullis::features::access_tokens::rules::Permission::ALL {
        assert!(!held.may(*own));
    }
    mira.get(&format!("/settings/security/tokens/{}", token.id)).await.is(200);
    let narrow = format!("/settings/security/tokens/{}/narrow", token.id);
    mira.post(&narrow, &[("permission", "letters:read")])
        .await
        .leads_to("/settings/security/tokens");
    let held = bearer(&app, &token.text, "203.0.113.9").await.unwrap();
    assert_eq!(held.permissions.names().collect::<Vec<_>>(), ["letters:read"]);
});

/// No application can declare what Portcullis answers to.
#[test]
fn portcullis_s_own_permissions_are_refused() {
    use portcullis::features::access_tokens::rules::Permission;
    use portcullis::features::applications::rules::{NotAPermission, PermissionName};
    for own in Permission::ALL {
        assert_eq!(PermissionName::parse(own.tag()), Err(NotAPermission::Own), "{own:?}");
    }
}
