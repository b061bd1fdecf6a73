//! The table of what applications ask says everything, and says it of every route.

use axum::http::Method;
use portcullis::http::Logs;
use portcullis::http::oauth::{Caller, oauth_routes};
use std::collections::BTreeSet;

/// Who may ask for what, and whether it is an event. A new route fails until it stands
/// here, too.
const CALLERS: &[(&str, &str, Caller, bool)] = &[
    ("GET", "/.well-known/oauth-authorization-server", Caller::Anybody, false),
    ("GET", "/.well-known/openid-configuration", Caller::Anybody, false),
    ("GET", "/oauth/jwks.json", Caller::Anybody, false),
    ("GET", "/oauth/userinfo", Caller::Holder, false),
    ("POST", "/oauth/userinfo", Caller::Holder, false),
    ("POST", "/oauth/authorize", Caller::Anybody, false),
    ("POST", "/oauth/sign-out", Caller::Anybody, false),
    ("POST", "/oauth/introspect", Caller::AskingApplication, false),
    ("POST", "/oauth/token", Caller::AnyApplication, true),
    ("POST", "/oauth/revoke", Caller::AnyApplication, true),
    ("POST", "/oauth/introspect", Caller::AskingApplication, false),
];

/// Where people have a page, and a form of an application may arrive, too: that is answered
/// with the way to the page, and nothing else.
const WITH_PAGES: &[&str] = &["/oauth/authorize", "/oauth/sign-out"];

#[test]
fn callers_and_events_are_what_this_list_says() {
    let table: BTreeSet<String> = oauth_routes()
        .iter()
        .map(|route| {
            let logs = matches!(route.logs, Logs::Event([_, ..]));
            format!("{} {} {:?} {logs}", route.method, route.path, route.caller)
        })
        .collect();
    let listed: BTreeSet<String> = CALLERS
        .iter()
        .map(|(method, path, caller, logs)| format!("{method} {path} {caller:?} {logs}"))
        .collect();
    assert_eq!(table, listed);
}

#[test]
fn what_shows_takes_no_form_and_no_path_stands_there_twice() {
    let mut seen = BTreeSet::new();
    for route in oauth_routes() {
        assert!(seen.insert((route.method.to_string(), route.path)), "{} twice", route.path);
        assert!(matches!(route.method, Method::GET | Method::POST), "{}", route.path);
        assert!(!matches!(route.logs, Logs::Event([])), "{} logs nothing", route.path);
        let pages = portcullis::http::routes();
        let shared = pages.iter().any(|page| page.path == route.path);
        let listed = WITH_PAGES.contains(&route.path);
        assert_eq!(shared, listed, "{} is a page, too", route.path);
    }
}
