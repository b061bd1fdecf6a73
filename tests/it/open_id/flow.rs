//! The way in, as it should go.

use super::{Answer, Client, MIRA, Made, Tokens};
use crate::both;
use crate::open_id::client::{BACK, NONCE, STATE, call, onward, userinfo, verified};
use crate::support::{Browser, PASSWORD, TestApp};
use axum::http::Method;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use portcullis::features::applications::rules::{Algorithm, ApplicationKind};
use serde_json::Value;
use sha2::{Digest, Sha256};

both!(somebody_signs_in_to_an_application, async |app: TestApp| {
    let mira = app.account(MIRA).await;
    let client = Client::new(&app).await;
    let mut browser = app.browser();
    // To the sign-in page, and by its answer back to the request.
    let reply = browser.get(&client.asks(&[])).await;
    let sign_in = reply.is(303).location().to_owned();
    assert!(sign_in.starts_with("/sign-in?return_to=%2Foauth%2Fauthorize%3F"), "{sign_in}");
    let shown = browser.get(&sign_in).await;
    let (_, rest) = shown.body.split_once("name=\"return_to\" value=\"").unwrap();
    let back = rest.split_once('"').unwrap().0.replace("&amp;", "&").replace("&#38;", "&");
    let fields = [("email", MIRA), ("password", PASSWORD), ("return_to", &back)];
    let reply = browser.post("/sign-in", &fields).await;
    // A page of ours: a redirect would be stopped by our own policy.
    reply.shows("One moment");
    let again = onward(&reply);
    assert!(again.starts_with("/oauth/authorize?"), "{again}");
    // Asked once whether Billing may.
    let consent = browser.get(&again).await.is(303).location().to_owned();
    browser
        .get(&consent)
        .await
        .shows("Continue to Billing")
        .shows(MIRA)
        .shows("Know that it is you")
        .shows("See your name, language and time zone")
        .shows("See your email address")
        .shows("To read your invoices")
        .shows("billing:read")
        .shows("This takes you to billing.example.")
        .lacks("billing:write");
    let reply = browser.post(&consent, &[("decision", "allow")]).await;
    reply.shows("You are going on to Billing.");
    let answer = Answer::of(&onward(&reply));
    assert_eq!(answer.address, BACK);
    assert_eq!((answer.get("state"), answer.get("iss")), (STATE, app.config.public_url.origin()));
    let reply = client.exchanges(&app, &answer.code(), &[]).await;
    assert_eq!(reply.headers["cache-control"], "no-store");
    let tokens = Tokens::of(&reply);
    assert_eq!(tokens.expires_in, 8 * 3600);
    assert_eq!(tokens.scope, "billing:read email openid profile");
    assert!(tokens.access.starts_with("pcl_aps_"));

    let claims = verified(&app, &tokens.id_token).await.unwrap();
    let now = app.clock.now().millis() / 1000;
    assert_eq!(claims["iss"], app.config.public_url.origin());
    assert_eq!(claims["sub"], mira.id.to_string());
    assert_eq!(claims["aud"], client.id.to_string());
    assert_eq!(claims["iat"], now);
    assert_eq!(claims["exp"], now + 300);
    assert_eq!(claims["auth_time"], now);
    assert_eq!(claims["nonce"], NONCE);
    assert_eq!(claims["acr"], "urn:portcullis:acr:one-factor");
    assert_eq!(claims["amr"], serde_json::json!(["pwd"]));
    let hash = Sha256::digest(&tokens.access);
    assert_eq!(claims["at_hash"], URL_SAFE_NO_PAD.encode(&hash[..16]));
    assert!(claims["sid"].as_str().unwrap().parse::<uuid::Uuid>().is_ok());
    assert_eq!((&claims["email"], &claims["name"]), (&MIRA.into(), &"Mira Okafor".into()));

    let reply = userinfo(&app, &tokens.access).await;
    let person: Value = serde_json::from_str(&reply.is(200).body).unwrap();
    assert_eq!(person["sub"], claims["sub"]);
    assert_eq!((&person["email"], &person["email_verified"]), (&MIRA.into(), &false.into()));
    let bearer = format!("Bearer {}", tokens.access);
    call(&app, Method::POST, "/oauth/userinfo", Some(&bearer), Some(&[])).await.is(200);

    // The second time nothing is asked.
    let again = client.sent(&mut browser, &[]).await;
    Tokens::of(&client.exchanges(&app, &again.code(), &[]).await);
    let events = app.events().await;
    for (event, count) in [
        ("application-access-granted succeeded", 1),
        ("application-signed-in succeeded", 2),
        ("signing-key-made succeeded", 2),
    ] {
        assert_eq!(events.iter().filter(|own| *own == event).count(), count, "{events:?}");
    }
});

