//! Whoever is sent to set up a second factor goes on to the application afterwards, and
//! nowhere else; on the way they are told where they go.

use super::client::{onward, verified};
use super::{Answer, Client, MIRA, Made, Tokens};
use crate::both;
use crate::support::{Browser, PASSWORD, Phone, Reply, TestApp};
use std::time::Duration;

const TWO: (&str, &str) = ("acr_values", "urn:portcullis:acr:two-factors");
const ENABLE: &str = "/settings/security/two-factor/enable";
const AUTHENTICATOR: &str = "/settings/security/two-factor/authenticator";
const SAVE: &str = "/settings/security/two-factor/backup-codes/save";
const HOME: &str = "/settings/security/two-factor";

/// The link of a page to where a second factor is set up.
#[track_caller]
pub fn set_up(page: &Reply) -> String {
    let (_, rest) = page.body.split_once(&format!("href=\"{ENABLE}?")).expect("no way to set up");
    let query = rest.split_once('"').unwrap().0.replace("&amp;", "&").replace("&#38;", "&");
    format!("{ENABLE}?{query}")
}

/// From a page that leads to setting one up to the answer that comes after the last step.
pub async fn enrols(app: &TestApp, browser: &mut Browser, start: &str) -> Reply {
    app.tamper("UPDATE accounts SET email_verified_at = created_at").await;
    browser.get(start).await.is(200);
    let method = [("method", "authenticator")];
    browser.post(start, &method).await.leads_to(AUTHENTICATOR);
    let phone = Phone::typed_from(browser.get(AUTHENTICATOR).await.is(200));
    let code = phone.code(app.clock.now());
    browser.post(AUTHENTICATOR, &[("code", &code)]).await.leads_to(SAVE);
    browser.get(SAVE).await.is(200);
    browser.post(SAVE, &[("saved", "yes")]).await
}

both!(whoever_sets_one_up_goes_on_to_the_application, async |app: TestApp| {
    app.account(MIRA).await;
    let client = Client::new(&app).await;
    let mut browser = app.browser();
    browser.signs_in(MIRA, PASSWORD).await;
    let page = browser.get(&client.asks(&[TWO, ("prompt", "login")])).await;
    // First a fresh proof, which the application demands too; then there is no second factor.
    let page = match page.status.as_u16() {
        303 => {
            let at = page.location().to_owned();
            browser.get(&at).await.is(200).shows("To go on to Billing, enter your password");
            let back = at.split_once("return_to=").unwrap().1.to_owned();
            let back = percent_encoding::percent_decode_str(&back).decode_utf8().unwrap();
            let fields = [("password", PASSWORD), ("return_to", &back)];
            let again = onward(&browser.post("/step-up", &fields).await);
            browser.get(&again).await
        }
        _ => page,
    };
    page.is(200).shows("Billing asks for a second factor, and your account has none.");
    let start = set_up(&page);
    app.tamper("UPDATE accounts SET email_verified_at = created_at").await;
    browser.get(&start).await.is(200).shows("Then you go on to Billing.");
    let done = enrols(&app, &mut browser, &start).await;
    let again = onward(&done);
    assert!(again.starts_with("/oauth/authorize?"), "{again}");
    // Through what is left of it: nobody has said yet that the application may.
    let consent = browser.get(&again).await.is(303).location().to_owned();
    assert!(consent.starts_with("/oauth/consent?"), "{consent}");
    browser.get(&consent).await.is(200);
    let answer = Answer::of(&onward(&browser.post(&consent, &[("decision", "allow")]).await));
    let tokens = Tokens::of(&client.exchanges(&app, &answer.code(), &[]).await);
    assert_eq!(verified(&app, &tokens.id_token).await.unwrap()["acr"], TWO.1);
});

