//! Attacks on two-factor authentication (MF), and what of others meets it.

mod enrolment;
pub mod events;
mod mf_01_replay;
mod mf_06_guessing;
mod mf_10_half_sign_in;
mod mf_12_doors;
mod mf_16_stolen_cookie;
mod mf_18_backup_codes;
mod mf_19_at_once;
mod mf_22_trust;
mod mf_27_odd_codes;
mod pl_10_rows;
mod se_09_two_people;

use crate::support::TestApp;

const MIRA: &str = "mira@example.com";
const EVE: &str = "eve@example.com";
const HOME: &str = "/settings/security";
const DEVICES: &str = "/settings/security/devices";
const FORGET: &str = "/settings/security/devices/forget-others";
const WRONG: &str = "This code is not right.";
const WRONG_BACKUP: &str = "This is none of your unused backup codes.";
const USED: &str = "This code was used before.";
const OVER: &str = "That sign-in is over. Please start again.";
const TOO_MANY: &str = "Too many wrong codes. Wait a little, then sign in again.";
const LIVE: &str = "SELECT COUNT(*) FROM sessions WHERE ended_at IS NULL";

/// How often the log says so.
async fn logged(app: &TestApp, event: &str) -> usize {
    app.events().await.iter().filter(|own| *own == event).count()
}

/// How many messages with a subject wait for an address.
async fn mailed(app: &TestApp, to: &str, subject: &str) -> usize {
    let mail = app.mail().await;
    mail.iter().filter(|mail| mail.to == to && mail.subject.contains(subject)).count()
}
