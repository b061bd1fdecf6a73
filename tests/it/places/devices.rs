//! Devices are named from the user agent and, over https, from client hints.

use crate::both;
use crate::support::{Browser, PASSWORD, Reply, TestApp};

const MIRA: &str = "mira@example.com";
const CHROME: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Safari/537.36";

fn accepted(reply: &Reply) -> Option<&str> {
    reply.headers.get("accept-ch").map(|value| value.to_str().unwrap())
}

both!(hints_are_asked_for_and_kept, async |app: TestApp| {
    let app = app.restart(&[("public_url", "https://id.example.com")]).await;
    app.account(MIRA).await;
    let mut browser = app.browser();
    browser.user_agent = CHROME.into();
    let page = browser.get("/sign-in").await;
    assert_eq!(accepted(&page), Some("Sec-CH-UA-Platform-Version, Sec-CH-UA-Model"));
    let health = browser.get("/health/live").await;
    assert_eq!(accepted(&health), None);
    browser.header("sec-ch-ua-platform", "\"Windows\"");
    browser.header("sec-ch-ua-platform-version", "\"15.0.0\"");
    browser.signs_in(MIRA, PASSWORD).await;
    for page in ["/settings/security", "/settings/security/devices"] {
        browser.get(page).await.shows("Chrome 143 on Windows 11");
    }
    let agent = format!("{CHROME} [hints: platform=Windows 15.0.0]");
    for table in ["sessions", "known_devices", "security_events"] {
        let kept = format!("SELECT COUNT(*) FROM {table} WHERE user_agent = '{agent}'");
        assert!(app.count(&kept).await >= 1, "{table}");
    }
});

both!(plain_http_is_asked_for_nothing, async |app: TestApp| {
    assert_eq!(accepted(&app.browser().get("/sign-in").await), None);
});

both!(every_kind_has_its_icon, async |app: TestApp| {
    app.account(MIRA).await;
    for (agent, icon, name) in [
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1",
            "phone",
            "Safari 18 on iOS 18",
        ),
        (
            "Mozilla/5.0 (iPad; CPU OS 17_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.6 Mobile/15E148 Safari/604.1",
            "tablet",
            "Safari 17 on iPadOS 17",
        ),
        (CHROME, "computer", "Chrome 143 on Windows"),
        ("git/2.47", "terminal", "git 2"),
        ("", "terminal", "Unknown browser"),
    ] {
        let mut browser: Browser = app.browser();
        browser.user_agent = agent.into();
        browser.signs_in(MIRA, PASSWORD).await;
        let page = browser.get("/settings/security/devices").await;
        page.shows(name);
        assert!(page.body.contains(&format!("#icon-{icon}\"")), "{name} without {icon}");
        app.wait(std::time::Duration::from_mins(1));
    }
});
