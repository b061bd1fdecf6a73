//! Notices of sign-ins: what is new, who is told, and what their links do.

mod canaries;
mod links;
mod locking;
mod month;
mod questions;
mod races;
mod switches;
mod texts;

use crate::support::{Browser, PASSWORD, TestApp};
use portcullis::delivery::Mail;
use portcullis::features::notable_sign_ins::{Notable, notable};
use portcullis::ids::AccountId;
use portcullis::time::Timestamp;
use std::net::IpAddr;
use std::time::Duration;

const MIRA: &str = "mira@example.com";
const EVE: &str = "eve@example.com";
const HOME: &str = "/settings/security";
const SETTINGS: &str = "/settings/security/notifications";
const DAY: Duration = Duration::from_hours(24);
const MILLISECOND: Duration = Duration::from_millis(1);

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0";
const CHROME: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 \
                      (KHTML, like Gecko) Chrome/143.0.0.0 Safari/537.36";
const SAFARI: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 \
                      (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1";

/// Two addresses of one country, and one of another.
const HOME_ADDRESS: &str = "193.0.6.139";
const OTHER_ADDRESS: &str = "193.0.0.7";
const ABROAD: &str = "8.8.8.8";

const SUBJECT: &str = "New sign-in to your account at";
const NEW_DEVICE: &str = "with a new device.";
const NEW_BROWSER: &str = "with a new browser.";
const NEW_LOCATION: &str = "with a new location.";

fn at(address: &str) -> IpAddr {
    address.parse().unwrap()
}

/// A browser at home that has never been here.
fn browser(app: &TestApp) -> Browser {
    let mut browser = app.browser();
    browser.address = at(HOME_ADDRESS);
    browser
}

/// Notices of sign-ins to an address, the oldest first.
async fn notices_to(app: &TestApp, to: &str) -> Vec<Mail> {
    let mail = app.all_mail().await.into_iter();
    mail.rev().filter(|mail| mail.to == to && mail.subject.contains(SUBJECT)).collect()
}

async fn notices(app: &TestApp) -> Vec<Mail> {
    notices_to(app, MIRA).await
}

/// The one notice after so many, which says this.
#[track_caller]
fn says(all: &[Mail], count: usize, sentence: &str) {
    let said: Vec<_> = all.iter().map(|mail| mail.text.lines().nth(2)).collect();
    assert_eq!(all.len(), count, "{said:?}");
    if count > 0 {
        let text = &all[count - 1].text;
        assert!(text.contains(sentence), "{sentence:?} is not in {text}");
    }
}

/// An account whose owner has signed in at home, with Firefox, and was told nothing.
async fn at_home(app: &TestApp) -> (AccountId, Browser) {
    let account = app.account(MIRA).await;
    let mut browser = browser(app);
    browser.signs_in(MIRA, PASSWORD).await;
    assert!(notices(app).await.is_empty(), "the very first sign-in is told");
    app.wait(Duration::from_mins(1));
    (account.id, browser)
}

/// Signs in again in a browser that keeps its cookies.
async fn again(browser: &mut Browser) {
    browser.forget("-session");
    browser.signs_in(MIRA, PASSWORD).await;
}

async fn kept(app: &TestApp, account: AccountId) -> Vec<Notable> {
    notable(&mut &app.db, account, Timestamp::from_millis(0), 100).await.unwrap()
}

/// Paths of the newest notice's links.
async fn links_to(app: &TestApp, to: &str) -> (String, String) {
    let not_me = app.link(to, "sign-in").await;
    let base = not_me.strip_suffix("/not-me").expect("the first link is not for a stranger's");
    (format!("{base}/me"), not_me.clone())
}

async fn logged(app: &TestApp, event: &str) -> usize {
    app.events().await.iter().filter(|own| *own == event).count()
}

/// Proves again who one is.
async fn step_up(browser: &mut Browser) {
    browser.get("/step-up").await.is(200);
    browser.post("/step-up", &[("password", PASSWORD)]).await.is(303);
}

async fn switch_off(browser: &mut Browser, notice: &str) {
    step_up(browser).await;
    browser.get(SETTINGS).await.is(200);
    let path = "/settings/security/notifications/switch-off";
    browser.post(path, &[("notice", notice)]).await.leads_to(SETTINGS);
}

async fn switch_on(browser: &mut Browser, notice: &str) {
    browser.get(SETTINGS).await.is(200);
    let path = "/settings/security/notifications/switch-on";
    browser.post(path, &[("notice", notice)]).await.leads_to(SETTINGS);
}
