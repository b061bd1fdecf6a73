//! PL-13: nobody but an administrator reaches anything, and nobody makes
//! themselves one.

use super::actors::{ADA, BOB, EVE, act, administrator, done, last_event, page_of};
use crate::both;
use crate::support::{PASSWORD, TestApp, rounds};
use axum::http::Method;
use portcullis::http::{Route, routes};
use portcullis::ids::AccountId;

fn admin_routes() -> Vec<Route> {
    routes().into_iter().filter(|route| route.path.starts_with("/admin")).collect()
}

const FIELDS: &[(&str, &str)] =
    &[("name", "Eve"), ("email", "new@example.com"), ("administrator", "yes"), ("reason", "x")];

both!(pl_13_others_find_no_such_page_and_nothing_is_done, async |app: TestApp| {
    let (_, ada) = administrator(&app, ADA).await;
    let own = app.account(EVE).await;
    let dead = app.dead_message(&ada).await;
    let mut eve = app.browser();
    eve.signs_in(EVE, PASSWORD).await;
    eve.get("/settings/security").await.is(200).lacks("/admin");
    let (before, events) = (app.dump().await, app.events().await);
    let nowhere = eve.clone().get("/nowhere").await.text();
    for route in admin_routes() {
        for id in [ada.id.to_string(), own.id.to_string(), dead.clone(), "x".into()] {
            let path = route.path.replace("{id}", &id);
            let reply = match route.method {
                Method::GET => eve.clone().get(&path).await,
                _ => eve.clone().post(&path, FIELDS).await,
            };
            assert_eq!(reply.is(404).text(), nowhere, "{path}");
        }
    }
    assert_eq!(app.events().await, events);
    assert_eq!(app.dump().await, before);
    // Also long after the last proof: it does not even ask for one.
    app.wait(std::time::Duration::from_mins(6));
    for route in admin_routes() {
        let path = route.path.replace("{id}", &own.id.to_string());
        let reply = match route.method {
            Method::GET => eve.clone().get(&path).await,
            _ => eve.clone().post(&path, FIELDS).await,
        };
        reply.is(404);
    }
});

both!(pl_13_a_form_s_extra_fields_make_nobody_an_administrator, async |app: TestApp| {
    let own = app.account(EVE).await;
    let mut eve = app.browser();
    eve.signs_in(EVE, PASSWORD).await;
    eve.get("/settings/profile").await;
    let id = own.id.to_string();
    let fields = [
        ("name", "Eve"),
        ("language", "en-GB"),
        ("time_zone", "UTC"),
        ("administrator", "yes"),
        ("administrator_since", "1"),
        ("id", &id),
    ];
    eve.post("/settings/profile", &fields).await.leads_to("/settings/profile");
    eve.get("/admin/accounts").await.is(404);
});

both!(forged_ids_and_erased_accounts_are_refused, async |app: TestApp| {
    let (mut ada, own) = administrator(&app, ADA).await;
    let gone = app.account(EVE).await;
    app.tamper("UPDATE accounts SET erased_at = 1 WHERE email_canonical = 'eve@example.com'").await;
    ada.get(&page_of(own.id)).await.is(200);
    let nobody: AccountId = "01900000-0000-7000-8000-000000000000".parse().unwrap();
    for route in admin_routes() {
        let is_act = route.method == Method::POST && route.path.starts_with("/admin/accounts/{id}");
        if !is_act {
            continue;
        }
        for id in [nobody, gone.id] {
            // The log of an erased account stays, without what was personal.
            if id == gone.id && route.path.ends_with("/log/export") {
                continue;
            }
            app.wait(std::time::Duration::from_millis(1));
            let events = app.events().await.len();
            let path = route.path.replace("{id}", &id.to_string());
            let path = path.replace("{token}", &nobody.to_string());
            ada.clone().post(&path, FIELDS).await.is(404);
            let new = app.events().await[events..].to_vec();
            let [event] = &new[..] else { panic!("{path}: {new:?}") };
            assert!(event.ends_with(" refused/unknown-account"), "{event}");
        }
        for id in ["x", "0", "%00", "01900000-0000-7000-8000-00000000000", "%27%20OR%201%3D1"] {
            let events = app.events().await.len();
            ada.clone().post(&route.path.replace("{id}", id), &[]).await.is(404);
            assert_eq!(app.events().await.len(), events);
        }
    }
    let page = ada.get(&page_of(gone.id)).await;
    page.is(200).shows("Erased").lacks("<form method=\"post\" action=\"/admin");
    ada.get(&page_of(nobody)).await.is(404);
    for ask in ["suspend", "end-sessions"] {
        ada.get(&format!("{}/{ask}", page_of(gone.id))).await.is(404);
        ada.get(&format!("{}/{ask}", page_of(nobody))).await.is(404);
    }
    ada.get("/admin/accounts?after=01900000-0000-7000-8000-000000000000").await.is(404);
    ada.get("/admin/accounts?after=x").await.is(404);
    ada.get("/admin/log?before=x").await.is(404);
});

