//! Who is half signed in, somebody else, or on another site.

use super::{Answer, Client, MIRA, Made};
use crate::both;
use crate::open_id::client::{BACK, VERIFIER, call, onward};
use crate::support::{Browser, PASSWORD, TestApp, enables_two_factor};
use axum::http::Method;

const EVE: &str = "eve@example.com";

// MF-10: with the password alone there is no code, whatever is asked.
both!(mf_10_half_signed_in_gives_no_code, async |app: TestApp| {
    app.account(MIRA).await;
    let client = Client::new(&app).await;
    let mut owner = app.browser();
    owner.signs_in(MIRA, PASSWORD).await;
    client.code(&mut owner).await;
    enables_two_factor(&app, &mut owner).await;
    let mut half = app.browser();
    half.get("/sign-in").await;
    let back = client.asks(&[]);
    let fields = [("email", MIRA), ("password", PASSWORD), ("return_to", &back)];
    half.post("/sign-in", &fields).await.leads_to("/sign-in/two-factor");
    let silent = client.sent(&mut half, &[("prompt", "none")]).await;
    assert_eq!((silent.get("error"), silent.get("code")), ("login_required", ""));
    let reply = half.get(&back).await;
    assert!(reply.is(303).location().starts_with("/sign-in?"));
    let consent = back.replace("/oauth/authorize", "/oauth/consent");
    assert!(half.get(&consent).await.is(303).location().starts_with("/sign-in?"));
    half.get("/sign-in/two-factor").await;
    half.post(&consent, &[("decision", "allow")]).await.is(303);
    let codes = "SELECT COUNT(*) FROM authorization_codes WHERE used_at IS NULL";
    assert_eq!(app.count(codes).await, 1, "the owner's own");
});

// The second factor leads back to the request by a page of ours, and the token says
// that there was one.
both!(mf_13_the_second_factor_is_in_the_token, async |app: TestApp| {
    app.account(MIRA).await;
    let client = Client::new(&app).await;
    let mut owner = app.browser();
    owner.signs_in(MIRA, PASSWORD).await;
    client.code(&mut owner).await;
    let phone = enables_two_factor(&app, &mut owner).await;
    let mut browser = app.browser();
    browser.get("/sign-in").await;
    let back = client.asks(&[]);
    let fields = [("email", MIRA), ("password", PASSWORD), ("return_to", &back)];
    browser.post("/sign-in", &fields).await.leads_to("/sign-in/two-factor");
    browser.get("/sign-in/two-factor").await;
    let code = phone.code(app.clock.now());
    let reply =
        browser.post("/sign-in/two-factor", &[("code", &code), ("way", "authenticator")]).await;
    let again = onward(&reply);
    let code = Answer::of(browser.get(&again).await.is(303).location()).code();
    let tokens = crate::open_id::Tokens::of(&client.exchanges(&app, &code, &[]).await);
    let claims = crate::open_id::client::verified(&app, &tokens.id_token).await.unwrap();
    assert_eq!(claims["acr"], "urn:portcullis:acr:two-factors");
    assert_eq!(claims["amr"], serde_json::json!(["pwd", "otp", "mfa"]));
});

// SE-09: two people in one browser. The consent page of the one is not the other's.
both!(se_09_a_consent_page_belongs_to_its_session, async |app: TestApp| {
    app.account(MIRA).await;
    app.account(EVE).await;
    let client = Client::new(&app).await;
    let mut browser = app.browser();
    browser.signs_in(MIRA, PASSWORD).await;
    let page = browser.get(&client.asks(&[])).await.is(303).location().to_owned();
    browser.get(&page).await.shows(MIRA);
    let token = browser.token.clone();
    let mut eve = browser.clone();
    eve.get("/sign-out").await;
    eve.post("/sign-out", &[]).await;
    eve.signs_in(EVE, PASSWORD).await;
    eve.token = token;
    eve.post(&page, &[("decision", "allow")]).await.is(409);
    assert_eq!(app.count("SELECT COUNT(*) FROM consents").await, 0);
    // Nor does it act once its session is over: it leads to signing in, and back.
    let lost = browser.post(&page, &[("decision", "allow")]).await;
    let query = page.split_once('?').unwrap().1;
    let back = serde_urlencoded::to_string([("return_to", format!("/oauth/consent?{query}"))]);
    lost.leads_to(&format!("/sign-in?{}", back.unwrap()));
});

// SE-15: no form of another site says yes in somebody's name, or signs them out.
both!(se_15_forms_of_other_sites_are_refused, async |app: TestApp| {
    app.account(MIRA).await;
    let client = Client::new(&app).await;
    let mut browser = app.browser();
    browser.signs_in(MIRA, PASSWORD).await;
    let page = browser.get(&client.asks(&[])).await.is(303).location().to_owned();
    for path in [page.as_str(), "/oauth/sign-out/confirm"] {
        browser.get(&page).await;
        for origin in ["https://billing.example", "null"] {
            let mut foreign = browser.clone();
            foreign.origin = Some(origin.to_owned());
            foreign.post(path, &[("decision", "allow")]).await.is(403);
        }
        let mut without = browser.clone();
        without.token = None;
        without.post(path, &[("decision", "allow")]).await.is(409);
    }
    assert!(browser.is_signed_in().await);
    assert_eq!(app.count("SELECT COUNT(*) FROM consents").await, 0);
});

