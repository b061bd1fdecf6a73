//! Attacks on passwords, their counters and what the log says of them, named
//! after the catalogue of attacks.

mod change_page;
mod counter_model;
mod lg_03_canaries;
mod parallel;
mod pw_01_spellings;
mod pw_04_forwarding_headers;
mod pw_07_path_forms;
mod pw_08_one_counter;
mod pw_10_restart;
mod pw_11_lock_out_as_a_weapon;
mod pw_11_the_owner_is_told;
mod pw_13_enumeration;
mod pw_13_timing;
mod pw_16_whole_password;
mod pw_19_suspended;
mod pw_20_one_policy;
mod pw_22_type_confusion;
mod under_load;
mod upgrades;
mod waits;

use crate::support::{Browser, OTHER_PASSWORD, Reply, TestApp};
use std::time::Duration;

const WRONG: &str = "The email address or the password is not right.";
const WAIT_30: &str = "Too many attempts. Try again in 30 seconds.";
const WAIT_NETWORK: &str = "Too many attempts from your network. Try again in 1 minute.";
pub const CHANGE: &str = "/settings/security/password";

/// Failures that are free, for an account or a known device.
const FREE: usize = 5;

/// Wrong passwords, each from a browser and an address of its own.
async fn strangers_fail(app: &TestApp, email: &str, times: usize) {
    for _ in 0..times {
        app.browser().sign_in(email, OTHER_PASSWORD).await.is(403).shows(WRONG);
    }
}

/// Failures counted for accounts, all together.
async fn counted(app: &TestApp) -> i64 {
    let sql = "SELECT CAST(COALESCE(SUM(failures), 0) AS BIGINT) FROM failure_counters \
               WHERE kind = 'password-account'";
    app.count(sql).await
}

/// How often the log says so.
async fn logged(app: &TestApp, event: &str) -> usize {
    app.events().await.iter().filter(|own| *own == event).count()
}

/// The form of the step-up page.
pub async fn step_up(browser: &mut Browser, password: &str) -> Reply {
    browser.get("/step-up").await.is(200);
    browser.post("/step-up", &[("password", password)]).await
}

pub const fn minutes(count: u64) -> Duration {
    Duration::from_secs(count * 60)
}
