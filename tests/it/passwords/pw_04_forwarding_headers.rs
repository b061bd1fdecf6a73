//! PW-04 and PW-05: nobody chooses the address that they are counted, logged and
//! listed under.

use super::{WAIT_NETWORK, WRONG};
use crate::both;
use crate::support::{Browser, OTHER_PASSWORD, PASSWORD, TestApp};
use axum::http::header::USER_AGENT;

const HEADERS: [&str; 6] = [
    "x-forwarded-for",
    "forwarded",
    "x-real-ip",
    "true-client-ip",
    "cf-connecting-ip",
    "x-client-ip",
];

/// Each request claims to come from somewhere else.
fn rotate(browser: &mut Browser, number: usize, proxy_adds: Option<&str>) {
    browser.headers.clear();
    let claimed = format!("198.51.100.{number}");
    for name in HEADERS {
        match name {
            "forwarded" => browser.header(name, &format!("for={claimed};proto=https")),
            "x-forwarded-for" => {
                let list = vec![claimed.as_str(); number % 50 + 1].join(", ");
                match proxy_adds {
                    Some(added) if number.is_multiple_of(2) => {
                        browser.header(name, &format!("{list}, {added}"));
                    }
                    Some(added) => {
                        browser.header(name, &list);
                        browser.header(name, added);
                    }
                    None => browser.header(name, &list),
                }
            }
            name => browser.header(name, &claimed),
        }
    }
}

/// The network's free attempts, each at another account, and the one after them.
async fn exhaust(browser: &mut Browser, free: usize, mut dress: impl FnMut(&mut Browser, usize)) {
    browser.get("/sign-in").await.is(200);
    for number in 0..=free {
        dress(browser, number);
        let email = format!("nobody{number}@example.com");
        let fields = [("email", email.as_str()), ("password", OTHER_PASSWORD)];
        let reply = browser.post("/sign-in", &fields).await;
        if number < free {
            reply.is(403).shows(WRONG);
        } else {
            reply.is(429).shows(WAIT_NETWORK);
        }
    }
}

async fn addresses(app: &TestApp) -> i64 {
    app.count("SELECT COUNT(DISTINCT address) FROM security_events").await
}

/// Log and session list name the true address, and no claimed one.
async fn is_seen_as(app: &TestApp, browser: &mut Browser, address: &str) {
    browser.signs_in("mira@example.com", PASSWORD).await;
    let page = browser.get("/settings/security").await;
    page.is(200).shows(&format!("{address} · active just now")).lacks("198.51.100.");
    let log = format!(
        "SELECT COUNT(*) FROM security_events WHERE kind = 'sign-in' AND result = 'succeeded' AND address = '{address}'"
    );
    assert_eq!(app.count(&log).await, 1);
    let sessions = format!("SELECT COUNT(*) FROM sessions WHERE address = '{address}'");
    assert_eq!(app.count(&sessions).await, 1);
    let devices = format!("SELECT COUNT(*) FROM known_devices WHERE address = '{address}'");
    assert_eq!(app.count(&devices).await, 1);
}

both!(pw_04_without_trusted_proxies_no_header_counts, async |app: TestApp| {
    app.account("mira@example.com").await;
    let mut stranger = app.browser();
    exhaust(&mut stranger, 50, |browser, number| rotate(browser, number, None)).await;
    assert_eq!(addresses(&app).await, 1);
    let mut mira = app.browser();
    rotate(&mut mira, 7, None);
    let true_address = mira.address.to_string();
    is_seen_as(&app, &mut mira, &true_address).await;
});

both!(pw_04_behind_a_trusted_proxy_only_its_own_hop_counts, async |app: TestApp| {
    let app = app.restart(&[("trusted_proxies", "10.99.0.0/16")]).await;
    app.account("mira@example.com").await;
    let mut stranger = Browser::new(&app, [10, 99, 0, 1].into());
    exhaust(&mut stranger, 50, |browser, number| {
        rotate(browser, number, Some("203.0.113.9, 10.99.0.7"));
    })
    .await;
    assert_eq!(addresses(&app).await, 1);
    let mut mira = Browser::new(&app, [10, 99, 0, 2].into());
    rotate(&mut mira, 7, Some("203.0.113.77"));
    is_seen_as(&app, &mut mira, "203.0.113.77").await;
    // Somebody who reaches the server past the proxy is not believed.
    let mut direct = Browser::new(&app, [192, 0, 2, 44].into());
    rotate(&mut direct, 8, Some("203.0.113.77"));
    direct.sign_in("nobody@example.com", OTHER_PASSWORD).await.is(403);
    let log = "SELECT COUNT(*) FROM security_events WHERE address = '192.0.2.44'";
    assert_eq!(app.count(log).await, 1);
});

both!(pw_04_an_ipv6_line_is_one_network, async |app: TestApp| {
    let mut stranger = app.browser();
    exhaust(&mut stranger, 50, |browser, number| {
        browser.address = format!("2001:db8:1:2::{number:x}").parse().unwrap();
    })
    .await;
    // Another line of the same site is another network, until the site has
    // tried too often.
    stranger.address = "2001:db8:1:3::1".parse().unwrap();
    stranger.sign_in("nobody@example.com", OTHER_PASSWORD).await.is(403);
});

both!(pw_05_an_unknown_address_falls_into_one_strict_bucket, async |app: TestApp| {
    let app = app.restart(&[("trusted_proxies", "10.99.0.0/16")]).await;
    let mut stranger = Browser::new(&app, [10, 99, 0, 1].into());
    let garbage = [
        "",
        "unknown",
        "_hidden",
        "203.0.113.9:80",
        "[2001:db8::1]:443",
        "fe80::1%eth0",
        "1.2.3",
        "x, y",
    ];
    exhaust(&mut stranger, 20, |browser, number| {
        browser.headers.clear();
        // Every ninth has no header at all.
        if let Some(value) = garbage.get(number % (garbage.len() + 1)) {
            browser.header("x-forwarded-for", value);
        }
        browser.header("x-real-ip", &format!("198.51.100.{number}"));
    })
    .await;
    assert_eq!(addresses(&app).await, 0, "the log claims to know the address");
    let events = "SELECT COUNT(*) FROM security_events WHERE address IS NULL AND kind = 'sign-in'";
    assert_eq!(app.count(events).await, 21);
});

both!(lg_01_a_user_agent_is_one_short_line_everywhere, async |app: TestApp| {
    app.account("mira@example.com").await;
    let mut mira = app.browser();
    mira.user_agent = String::new();
    let agent = format!("Evil\u{202e}\t\u{1b}[2J<script>{}", "x".repeat(64 * 1024));
    let value =
        axum::http::HeaderValue::from_bytes(agent.replace('\u{1b}', "").as_bytes()).unwrap();
    mira.headers.insert(USER_AGENT, value);
    mira.signs_in("mira@example.com", PASSWORD).await;
    let page = mira.get("/settings/security").await;
    page.is(200).lacks("<script>").lacks("\u{202e}").lacks(&"x".repeat(300));
    let log = "SELECT MAX(LENGTH(user_agent)) FROM security_events WHERE kind = 'sign-in'";
    assert_eq!(app.count(&format!("SELECT CAST(({log}) AS BIGINT)")).await, 300);
});
