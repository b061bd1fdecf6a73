//! What goes back to an application as an error, and what is shown instead because
//! nobody may be sent anywhere.

use super::{Answer, Client, MIRA, Made};
use crate::both;
use crate::open_id::client::{BACK, STATE};
use crate::support::{PASSWORD, TestApp};

// As long as application and address are not known to belong together, the browser
// stays here, whatever else is wrong or right.
both!(se_17_nobody_is_sent_to_an_address_that_is_not_registered, async |app: TestApp| {
    app.account(MIRA).await;
    let client = Client::new(&app).await;
    let other = Client::made(
        &app,
        Made { name: "Other", back: &["https://other.example/"], ..Made::default() },
    )
    .await;
    let mut signed_in = app.browser();
    signed_in.signs_in(MIRA, PASSWORD).await;
    let long = format!("{BACK}?{}", "a".repeat(3000));
    let other_id = other.id.to_string();
    let mut wrong: Vec<(&str, &str)> = vec![("client_id", "")];
    wrong.extend([
        ("client_id", "billing"),
        ("client_id", "01900000-0000-7000-8000-000000000000"),
        ("client_id", other_id.as_str()),
    ]);
    wrong.extend(
        [
            "",
            "https://evil.example/signed-in",
            "https://billing.example.evil.example/signed-in",
            "https://billing.example@evil.example/signed-in",
            "https://evil.example#https://billing.example/signed-in",
            "https://evil.example?https://billing.example/signed-in",
            "https://evil.example\\@billing.example/signed-in",
            "https://billing.example/signed-in/",
            "https://billing.example/signed-in?x=1",
            "https://billing.example/signed-in#x",
            "https://billing.example/signed-in/../../evil",
            "https://billing.example/signed-in%2f..%2fevil",
            "https://billing.example:443/signed-in",
            "https://billing.example:8443/signed-in",
            "https://BILLING.example/signed-in",
            "https://billing。example/signed-in",
            "http://billing.example/signed-in",
            "//billing.example/signed-in",
            "/signed-in",
            "https:billing.example/signed-in",
            "https://billing.example/signed-in\r\nSet-Cookie: x=1",
            "https://billing.example/\tsigned-in",
            " https://billing.example/signed-in",
            "https://billing.example/SIGNED-IN",
            "javascript:alert(1)",
            "data:text/html,x",
            "https://*.example/signed-in",
            "https://other.example/",
            &long,
        ]
        .map(|address| ("redirect_uri", address)),
    );
    for mut browser in [app.browser(), signed_in] {
        for changed in &wrong {
            for prompt in [("prompt", "none"), ("response_type", "token"), ("x", "y")] {
                let reply = browser.get(&client.asks(&[*changed, prompt])).await;
                reply.is(400).shows("This can’t go on").shows("Nothing was sent to it.");
                assert_eq!(reply.location(), "", "{changed:?}");
                reply.lacks("evil.example").lacks("http-equiv");
            }
        }
        for twice in ["client_id", "redirect_uri"] {
            let path = format!("{}&{twice}=https%3A%2F%2Fevil.example", client.asks(&[]));
            browser.get(&path).await.is(400).shows("stands in the query twice");
        }
        browser.get("/oauth/authorize").await.is(400).shows("client_id is missing");
        browser.get(&format!("{}&x=%ff", client.asks(&[]))).await.is(400);
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM authorization_codes").await, 0);
});

// Every other error is the application's to hear, by its name in the standards, with
// its state and who says so.
both!(other_errors_go_back_by_their_names, async |app: TestApp| {
    app.account(MIRA).await;
    let client = Client::new(&app).await;
    let mut signed_in = app.browser();
    signed_in.signs_in(MIRA, PASSWORD).await;
    client.code(&mut signed_in).await;
    for mut browser in [app.browser(), signed_in] {
        for (name, value, error) in [
            ("response_type", "token", "unsupported_response_type"),
            ("response_type", "code token", "unsupported_response_type"),
            ("response_type", "", "invalid_request"),
            ("response_mode", "form_post", "invalid_request"),
            ("scope", "", "invalid_scope"),
            ("scope", "openid billing:delete", "invalid_scope"),
            ("code_challenge", "", "invalid_request"),
            ("code_challenge_method", "", "invalid_request"),
            ("code_challenge_method", "plain", "invalid_request"),
            ("prompt", "none login", "invalid_request"),
            ("max_age", "soon", "invalid_request"),
            ("request", "eyJhbGciOiJub25lIn0.e30.", "request_not_supported"),
            ("request_uri", "https://evil.example/request", "request_uri_not_supported"),
            ("registration", "{}", "registration_not_supported"),
            ("claims", "[", "invalid_request"),
        ] {
            let answer = client.sent(&mut browser, &[(name, value)]).await;
            assert_eq!(answer.address, BACK);
            assert_eq!(answer.get("error"), error, "{name}={value}");
            assert_eq!(answer.get("state"), STATE);
            assert_eq!(answer.get("iss"), app.config.public_url.origin());
            assert_eq!(answer.get("code"), "");
            assert!(answer.get("error_description").is_ascii());
        }
        let twice = format!("{}&nonce=second", client.asks(&[]));
        let answer = Answer::of(browser.get(&twice).await.is(303).location());
        assert_eq!(answer.get("error"), "invalid_request");
        // Without a state none comes back.
        let answer = client.sent(&mut browser, &[("state", ""), ("scope", "x")]).await;
        assert!(!answer.values.contains_key("state"));
    }
});

both!(state_and_nonce_come_back_exactly, async |app: TestApp| {
    app.account(MIRA).await;
    let client = Client::new(&app).await;
    let mut browser = app.browser();
    browser.signs_in(MIRA, PASSWORD).await;
    client.code(&mut browser).await;
    let long = "s".repeat(2048);
    for text in ["a", " ", "a&b=c#d?e%20+", "\"<script>'", "ä\u{200d}€😀", "\r\n\t", &long] {
        let nonce: String = text.chars().take(512).collect();
        let answer = client.sent(&mut browser, &[("state", text), ("nonce", &nonce)]).await;
        assert_eq!(answer.get("state"), text);
        let tokens = crate::open_id::Tokens::of(&client.exchanges(&app, &answer.code(), &[]).await);
        let claims = crate::open_id::client::verified(&app, &tokens.id_token).await.unwrap();
        assert_eq!(claims["nonce"], nonce);
    }
    let answer = client.sent(&mut browser, &[("nonce", "")]).await;
    let tokens = crate::open_id::Tokens::of(&client.exchanges(&app, &answer.code(), &[]).await);
    let claims = crate::open_id::client::verified(&app, &tokens.id_token).await.unwrap();
    assert!(claims.get("nonce").is_none());
});

// A request as long as it may be comes through signing in whole.
both!(a_long_request_survives_signing_in, async |app: TestApp| {
    app.account(MIRA).await;
    let client = Client::new(&app).await;
    let mut browser = app.browser();
    let state = "ä".repeat(1000);
    let page = browser.get(&client.asks(&[("state", &state)])).await.is(303).location().to_owned();
    let shown = browser.get(&page).await;
    let (_, rest) = shown.is(200).body.split_once("name=\"return_to\" value=\"").unwrap();
    let back = rest.split_once('"').unwrap().0.replace("&amp;", "&").replace("&#38;", "&");
    let fields = [("email", MIRA), ("password", PASSWORD), ("return_to", &back)];
    let again = crate::open_id::client::onward(&browser.post("/sign-in", &fields).await);
    let consent = browser.get(&again).await.is(303).location().to_owned();
    browser.get(&consent).await;
    let reply = browser.post(&consent, &[("decision", "allow")]).await;
    assert_eq!(Answer::of(&crate::open_id::client::onward(&reply)).get("state"), state);
    let too_long = "ä".repeat(1025);
    let answer = client.sent(&mut browser, &[("state", &too_long)]).await;
    assert_eq!(answer.get("error"), "invalid_request");
    assert!(!answer.values.contains_key("state"));
});
