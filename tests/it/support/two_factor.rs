//! Owners of second factors.

use super::{Browser, PASSWORD, TestApp};
use crate::browser::authenticator::Authenticator;
use std::time::Duration;

/// Switches two-factor authentication on in a browser that has just signed in,
/// and waits until the app shows another code.
pub async fn enables_two_factor(app: &TestApp, browser: &mut Browser) -> Authenticator {
    const PAGE: &str = "/settings/security/two-factor";
    let [enable, scan, save] =
        ["enable", "authenticator", "backup-codes/save"].map(|name| format!("{PAGE}/{name}"));
    app.tamper("UPDATE accounts SET email_verified_at = created_at").await;
    browser.get(&enable).await.is(200);
    browser.post(&enable, &[("method", "authenticator")]).await.leads_to(&scan);
    let page = browser.get(&scan).await.body;
    let key = page.split_once("id=\"key\">").unwrap().1.split_once('<').unwrap().0;
    let phone = Authenticator::types(key);
    browser.post(&scan, &[("code", &phone.code(app.clock.now()))]).await.leads_to(&save);
    browser.get(&save).await.is(200);
    browser.post(&save, &[("saved", "yes")]).await.leads_to(PAGE);
    app.wait(Duration::from_secs(30));
    phone
}

/// Signs in by password and app, and waits until that shows another code.
pub async fn signs_in_with_app(
    app: &TestApp,
    browser: &mut Browser,
    email: &str,
    phone: &Authenticator,
) {
    const PAGE: &str = "/sign-in/two-factor";
    browser.sign_in(email, PASSWORD).await.leads_to(PAGE);
    browser.get(PAGE).await.is(200);
    let fields = [("way", "authenticator"), ("code", &*phone.code(app.clock.now()))];
    browser.post(PAGE, &fields).await.leads_to("/settings/security");
    app.wait(Duration::from_secs(30));
}