both!(scopes_open_what_they_say_and_wider_ones_are_asked_about, async |app: TestApp| {
    app.account(MIRA).await;
    let client = Client::new(&app).await;
    let mut browser = app.browser();
    browser.signs_in(MIRA, PASSWORD).await;
    let narrow = [("scope", "openid something-of-another-provider")];
    let answer = client.allowed(&mut browser, &narrow).await;
    let tokens = Tokens::of(&client.exchanges(&app, &answer.code(), &[]).await);
    assert_eq!(tokens.scope, "openid");
    let person: Value = serde_json::from_str(&userinfo(&app, &tokens.access).await.body).unwrap();
    assert_eq!(person.as_object().unwrap().len(), 1, "{person}");
    let claims = verified(&app, &tokens.id_token).await.unwrap();
    assert!(claims.get("email").is_none() && claims.get("name").is_none());
    client.sent(&mut browser, &narrow).await.code();
    // More is asked about, and then not again.
    client.allowed(&mut browser, &[("scope", "openid email")]).await.code();
    client.sent(&mut browser, &[("scope", "openid email")]).await.code();
    client.sent(&mut browser, &narrow).await.code();
});

both!(a_public_application_needs_no_secret_and_is_asked_about_each_time, async |app: TestApp| {
    app.account(MIRA).await;
    let own = ["com.example.notes:/back", "http://127.0.0.1/back", "https://notes.example/"];
    let made = Made { name: "Notes", kind: ApplicationKind::Public, back: &own, ..Made::default() };
    let client = Client::made(&app, made).await;
    let mut browser = app.browser();
    browser.signs_in(MIRA, PASSWORD).await;
    let scope = ("scope", "openid notes:read");
    for back in ["com.example.notes:/back", "http://127.0.0.1:51234/back"] {
        let client = Client { back: back.to_owned(), ..client.clone() };
        for _ in 0..2 {
            let answer = client.allowed(&mut browser, &[scope]).await;
            assert_eq!(answer.address, back);
            let reply = client.exchanges(&app, &answer.code(), &[]).await;
            assert_eq!(Tokens::of(&reply).status(&app).await, 200);
        }
        let silent = client.sent(&mut browser, &[scope, ("prompt", "none")]).await;
        assert_eq!(silent.get("error"), "consent_required");
    }
    let web = Client { back: "https://notes.example/".into(), ..client };
    let answer = web.sent(&mut browser, &[scope]).await;
    Tokens::of(&web.exchanges(&app, &answer.code(), &[]).await);
});

both!(an_id_token_may_be_signed_with_rsa, async |app: TestApp| {
    app.account(MIRA).await;
    let made = Made { algorithm: Algorithm::Rs256, ..Made::default() };
    let client = Client::made(&app, made).await;
    let mut browser = app.browser();
    browser.signs_in(MIRA, PASSWORD).await;
    let tokens = client.signs_in(&app, &mut browser).await;
    let header = jsonwebtoken::decode_header(&tokens.id_token).unwrap();
    assert_eq!(header.alg, jsonwebtoken::Algorithm::RS256);
    assert!(verified(&app, &tokens.id_token).await.is_some());
    let mut forged = tokens.id_token.clone();
    let last = if forged.ends_with('A') { 'Q' } else { 'A' };
    forged.pop();
    forged.pop();
    forged.push(last);
    forged.push('A');
    assert!(verified(&app, &forged).await.is_none());
});

