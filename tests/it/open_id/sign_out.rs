//! Signing out at an application's word.

use super::{Client, MIRA, Made};
use crate::both;
use crate::open_id::client::{AFTER, BACK, call, onward};
use crate::support::{Browser, PASSWORD, TestApp};
use axum::http::Method;

fn path(parameters: &[(&str, &str)]) -> String {
    format!("/oauth/sign-out?{}", serde_urlencoded::to_string(parameters).unwrap())
}

async fn confirms(browser: &mut Browser, page: &str) -> crate::support::Reply {
    let query = page.split_once('?').map_or(String::new(), |(_, query)| format!("?{query}"));
    browser.post(&format!("/oauth/sign-out/confirm{query}"), &[]).await
}

both!(an_application_signs_somebody_out_of_everything, async |app: TestApp| {
    app.account(MIRA).await;
    let client = Client::new(&app).await;
    let other = Client::made(&app, Made { name: "Other", ..Made::default() }).await;
    let mut browser = app.browser();
    browser.signs_in(MIRA, PASSWORD).await;
    let tokens = client.signs_in(&app, &mut browser).await;
    let reply = browser.get(&other.asks(&[("scope", "openid")])).await;
    let consent = reply.is(303).location().to_owned();
    browser.get(&consent).await;
    let reply = browser.post(&consent, &[("decision", "allow")]).await;
    let code = crate::open_id::Answer::of(&onward(&reply)).code();
    let others = crate::open_id::Tokens::of(&other.exchanges(&app, &code, &[]).await);
    let page = path(&[
        ("id_token_hint", &tokens.id_token),
        ("post_logout_redirect_uri", AFTER),
        ("state", "s & t"),
    ]);
    let reply = browser.get(&page).await;
    reply.is(200).shows("Billing asks to sign you out.").shows(MIRA);
    // With the token of this very session the form sends itself, where scripts run: a
    // GET acts nowhere.
    assert!(reply.body.contains("data-at-once"));
    assert!(browser.clone().is_signed_in().await);
    browser.get(&page).await;
    let reply = confirms(&mut browser, &page).await;
    reply.shows("You are going on to Billing.").lacks(MIRA);
    assert_eq!(onward(&reply), format!("{AFTER}?state=s+%26+t"));
    assert!(!browser.is_signed_in().await);
    assert_eq!((tokens.status(&app).await, others.status(&app).await), (401, 401));
    assert!(app.events().await.contains(&"sign-out succeeded".into()));
    // Whoever is signed out already goes on at once; the token has ended, and still says
    // which application it was made for.
    app.wait(std::time::Duration::from_hours(2));
    browser.get(&page).await.leads_to(&format!("{AFTER}?state=s+%26+t"));
});

both!(without_its_token_somebody_is_asked, async |app: TestApp| {
    app.account(MIRA).await;
    app.account("eve@example.com").await;
    let client = Client::new(&app).await;
    let (mut browser, mut eve) = (app.browser(), app.browser());
    eve.signs_in("eve@example.com", PASSWORD).await;
    let others = client.signs_in(&app, &mut eve).await.id_token;
    browser.signs_in(MIRA, PASSWORD).await;
    let id = client.id.to_string();
    for page in [
        "/oauth/sign-out".to_owned(),
        path(&[("client_id", &id)]),
        path(&[("client_id", &id), ("post_logout_redirect_uri", AFTER)]),
        path(&[("id_token_hint", &others), ("post_logout_redirect_uri", AFTER)]),
    ] {
        let reply = browser.get(&page).await;
        reply.is(200).shows("This signs you out of").lacks("data-at-once");
        assert!(browser.clone().is_signed_in().await);
    }
    browser.get("/oauth/sign-out").await;
    confirms(&mut browser, "/oauth/sign-out").await.leads_to("/sign-in");
    browser.get("/oauth/sign-out").await.leads_to("/sign-in");
});

// SE-17: after signing out nobody goes anywhere that is not registered for it.
both!(se_17_signing_out_leads_to_registered_addresses_only, async |app: TestApp| {
    app.account(MIRA).await;
    let client = Client::new(&app).await;
    let other = Client::made(
        &app,
        Made { name: "Other", after: &["https://other.example/bye"], ..Made::default() },
    )
    .await;
    let mut signed_in = app.browser();
    signed_in.signs_in(MIRA, PASSWORD).await;
    let hint = client.signs_in(&app, &mut signed_in).await.id_token;
    let (id, others) = (client.id.to_string(), other.id.to_string());
    for address in [
        "https://evil.example/bye",
        "https://billing.example/bye/",
        "https://billing.example/bye?x",
        "https://billing.example/bye#x",
        "https://billing.example@evil.example/bye",
        "//evil.example",
        "javascript:alert(1)",
        "https://other.example/bye",
        BACK,
    ] {
        for who in [("id_token_hint", hint.as_str()), ("client_id", &id), ("x", "y")] {
            let page = path(&[who, ("post_logout_redirect_uri", address)]);
            for mut browser in [app.browser(), signed_in.clone()] {
                let reply = browser.get(&page).await;
                reply.is(400).shows("This can’t go on").lacks("evil.example");
                assert_eq!(reply.location(), "");
                let mut forced = browser.clone();
                forced.get("/sign-in").await;
                forced.get("/oauth/sign-out").await;
                if forced.token.is_some() {
                    confirms(&mut forced, &page).await;
                }
            }
        }
    }
    assert!(signed_in.is_signed_in().await, "what can't be read signs nobody out");
    for wrong in [
        path(&[("id_token_hint", "x")]),
        path(&[("id_token_hint", &hint), ("client_id", &others)]),
        path(&[("client_id", "x"), ("post_logout_redirect_uri", AFTER)]),
        format!("/oauth/sign-out?client_id={id}&client_id={id}"),
        "/oauth/sign-out?state=%ff".to_owned(),
    ] {
        signed_in.get(&wrong).await.is(400);
    }
});

both!(signing_out_may_come_as_a_form_of_the_application, async |app: TestApp| {
    app.account(MIRA).await;
    let client = Client::new(&app).await;
    let mut browser = app.browser();
    browser.signs_in(MIRA, PASSWORD).await;
    let hint = client.signs_in(&app, &mut browser).await.id_token;
    let form = [("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", AFTER)];
    let reply = call(&app, Method::POST, "/oauth/sign-out", None, Some(&form)).await;
    let again = reply.is(303).location().to_owned();
    assert!(again.starts_with("/oauth/sign-out?"));
    browser.get(&again).await.is(200).shows("Billing asks to sign you out.");
});
