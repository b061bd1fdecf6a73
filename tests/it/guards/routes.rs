//! The table of routes says everything, and says it of every route.

use crate::both;
use crate::support::{Browser, TestApp};
use axum::http::Method;
use portcullis::features::security_log::Kind;
use portcullis::http::{Csrf, Declared, Logs, Route, routes};
use std::collections::BTreeSet;

/// Who may ask for what. A new route fails until it stands here, too.
const ACCESS: &[(&str, &str, Declared)] = &[
    ("GET", "/", Declared::Public),
    ("GET", "/forgot-password", Declared::Public),
    ("GET", "/link/invitation/{link}", Declared::Public),
    ("GET", "/link/password-reset/{link}", Declared::Public),
    ("GET", "/link/sign-up/{link}", Declared::Public),
    ("GET", "/sign-up", Declared::Public),
    ("GET", "/link/email-change/{link}", Declared::Public),
    ("GET", "/link/email-undo/{link}", Declared::Public),
    ("GET", "/link/sign-in/{link}/me", Declared::Public),
    ("GET", "/link/sign-in/{link}/not-me", Declared::Public),
    ("POST", "/link/sign-in/{link}/me", Declared::Public),
    ("POST", "/link/sign-in/{link}/not-me", Declared::Public),
    ("POST", "/link/sign-in/{link}/lock", Declared::Public),
    ("GET", "/settings/security/notifications", Declared::SignedIn),
    ("POST", "/settings/security/notifications/switch-on", Declared::SignedIn),
    ("POST", "/settings/security/notifications/switch-off", Declared::SteppedUp),
    ("GET", "/settings/security/tokens", Declared::SignedIn),
    ("GET", "/settings/security/tokens/new", Declared::SteppedUp),
    ("POST", "/settings/security/tokens/new", Declared::SteppedUp),
    ("GET", "/settings/security/tokens/revoke-all", Declared::SignedIn),
    ("POST", "/settings/security/tokens/revoke-all", Declared::SignedIn),
    ("GET", "/settings/security/tokens/{id}", Declared::SignedIn),
    ("POST", "/settings/security/tokens/{id}/rename", Declared::SignedIn),
    ("POST", "/settings/security/tokens/{id}/narrow", Declared::SignedIn),
    ("POST", "/settings/security/tokens/{id}/revoke", Declared::SignedIn),
    ("GET", "/admin/accounts/{id}/tokens", Declared::Administrator),
    ("POST", "/admin/accounts/{id}/tokens/{token}/revoke", Declared::AdministratorSteppedUp),
    ("GET", "/admin/accounts/{id}/revoke-tokens", Declared::AdministratorSteppedUp),
    ("POST", "/admin/accounts/{id}/revoke-tokens", Declared::AdministratorSteppedUp),
    ("GET", "/organisations", Declared::SignedIn),
    ("GET", "/organisations/{slug}", Declared::Member),
    ("GET", "/organisations/{slug}/leave", Declared::Member),
    ("POST", "/organisations/{slug}/leave", Declared::Member),
    ("POST", "/organisations/{slug}/invitations", Declared::OrganisationAdminSteppedUp),
    ("POST", "/organisations/{slug}/invitations/{id}/withdraw", Declared::OrganisationAdmin),
    ("POST", "/organisations/{slug}/members/{id}/role", Declared::OrganisationAdminSteppedUp),
    ("POST", "/organisations/{slug}/members/{id}/remove", Declared::OrganisationAdminSteppedUp),
    ("GET", "/organisations/{slug}/security", Declared::OrganisationAdminSteppedUp),
    ("POST", "/organisations/{slug}/security/allowlist", Declared::OrganisationAdminSteppedUp),
    ("GET", "/organisations/{slug}/security/two-factor", Declared::OrganisationAdminSteppedUp),
    ("POST", "/organisations/{slug}/security/two-factor", Declared::OrganisationAdminSteppedUp),
    ("GET", "/organisations/{slug}/log", Declared::OrganisationAdmin),
    ("GET", "/organisations/{slug}/log/{id}", Declared::OrganisationAdmin),
    ("GET", "/organisations/{slug}/log/export", Declared::OrganisationAdminSteppedUp),
    ("POST", "/organisations/{slug}/log/export", Declared::OrganisationAdminSteppedUp),
    ("GET", "/link/organisation/{link}", Declared::Invited),
    ("POST", "/link/organisation/{link}", Declared::Invited),
    ("POST", "/link/organisation/{link}/sign-up", Declared::Invited),
    ("GET", "/admin/organisations", Declared::Administrator),
    ("GET", "/admin/organisations/new", Declared::AdministratorSteppedUp),
    ("POST", "/admin/organisations/new", Declared::AdministratorSteppedUp),
    ("GET", "/admin/organisations/{slug}", Declared::Administrator),
    ("POST", "/admin/organisations/{slug}", Declared::AdministratorSteppedUp),
    ("GET", "/admin/organisations/{slug}/remove", Declared::AdministratorSteppedUp),
    ("POST", "/admin/organisations/{slug}/remove", Declared::AdministratorSteppedUp),
    ("GET", "/admin/applications/{id}/gate", Declared::AdministratorSteppedUp),
    ("POST", "/admin/applications/{id}/gate", Declared::AdministratorSteppedUp),
    ("GET", "/oauth/authorize", Declared::Public),
    ("GET", "/oauth/consent", Declared::SignedIn),
    ("POST", "/oauth/consent", Declared::SignedIn),
    ("GET", "/oauth/sign-out", Declared::Public),
    ("POST", "/oauth/sign-out/confirm", Declared::Public),
    ("GET", "/settings/security/applications", Declared::SignedIn),
    ("POST", "/settings/security/applications/{id}/remove", Declared::SignedIn),
    ("GET", "/admin/applications", Declared::Administrator),
    ("GET", "/admin/applications/new", Declared::AdministratorSteppedUp),
    ("POST", "/admin/applications/new", Declared::AdministratorSteppedUp),
    ("GET", "/admin/applications/{id}", Declared::Administrator),
    ("GET", "/admin/applications/{id}/change", Declared::AdministratorSteppedUp),
    ("POST", "/admin/applications/{id}/change", Declared::AdministratorSteppedUp),
    ("GET", "/admin/applications/{id}/remove", Declared::AdministratorSteppedUp),
    ("POST", "/admin/applications/{id}/remove", Declared::AdministratorSteppedUp),
    ("POST", "/admin/applications/{id}/secrets", Declared::AdministratorSteppedUp),
    ("POST", "/admin/applications/{id}/secrets/{secret}/revoke", Declared::AdministratorSteppedUp),
    ("GET", "/account-locked", Declared::Public),
    ("GET", "/admin", Declared::Auditor),
    ("GET", "/admin/accounts", Declared::Auditor),
    ("GET", "/admin/accounts/new", Declared::AdministratorSteppedUp),
    ("GET", "/admin/accounts/{id}", Declared::Administrator),
    ("GET", "/admin/accounts/{id}/log", Declared::Auditor),
    ("GET", "/admin/accounts/{id}/suspend", Declared::AdministratorSteppedUp),
    ("GET", "/admin/accounts/{id}/require-password-change", Declared::AdministratorSteppedUp),
    ("GET", "/admin/accounts/{id}/remove-second-factor", Declared::AdministratorSteppedUp),
    ("GET", "/admin/accounts/{id}/unlock", Declared::AdministratorSteppedUp),
    ("POST", "/admin/accounts/{id}/unlock", Declared::AdministratorSteppedUp),
    ("GET", "/admin/accounts/{id}/close", Declared::AdministratorSteppedUp),
    ("GET", "/admin/accounts/{id}/end-sessions", Declared::AdministratorSteppedUp),
    ("GET", "/admin/accounts/{id}/make-administrator", Declared::AdministratorSteppedUp),
    ("GET", "/admin/accounts/{id}/unmake-administrator", Declared::AdministratorSteppedUp),
    ("GET", "/admin/accounts/{id}/make-auditor", Declared::AdministratorSteppedUp),
    ("GET", "/admin/accounts/{id}/unmake-auditor", Declared::AdministratorSteppedUp),
    ("POST", "/admin/accounts/{id}/make-auditor", Declared::AdministratorSteppedUp),
    ("POST", "/admin/accounts/{id}/unmake-auditor", Declared::AdministratorSteppedUp),
    ("GET", "/admin/end-sessions", Declared::AdministratorSteppedUp),
    ("GET", "/admin/log", Declared::Auditor),
    ("GET", "/admin/log/export", Declared::AuditorSteppedUp),
    ("POST", "/admin/log/export", Declared::AuditorSteppedUp),
    ("GET", "/admin/accounts/{id}/log/export", Declared::AuditorSteppedUp),
    ("POST", "/admin/accounts/{id}/log/export", Declared::AuditorSteppedUp),
    ("GET", "/settings/security/log/export", Declared::SteppedUp),
    ("POST", "/settings/security/log/export", Declared::SteppedUp),
    ("GET", "/admin/log/{id}", Declared::Auditor),
    ("GET", "/settings/security/log", Declared::SignedIn),
    ("GET", "/settings/security/log/{id}", Declared::SignedIn),
    ("GET", "/admin/outbox", Declared::Administrator),
    ("POST", "/admin/accounts/new", Declared::AdministratorSteppedUp),
    ("POST", "/admin/accounts/{id}/suspend", Declared::AdministratorSteppedUp),
    ("POST", "/admin/accounts/{id}/restore", Declared::AdministratorSteppedUp),
    ("POST", "/admin/accounts/{id}/reset-link", Declared::AdministratorSteppedUp),
    ("POST", "/admin/accounts/{id}/invitation", Declared::AdministratorSteppedUp),
    ("POST", "/admin/accounts/{id}/require-password-change", Declared::AdministratorSteppedUp),
    ("POST", "/admin/accounts/{id}/remove-second-factor", Declared::AdministratorSteppedUp),
    ("POST", "/admin/accounts/{id}/close", Declared::AdministratorSteppedUp),
    ("POST", "/admin/accounts/{id}/end-sessions", Declared::AdministratorSteppedUp),
    ("POST", "/admin/accounts/{id}/keep", Declared::AdministratorSteppedUp),
    ("POST", "/admin/accounts/{id}/make-administrator", Declared::AdministratorSteppedUp),
    ("POST", "/admin/accounts/{id}/unmake-administrator", Declared::AdministratorSteppedUp),
    ("POST", "/admin/end-sessions", Declared::AdministratorSteppedUp),
    ("POST", "/admin/outbox/{id}/retry", Declared::AdministratorSteppedUp),
    ("GET", "/settings/profile", Declared::SignedIn),
    ("GET", "/settings/profile/close", Declared::SteppedUp),
    ("GET", "/settings/profile/email", Declared::SteppedUp),
    ("GET", "/settings/security", Declared::SignedIn),
    ("GET", "/settings/security/devices", Declared::SignedIn),
    ("GET", "/settings/security/lock", Declared::SignedIn),
    ("POST", "/settings/security/lock", Declared::SignedIn),
    ("GET", "/settings/security/sessions", Declared::SignedIn),
    ("GET", "/mail", Declared::Public),
    ("GET", "/mail/{id}", Declared::Public),
    ("GET", "/mail/{id}/html", Declared::Public),
    ("GET", "/settings/security/password", Declared::SignedInAnyhow),
    ("GET", "/set-up/{link}", Declared::Public),
    ("GET", "/sign-in", Declared::Public),
    ("GET", "/sign-out", Declared::SignedInAnyhow),
    ("GET", "/step-up", Declared::SignedIn),
    ("POST", "/forgot-password", Declared::Public),
    ("POST", "/link/invitation/{link}", Declared::Public),
    ("POST", "/link/password-reset/{link}", Declared::Public),
    ("POST", "/link/sign-up/{link}", Declared::Public),
    ("POST", "/sign-up", Declared::Public),
    ("POST", "/link/email-change/{link}", Declared::Public),
    ("POST", "/link/email-undo/{link}", Declared::Public),
    ("POST", "/settings/profile", Declared::SignedIn),
    ("POST", "/settings/profile/close", Declared::SteppedUp),
    ("POST", "/settings/profile/email", Declared::SteppedUp),
    ("POST", "/settings/profile/email/cancel", Declared::SignedIn),
    ("POST", "/settings/security/devices/forget-others", Declared::SteppedUp),
    ("POST", "/settings/security/password", Declared::SignedInAnyhow),
    ("POST", "/settings/security/sessions/sign-out-others", Declared::SignedIn),
    ("POST", "/settings/security/sessions/{id}/sign-out", Declared::SignedIn),
    ("POST", "/set-up/{link}", Declared::Public),
    ("POST", "/sign-in", Declared::Public),
    ("POST", "/sign-out", Declared::SignedInAnyhow),
    ("POST", "/step-up", Declared::SignedIn),
    ("GET", "/sign-in/two-factor", Declared::HalfSignedIn),
    ("POST", "/sign-in/two-factor", Declared::HalfSignedIn),
    ("POST", "/sign-in/two-factor/cancel", Declared::HalfSignedIn),
    ("POST", "/sign-in/two-factor/send", Declared::HalfSignedIn),
    ("POST", "/step-up/send", Declared::SignedIn),
    ("GET", "/settings/security/review", Declared::SignedIn),
    ("POST", "/settings/security/review/{finding}", Declared::SignedIn),
    ("GET", "/settings/security/review/secure", Declared::SignedIn),
    ("POST", "/settings/security/review/secure/sign-out-others", Declared::SignedIn),
    ("POST", "/settings/security/review/secure/password", Declared::SignedIn),
    ("POST", "/settings/security/review/secure/remove-factor", Declared::SteppedUpForSecondFactors),
    ("POST", "/settings/security/review/secure/forget-devices", Declared::SteppedUp),
    ("GET", "/settings/security/two-factor", Declared::SignedIn),
    ("POST", "/settings/security/two-factor/cancel", Declared::SignedIn),
    ("POST", "/settings/security/two-factor/prefer", Declared::SignedIn),
    ("GET", "/settings/security/two-factor/disable", Declared::SignedIn),
    ("POST", "/settings/security/two-factor/disable", Declared::SignedIn),
    ("POST", "/settings/security/two-factor/disable/send", Declared::SignedIn),
    ("GET", "/settings/security/two-factor/backup-codes", Declared::SignedIn),
    ("POST", "/settings/security/devices/end-trust", Declared::SteppedUp),
    ("GET", "/settings/security/two-factor/enable", Declared::SteppedUpForSecondFactors),
    ("GET", "/settings/security/two-factor/authenticator", Declared::SteppedUpForSecondFactors),
    ("GET", "/settings/security/two-factor/backup-codes/save", Declared::SteppedUpForSecondFactors),
    (
        "GET",
        "/settings/security/two-factor/backup-codes/download",
        Declared::SteppedUpForSecondFactors,
    ),
    ("GET", "/settings/security/two-factor/phone", Declared::SteppedUpForSecondFactors),
    ("GET", "/settings/security/two-factor/phone/verify", Declared::SteppedUpForSecondFactors),
    ("POST", "/settings/security/two-factor/enable", Declared::SteppedUpForSecondFactors),
    ("POST", "/settings/security/two-factor/authenticator", Declared::SteppedUpForSecondFactors),
    ("POST", "/settings/security/two-factor/remove", Declared::SteppedUpForSecondFactors),
    ("POST", "/settings/security/two-factor/backup-codes", Declared::SteppedUpForSecondFactors),
    (
        "POST",
        "/settings/security/two-factor/backup-codes/save",
        Declared::SteppedUpForSecondFactors,
    ),
    ("POST", "/settings/security/two-factor/phone", Declared::SteppedUpForSecondFactors),
    ("POST", "/settings/security/two-factor/phone/verify", Declared::SteppedUpForSecondFactors),
    ("POST", "/settings/security/two-factor/phone/send", Declared::SteppedUpForSecondFactors),
];

