//! TK-03: what each route needs, from the table that is served.

use super::Program;
use super::program::{NOBODY, token};
use crate::both;
use crate::support::TestApp;
use portcullis::features::access_tokens::rules::Permission;
use portcullis::http::Logs;
use portcullis::http::api::{Needs, api_routes};
use std::collections::BTreeSet;

/// What each route needs. A new route fails until it stands here, too.
const NEEDS: &[(&str, &str, Needs)] = &[
    ("GET", "/api/v1/profile", Needs::Permission(Permission::ProfileRead)),
    ("GET", "/api/v1/sessions", Needs::Permission(Permission::SessionsRead)),
    ("DELETE", "/api/v1/sessions/{id}", Needs::Permission(Permission::SessionsEnd)),
    ("POST", "/api/v1/sessions/end-all", Needs::Permission(Permission::SessionsEnd)),
    ("GET", "/api/v1/events", Needs::Permission(Permission::LogRead)),
    ("GET", "/api/v1/events/export", Needs::Permission(Permission::LogExport)),
    ("GET", "/api/v1/events/{id}", Needs::Permission(Permission::LogRead)),
    ("GET", "/api/v1/tokens", Needs::Permission(Permission::TokensRead)),
    ("DELETE", "/api/v1/tokens/{id}", Needs::Permission(Permission::TokensRevoke)),
    ("DELETE", "/api/v1/tokens", Needs::Permission(Permission::TokensRevoke)),
    ("POST", "/api/v1/tokens/leaked", Needs::Nothing),
    ("GET", "/api/v1/organisations", Needs::Permission(Permission::OrganisationsRead)),
    ("GET", "/api/v1/organisations/{id}", Needs::Member(Permission::OrganisationsRead)),
    ("GET", "/api/v1/organisations/{id}/members", Needs::Member(Permission::OrganisationsRead)),
    (
        "GET",
        "/api/v1/organisations/{id}/allowlist",
        Needs::OrganisationAdmin(Permission::OrganisationsRead),
    ),
    (
        "PUT",
        "/api/v1/organisations/{id}/allowlist",
        Needs::OrganisationAdmin(Permission::OrganisationsWrite),
    ),
    (
        "POST",
        "/api/v1/organisations/{id}/allowlist/preview",
        Needs::OrganisationAdmin(Permission::OrganisationsRead),
    ),
    (
        "GET",
        "/api/v1/organisations/{id}/two-factor",
        Needs::OrganisationAdmin(Permission::OrganisationsRead),
    ),
    (
        "PUT",
        "/api/v1/organisations/{id}/two-factor",
        Needs::OrganisationAdmin(Permission::OrganisationsWrite),
    ),
    (
        "GET",
        "/api/v1/organisations/{id}/events",
        Needs::OrganisationAdmin(Permission::OrganisationsLog),
    ),
    (
        "GET",
        "/api/v1/organisations/{id}/events/export",
        Needs::OrganisationAdmin(Permission::OrganisationsLog),
    ),
    ("GET", "/api/v1/admin/accounts", Needs::Auditor(Permission::AdminRead)),
    ("GET", "/api/v1/admin/accounts/{id}", Needs::Administrator(Permission::AdminRead)),
    ("GET", "/api/v1/admin/accounts/{id}/events", Needs::Auditor(Permission::AdminRead)),
    ("GET", "/api/v1/admin/events", Needs::Auditor(Permission::AdminRead)),
    ("GET", "/api/v1/admin/events/{id}", Needs::Auditor(Permission::AdminRead)),
    ("POST", "/api/v1/admin/organisations", Needs::Administrator(Permission::AdminOrganisations)),
    ("GET", "/api/v1/admin/applications", Needs::Administrator(Permission::AdminRead)),
    ("GET", "/api/v1/admin/applications/{id}", Needs::Administrator(Permission::AdminRead)),
];

#[test]
fn tk_03_needs_are_what_this_list_says() {
    let table: Vec<(String, &str, Needs)> = api_routes()
        .iter()
        .map(|route| (route.method.to_string(), route.path, route.needs))
        .collect();
    let listed: Vec<(String, &str, Needs)> =
        NEEDS.iter().map(|(method, path, needs)| ((*method).into(), *path, *needs)).collect();
    assert_eq!(table, listed);
}