both!(pl_13_who_is_demoted_is_out_at_once, async |app: TestApp| {
    let (mut ada, own) = administrator(&app, ADA).await;
    let (mut bob, other) = administrator(&app, BOB).await;
    let eve = app.account(EVE).await;
    // Bob stands on a form that he has not sent yet.
    bob.get(&format!("{}/suspend", page_of(eve.id))).await.is(200);
    done(&act(&mut ada, other.id, "unmake-administrator", &[]).await, other.id);
    bob.post(&format!("{}/suspend", page_of(eve.id)), &[]).await.is(404);
    bob.get("/admin/accounts").await.is(404);
    assert!(bob.is_signed_in().await, "he stays who he is");
    done(&act(&mut ada, other.id, "make-administrator", &[]).await, other.id);
    bob.get("/admin/accounts").await.is(200);
    // Suspended, or asked for a new password, he does nothing either.
    bob.get(&format!("{}/suspend", page_of(eve.id))).await.is(200);
    done(&act(&mut ada, other.id, "require-password-change", &[]).await, other.id);
    let suspend = format!("{}/suspend", page_of(eve.id));
    bob.post(&suspend, &[]).await.leads_to("/settings/security/password");
    done(&act(&mut ada, other.id, "suspend", &[]).await, other.id);
    let reply = bob.post(&suspend, &[]).await;
    assert!(reply.location().starts_with("/sign-in?"), "{}", reply.status);
    let none = "SELECT COUNT(*) FROM accounts WHERE suspended_at IS NOT NULL AND email <> 'bob@example.com'";
    assert_eq!(app.count(none).await, 0);
    // Nobody suspends themselves, and the last one stays.
    act(&mut ada, own.id, "suspend", &[]).await.leads_to(&page_of(own.id));
    assert_eq!(last_event(&app).await, "account-suspended refused/own-account");
    act(&mut ada, own.id, "unmake-administrator", &[]).await.leads_to(&page_of(own.id));
    assert_eq!(last_event(&app).await, "administrator-unmade refused/last-administrator");
    ada.get(&page_of(own.id)).await.is(200);
});

// An administrator who can't sign in yet is none that the others can rely on.
both!(pl_13_an_invited_administrator_is_no_other_one, async |app: TestApp| {
    let (mut ada, own) = administrator(&app, ADA).await;
    ada.get("/admin/accounts/new").await.is(200);
    let fields = [("name", "Bob"), ("email", BOB), ("administrator", "yes")];
    assert_eq!(ada.post("/admin/accounts/new", &fields).await.status.as_u16(), 303);
    act(&mut ada, own.id, "unmake-administrator", &[]).await.leads_to(&page_of(own.id));
    assert_eq!(last_event(&app).await, "administrator-unmade refused/last-administrator");
});

both!(pl_13_of_two_who_remove_each_other_one_stays, async |app: TestApp| {
    for (round, name) in
        ["unmake-administrator", "suspend"].into_iter().cycle().take(2 * rounds()).enumerate()
    {
        let (one, other) = (format!("one{round}@example.com"), format!("two{round}@example.com"));
        app.tamper("UPDATE accounts SET administrator_since = NULL").await;
        let (mut ada, a) = administrator(&app, &one).await;
        let (mut bob, b) = administrator(&app, &other).await;
        if app.backend == crate::support::Backend::Postgres {
            bob = bob.at(&app.second_node().await);
        }
        ada.get(&page_of(b.id)).await.is(200);
        bob.get(&page_of(a.id)).await.is(200);
        let (to_bob, to_ada) =
            (format!("{}/{name}", page_of(b.id)), format!("{}/{name}", page_of(a.id)));
        let (first, second) = tokio::join!(ada.post(&to_bob, &[]), bob.post(&to_ada, &[]));
        let left = "SELECT COUNT(*) FROM accounts WHERE administrator_since IS NOT NULL AND suspended_at IS NULL";
        assert_eq!(app.count(left).await, 1, "{name}: {} {}", first.status, second.status);
        let states = [first.status.as_u16(), second.status.as_u16()];
        assert!(states.contains(&303), "{states:?}");
        // The second finds out that it is none any more.
        assert!(states.iter().all(|status| matches!(status, 303 | 404 | 409)), "{states:?}");
    }
});

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_one_node_does_holds_on_the_other() {
    let app = TestApp::new(crate::support::Backend::Postgres).await;
    let node = app.second_node().await;
    let (mut ada, _) = administrator(&app, ADA).await;
    let (bob, other) = administrator(&app, BOB).await;
    let eve = app.account(EVE).await;
    let mut browser = app.browser();
    browser.signs_in(EVE, PASSWORD).await;
    let (mut bob, mut browser) = (bob.at(&node), browser.at(&node));
    bob.get("/admin/accounts").await.is(200);
    assert!(browser.is_signed_in().await);
    done(&act(&mut ada, other.id, "unmake-administrator", &[]).await, other.id);
    bob.get("/admin/accounts").await.is(404);
    done(&act(&mut ada, eve.id, "suspend", &[]).await, eve.id);
    assert!(!browser.is_signed_in().await);
}
