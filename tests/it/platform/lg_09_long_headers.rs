//! LG-09: what a header of 64 kB holds is cut before anything reads it.

use crate::both;
use crate::support::{OTHER_PASSWORD, PASSWORD, TestApp};

const MIRA: &str = "mira@example.com";
const LONG: usize = 64 * 1024;

/// Headers that are read, each full of what its reader could stumble over.
const HEADERS: &[(&str, &str)] = &[
    ("user-agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/143.0.0.0 "),
    ("user-agent", "(((((((((("),
    ("user-agent", "Firefox/1.1.1.1.1"),
    ("user-agent", "a"),
    ("user-agent", " [hints: model=x]"),
    ("user-agent", "\u{e9}\u{202e}"),
    ("accept-language", "en-GB;q=0.9,"),
    ("accept-language", "a-"),
    ("cookie", "a=b; "),
    ("cookie", "portcullis-session=pcl_ses_; "),
    ("cookie", "portcullis-flash=x; __Host-portcullis-session=x; "),
    ("sec-ch-ua", "\"Brave\";v=\"143\", "),
    ("sec-ch-ua", "\"\"\"\""),
    ("sec-ch-ua-platform", "\"Windows\""),
    ("sec-ch-ua-platform-version", "\"1.1.1"),
    ("sec-ch-ua-model", "\"x"),
    ("sec-fetch-site", "same-origin"),
    ("x-forwarded-for", "203.0.113.9, "),
    ("authorization", "Bearer pcl_pat_"),
    ("referer", "http://localhost:8080/"),
    ("content-language", "en, "),
];

both!(lg_09_long_headers_are_cut_first, async |app: TestApp| {
    // Believed here, so that the header with the addresses is read, too.
    let app = app.restart(&[("trusted_proxies", "10.0.0.0/8")]).await;
    app.account(MIRA).await;
    let mut events = 0;
    for (name, piece) in HEADERS {
        let mut value = piece.repeat(LONG / piece.len());
        value.push_str(if *name == "x-forwarded-for" { "203.0.113.9" } else { "" });
        let mut browser = app.browser();
        if *name == "user-agent" {
            browser.user_agent.clone_from(&value);
        } else {
            browser.header(name, &value);
        }
        let page = browser.get("/sign-in").await;
        assert!(page.body.len() < 64 * 1024, "{name}: {} bytes", page.body.len());
        browser.sign_in(MIRA, OTHER_PASSWORD).await.is(403);
        events += 1;
        app.tamper("DELETE FROM failure_counters").await;
        assert_eq!(app.events().await.len(), events, "{name}");
    }
    let longest = async |column: &str| {
        let sql = "SELECT CAST(COALESCE(MAX(LENGTH(COLUMN)), 0) AS BIGINT) FROM security_events";
        app.count(&sql.replace("COLUMN", column)).await
    };
    let agent = longest("user_agent").await;
    assert!((300..640).contains(&agent), "{agent}");
    for column in ["address", "email", "detail", "place"] {
        assert!(longest(column).await < 100, "{column}");
    }
    // And whoever sends them can still come in, and is shown in short.
    let mut browser = app.browser();
    browser.user_agent = HEADERS[0].1.repeat(LONG / HEADERS[0].1.len());
    browser.signs_in(MIRA, PASSWORD).await;
    for page in ["/settings/security", "/settings/security/sessions", "/settings/security/log"] {
        let page = browser.get(page).await;
        assert!(page.is(200).body.len() < 128 * 1024, "{} bytes", page.body.len());
    }
});