#[test]
fn what_acts_logs_and_only_a_report_needs_no_token() {
    for route in api_routes() {
        assert!(!route.acts() || matches!(route.logs, Logs::Event([_, ..])), "{}", route.path);
        let open = route.needs == Needs::Nothing;
        assert_eq!(open, route.path == "/api/v1/tokens/leaked", "{}", route.path);
        let admin = route.path.starts_with("/api/v1/admin/");
        let is_admins = |one: Permission| one.tag().starts_with("admin:");
        assert_eq!(admin, route.needs.permission().is_some_and(is_admins), "{}", route.path);
        let of_one = route.path.starts_with("/api/v1/organisations/");
        assert_eq!(of_one, route.needs.is_of_organisation(), "{} forgets to ask", route.path);
    }
    let used: BTreeSet<&str> =
        api_routes().iter().filter_map(|route| Some(route.needs.permission()?.tag())).collect();
    let all: BTreeSet<&str> = Permission::ALL.iter().map(|permission| permission.tag()).collect();
    assert_eq!(used, all, "a permission that opens nothing");
}

/// No password, second factor or new token is a program's to set: there is no
/// such route, and none that writes to the account.
#[test]
fn tk_01_no_route_makes_a_credential() {
    for route in api_routes() {
        let beside = ["/tokens", "/sessions", "/organisations"];
        let harmless = !route.acts() || beside.iter().any(|own| route.path.contains(own));
        assert!(harmless, "{} {}", route.method, route.path);
        let fine = route.path == "/api/v1/tokens/leaked" || route.path.contains("/organisations");
        assert!(!route.takes_body() || fine, "{}", route.path);
    }
}

both!(tk_03_each_route_opens_to_its_permission_alone, async |app: TestApp| {
    let ada = app.administrator("ada@example.com").await;
    for route in api_routes() {
        let Some(needed) = route.needs.permission() else { continue };
        let what = format!("{} {}", route.method, route.path);
        let others: Vec<Permission> =
            Permission::ALL.iter().copied().filter(|one| *one != needed).collect();
        let without = Program::with(&app, &token(&app, &ada, &others).await);
        let refused = without.call(&route, NOBODY).await;
        refused.is_problem(403, "missing-permission");
        assert_eq!(refused.json()["permission"], needed.tag(), "{what}");
        let with = Program::with(&app, &token(&app, &ada, &[needed]).await);
        let opened = with.call(&route, NOBODY).await;
        let status = opened.status.as_u16();
        assert!(matches!(status, 200 | 201 | 204 | 404), "{what}: {opened:?}");
        assert_eq!(status == 404, route.names_one(), "{what}: {opened:?}");
    }
});

both!(tk_03_the_permission_is_no_right, async |app: TestApp| {
    let mira = app.account("mira@example.com").await;
    let program = Program::with(&app, &token(&app, &mira, Permission::ALL).await);
    for route in api_routes().iter().filter(|route| route.path.contains("/admin/")) {
        program.call(route, NOBODY).await.is_problem(403, "missing-right");
    }
    app.tamper("UPDATE accounts SET auditor_since = 1").await;
    for route in api_routes().iter().filter(|route| route.path.contains("/admin/")) {
        let answer = program.call(route, NOBODY).await;
        match route.needs {
            Needs::Administrator(_) => answer.is_problem(403, "missing-right"),
            _ => answer.is(if route.names_one() { 404 } else { 200 }),
        };
    }
    // What a token of an administrator may do is what it says, not what they may.
    app.tamper("UPDATE accounts SET administrator_since = 1").await;
    let own = Program::with(&app, &token(&app, &mira, &[Permission::LogRead]).await);
    own.get("/api/v1/admin/events").await.is_problem(403, "missing-permission");
});

both!(a_new_password_comes_first, async |app: TestApp| {
    let mira = app.administrator("mira@example.com").await;
    let program = Program::with(&app, &token(&app, &mira, Permission::ALL).await);
    app.tamper("UPDATE accounts SET password_change_required_at = 1").await;
    for route in api_routes().iter().filter(|route| route.needs != Needs::Nothing) {
        program.call(route, NOBODY).await.is_problem(401, "invalid-token");
    }
});