both!(a_request_may_come_as_a_form, async |app: TestApp| {
    app.account(MIRA).await;
    let client = Client::new(&app).await;
    let mut browser = app.browser();
    browser.signs_in(MIRA, PASSWORD).await;
    client.code(&mut browser).await;
    let query = client.asks(&[]).split_once('?').unwrap().1.to_owned();
    let form: Vec<(String, String)> = serde_urlencoded::from_str(&query).unwrap();
    let form: Vec<(&str, &str)> = form.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    // Of another site it comes without cookies: the browser asks once more, with them.
    let reply = call(&app, Method::POST, "/oauth/authorize", None, Some(&form)).await;
    let again = reply.is(303).location().to_owned();
    Answer::of(browser.get(&again).await.location()).code();
});

async fn proves(browser: &mut Browser, page: &str) -> String {
    browser.get(page).await.shows("To go on to Billing, enter");
    let (_, back) = page.split_once("return_to=").unwrap();
    let back = percent_encoding::percent_decode_str(back).decode_utf8().unwrap().into_owned();
    let fields = [("password", PASSWORD), ("return_to", &back)];
    onward(&browser.post("/step-up", &fields).await)
}

both!(a_fresh_proof_leads_back_to_the_application, async |app: TestApp| {
    app.account(MIRA).await;
    let client = Client::new(&app).await;
    let mut browser = app.browser();
    browser.signs_in(MIRA, PASSWORD).await;
    client.code(&mut browser).await;
    let began = app.clock.now().millis() / 1000;
    for demand in [("prompt", "login"), ("max_age", "60"), ("max_age", "0")] {
        app.wait(std::time::Duration::from_secs(61));
        let page = browser.get(&client.asks(&[demand])).await.is(303).location().to_owned();
        assert!(page.starts_with("/step-up?return_to="), "{page}");
        let back = proves(&mut browser, &page).await;
        app.wait(std::time::Duration::from_secs(2));
        let code = Answer::of(browser.get(&back).await.is(303).location()).code();
        let tokens = Tokens::of(&client.exchanges(&app, &code, &[]).await);
        let claims = verified(&app, &tokens.id_token).await.unwrap();
        let proved = claims["auth_time"].as_i64().unwrap();
        let now = app.clock.now().millis() / 1000;
        assert_eq!((proved, claims["iat"].as_i64()), (now - 2, Some(now)));
        assert!(proved > began);
    }
});

both!(a_new_password_that_is_asked_for_leads_back_too, async |app: TestApp| {
    app.account(MIRA).await;
    let client = Client::new(&app).await;
    let mut browser = app.browser();
    browser.signs_in(MIRA, PASSWORD).await;
    client.code(&mut browser).await;
    app.tamper("UPDATE accounts SET password_change_required_at = 1").await;
    let page = browser.get(&client.asks(&[])).await.is(303).location().to_owned();
    assert!(page.starts_with("/settings/security/password?return_to="), "{page}");
    let shown = browser.get(&page).await;
    let (_, rest) = shown.body.split_once("name=\"return_to\" value=\"").unwrap();
    let back = rest.split_once('"').unwrap().0.replace("&amp;", "&").replace("&#38;", "&");
    let new = "Another-horse 3 paper";
    let fields = [
        ("current_password", PASSWORD),
        ("new_password", new),
        ("confirm_new_password", new),
        ("return_to", &back),
    ];
    let reply = browser.post("/settings/security/password", &fields).await;
    let again = onward(&reply);
    Answer::of(browser.get(&again).await.is(303).location()).code();
});

both!(the_owner_may_say_no, async |app: TestApp| {
    app.account(MIRA).await;
    let client = Client::new(&app).await;
    let mut browser = app.browser();
    browser.signs_in(MIRA, PASSWORD).await;
    let page = browser.get(&client.asks(&[])).await.is(303).location().to_owned();
    browser.get(&page).await;
    let answer = Answer::of(&onward(&browser.post(&page, &[("decision", "deny")]).await));
    assert_eq!((answer.get("error"), answer.get("state")), ("access_denied", STATE));
    assert_eq!(answer.get("iss"), app.config.public_url.origin());
    assert!(app.events().await.contains(&"application-access-granted refused/declined".into()));
    assert_eq!(app.count("SELECT COUNT(*) FROM consents").await, 0);
    assert_eq!(app.count("SELECT COUNT(*) FROM authorization_codes").await, 0);
    browser.get(&page).await;
    browser.post(&page, &[("decision", "maybe")]).await.is(400);
    browser.get(&page).await;
    browser.post(&page, &[]).await.is(400);
});
