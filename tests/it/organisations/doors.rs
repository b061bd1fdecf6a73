//! IP-03, MF-13: every route whose path names an organisation, walked from where nobody may
//! be, by whom it is nothing to, and without what is asked.

use super::*;
use crate::both;
use crate::guards::source::files;
use axum::http::Method;
use portcullis::http::{Declared, Route, routes};

/// The routes of the table that are an organisation's.
fn doors() -> Vec<Route> {
    let all = routes().into_iter().filter(|route| route.path.contains("/organisations/{slug}"));
    all.filter(|route| !route.path.starts_with("/admin/")).collect()
}

fn filled_in(route: &Route) -> String {
    let path = route.path.replace("{slug}", "acme");
    path.replace("{id}", "01900000-0000-7000-8000-000000000000")
}

async fn knock(browser: &mut Browser, route: &Route) -> Reply {
    let path = filled_in(route);
    match route.method {
        Method::GET => browser.get(&path).await,
        _ => {
            browser.get("/organisations").await;
            let fields = [("role", "member"), ("email", EVE), ("act", "save"), ("grace", "7")];
            browser.post(&path, &fields).await
        }
    }
}

#[test]
fn a_path_below_an_organisation_says_so_by_its_access() {
    let doors = doors();
    assert!(doors.len() >= 15, "{}", doors.len());
    for route in &doors {
        assert!(route.access.is_of_organisation(), "{} forgets to ask", route.path);
    }
    for route in routes() {
        let named = doors.iter().any(|door| door.path == route.path);
        assert_eq!(route.access.is_of_organisation(), named, "{}", route.path);
    }
}

#[test]
fn a_path_that_is_an_invitation_says_so_by_its_access() {
    let invited = |route: &Route| route.path.starts_with("/link/organisation/");
    let all = routes();
    assert!(all.iter().filter(|route| invited(route)).count() >= 3);
    for route in &all {
        assert_eq!(route.access == Declared::Invited, invited(route), "{}", route.path);
    }
}

/// No act can forget to ask: what spends an invitation, and what knows of addresses, is
/// called where it is decided, and nowhere else.
#[test]
fn allowlists_are_asked_and_invitations_spent_in_one_place() {
    let asked = "src/features/organisation_access/";
    let mut found = [0; 2];
    for file in files("src", ".rs") {
        let code: String = file.bare_code().split_whitespace().collect();
        let steps = [("ip_allowlist::", "allows"), ("invitations::", "spend")];
        for ((room, step), seen) in steps.iter().zip(&mut found) {
            let mut parts = code.split(room).skip(1);
            let takes = parts.any(|rest| match rest.strip_prefix('{') {
                Some(list) => list.split('}').next().unwrap().split(',').any(|one| one == *step),
                None => rest.starts_with(step),
            });
            if takes {
                assert!(file.path.starts_with(asked), "{} calls {room}{step}", file.path);
                *seen += 1;
            }
        }
    }
    assert_eq!(found, [2, 1]);
}

/// Nothing of Acme's is on the page: the name that its member knows is all.
fn tells_nothing(reply: &Reply, route: &Route) {
    for theirs in [MIRA, "Invite somebody", "Enable IP allowlist", "Save configuration", "csv"] {
        assert!(!reply.body.contains(theirs), "{}: {theirs}", route.path);
    }
}

both!(ip_03_no_door_is_open_from_a_refused_address, async |app: TestApp| {
    let acme = acme(&app).await;
    member(&app, &acme, EVE, Role::Admin).await;
    let mut olga = signed_in(&app, OLGA).await;
    let mut eve = signed_in(&app, EVE).await;
    let here = olga.address.to_string();
    enables(&mut olga, &here).await;
    let before = app.count("SELECT COUNT(*) FROM members").await;
    for route in doors() {
        let reply = knock(&mut eve, &route).await;
        reply.is(403).shows(&eve.address.to_string());
        tells_nothing(&reply, &route);
        // From an address that is not known, neither.
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM members").await, before);
    assert_eq!(app.count("SELECT COUNT(*) FROM organisation_invitations").await, 0);
    assert_eq!(logged(&app, "organisation-access refused/address-not-allowed").await, 1);
    // Lists of several organisations tell the name only.
    let list = eve.get("/organisations").await;
    list.is(200).shows("acme & Sons").shows("Not from this address").lacks("Enterprise");
});

both!(for_strangers_there_is_no_such_organisation, async |app: TestApp| {
    acme(&app).await;
    app.administrator(EVE).await;
    let mut eve = signed_in(&app, EVE).await;
    for route in doors() {
        let there = knock(&mut eve, &route).await;
        there.is(404);
        tells_nothing(&there, &route);
        let elsewhere = eve.get(&filled_in(&route).replace("acme", "nowhere")).await;
        if route.method == Method::GET {
            assert_eq!(there.text(), elsewhere.text(), "{}", route.path);
        }
    }
    let mut mira = signed_in(&app, MIRA).await;
    for route in doors().iter().filter(|route| route.access != Declared::Member) {
        knock(&mut mira, route).await.is(404);
    }
    assert_eq!(logged(&app, "organisation-access refused/address-not-allowed").await, 0);
});

both!(mf_13_no_door_is_open_without_the_second_factor, async |app: TestApp| {
    let acme = acme(&app).await;
    member(&app, &acme, EVE, Role::Admin).await;
    let mut eve = signed_in(&app, EVE).await;
    eve.get(ACME).await.is(200);
    super::two_factor::requires(&app, &acme, Duration::ZERO, false).await;
    for route in doors() {
        let reply = knock(&mut eve, &route).await;
        reply.is(403).shows("requires two-factor authentication").shows("Enable 2FA");
        tells_nothing(&reply, &route);
    }
    eve.get("/organisations").await.shows("Needs two-factor authentication").lacks("Enterprise");
    assert_eq!(logged(&app, "organisation-access refused/second-factor-required").await, 1);
});

both!(a_forced_password_change_comes_first, async |app: TestApp| {
    acme(&app).await;
    let mut mira = signed_in(&app, MIRA).await;
    app.tamper("UPDATE accounts SET password_change_required_at = 1").await;
    for route in doors() {
        let reply = match route.method {
            Method::GET => mira.get(&filled_in(&route)).await,
            _ => mira.post(&filled_in(&route), &[]).await,
        };
        reply.leads_to("/settings/security/password");
    }
});

both!(what_changes_it_takes_a_fresh_proof, async |app: TestApp| {
    acme(&app).await;
    let mut olga = signed_in(&app, OLGA).await;
    app.wait(Duration::from_mins(5));
    let before = app.events().await.len();
    let mut seen = 0;
    for route in doors() {
        if route.access != Declared::OrganisationAdminSteppedUp {
            continue;
        }
        let reply = knock(&mut olga, &route).await;
        let asked = reply.is(303).location().to_owned();
        assert!(asked.starts_with("/step-up?return_to=%2Forganisations%2Facme"), "{asked}");
        olga.get(&asked).await.shows("enter your password once more.").lacks("something important");
        seen += 1;
    }
    assert!(seen >= 8, "{seen}");
    assert_eq!(app.events().await.len(), before);
});