/// Pages whose reading is itself an event: what is somebody else's.
const READINGS: &[&str] = &["/admin/accounts/{id}/log", "/admin/log", "/admin/log/{id}"];

/// A path of the table with something in its placeholders that is nobody's.
pub fn sample(route: &Route) -> String {
    filled_in(route.path).replace("{link}", &format!("pcl_set_{}", "0".repeat(72)))
}

fn filled_in(path: &str) -> String {
    path.replace("{id}", "01900000-0000-7000-8000-000000000000")
        .replace("{slug}", "acme")
        .replace("{finding}", "sign-in-01900000-0000-7000-8000-000000000000")
}

/// The forms of the table.
pub fn forms() -> Vec<Route> {
    routes().into_iter().filter(|route| route.method == Method::POST).collect()
}

/// Those that need no question of an application's: `open_id::attacks` has se_15 of the others.
pub fn own_forms() -> Vec<Route> {
    let is_own = |route: &Route| !route.path.starts_with("/oauth/") && !is_of_organisations(route);
    forms().into_iter().filter(is_own).collect()
}

/// Whether a route is about organisations: `organisations::other_sites` tries those.
pub fn is_of_organisations(route: &Route) -> bool {
    route.path.contains("/organisation")
}

/// The pages of the table.
pub fn pages() -> Vec<Route> {
    routes().into_iter().filter(|route| route.method == Method::GET).collect()
}