both!(a_fresh_proof_on_the_way_loses_nothing, async |app: TestApp| {
    app.account(MIRA).await;
    let client = Client::new(&app).await;
    let mut browser = app.browser();
    browser.signs_in(MIRA, PASSWORD).await;
    let start = set_up(&browser.get(&client.asks(&[TWO])).await);
    app.wait(Duration::from_secs(3600));
    let at = browser.get(&start).await.is(303).location().to_owned();
    assert!(at.starts_with("/step-up?"), "{at}");
    browser.get(&at).await.is(200).shows("To set up two-factor authentication");
    let back = url::form_urlencoded::parse(at.split_once('?').unwrap().1.as_bytes())
        .find(|(name, _)| name == "return_to")
        .unwrap()
        .1
        .into_owned();
    assert_eq!(back, start);
    let fields = [("password", PASSWORD), ("return_to", back.as_str()), ("for", "second-factors")];
    browser.post("/step-up", &fields).await.leads_to(&start);
    let again = onward(&enrols(&app, &mut browser, &start).await);
    assert!(again.starts_with("/oauth/authorize?"), "{again}");
});

both!(se_17_after_setting_one_up_nobody_is_led_away, async |app: TestApp| {
    const EVIL: &[&str] = &[
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "/sign-out",
        "javascript:1",
    ];
    for (number, evil) in EVIL.iter().enumerate() {
        let email = format!("mira{number}@example.com");
        app.account(&email).await;
        let mut browser = app.browser();
        browser.signs_in(&email, PASSWORD).await;
        let query = serde_urlencoded::to_string([("return_to", evil)]).unwrap();
        let done = enrols(&app, &mut browser, &format!("{ENABLE}?{query}")).await;
        done.leads_to(HOME);
    }
});

both!(what_is_kept_is_read_anew_and_ends_with_what_is_set_up, async |app: TestApp| {
    app.account(MIRA).await;
    app.tamper("UPDATE accounts SET email_verified_at = created_at").await;
    let client = Client::new(&app).await;
    let mut browser = app.browser();
    browser.signs_in(MIRA, PASSWORD).await;
    let start = set_up(&browser.get(&client.asks(&[TWO])).await);
    let begins = async |browser: &mut Browser, start: &str| {
        browser.get(start).await.is(200);
        browser.post(start, &[("method", "authenticator")]).await.leads_to(AUTHENTICATOR);
        browser.get(AUTHENTICATOR).await.is(200);
    };
    // Who gives up is back at the page that asked for it, and can go back without.
    begins(&mut browser, &start).await;
    let given_up = browser.post("/settings/security/two-factor/cancel", &[]).await;
    let again = onward(&given_up);
    browser.get(&again).await.is(200).shows("Billing asks for a second factor");
    // Who begins anew by themselves goes nowhere.
    begins(&mut browser, &start).await;
    begins(&mut browser, ENABLE).await;
    browser.post("/settings/security/two-factor/cancel", &[]).await.leads_to(HOME);
    // A row that somebody has changed leads nobody away.
    begins(&mut browser, &start).await;
    app.tamper("UPDATE enrolments SET return_to = 'https://evil.example/'").await;
    browser.post("/settings/security/two-factor/cancel", &[]).await.leads_to(HOME);
});

both!(signing_in_says_for_which_application, async |app: TestApp| {
    app.account(MIRA).await;
    let name = "<b>Bill & \"Söhne\"</b>";
    let client = Client::made(&app, Made { name: "Billing", ..Made::default() }).await;
    app.tamper(&format!("UPDATE applications SET name = '{name}'")).await;
    let mut browser = app.browser();
    let at = browser.get(&client.asks(&[("scope", "openid")])).await.is(303).location().to_owned();
    let page = browser.get(&at).await;
    page.is(200).lacks("<b>Bill");
    assert!(page.body.contains("<h1>Sign in to continue to &#60;b&#62;Bill"), "{}", page.body);
    // Also after a wrong password, and nowhere else.
    let back = at.split_once("return_to=").unwrap().1.to_owned();
    let back = percent_encoding::percent_decode_str(&back).decode_utf8().unwrap().into_owned();
    let fields = [("email", MIRA), ("password", "wrong wrong wrong"), ("return_to", &back)];
    browser.post("/sign-in", &fields).await.is(403).shows("Sign in to continue to");
    for other in [
        "/sign-in".to_owned(),
        "/sign-in?return_to=%2Fsettings%2Fsecurity".to_owned(),
        "/sign-in?return_to=%2Foauth%2Fauthorize%3Fclient_id%3D01900000-0000-7000-8000-000000000000"
            .to_owned(),
        "/sign-in?return_to=%2Foauth%2Fauthorize%3Fclient_id%3Devil".to_owned(),
    ] {
        browser.get(&other).await.is(200).lacks("continue to");
    }
});
