use crate::browser::authenticator::Authenticator;
use crate::support::{Browser, PASSWORD, Reply, TestApp};
use portcullis::features::account::Account;
use portcullis::ids::AccountId;
use std::time::Duration;

pub const ADA: &str = "ada@example.com";
pub const BOB: &str = "bob@example.com";
pub const EVE: &str = "eve@example.com";

/// An administrator at work, who has just proved who they are.
pub async fn administrator(app: &TestApp, email: &str) -> (Browser, Account) {
    let account = app.administrator(email).await;
    let mut browser = app.browser();
    browser.signs_in(email, PASSWORD).await;
    (browser, account)
}

pub fn page_of(id: AccountId) -> String {
    format!("/admin/accounts/{id}")
}

/// Presses a button that stands on the account's page or on the one that asks.
pub async fn act(
    browser: &mut Browser,
    id: AccountId,
    name: &str,
    fields: &[(&str, &str)],
) -> Reply {
    browser.get(&page_of(id)).await.is(200);
    let path = format!("{}/{name}", page_of(id));
    browser.post(&path, fields).await
}

/// The same, and it is done.
#[track_caller]
pub fn done(reply: &Reply, id: AccountId) {
    reply.leads_to(&page_of(id));
    let flash = reply.set_cookies().join(" ");
    assert!(flash.contains("flash-admin-"), "{flash}");
}

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

/// The latest event.
pub async fn last_event(app: &TestApp) -> String {
    app.events().await.pop().unwrap()
}