#[test]
fn access_is_what_this_list_says() {
    let mut table: Vec<(String, &str, Declared)> =
        routes().iter().map(|route| (route.method.to_string(), route.path, route.access)).collect();
    table.sort_by(|a, b| (&a.0, a.1).cmp(&(&b.0, b.1)));
    let mut listed: Vec<(String, &str, Declared)> =
        ACCESS.iter().map(|(method, path, access)| ((*method).into(), *path, *access)).collect();
    listed.sort_by(|a, b| (&a.0, a.1).cmp(&(&b.0, b.1)));
    assert_eq!(table, listed);
}

#[test]
fn what_acts_is_a_form_that_logs_and_what_shows_is_a_page() {
    let paths: BTreeSet<&str> = pages().iter().map(|route| route.path).collect();
    let mut seen = BTreeSet::new();
    for route in routes() {
        let Route { method, path, csrf, logs, page, .. } = &route;
        assert!(seen.insert((method.to_string(), *path)), "{method} {path} stands there twice");
        match *method {
            Method::GET => {
                let reads = READINGS.contains(path);
                let expected = if reads { Logs::Event(&[Kind::LogRead]) } else { Logs::Nothing };
                assert_eq!((*csrf, *logs), (Csrf::Safe, expected), "{path}");
            }
            Method::POST => {
                assert_eq!(*csrf, Csrf::Form, "{path}");
                assert!(matches!(logs, Logs::Event([_, ..])), "{path} logs nothing");
                assert!(paths.contains(page), "{path} says that it is on {page}");
            }
            _ => panic!("{method} {path}: a table of GET and POST"),
        }
    }
}

