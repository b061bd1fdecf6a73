//! SE-14: what comes from a request or a person is text on every page.

use crate::both;
use crate::guards::html::unescape;
use crate::guards::routes::pages;
use crate::support::{Backend, OTHER_PASSWORD, PASSWORD, TestApp};
use portcullis::features::administration::set_up_link;

const CANARY: &str = "<canary x='\"><script>alert(1)</script>{{7*7}}${7*7}&lt;";
const EMAIL: &str = "a'b&c{{7*7}}`d|e@example.com";

/// No canary has become a tag or left its attribute.
fn is_text(what: &str, body: &str) {
    for raw in ["<canary", "<script>", "x='\"", "a'b&c", "{ 49 }", "{{49}}"] {
        assert!(!body.contains(raw), "{what}: {raw:?} stands there raw");
    }
    let scripts = body.matches("<script").count();
    assert!(scripts <= 1, "{what} has {scripts} scripts");
}

both!(se_14_canaries_are_text_everywhere, async |app: TestApp| {
    app.account(EMAIL).await;
    let mut browser = app.browser();
    browser.user_agent = CANARY.into();
    browser.header("x-forwarded-for", CANARY);
    browser.header("forwarded", "for=\"<canary\"");
    browser.header("accept-language", "<canary");
    browser.header("referer", "http://localhost:8080/<canary");
    is_text("wrong", &browser.sign_in(EMAIL, OTHER_PASSWORD).await.body);
    browser.signs_in(EMAIL, PASSWORD).await;
    let mut other = browser.clone();
    other.forget("-device");
    other.forget("-session");
    other.signs_in(EMAIL, PASSWORD).await;
    browser.get("/settings/profile").await;
    let fields = [("name", CANARY), ("language", CANARY), ("time_zone", CANARY)];
    is_text("profile, wrong", &browser.post("/settings/profile", &fields).await.is(400).body);
    let fields = [("name", CANARY), ("language", "en-GB"), ("time_zone", "UTC")];
    browser.post("/settings/profile", &fields).await.leads_to("/settings/profile");
    for route in pages() {
        let path = route.path.replace("{link}", "%3Ccanary%3E%22");
        let reply = browser.get(&format!("{path}?return_to=/%3Ccanary&x=%22%3E%3Ccanary")).await;
        is_text(&path, &reply.body);
    }
    // They did arrive: escaped, as text.
    let overview = browser.get("/settings/security").await;
    assert!(unescape(&overview.body).contains(CANARY));
    assert!(unescape(&browser.get("/settings/profile").await.body).contains(EMAIL));
    let path = "/%3Ccanary%3E?%3Ccanary%3E";
    is_text("404", &browser.get(path).await.is(404).body);
    let fields = [("email", CANARY), ("password", CANARY), ("return_to", CANARY)];
    let mut stranger = app.browser();
    stranger.get("/sign-in").await;
    let reply = stranger.post("/sign-in", &fields).await;
    is_text("sign-in", &reply.is(400).body);
    let reply = stranger.get("/sign-in?return_to=/x%22%3E%3Ccanary").await;
    is_text("return_to", &reply.body);
    let link = set_up_link(&app).await.unwrap().unwrap();
    let path = link.reveal().strip_prefix(app.config.public_url.origin()).unwrap().to_owned();
    stranger.get(&path).await.is(200);
    let fields = [("name", CANARY), ("email", CANARY), ("new_password", CANARY)];
    is_text("set-up", &stranger.post(&path, &fields).await.is(400).body);
});

/// Behind a proxy that is believed, what stands in the header may be anything.
#[tokio::test]
async fn se_14_a_forwarded_address_is_an_address_or_none() {
    let app = TestApp::with(Backend::Sqlite, &[("trusted_proxies", "10.0.0.0/8")]).await;
    app.account(EMAIL).await;
    for (sent, shown) in [
        (CANARY, "address unknown"),
        ("203.0.113.9, <canary>", "address unknown"),
        ("<canary>, 203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.10", "203.0.113.10"),
    ] {
        let mut browser = app.browser();
        browser.header("x-forwarded-for", sent);
        browser.signs_in(EMAIL, PASSWORD).await;
        let reply = browser.get("/settings/security").await;
        reply.shows(shown);
        is_text(sent, &reply.body);
        app.wait(std::time::Duration::from_mins(1));
    }
}
