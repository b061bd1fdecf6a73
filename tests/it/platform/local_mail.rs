//! The page that stands in for a mail server: there on the developer's own
//! machine, and nowhere else (design §5).

use crate::both;
use crate::support::{Backend, Browser, OTHER_PASSWORD, PASSWORD, TestApp};
use std::net::IpAddr;

const MIRA: &str = "mira@example.com";

fn on_this_machine(app: &TestApp, peer: &str, host: &str) -> Browser {
    let mut browser = app.browser();
    browser.address = peer.parse::<IpAddr>().unwrap();
    browser.header("host", host);
    browser
}

/// An account whose password was changed, which is told by mail.
async fn some_mail(app: &TestApp) {
    app.account(MIRA).await;
    let mut mira = app.browser();
    mira.signs_in(MIRA, PASSWORD).await;
    mira.change_password(PASSWORD, OTHER_PASSWORD).await.is(303);
}

both!(mail_is_read_on_the_machine_itself, async |app: TestApp| {
    let mut browser = on_this_machine(&app, "127.0.0.1", "localhost:8080");
    browser.get("/mail").await.is(200).shows("No mail yet");
    some_mail(&app).await;
    let page = browser.get("/mail").await;
    page.is(200).shows("Your password was changed").shows(MIRA);
    let path = page.body.split_once("href=\"/mail/").unwrap().1.split_once('"').unwrap().0;
    let path = format!("/mail/{path}");
    let message = browser.get(&path).await;
    message.is(200).shows("From: Private network · 10.20.").shows("choose Forgot Password");
    let html = browser.get(&format!("{path}/html")).await;
    html.is(200).shows("Your password was changed");
    let policy = html.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'") && policy.contains("sandbox"), "{policy}");
    assert!(!html.body.contains("<script"));
    browser.get("/mail/019ab4f0-0000-7000-8000-000000000000").await.is(404);
    browser.get("/mail/x/html").await.is(404);
});

both!(for_everybody_else_there_is_no_such_page, async |app: TestApp| {
    some_mail(&app).await;
    for (peer, host) in [
        ("127.0.0.1", "localhost:8080"),
        ("127.8.8.8", "127.0.0.1"),
        ("::1", "[::1]:8080"),
        ("::ffff:127.0.0.1", "app.localhost"),
    ] {
        on_this_machine(&app, peer, host).get("/mail").await.is(200);
    }
    for (peer, host) in [
        ("192.0.2.1", "localhost:8080"),
        ("10.0.0.1", "127.0.0.1"),
        ("127.0.0.1", "accounts.example.com"),
        ("127.0.0.1", "localhost.example.com"),
        ("127.0.0.1", "192.0.2.1"),
        ("127.0.0.1", "user@localhost@192.0.2.1"),
        ("127.0.0.1", ""),
    ] {
        on_this_machine(&app, peer, host).get("/mail").await.is(404);
    }
    app.browser().get("/mail").await.is(404);
    let mut two_hosts = on_this_machine(&app, "127.0.0.1", "localhost");
    two_hosts.header("host", "localhost");
    two_hosts.get("/mail").await.is(404);
    for mark in ["x-forwarded-for", "x-forwarded-proto", "forwarded", "x-real-ip", "via"] {
        let mut proxied = on_this_machine(&app, "127.0.0.1", "localhost:8080");
        proxied.header(mark, "127.0.0.1");
        proxied.get("/mail").await.is(404);
    }
});

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_for_others_has_no_such_page() {
    for settings in [
        &[("public_url", "https://accounts.example.com")][..],
        &[("listen", "0.0.0.0:8080"), ("public_url", "https://accounts.example.com")],
        &[("listen", "0.0.0.0:8080"), ("public_url", "http://localhost:8080")],
    ] {
        let app = TestApp::with(Backend::Sqlite, settings).await;
        let mut browser = on_this_machine(&app, "127.0.0.1", "localhost:8080");
        browser.get("/mail").await.is(404);
    }
}