both!(without_a_session_every_closed_route_leads_to_sign_in, async |app: TestApp| {
    for route in routes() {
        if matches!(route.access, Declared::Public | Declared::Invited) {
            continue;
        }
        let (mut browser, path) = (app.browser(), sample(&route));
        browser.get("/sign-in").await;
        if route.access == Declared::HalfSignedIn {
            let reply = match route.csrf {
                Csrf::Safe => browser.get(&path).await,
                Csrf::Form => browser.post(&path, &[]).await,
            };
            reply.leads_to("/sign-in");
            browser.get("/sign-in").await.shows("That sign-in is over. Please start again.");
            continue;
        }
        let (reply, back) = match route.csrf {
            Csrf::Safe => (browser.get(&path).await, path.clone()),
            Csrf::Form => (browser.post(&path, &[]).await, filled_in(route.page)),
        };
        let query = serde_urlencoded::to_string([("return_to", &back)]).unwrap();
        reply.leads_to(&format!("/sign-in?{query}"));
    }
    assert_eq!(app.events().await.len(), 0);
});

both!(what_needs_step_up_leads_to_it_and_does_nothing, async |app: TestApp| {
    app.account("mira@example.com").await;
    let mut browser: Browser = app.browser();
    browser.signs_in("mira@example.com", crate::support::PASSWORD).await;
    app.wait(std::time::Duration::from_mins(5));
    let before = app.events().await;
    app.tamper("UPDATE accounts SET administrator_since = 1").await;
    let proved = [
        Declared::SteppedUp,
        Declared::SteppedUpForSecondFactors,
        Declared::AdministratorSteppedUp,
        Declared::AuditorSteppedUp,
    ];
    for route in routes().iter().filter(|route| proved.contains(&route.access)) {
        let page = filled_in(route.page);
        browser.get(&page).await;
        let reply = match route.method {
            Method::GET => browser.get(&page).await,
            _ => browser.post(&sample(route), &[]).await,
        };
        let query = serde_urlencoded::to_string([("return_to", page)]).unwrap();
        let second_factors = route.access == Declared::SteppedUpForSecondFactors;
        let what_for = if second_factors { "&for=second-factors" } else { "" };
        let asks = format!("/step-up?{query}{what_for}");
        reply.leads_to(&asks);
        // It says what for, of every page.
        browser
            .get(&asks)
            .await
            .shows("enter your password once more.")
            .lacks("something important");
    }
    assert_eq!(app.events().await, before);
});

