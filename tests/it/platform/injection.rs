//! PL-01: what is typed is bound, never part of a statement.

use crate::both;
use crate::guards::routes::forms;
use crate::support::{PASSWORD, TestApp};

const MIRA: &str = "mira@example.com";
const TEXTS: &[&str] = &[
    "' OR '1'='1",
    "'; DROP TABLE accounts; --",
    "\"; DELETE FROM sessions; --",
    "1); DELETE FROM accounts WHERE (1=1",
    "$1",
    "?1",
    "%_\\",
    "x' UNION SELECT phc FROM passwords --",
    "\\' OR 1=1 /*",
    "'||(SELECT 1)||'",
    "\u{0}",
    "a\u{0}b",
    "\u{ff07} OR 1=1",
];

both!(pl_01_sql_in_every_field_is_text, async |app: TestApp| {
    app.account(MIRA).await;
    app.account("eve@example.com").await;
    for text in TEXTS {
        let mut stranger = app.browser();
        stranger.get("/sign-in").await;
        for email in [(*text).to_owned(), format!("{text}@example.com"), MIRA.to_owned()] {
            let fields = [("email", email.as_str()), ("password", text), ("return_to", text)];
            let reply = stranger.post("/sign-in", &fields).await;
            assert!(reply.status.is_client_error(), "{email:?}: {}", reply.status);
        }
        app.tamper("DELETE FROM failure_counters").await;
        let mut browser = app.browser();
        browser.user_agent = text.replace('\0', "");
        browser.header("x-forwarded-for", &text.replace('\0', ""));
        browser.signs_in(MIRA, PASSWORD).await;
        for route in forms() {
            if route.path.starts_with("/sign-") {
                continue;
            }
            browser.get("/settings/security").await;
            let quoted: String = percent(text);
            let path = ["{id}", "{link}", "{finding}"]
                .iter()
                .fold(route.path.to_owned(), |path, place| path.replace(place, &quoted));
            let fields = [
                ("name", *text),
                ("email", text),
                ("new_email", text),
                ("language", text),
                ("time_zone", text),
                ("password", text),
                ("current_password", text),
                ("new_password", text),
                ("confirm_new_password", text),
                ("return_to", text),
                ("answer", text),
            ];
            let reply = browser.post(&path, &fields).await;
            assert!(!reply.status.is_server_error(), "{path} {text:?}: {}", reply.status);
            app.tamper("DELETE FROM failure_counters").await;
            // A form without fields has done what it is for: closed the account, or locked it.
            app.tamper("UPDATE accounts SET locked_at = NULL").await;
            if browser.session().is_none() {
                browser.signs_in(MIRA, PASSWORD).await;
            }
        }
        browser.get("/settings/profile").await;
        let fields = [("name", *text), ("language", "en-GB"), ("time_zone", "UTC")];
        let reply = browser.post("/settings/profile", &fields).await;
        assert!([303, 400].contains(&reply.status.as_u16()), "{text:?}: {}", reply.status);
        browser.get("/settings/security").await.is(200);
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM accounts").await, 2);
    let eve = "SELECT COUNT(*) FROM accounts WHERE name = 'Mira Okafor'";
    assert_eq!(app.count(eve).await, 1, "eve's name is as it was");
});

fn percent(text: &str) -> String {
    text.bytes().fold(String::new(), |path, byte| format!("{path}%{byte:02X}"))
}
