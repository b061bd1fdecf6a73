//! What an application demands of who is there: prompt, max_age, acr, id_token_hint.

use super::{Answer, Client, MIRA, Tokens};
use crate::both;
use crate::support::{PASSWORD, TestApp, enables_two_factor};
use std::time::Duration;

const TWO: (&str, &str) = ("acr_values", "urn:portcullis:acr:two-factors");
const NONE: (&str, &str) = ("prompt", "none");

both!(prompt_none_shows_nothing_and_says_why, async |app: TestApp| {
    app.account(MIRA).await;
    let client = Client::new(&app).await;
    let mut browser = app.browser();
    let error = async |browser: &mut crate::support::Browser, more: &[(&str, &str)]| {
        let all = [&[NONE], more].concat();
        client.sent(browser, &all).await.get("error").to_owned()
    };
    assert_eq!(error(&mut browser, &[]).await, "login_required");
    browser.signs_in(MIRA, PASSWORD).await;
    assert_eq!(error(&mut browser, &[]).await, "consent_required");
    client.code(&mut browser).await;
    client.sent(&mut browser, &[NONE]).await.code();
    assert_eq!(error(&mut browser, &[TWO]).await, "unmet_authentication_requirements");
    assert_eq!(error(&mut browser, &[("max_age", "0")]).await, "login_required");
    app.tamper("UPDATE accounts SET password_change_required_at = 1").await;
    assert_eq!(error(&mut browser, &[]).await, "interaction_required");
    app.tamper("UPDATE accounts SET password_change_required_at = NULL").await;
    app.wait(Duration::from_secs(60));
    client.sent(&mut browser, &[NONE, ("max_age", "60")]).await.code();
    app.wait(Duration::from_millis(1));
    assert_eq!(error(&mut browser, &[("max_age", "60")]).await, "login_required");
});

both!(prompt_asks_once_more, async |app: TestApp| {
    app.account(MIRA).await;
    let client = Client::new(&app).await;
    let mut browser = app.browser();
    browser.signs_in(MIRA, PASSWORD).await;
    client.code(&mut browser).await;
    for prompt in ["consent", "select_account"] {
        for _ in 0..2 {
            client.allowed(&mut browser, &[("prompt", prompt)]).await.code();
        }
    }
    app.wait(Duration::from_millis(1));
    let page = browser.get(&client.asks(&[("prompt", "login")])).await;
    assert!(page.is(303).location().starts_with("/step-up?"));
    // Not answered by a proof from before.
    let back = page.location().split_once("return_to=").unwrap().1.to_owned();
    let back = percent_encoding::percent_decode_str(&back).decode_utf8().unwrap().into_owned();
    assert!(browser.get(&back).await.is(303).location().starts_with("/step-up?"));
});

// MF-13: a demand for two factors is met by what was proved in the session, and by
// nothing else.
both!(mf_13_a_demand_for_two_factors_is_met_or_refused, async |app: TestApp| {
    app.account(MIRA).await;
    let client = Client::new(&app).await;
    let mut browser = app.browser();
    browser.signs_in(MIRA, PASSWORD).await;
    client.code(&mut browser).await;
    // Who has none is led to set one up, and may go back without.
    let reply = browser.get(&client.asks(&[TWO])).await;
    reply.is(200).shows("Billing asks for a second factor, and your account has none.");
    let (before, _) = reply.body.split_once("\" rel=\"noreferrer\"").unwrap();
    let back = before.rsplit_once("href=\"").unwrap().1.replace("&amp;", "&").replace("&#38;", "&");
    assert_eq!(Answer::of(&back).get("error"), "unmet_authentication_requirements");
    // Whoever has just set one up has it in the session.
    let phone = enables_two_factor(&app, &mut browser).await;
    // Another session of the same account, in a browser that was trusted before.
    app.tamper("UPDATE sessions SET totp_at = NULL").await;
    let silent = client.sent(&mut browser, &[TWO, NONE]).await;
    assert_eq!(silent.get("error"), "login_required");
    client.sent(&mut browser, &[]).await.code();
    let page = browser.get(&client.asks(&[TWO])).await.is(303).location().to_owned();
    browser.get(&page).await.is(200);
    let back = page.split_once("return_to=").unwrap().1.to_owned();
    let back = percent_encoding::percent_decode_str(&back).decode_utf8().unwrap().into_owned();
    let code = phone.code(app.clock.now());
    let fields = [("code", code.as_str()), ("way", "authenticator"), ("return_to", &back)];
    let again = crate::open_id::client::onward(&browser.post("/step-up", &fields).await);
    let code = Answer::of(browser.get(&again).await.is(303).location()).code();
    let tokens = Tokens::of(&client.exchanges(&app, &code, &[]).await);
    let claims = crate::open_id::client::verified(&app, &tokens.id_token).await.unwrap();
    assert_eq!(claims["acr"], TWO.1);
    client.sent(&mut browser, &[TWO, NONE]).await.code();
    let essential = r#"{"id_token":{"acr":{"essential":true,"values":["gold"]}}}"#;
    let refused = client.sent(&mut browser, &[("claims", essential)]).await;
    assert_eq!(refused.get("error"), "unmet_authentication_requirements");
});

both!(a_hint_at_somebody_else_gives_no_code, async |app: TestApp| {
    app.account(MIRA).await;
    app.account("eve@example.com").await;
    let client = Client::new(&app).await;
    let (mut mira, mut eve) = (app.browser(), app.browser());
    mira.signs_in(MIRA, PASSWORD).await;
    eve.signs_in("eve@example.com", PASSWORD).await;
    let hers = client.signs_in(&app, &mut mira).await.id_token;
    let others = client.signs_in(&app, &mut eve).await.id_token;
    client.sent(&mut mira, &[NONE, ("id_token_hint", &hers)]).await.code();
    let unsigned = {
        let mut parts = hers.rsplitn(2, '.');
        let _ = parts.next();
        format!("{}.", parts.next().unwrap())
    };
    for hint in [others.as_str(), &unsigned, "x"] {
        for prompt in [NONE, ("prompt", "")] {
            let answer = client.sent(&mut mira, &[prompt, ("id_token_hint", hint)]).await;
            assert_eq!((answer.get("error"), answer.get("code")), ("login_required", ""));
        }
    }
});