/// PL-13: nothing of the administrator's is open to others, and nothing is done
/// without a fresh proof.
#[test]
fn pl_13_the_administrator_s_routes_are_closed() {
    let mut seen = 0;
    for route in routes() {
        let admin = route.path.starts_with("/admin");
        let stepped_up =
            matches!(route.access, Declared::AdministratorSteppedUp | Declared::AuditorSteppedUp);
        let auditor = matches!(route.access, Declared::Auditor | Declared::AuditorSteppedUp);
        let closed = stepped_up || auditor || route.access == Declared::Administrator;
        assert_eq!(admin, closed, "{}", route.path);
        assert!(!admin || route.method == Method::GET || stepped_up, "{}", route.path);
        seen += usize::from(admin);
    }
    assert_eq!(seen, 63);
}

/// While an account has to choose a new password, these are open and no others.
#[test]
fn open_before_a_new_password_are_exactly_these() {
    let open: Vec<(String, &str)> = routes()
        .iter()
        .filter(|route| route.access == Declared::SignedInAnyhow)
        .map(|route| (route.method.to_string(), route.path))
        .collect();
    let listed = [
        ("GET", "/sign-out"),
        ("POST", "/sign-out"),
        ("GET", "/settings/security/password"),
        ("POST", "/settings/security/password"),
    ];
    assert_eq!(open, listed.map(|(method, path)| (method.to_owned(), path)));
}
