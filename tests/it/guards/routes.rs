//! The table of routes says everything, and says it of every route.

use crate::both;
use crate::support::{Browser, TestApp};
use axum::http::Method;
use portcullis::http::{Csrf, Declared, Logs, Route, routes};
use std::collections::BTreeSet;

/// Who may ask for what. A new route fails until it stands here, too.
const ACCESS: &[(&str, &str, Declared)] = &[
    ("GET", "/", Declared::Public),
    ("GET", "/settings/profile", Declared::SignedIn),
    ("GET", "/settings/security", Declared::SignedIn),
    ("GET", "/settings/security/devices", Declared::SignedIn),
    ("GET", "/settings/security/password", Declared::SignedInAnyhow),
    ("GET", "/set-up/{link}", Declared::Public),
    ("GET", "/sign-in", Declared::Public),
    ("GET", "/sign-out", Declared::SignedInAnyhow),
    ("GET", "/step-up", Declared::SignedIn),
    ("POST", "/settings/profile", Declared::SignedIn),
    ("POST", "/settings/security/devices/forget-others", Declared::SteppedUp),
    ("POST", "/settings/security/password", Declared::SignedInAnyhow),
    ("POST", "/settings/security/sessions/sign-out-others", Declared::SignedIn),
    ("POST", "/settings/security/sessions/{id}/sign-out", Declared::SignedIn),
    ("POST", "/set-up/{link}", Declared::Public),
    ("POST", "/sign-in", Declared::Public),
    ("POST", "/sign-out", Declared::SignedInAnyhow),
    ("POST", "/step-up", Declared::SignedIn),
];

/// A path of the table with something in its placeholders that is nobody's.
pub fn sample(route: &Route) -> String {
    filled_in(route.path).replace("{link}", &format!("pcl_set_{}", "0".repeat(72)))
}

fn filled_in(path: &str) -> String {
    path.replace("{id}", "01900000-0000-7000-8000-000000000000")
}

/// The forms of the table.
pub fn forms() -> Vec<Route> {
    routes().into_iter().filter(|route| route.method == Method::POST).collect()
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
            Method::GET => assert_eq!((*csrf, *logs), (Csrf::Safe, Logs::Nothing), "{path}"),
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
        if route.access == Declared::Public {
            continue;
        }
        let (mut browser, path) = (app.browser(), sample(&route));
        browser.get("/sign-in").await;
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
    for route in forms().iter().filter(|route| route.access == Declared::SteppedUp) {
        browser.get(route.page).await;
        let reply = browser.post(&sample(route), &[]).await;
        let query = serde_urlencoded::to_string([("return_to", route.page)]).unwrap();
        reply.leads_to(&format!("/step-up?{query}"));
    }
    assert_eq!(app.events().await, before);
});

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
