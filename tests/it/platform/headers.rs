//! SE-20: every answer carries the baseline, whatever it is.

use crate::guards::routes::{forms, pages, sample};
use crate::support::{Backend, Browser, PASSWORD, Reply, TestApp};
use axum::http::Method;

const MIRA: &str = "mira@example.com";
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
                      img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; \
                      base-uri 'none'; object-src 'none'";

/// Looks at one answer.
pub fn check(what: &str, reply: &Reply, secure: bool) {
    let header = |name: &str| {
        let all: Vec<&str> =
            reply.headers.get_all(name).iter().map(|value| value.to_str().unwrap()).collect();
        assert!(all.len() <= 1 || name == "set-cookie", "{what}: {name} twice");
        all.first().copied().unwrap_or("")
    };
    assert_eq!(header("content-security-policy"), POLICY, "{what}");
    assert_eq!(header("x-content-type-options"), "nosniff", "{what}");
    assert_eq!(header("x-frame-options"), "DENY", "{what}");
    assert_eq!(header("referrer-policy"), "same-origin", "{what}");
    assert_eq!(header("cross-origin-opener-policy"), "same-origin", "{what}");
    assert_eq!(header("cross-origin-resource-policy"), "same-origin", "{what}");
    assert!(header("permissions-policy").contains("camera=()"), "{what}");
    let hsts = header("strict-transport-security");
    assert_eq!(hsts.starts_with("max-age=31536000"), secure, "{what}: {hsts:?}");
    let cache = header("cache-control");
    let asset = what.starts_with("/assets/") && reply.status == 200;
    assert_eq!(cache, if asset { "public, max-age=31536000, immutable" } else { "no-store" });
    for name in ["server", "x-powered-by", "via", "access-control-allow-origin"] {
        assert_eq!(header(name), "", "{what} tells {name}");
    }
    for cookie in reply.set_cookies() {
        cookie_is_closed(what, &cookie, secure);
    }
}

fn cookie_is_closed(what: &str, cookie: &str, secure: bool) {
    let mut parts = cookie.split("; ");
    let pair = parts.next().unwrap();
    let attributes: Vec<&str> = parts.collect();
    assert_eq!(pair.starts_with("__Host-"), secure, "{what}: {cookie}");
    assert_eq!(attributes.contains(&"Secure"), secure, "{what}: {cookie}");
    for wanted in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(attributes.contains(&wanted), "{what}: {cookie} lacks {wanted}");
    }
    assert!(!cookie.to_lowercase().contains("domain"), "{what}: {cookie}");
}

async fn walk(browser: &mut Browser, secure: bool) -> Vec<u16> {
    let mut seen = Vec::new();
    for route in pages() {
        let path = sample(&route);
        let reply = browser.get(&path).await;
        check(&path, &reply, secure);
        seen.push(reply.status.as_u16());
    }
    for route in forms() {
        let path = sample(&route);
        let no_token = browser.send_form(&path, String::new()).await;
        check(&path, &no_token, secure);
        let mut foreign = browser.clone();
        foreign.origin = Some("https://e.example".into());
        let refused = foreign.send_form(&path, String::new()).await;
        check(&path, &refused, secure);
        let other = browser.send(Method::PUT, &path, &[], None).await;
        check(&path, &other, secure);
        seen.extend([&no_token, &refused, &other].map(|reply| reply.status.as_u16()));
    }
    let page = browser.get("/sign-out").await.body + &browser.get("/sign-in").await.body;
    let asset = page.split("href=\"/assets/").nth(1).map(|rest| rest.split('"').next().unwrap());
    let mut paths: Vec<String> =
        asset.map(|asset| format!("/assets/{asset}")).into_iter().collect();
    let fixed = ["/assets/x/portcullis.css", "/health/live", "/health/ready", "/nothing", "/%ff"];
    paths.extend(fixed.map(str::to_owned));
    for path in paths {
        for method in [Method::GET, Method::HEAD, Method::POST, Method::TRACE] {
            let reply = browser.send(method.clone(), &path, &[], None).await;
            let what = if method == Method::POST { "/" } else { &path };
            check(what, &reply, secure);
            seen.push(reply.status.as_u16());
        }
    }
    let large = browser.send_form("/sign-in", "x".repeat(70_000)).await;
    check("413", &large, secure);
    seen
}

async fn baseline(backend: Backend, settings: &[(&str, &str)], secure: bool) {
    let app = TestApp::with(backend, settings).await;
    app.account(MIRA).await;
    let mut browser = app.browser();
    let mut seen = walk(&mut browser, secure).await;
    let reply = browser.sign_in(MIRA, PASSWORD).await;
    reply.leads_to("/settings/security");
    check("sign-in", &reply, secure);
    assert_eq!(reply.set_cookies().len(), 2);
    seen.extend(walk(&mut browser, secure).await);
    browser.get("/settings/security").await;
    let reply = browser.post("/sign-out", &[]).await;
    reply.leads_to("/sign-in");
    check("sign-out", &reply, secure);
    for status in [200, 303, 403, 404, 405, 409] {
        assert!(seen.contains(&status), "no answer was {status}");
    }
}

#[tokio::test]
async fn se_20_every_answer_has_the_baseline_sqlite() {
    baseline(Backend::Sqlite, &[], false).await;
}

#[tokio::test]
async fn se_20_every_answer_has_the_baseline_postgres() {
    baseline(Backend::Postgres, &[], false).await;
}

#[tokio::test]
async fn se_20_with_https_cookies_and_transport_are_strict() {
    let settings = [("public_url", "https://accounts.example.com")];
    baseline(Backend::Sqlite, &settings, true).await;
}

/// 5xx, too: the database is gone.
#[tokio::test]
async fn se_20_a_fault_has_the_baseline_and_tells_nothing() {
    let app = TestApp::new(Backend::Sqlite).await;
    app.account(MIRA).await;
    let mut browser = app.browser();
    browser.signs_in(MIRA, PASSWORD).await;
    app.tamper("ALTER TABLE sessions RENAME TO gone").await;
    let reply = browser.get("/settings/security").await;
    reply.is(500).shows("Something went wrong on our side");
    check("500", &reply, false);
    for word in ["sessions", "SELECT", "sqlite", "no such table"] {
        reply.lacks(word);
    }
    app.db.close().await;
    let reply = browser.get("/health/ready").await;
    reply.is(503);
    check("503", &reply, false);
}
