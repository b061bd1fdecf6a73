//! An organisation that is removed: nobody belongs to it, at any door, and its name stays taken.

use super::*;
use crate::both;

both!(a_removed_organisation_is_nowhere, async |app: TestApp| {
    let acme = acme(&app).await;
    let product = app.product("Billing", &["clients:read"]).await;
    let mut mira = signed_in(&app, MIRA).await;
    let account = app.current_of(&mira).await.account;
    let token = app.token_with(&account, &["clients:read"], "").await;
    let asks = async |of: &str| {
        product.asks_with(&app, &[("token", &token), ("organisation", of)]).await.is_active()
    };
    assert!(asks("acme").await);
    let mut olga = signed_in(&app, OLGA).await;
    let here = olga.address.to_string();
    enables(&mut olga, &here).await;
    olga.post(&format!("{ACME}/invitations"), &[("email", EVE), ("role", "member")]).await;
    let link = app.link(EVE, "organisation").await;
    app.administrator("root@example.com").await;
    let mut root = signed_in(&app, "root@example.com").await;
    let remove = "/admin/organisations/acme/remove";
    root.get(remove).await.is(200).shows("3 people belong to it");
    root.post(remove, &[]).await.leads_to("/admin/organisations");
    root.get("/admin/organisations").await.shows("The organisation is removed.").lacks("acme");
    root.get("/admin/organisations/acme").await.is(404);
    for browser in [&mut mira, &mut olga] {
        browser.get(ACME).await.is(404);
        browser.get("/organisations").await.is(200).lacks("acme");
    }
    app.browser().get(&link).await.is(404);
    assert!(!asks("acme").await && !asks(&acme.id.to_string()).await);
    let mail = app.all_mail().await;
    assert!(mail.iter().any(|mail| mail.to == OLGA && mail.subject.contains("was removed")));
    for left in ["members", "organisation_invitations", "allowlists", "allowlist_versions"] {
        assert_eq!(app.count(&format!("SELECT COUNT(*) FROM {left}")).await, 0, "{left}");
    }
    // Its short name is nobody else's.
    let again = ["organisation", "create", "--name", "A", "--slug", "acme", "--owner", OLGA];
    assert!(!app.cli(&again, "").await.0);
    assert!(!app.cli(&["organisation", "remove", "acme"], "").await.0);
    // What happened in it stays in the log of the installation, and can be verified.
    assert_eq!(logged(&app, "organisation-removed succeeded").await, 1);
});

both!(the_operator_removes_one, async |app: TestApp| {
    acme(&app).await;
    let (done, said) = app.cli(&["organisation", "remove", "acme"], "").await;
    assert!(done && said.contains("acme removed"), "{said}");
    assert_eq!(app.count("SELECT COUNT(*) FROM members").await, 0);
});
