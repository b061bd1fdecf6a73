//! The review of suspicious activity: what is found and what nearly is, what answers
//! are worth, and the page that makes an account safe again.

mod answers;
mod canaries;
mod findings;
mod floods;
mod journeys;
mod secure;

use crate::support::{Browser, OTHER_PASSWORD, PASSWORD, Reply, TestApp};
use std::net::IpAddr;
use std::time::Duration;

const MIRA: &str = "mira@example.com";
const EVE: &str = "eve@example.com";
const OVERVIEW: &str = "/settings/security";
const REVIEW: &str = "/settings/security/review";
const SECURE: &str = "/settings/security/review/secure";
const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

/// Two addresses of the Netherlands, and one of the United States.
const AT_HOME: &str = "193.0.6.139";
const NEARBY: &str = "193.0.0.7";
const ABROAD: &str = "8.8.8.8";

const NOTHING: &str = "Nothing looks suspicious";
const BANNER: &str = "This deserves a look";

fn at(address: &str) -> IpAddr {
    address.parse().unwrap()
}

/// A browser that has never been here.
fn browser(app: &TestApp, address: &str) -> Browser {
    let mut browser = app.browser();
    browser.address = at(address);
    browser
}

/// An account whose owner has signed in at home, some time ago.
async fn at_home(app: &TestApp) -> Browser {
    app.account(MIRA).await;
    let mut mira = browser(app, AT_HOME);
    mira.signs_in(MIRA, PASSWORD).await;
    app.wait(2 * DAY);
    mira
}

/// Somebody who knows the password signs in from abroad, with a device that is new.
async fn intruder(app: &TestApp) -> Browser {
    let mut intruder = browser(app, ABROAD);
    intruder.signs_in(MIRA, PASSWORD).await;
    app.wait(MINUTE);
    intruder
}

/// The names of the findings that a page has buttons for.
fn keys(page: &Reply) -> Vec<String> {
    let marker = "action=\"/settings/security/review/";
    let parts = page.body.split(marker).skip(1);
    parts.map(|part| part.split_once('"').unwrap().0.to_owned()).collect()
}

/// The one finding that waits for an answer.
async fn only_key(browser: &mut Browser) -> String {
    let page = browser.get(REVIEW).await;
    let keys = keys(page.is(200));
    assert_eq!(keys.len(), 1, "{}", page.text());
    keys[0].clone()
}

async fn says(browser: &mut Browser, key: &str, answer: &str) -> Reply {
    browser.get(REVIEW).await.is(200);
    browser.post(&format!("{REVIEW}/{key}"), &[("answer", answer)]).await
}

/// Both pages say that there is nothing to look at.
async fn is_quiet(browser: &mut Browser) {
    browser.get(REVIEW).await.is(200).shows(NOTHING);
    browser.get(OVERVIEW).await.is(200).lacks(BANNER);
}

/// Both pages show it.
async fn is_found(browser: &mut Browser, sentence: &str) {
    browser.get(REVIEW).await.is(200).shows(sentence).lacks(NOTHING);
    browser.get(OVERVIEW).await.is(200).shows(BANNER).shows(sentence);
}

async fn fails(browser: &mut Browser, times: usize) {
    for _ in 0..times {
        let reply = browser.sign_in(MIRA, OTHER_PASSWORD).await;
        assert!([403, 429].contains(&reply.status.as_u16()));
    }
}
