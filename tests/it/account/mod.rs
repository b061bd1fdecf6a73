//! The e-mail address and the end of an account (attacks RS and PL).

pub mod closing;
mod closing_last_administrator;
mod erasure;
mod leaves;
mod lg_10_notices;
mod locked;
mod rs_02_addresses;
mod rs_05_links_end;
mod rs_06_expiry;
mod rs_14_links;
mod rs_17_races;
mod rs_18_mass_assignment;
mod second_factor_and_undo;
mod undo;
mod unlocked;

pub use locked::locks_by_link;

use crate::support::{Browser, PASSWORD, Reply, TestApp};
use portcullis::delivery::Mail;
use portcullis::features::account::rules::EmailAddress;
use portcullis::features::account::{Account, by_email, lock_active};
use portcullis::features::mailed_links::{self, Presented, Purpose};
use portcullis::features::recovery::send_reset_link;
use std::time::Duration;

const MIRA: &str = "mira@example.com";
const NEW: &str = "mira@new.example";
const EVE: &str = "eve@example.com";
const EMAIL: &str = "/settings/profile/email";
const PROFILE: &str = "/settings/profile";
const DAY: Duration = Duration::from_hours(24);
const SECOND: Duration = Duration::from_secs(1);

fn address(text: &str) -> EmailAddress {
    EmailAddress::parse(text).unwrap()
}

async fn signed_in(app: &TestApp, email: &str) -> Browser {
    let mut browser = app.browser();
    browser.signs_in(email, PASSWORD).await;
    browser
}

/// The form that asks for another address.
async fn ask(browser: &mut Browser, email: &str) -> Reply {
    browser.get(EMAIL).await.is(200);
    browser.post(EMAIL, &[("new_email", email)]).await
}

/// Opens a link's page and sends its form, wherever it leads.
async fn follow(browser: &mut Browser, link: &str) -> Reply {
    browser.get(link).await.is(200);
    browser.post(link, &[]).await
}

/// The link that confirms, as the mailbox of the new address gets it.
async fn asked(app: &TestApp, browser: &mut Browser, email: &str) -> String {
    ask(browser, email).await.leads_to(PROFILE);
    app.link(email, "email-change").await
}

/// Changes the address, from asking to confirming in the same browser.
async fn change(app: &TestApp, browser: &mut Browser, email: &str) {
    let link = asked(app, browser, email).await;
    follow(browser, &link).await.leads_to(PROFILE);
}

async fn account(app: &TestApp, email: &str) -> Option<Account> {
    by_email(&mut &app.db, &address(email)).await.unwrap()
}

/// All mail to an address, newest first.
async fn mail_to(app: &TestApp, email: &str) -> Vec<Mail> {
    app.mail().await.into_iter().filter(|mail| mail.to == email).collect()
}

/// The secret of a link that sets a new password.
async fn reset_link(app: &TestApp, email: &str) -> String {
    let mut tx = app.db.begin().await.unwrap();
    let account = by_email(&mut tx, &address(email)).await.unwrap().unwrap();
    assert!(lock_active(&mut tx, account.id).await.unwrap());
    send_reset_link(&mut tx, app, &account, None, app.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    app.link(email, "password-reset").await.rsplit('/').next().unwrap().to_owned()
}

async fn opens(app: &TestApp, purpose: Purpose, text: &str) -> bool {
    let now = app.clock.now();
    let presented = mailed_links::look(&mut &app.db, purpose, text, now).await.unwrap();
    matches!(presented, Presented::Open(_))
}

/// How often the log says so.
async fn logged(app: &TestApp, event: &str) -> usize {
    app.events().await.iter().filter(|own| *own == event).count()
}
