//! Codes by text message, through the actions that pages call: what is sent, to
//! whom, how often, and what opens by it.

pub mod carrier;
mod codes;
pub mod delivery;
mod doctor;
mod mf_24_caps;
mod pages;
mod races;
mod refusals;
mod settings;

use crate::support::TestApp;
use portcullis::config::Countries;
use portcullis::features::second_factor::sms::{
    self, Asker, Binding, CodePurpose, PhoneNumber, TextAdmission,
};
use portcullis::ids::AccountId;
use portcullis::text::Language;
use std::net::IpAddr;

/// Ofcom keeps 07700 900000 to 900999 for stories, which no library takes for
/// mobile numbers; these are in a block that is given out.
pub fn number(last: u32) -> PhoneNumber {
    let e164 = format!("+44740012{last:04}");
    PhoneNumber::from_e164(&e164).unwrap()
}

pub const SETTINGS: &[(&str, &str)] = &[("sms_countries", "GB, DE")];

pub fn at(text: &str) -> Option<IpAddr> {
    Some(text.parse().unwrap())
}

pub fn binding(account: AccountId, purpose: CodePurpose, subject: u8) -> Binding {
    Binding { account, purpose, subject: [subject; 16] }
}

/// Asks for a code as a page does.
pub async fn ask(app: &TestApp, binding: &Binding, to: &PhoneNumber) -> TextAdmission {
    ask_from(app, binding, to, at("192.0.2.7")).await
}

pub async fn ask_from(
    app: &TestApp,
    binding: &Binding,
    to: &PhoneNumber,
    address: Option<IpAddr>,
) -> TextAdmission {
    let now = app.clock.now();
    let text = app.text(Some((Language::EnglishUnitedKingdom, "UTC")), now);
    let mut tx = app.db.begin().await.unwrap();
    let admission = sms::send_code(&mut tx, app, binding, to, (&text, address), now).await.unwrap();
    tx.commit().await.unwrap();
    admission
}

/// Whether a code opens what it is typed for.
pub async fn enter(app: &TestApp, binding: &Binding, to: &PhoneNumber, typed: &str) -> bool {
    let now = app.clock.now();
    let mut tx = app.db.begin().await.unwrap();
    let opened = sms::codes::spend(&mut tx, app, binding, to, typed, now).await.unwrap();
    tx.commit().await.unwrap();
    opened
}

/// The code of the newest message.
pub async fn newest_code(app: &TestApp) -> String {
    app.texts().await[0].text[..6].to_owned()
}

macro_rules! both_with {
    ($settings:expr; $($name:ident),+ $(,)?) => {$(
        mod $name {
            #[allow(unused_imports)]
            use super::*;
            use crate::support::{Backend, TestApp};

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                super::$name(TestApp::with(Backend::Sqlite, $settings).await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                super::$name(TestApp::with(Backend::Postgres, $settings).await).await;
            }
        }
    )+};
}
use both_with;

/// Tests that begin with nothing but a database.
macro_rules! on_both {
    ($($name:ident),+ $(,)?) => {$(
        mod $name {
            use crate::support::Backend;

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                super::$name(Backend::Sqlite).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                super::$name(Backend::Postgres).await;
            }
        }
    )+};
}
use on_both;
