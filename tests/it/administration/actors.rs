use crate::support::{Browser, PASSWORD, Reply, TestApp};
use portcullis::features::account::Account;
use portcullis::ids::AccountId;

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

/// The latest event.
pub async fn last_event(app: &TestApp) -> String {
    app.events().await.pop().unwrap()
}
