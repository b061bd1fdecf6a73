//! Removing an application: everybody is out of it, and its id is nobody else's.

use super::*;
use crate::both;
use crate::support::bearer;

both!(nothing_of_a_removed_application_is_good, async |app: TestApp| {
    let mut ada = ada(&app).await;
    let made = app.makes_application("Billing", &[READ]).await;
    let other = app.makes_application("Wiki", &["pages:read Read pages"]).await;
    let mut mira = mira(&app).await;
    let token = mira.makes_token("Deploy", &["invoices:read", "pages:read"], &[]).await;
    let (_, gone) = app.signs_in_to(&mira, &made, "openid invoices:read").await;
    let (_, stays) = app.signs_in_to(&mira, &other, "openid").await;
    let remove = format!("{PAGE}/{}/remove", made.id);
    let page = ada.get(&remove).await;
    page.is(200)
        .shows("One session in it ends.")
        .shows("invoices:read")
        .shows("It can’t be undone.");
    assert!(app.is_good(&gone).await, "looking has done it");
    ada.post(&remove, &[]).await.leads_to(PAGE);
    ada.get(PAGE).await.shows("The application is removed.").lacks(&made.id.to_string());
    let node = other_node(&app).await;
    for at in [Some(&app), node.as_ref()].into_iter().flatten() {
        assert!(!at.is_good(&gone).await && at.is_good(&stays).await);
        assert!(!proves(at, made.id, made.secret.as_ref().unwrap()).await);
        let held = bearer(at, &token.text, "203.0.113.9").await.unwrap().permissions;
        assert_eq!(held.names().collect::<Vec<_>>(), ["pages:read"]);
        assert!(applications::by_id(&mut &at.db, made.id).await.unwrap().is_none());
    }
    for path in
        [format!("{PAGE}/{}", made.id), remove.clone(), format!("{PAGE}/{}/change", made.id)]
    {
        ada.get(&path).await.is(404);
    }
    ada.get(PAGE).await;
    ada.get("/settings/profile").await;
    ada.post(&remove, &[]).await.is(404);
    // Its name, origins and permissions are free; its id is not.
    app.makes_application("Billing", &[READ]).await;
    ada.get(NEW).await;
    let id = made.id.to_string();
    let fields = [
        ("id", id.as_str()),
        ("name", "Again"),
        ("kind", "confidential"),
        ("session_lifetime", "1h"),
        ("id_token_algorithm", "ES256"),
    ];
    ada.post(NEW, &fields).await.leads_to(&format!("{PAGE}/{id}"));
    ada.get(&format!("{PAGE}/{id}")).await.is(404);
    assert!(app.tries_to_sign_in_to(&mira, &made, "openid").await.is_none());
    let consents = "SELECT COUNT(*) FROM consents";
    assert_eq!(app.count(consents).await, 1);
});

// SE-03: what is no application's id, or nobody's, is not there, and nothing is done.
both!(se_03_foreign_ids_are_not_there, async |app: TestApp| {
    let mut ada = ada(&app).await;
    let made = app.makes_application("Billing", &[]).await;
    let id = made.id.to_string();
    let (before, events) = (app.dump().await.len(), app.events().await.len());
    for odd in [
        NOBODY.to_owned(),
        id.to_uppercase(),
        id.replace('-', ""),
        format!("%7B{id}%7D"),
        format!("{id}%00"),
        format!("{id}%20"),
        "x".into(),
        "%27%20OR%201%3D1--".into(),
        "%ff%fe".into(),
        "x".repeat(5_000),
    ] {
        for act in ["", "/change", "/remove"] {
            ada.get(&format!("{PAGE}/{odd}{act}")).await.is(404);
        }
        if odd != NOBODY {
            ada.get(PAGE).await;
            ada.get("/settings/profile").await;
            ada.post(&format!("{PAGE}/{odd}/remove"), &[]).await.is(404);
            let form = [("secret", NOBODY), ("overlap", "now")];
            ada.post(&format!("{PAGE}/{odd}/secrets"), &form).await.is(404);
        }
    }
    assert_eq!((app.dump().await.len(), app.events().await.len()), (before, events));
    assert!(proves(&app, made.id, &made.secret.unwrap()).await);
    for odd in ["x", "1.x", "9.01900000-0000-7000-8000-000000000000x"] {
        let reply = ada.get(&format!("{PAGE}?after={odd}")).await;
        assert!(reply.status.is_client_error(), "{odd}");
    }
});

// PL-13: nobody but administrators learns that there are such pages.
both!(pl_13_others_find_none_of_it, async |app: TestApp| {
    let made = app.makes_application("Billing", &[]).await;
    let mut mira = mira(&app).await;
    let nowhere = mira.get("/nowhere").await.text();
    app.tamper("UPDATE accounts SET auditor_since = 1").await;
    for path in [PAGE.to_owned(), NEW.to_owned(), format!("{PAGE}/{}", made.id)] {
        assert_eq!(mira.get(&path).await.is(404).text(), nowhere);
    }
    mira.get("/admin/log").await.is(200).lacks(PAGE);
});