// A GET gives nothing away that was not allowed before, and changes nothing that its
// owner would notice.
both!(fa_11_no_application_session_without_a_login_action, async |app: TestApp| {
    app.account(MIRA).await;
    let client = Client::new(&app).await;
    let mut browser = app.browser();
    browser.signs_in(MIRA, PASSWORD).await;
    for _ in 0..3 {
        browser.get(&client.asks(&[])).await.is(303);
        let page = client.asks(&[]).replace("/oauth/authorize", "/oauth/consent");
        browser.get(&page).await.is(200);
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM authorization_codes").await, 0);
    assert_eq!(app.count("SELECT COUNT(*) FROM consents").await, 0);
});

// Mix-up: each answer says who gives it, so that an application which speaks with two
// providers does not bring the one's code to the other.
both!(mix_up_every_answer_names_its_issuer, async |app: TestApp| {
    app.account(MIRA).await;
    let client = Client::new(&app).await;
    let mut browser = app.browser();
    browser.signs_in(MIRA, PASSWORD).await;
    let issuer = app.config.public_url.origin().to_owned();
    let answer = client.allowed(&mut browser, &[]).await;
    assert_eq!(answer.get("iss"), issuer);
    for changed in [("prompt", "none"), ("scope", "x"), ("response_type", "token")] {
        assert_eq!(client.sent(&mut browser, &[changed]).await.get("iss"), issuer);
    }
});

// The Portcullis cookie opens nothing for an application, and an application session
// nothing at Portcullis.
both!(te_the_two_kinds_of_session_do_not_stand_in_for_each_other, async |app: TestApp| {
    app.account(MIRA).await;
    let client = Client::new(&app).await;
    let mut browser = app.browser();
    browser.signs_in(MIRA, PASSWORD).await;
    let tokens = client.signs_in(&app, &mut browser).await;
    let cookie = browser.session().unwrap();
    for token in [cookie.as_str(), &cookie.replace("pcl_ses_", "pcl_aps_")] {
        crate::open_id::client::userinfo(&app, token).await.is(401);
    }
    for token in [tokens.access.as_str(), &tokens.access.replace("pcl_aps_", "pcl_ses_")] {
        let mut thief: Browser = app.browser();
        thief.cookies.insert("portcullis-session".into(), token.to_owned());
        assert!(!thief.is_signed_in().await);
    }
    let bearer = format!("Bearer {}", tokens.access);
    call(&app, Method::GET, "/api/v1/profile", Some(&bearer), None).await.is(401);
    // Nor may the token stand anywhere but in its header (TK-04).
    let query = format!("/oauth/userinfo?access_token={}", tokens.access);
    call(&app, Method::GET, &query, None, None).await.is(401);
    let form = [("access_token", tokens.access.as_str())];
    call(&app, Method::POST, "/oauth/userinfo", None, Some(&form)).await.is(401);
});

// The secrets stand nowhere in the database: not the code, the token, nor what an
// application proves itself with.
both!(rs_11_a_dump_gives_nothing_that_opens_anything, async |app: TestApp| {
    app.account(MIRA).await;
    let client = Client::made(&app, Made { back: &[BACK], ..Made::default() }).await;
    let mut browser = app.browser();
    browser.signs_in(MIRA, PASSWORD).await;
    let code = client.code(&mut browser).await;
    let tokens = client.signs_in(&app, &mut browser).await;
    let secret = client.secret.clone().unwrap();
    let dump = app.dump().await.join("\n");
    for text in [code.as_str(), &tokens.access, &tokens.id_token, &secret, VERIFIER] {
        assert!(!dump.contains(text));
        assert!(!dump.contains(text.rsplit('_').next().unwrap()));
    }
});

// RS-08: a reset by mail gives no session, and so no code, to whoever has no second
// factor to show.
both!(rs_08_a_reset_gives_no_code_without_the_second_factor, async |app: TestApp| {
    app.account(MIRA).await;
    let client = Client::new(&app).await;
    let mut owner = app.browser();
    owner.signs_in(MIRA, PASSWORD).await;
    let tokens = client.signs_in(&app, &mut owner).await;
    enables_two_factor(&app, &mut owner).await;
    let mut thief = app.browser();
    thief.forgets(MIRA).await;
    app.post().await;
    let link = app.link(MIRA, "password-reset").await;
    thief.chooses(&link, "Another-horse 3 paper").await;
    let silent = client.sent(&mut thief, &[("prompt", "none")]).await;
    assert_eq!((silent.get("error"), silent.get("code")), ("login_required", ""));
    // And the owner's application session has ended with their session.
    assert_eq!(tokens.status(&app).await, 401);
});
