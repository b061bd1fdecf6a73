//! LG-01: whatever a stranger sends as the program or the name is text on the
//! page and one line in the terminal.

use super::{ADA, LOG, MIRA, listed, owner};
use crate::both;
use crate::support::{OTHER_PASSWORD, PASSWORD, TestApp};

const NASTY: &[&str] = &[
    "a\u{1b}[2Jb",
    "a\tb",
    "right\u{202e}left",
    "line\u{2028}line",
    "zero\u{200b}width\u{feff}",
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "'; DROP TABLE security_events; --",
    "{{ page.csrf }}",
    "=HYPERLINK(\"http://evil.example\")",
    "&lt;b&gt;",
];

/// Moves a cursor, a line or a reading direction.
fn moves(c: char) -> bool {
    c != '\n'
        && (c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}'))
}

both!(lg_01_what_strangers_send_is_text_on_every_page, async |app: TestApp| {
    let (mut browser, mira) = owner(&app, MIRA).await;
    app.administrator(ADA).await;
    let mut ada = app.browser();
    ada.signs_in(ADA, PASSWORD).await;
    let long = "x".repeat(64 * 1024);
    let mut agents: Vec<Vec<u8>> = NASTY.iter().map(|text| text.as_bytes().to_vec()).collect();
    agents.push(long.into_bytes());
    agents.push(b"invalid \xff\xfe utf-8 \xc3".to_vec());
    for agent in &agents {
        let mut stranger = app.browser();
        stranger.user_agent.clear();
        // What HTTP itself does not carry never arrives.
        let Ok(value) = axum::http::HeaderValue::from_bytes(agent) else { continue };
        stranger.headers.insert(axum::http::header::USER_AGENT, value);
        stranger.sign_in(MIRA, OTHER_PASSWORD).await;
    }
    for row in app.dump().await {
        assert!(row.len() < 8 * 1024, "a row of {} bytes", row.len());
    }
    let own = browser.get(LOG).await;
    let mut bodies = vec![own.is(200).body.clone(), browser.get("/settings/security").await.body];
    for id in listed(&own.body) {
        bodies.push(browser.get(&format!("{LOG}/{id}")).await.is(200).body.clone());
    }
    bodies.push(ada.get("/admin/log").await.is(200).body.clone());
    bodies.push(ada.get(&format!("/admin/accounts/{}/log", mira.id)).await.is(200).body.clone());
    for body in &bodies {
        let bad: Vec<char> = body.chars().filter(|c| moves(*c)).collect();
        assert!(bad.is_empty(), "{bad:?}");
        for markup in ["<script>alert", "<img", "onerror=alert(1)>\"", "<b>"] {
            assert!(!body.contains(markup), "{markup}");
        }
    }
    // It is there, as text.
    assert!(own.body.contains("&#60;script&#62;alert(1)&#60;/script&#62;"), "{}", own.body);
});

// The terminal gets one line an event, with everything escaped.
both!(lg_01_the_terminal_gets_one_escaped_line_an_event, async |app: TestApp| {
    owner(&app, MIRA).await;
    for text in NASTY {
        let mut stranger = app.browser();
        stranger.user_agent = (*text).to_owned();
        if axum::http::HeaderValue::from_bytes(text.as_bytes()).is_ok() {
            stranger.sign_in(MIRA, OTHER_PASSWORD).await;
        }
    }
    let (done, said) = app.cli(&["log", "list"], "").await;
    assert!(done, "{said}");
    let events = app.count("SELECT COUNT(*) FROM security_events").await;
    // Reading it is the one more that it does not list.
    assert_eq!(i64::try_from(said.lines().count()).unwrap(), events - 1);
    assert!(said.chars().all(|c| c == '\n' || !c.is_control() && c != '\u{202e}'), "{said:?}");
});

both!(lg_01_a_name_is_text_wherever_it_stands, async |app: TestApp| {
    let (mut browser, mira) = owner(&app, MIRA).await;
    app.administrator(ADA).await;
    let mut ada = app.browser();
    ada.signs_in(ADA, PASSWORD).await;
    for name in NASTY.iter().chain(&["two\r\nlines", "nul\0", "n"]) {
        browser.get("/settings/profile").await;
        let fields = [("name", *name), ("language", "en-GB"), ("time_zone", "UTC")];
        let reply = browser.post("/settings/profile", &fields).await;
        assert!(matches!(reply.status.as_u16(), 303 | 400), "{name:?}: {}", reply.status);
        for page in [
            browser.get(LOG).await.body,
            ada.get(&format!("/admin/accounts/{}/log", mira.id)).await.body,
            ada.get(&format!("/admin/accounts/{}", mira.id)).await.body,
        ] {
            for markup in ["<script>alert", "<img", "\u{202e}", "\u{2028}", "\u{1b}", "\0"] {
                assert!(!page.contains(markup), "{name:?}: {markup:?}");
            }
        }
    }
});
