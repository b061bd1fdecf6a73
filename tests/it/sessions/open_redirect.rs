//! SE-17: signing in and step-up lead to a path of ours or home.

use super::MIRA;
use crate::both;
use crate::support::{PASSWORD, TestApp};

const HOME: &str = "/settings/security";

fn corpus() -> Vec<String> {
    let fixed = [
        "//e.example",
        "///e.example",
        "/\\e.example",
        "\\\\e.example",
        "\\/e.example",
        "/%09/e.example/..//x",
        "/%5ce.example/..\\x",
        "https:e.example",
        "https://e.example",
        "http://localhost:8080@e.example/",
        "http://localhost:8080/settings/security",
        "//localhost:8080/settings/security",
        "e.example",
        "@e.example",
        "?x",
        "#x",
        "/#//e.example",
        "/。e.example",
        "/./e",
        "/../e",
        "/a/..//e.example",
        "/\t/e.example",
        "\t//e.example",
        " //e.example",
        "/\r\nLocation: //e.example",
        "/x\r\nSet-Cookie: portcullis-session=x",
        "/\u{0}/e.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "/sign-out",
        "/sign-in?return_to=//e.example",
        "/set-up/x",
        "/é",
        "",
    ];
    let mut all: Vec<String> = fixed.into_iter().map(str::to_owned).collect();
    all.push(format!("/{}", "a".repeat(9_000)));
    all
}

fn query(path: &str, target: &str) -> String {
    format!("{path}?{}", serde_urlencoded::to_string([("return_to", target)]).unwrap())
}

both!(se_17_only_paths_of_ours_are_followed, async |app: TestApp| {
    app.account(MIRA).await;
    for target in corpus() {
        let mut browser = app.browser();
        // Before: the page keeps nothing of it.
        let page = browser.get(&query("/sign-in", &target)).await;
        page.is(200).lacks("name=\"return_to\"").lacks("e.example");
        let fields = [("email", MIRA), ("password", PASSWORD), ("return_to", &target)];
        browser.post("/sign-in", &fields).await.leads_to(HOME);
        // After: it is looked at again.
        browser.get(&query("/sign-in", &target)).await.leads_to(HOME);
        let page = browser.get(&query("/step-up", &target)).await;
        page.is(200).lacks("e.example");
        assert!(page.body.contains(&format!("name=\"return_to\" value=\"{HOME}\"")), "{target:?}");
        let fields = [("password", PASSWORD), ("return_to", target.as_str())];
        let reply = browser.post("/step-up", &fields).await;
        reply.leads_to(HOME);
        assert!(reply.headers.get_all("location").iter().count() == 1);
    }
});

both!(se_17_a_path_of_ours_is_followed, async |app: TestApp| {
    app.account(MIRA).await;
    let mut browser = app.browser();
    let to = browser.get("/settings/profile?x=1&y=%20").await.location().to_owned();
    let page = browser.get(&to).await;
    assert!(page.body.contains("value=\"/settings/profile?x=1&#38;y=%20\""), "{}", page.body);
    let target = "/settings/profile?x=1&y=%20";
    let fields = [("email", MIRA), ("password", "wrong"), ("return_to", target)];
    let again = browser.post("/sign-in", &fields).await;
    assert!(again.body.contains("name=\"return_to\""), "an error forgets the way back");
    let fields = [("email", MIRA), ("password", PASSWORD), ("return_to", target)];
    browser.post("/sign-in", &fields).await.leads_to(target);
});
