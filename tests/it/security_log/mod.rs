//! The Security Log as its readers see it: the owner, administrators, auditors.

mod auditor;
mod detail;
pub mod events;
mod filters;
mod lg_01_injection;
mod lg_06_seals;
mod migration;
mod wrong_filters;

use crate::support::{Browser, PASSWORD, TestApp};
use portcullis::features::account::Account;
use portcullis::features::security_log::{self, Entry, Event, Scope, record};

pub const LOG: &str = "/settings/security/log";
pub const MIRA: &str = "mira@example.com";
pub const ADA: &str = "ada@example.com";

/// Somebody who has signed in.
pub async fn owner(app: &TestApp, email: &str) -> (Browser, Account) {
    let account = app.account(email).await;
    let mut browser = app.browser();
    browser.signs_in(email, PASSWORD).await;
    (browser, account)
}

/// Writes events, all of this moment.
pub async fn write(app: &TestApp, events: impl IntoIterator<Item = Event>) {
    let now = app.clock.now();
    let mut tx = app.db.begin().await.unwrap();
    for event in events {
        record(&mut tx, event, now, &app.random).await.unwrap();
    }
    tx.commit().await.unwrap();
}

/// The newest event of an account's log.
pub async fn newest(app: &TestApp, account: &Account) -> Entry {
    security_log::newest(&mut &app.db, Scope::Account(account.id), 1).await.unwrap().remove(0)
}

/// The ids of the events that a page lists.
pub fn listed(body: &str) -> Vec<String> {
    let links = body.split("class=\"row-link\" href=\"").skip(1);
    links
        .map(|rest| rest.split_once('"').unwrap().0.rsplit('/').next().unwrap().to_owned())
        .collect()
}

/// Where a link of this name leads.
pub fn link(body: &str, name: &str) -> Option<String> {
    let before = body.split_once(&format!(">{name}</a>"))?.0;
    let href = before.rsplit_once("href=\"")?.1.split_once('"')?.0;
    Some(href.replace("&#38;", "&").replace("&amp;", "&"))
}

/// Every page from this one on: what each lists.
pub async fn pages(browser: &mut Browser, first: &str) -> Vec<Vec<String>> {
    let (mut path, mut all) = (Some(first.to_owned()), Vec::new());
    while let Some(next) = path {
        let reply = browser.get(&next).await;
        all.push(listed(&reply.is(200).body));
        path = link(&reply.body, "Older");
        assert!(all.len() < 20, "it never ends");
    }
    all
}
