//! PL-15: what a route does not list does nothing.

use crate::both;
use crate::guards::routes::sample;
use crate::support::{PASSWORD, TestApp};
use axum::http::Method;
use portcullis::http::oauth::oauth_routes;
use portcullis::http::routes;
use std::collections::BTreeSet;

const MIRA: &str = "mira@example.com";

both!(pl_15_other_methods_are_refused_and_do_nothing, async |app: TestApp| {
    app.account(MIRA).await;
    let mut browser = app.browser();
    browser.signs_in(MIRA, PASSWORD).await;
    browser.get("/settings/security").await;
    let body = format!("csrf={}", browser.token.clone().unwrap());
    let mut listed: BTreeSet<(String, &str)> =
        routes().iter().map(|route| (route.method.to_string(), route.path)).collect();
    // At some addresses forms of applications arrive, too.
    listed.extend(oauth_routes().iter().map(|route| (route.method.to_string(), route.path)));
    let events = app.events().await;
    for route in routes() {
        let path = sample(&route);
        for method in
            ["TRACE", "OPTIONS", "PUT", "DELETE", "PATCH", "CONNECT", "POST", "GET", "PROPFIND"]
        {
            if listed.contains(&(method.to_owned(), route.path)) {
                continue;
            }
            let method: Method = method.parse().unwrap();
            let mut attacker = browser.clone();
            attacker.header("x-http-method-override", "POST");
            let kind = [(axum::http::header::CONTENT_TYPE, "application/x-www-form-urlencoded")];
            let reply = attacker.send(method.clone(), &path, &kind, Some(body.clone())).await;
            assert_eq!(reply.status.as_u16(), 405, "{method} {path}");
            let allowed = reply.headers["allow"].to_str().unwrap();
            assert!(!allowed.contains(method.as_str()), "{method} {path}: {allowed}");
            reply.shows("This page works differently").lacks(&body);
        }
    }
    assert_eq!(app.events().await, events);
    assert!(browser.is_signed_in().await);
});

both!(pl_15_head_never_acts, async |app: TestApp| {
    app.account(MIRA).await;
    let mut browser = app.browser();
    browser.signs_in(MIRA, PASSWORD).await;
    browser.get("/settings/security").await;
    let (events, body) = (app.events().await, format!("csrf={}", browser.token.clone().unwrap()));
    for route in routes() {
        let path = sample(&route);
        let reply = browser.clone().send(Method::HEAD, &path, &[], Some(body.clone())).await;
        assert!([200, 303, 400, 404, 405].contains(&reply.status.as_u16()), "{path}");
        assert!(reply.body.is_empty(), "HEAD {path} has a body");
    }
    assert_eq!(app.events().await, events);
    assert!(browser.is_signed_in().await);
});

both!(pl_15_nothing_else_is_there, async |app: TestApp| {
    app.account(MIRA).await;
    let mut browser = app.browser();
    for signed_in in [false, true] {
        if signed_in {
            browser.signs_in(MIRA, PASSWORD).await;
        }
        for path in [
            "/metrics",
            "/metrics/",
            "/debug",
            "/debug/pprof",
            "/status",
            "/health",
            "/assets",
            "/assets/x/../../Cargo.toml",
            "/assets/x/%2e%2e%2fCargo.toml",
            "/.git/config",
            "/.env",
            "/admin/",
            "/admin/config",
            "/api/v1/accounts",
            "//sign-in",
            "/sign-in/",
            "/Sign-In",
            "/./sign-in",
            "/sign-in;x",
            "/sign-in%2f",
            "/%73ign-in/x",
            "/settings/security/sessions/",
        ] {
            browser.get(path).await.is(404);
        }
    }
});
