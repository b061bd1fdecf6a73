//! Making one, roles, removing and leaving.

use super::*;
use crate::both;

both!(an_administrator_makes_one_and_its_owner_runs_it, async |app: TestApp| {
    app.administrator("ada@example.com").await;
    app.account(OLGA).await;
    let mut ada = signed_in(&app, "ada@example.com").await;
    ada.get("/admin/organisations").await.shows("There is no organisation yet");
    let fields = [("name", "Acme"), ("slug", "acme"), ("email", OLGA), ("plan", "free")];
    ada.get("/admin/organisations/new").await.is(200);
    let wrong = [("name", ""), ("slug", "Acme!"), ("email", "x"), ("plan", "free")];
    let again = ada.post("/admin/organisations/new", &wrong).await;
    again.is(400).shows("Enter a name.").shows("Use 2 to 40").shows("Enter an email address");
    let made = ada.post("/admin/organisations/new", &fields).await;
    made.leads_to("/admin/organisations/acme");
    ada.get("/admin/organisations/new").await;
    ada.post("/admin/organisations/new", &fields).await.is(422).shows("has this short name");
    let page = ada.get("/admin/organisations/acme").await;
    page.is(200).shows("1 member").shows(OLGA).shows("Owner");
    // Who runs the installation is no member of it.
    ada.get(ACME).await.is(404);
    let mail = app.mail().await;
    assert!(mail.iter().any(|one| one.to == OLGA && one.subject == "You are a member of Acme"));
    let mut olga = signed_in(&app, OLGA).await;
    olga.get("/organisations").await.shows("Acme").shows("Owner");
    olga.get(SECURITY).await.is(200).shows("Not part of the Free plan").lacks("Enable IP");
    olga.get("/admin/organisations").await.is(404);
    let change = [("name", "Acme Ltd"), ("plan", "enterprise")];
    ada.get("/admin/organisations/acme").await;
    ada.post("/admin/organisations/acme", &change).await.leads_to("/admin/organisations/acme");
    olga.get(SECURITY).await.is(200).shows("Enable IP allowlist");
});

both!(the_operator_makes_lists_shows_and_changes, async |app: TestApp| {
    app.account(OLGA).await;
    let create = |slug: &'static str| {
        ["organisation", "create", "--name", "Acme", "--slug", slug, "--owner", OLGA]
    };
    let (done, said) = app.cli(&create("acme"), "").await;
    assert!(done && said.contains("/organisations/acme"), "{said}");
    let (done, said) = app.cli(&create("acme"), "").await;
    assert!(!done && said.contains("short name acme"), "{said}");
    assert!(!app.cli(&create("-"), "").await.0);
    let (done, said) = app.cli(&["--json", "organisation", "list"], "").await;
    let json: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert!(done && json["organisations"][0]["slug"] == "acme", "{said}");
    let change = ["organisation", "change", "acme", "--plan", "enterprise"];
    assert!(app.cli(&change, "").await.0);
    assert!(!app.cli(&change, "").await.0);
    let (done, said) = app.cli(&["organisation", "show", "acme"], "").await;
    assert!(done && said.contains("enterprise") && said.contains(OLGA), "{said}");
    assert!(!app.cli(&["organisation", "show", "nobody"], "").await.0);
});

both!(each_role_may_what_it_may, async |app: TestApp| {
    acme(&app).await;
    let account = |email: &'static str| {
        let app = &app;
        async move {
            let email = EmailAddress::parse(email).unwrap();
            let mut db = &app.db;
            portcullis::features::account::by_email(&mut db, &email).await.unwrap().unwrap().id
        }
    };
    let (olga_id, adam_id, mira_id) =
        (account(OLGA).await, account(ADAM).await, account(MIRA).await);
    let role_of = |id: AccountId| format!("{ACME}/members/{id}/role");
    let remove = |id: AccountId| format!("{ACME}/members/{id}/remove");
    let mut mira = signed_in(&app, MIRA).await;
    mira.get(ACME).await.is(200).shows(OLGA).lacks("Invite somebody");
    mira.post(&role_of(mira_id), &[("role", "owner")]).await.is(404);
    mira.post(&remove(adam_id), &[]).await.is(404);
    mira.post(&format!("{ACME}/invitations"), &[("email", EVE), ("role", "member")]).await.is(404);
    mira.get(SECURITY).await.is(404);
    let mut adam = signed_in(&app, ADAM).await;
    adam.get(ACME).await.is(200).shows("Invite somebody");
    adam.post(&role_of(mira_id), &[("role", "owner")]).await.is(404);
    adam.post(&role_of(olga_id), &[("role", "member")]).await.is(404);
    adam.post(&remove(olga_id), &[]).await.is(404);
    adam.post(&remove(adam_id), &[]).await.is(404);
    adam.post(&format!("{ACME}/invitations"), &[("email", EVE), ("role", "owner")]).await.is(404);
    adam.get(ACME).await;
    adam.post(&role_of(mira_id), &[("role", "admin")]).await.leads_to(ACME);
    mira.get(SECURITY).await.is(200);
    let mail = app.mail().await;
    assert!(mail.iter().any(|one| one.to == MIRA && one.text.contains("you are now: Admin")));
    let mut olga = signed_in(&app, OLGA).await;
    olga.get(ACME).await;
    olga.post(&remove(mira_id), &[]).await.leads_to(ACME);
    mira.get(ACME).await.is(404);
    mira.get("/organisations").await.shows("You belong to no organisation");
    let mail = app.mail().await;
    assert!(mail.iter().any(|one| one.subject.contains("no longer a member")));
    assert_eq!(logged(&app, "member-removed succeeded").await, 1);
    assert_eq!(logged(&app, "member-role-changed refused/role").await, 2);
});

both!(one_owner_always_stays, async |app: TestApp| {
    let acme = acme(&app).await;
    let mut olga = signed_in(&app, OLGA).await;
    let members = organisations::in_charge(&mut &app.db, acme.id, 9).await.unwrap();
    let own = members.iter().find(|one| one.email == OLGA).unwrap().account;
    let owner = "needs an owner who can sign in";
    olga.get(ACME).await;
    olga.post(&format!("{ACME}/members/{own}/role"), &[("role", "member")]).await.leads_to(ACME);
    olga.get(ACME).await.shows(owner);
    olga.get(&format!("{ACME}/leave")).await.shows("see nothing of acme");
    olga.post(&format!("{ACME}/leave"), &[]).await.leads_to(ACME);
    olga.get(ACME).await.shows(owner);
    olga.get("/settings/profile/close").await;
    let close = olga.post("/settings/profile/close", &[]).await;
    close.is(422).shows("You are the only owner of an organisation.");
    let email = EmailAddress::parse(OLGA).unwrap();
    let whom = administration::Whom::Email(&email);
    let closed = administration::close(&app, By::Operator, whom).await.unwrap();
    assert!(matches!(closed, administration::Changed::Refused(_)), "{closed:?}");
    // A suspended owner is none that could help.
    member(&app, &acme, EVE, Role::Owner).await;
    app.suspend(EVE).await;
    olga.get(&format!("{ACME}/leave")).await;
    olga.post(&format!("{ACME}/leave"), &[]).await.leads_to(ACME);
    app.restore_account(EVE).await;
    olga.get(&format!("{ACME}/leave")).await;
    olga.post(&format!("{ACME}/leave"), &[]).await.leads_to("/organisations");
    olga.get(ACME).await.is(404);
    assert_eq!(logged(&app, "member-left refused/last-owner").await, 2);
    assert_eq!(logged(&app, "account-closing refused/last-owner").await, 2);
});
