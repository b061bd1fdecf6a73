//! Codes by text message over a real webhook: what the carrier gets is what people
//! type.

use super::driver::Scripts;
use super::person::Person;
use super::site::Site;
use crate::sms::carrier::{Carrier, Received};
use crate::sms::delivery::drain;
use crate::support::{Backend, PASSWORD};
use std::time::Duration;

const EMAIL: &str = "mira@example.com";

/// What the carrier got last, after everything that waits was given to it.
async fn arrived(site: &Site, carrier: &Carrier) -> Received {
    let before = carrier.received().len();
    // A message goes out a moment after it was written.
    site.wait(Duration::from_secs(3));
    assert_eq!(drain(&site.app).await, 1);
    let received = carrier.received();
    assert_eq!(received.len(), before + 1);
    let message = received.last().unwrap().clone();
    assert!(message.signed, "{message:?}");
    assert_eq!(message.body["to"], "+447400120001");
    message
}

/// The code on the last line, which phones fill in by themselves on this host.
fn code_for(message: &Received, host: &str) -> String {
    let text = message.body["text"].as_str().unwrap();
    let line = text.lines().last().unwrap();
    let code = line.strip_prefix(&format!("@{host} #")).unwrap().to_owned();
    assert!(text.starts_with(&code), "{text}");
    code
}

async fn enrols_and_signs_in(site: &Site, person: &Person<'_>, carrier: &Carrier) {
    site.account(EMAIL).await;
    site.tamper("UPDATE accounts SET email_verified_at = created_at").await;
    person.signs_in(EMAIL, PASSWORD).await;
    person.press("Enable 2FA").await;
    person.press_beside("SMS verification", "Set up").await;
    person.fill("Mobile number", "+44 909 879 0000").await;
    person.press("Send code").await;
    person.sees("This is not a mobile phone’s number.").await;
    assert_eq!(person.reads("Mobile number").await, "+44 909 879 0000");
    person.fill("Mobile number", "+44 7400 120001").await;
    person.press("Send code").await;
    person.sees("+44 7400 120001").await;
    let first = code_for(&arrived(site, carrier).await, "localhost");
    person.fill("Verification code", &first).await;
    person.press("Verify").await;
    person.tick("I have saved these backup codes").await;
    person.press("Turn on 2FA").await;
    person.sees("2FA is on.").await;

    site.wait(Duration::from_mins(2));
    person.open("/sign-out").await;
    person.press("Sign out").await;
    person.fill("Email", EMAIL).await;
    person.fill("Password", PASSWORD).await;
    person.press("Sign in").await;
    person.arrives("/sign-in/two-factor").await;
    person.sees("•••• ••0001").await;
    let code = code_for(&arrived(site, carrier).await, "localhost");
    assert_ne!(code, first);
    person.fill("Verification code", &first).await;
    person.press("Sign in").await;
    person.sees("This code is not right.").await;
    // Another one, and the one before it is over.
    site.wait(Duration::from_mins(1));
    person.press("Send another code").await;
    person.sees("If the number can get messages now").await;
    let newest = code_for(&arrived(site, carrier).await, "localhost");
    person.fill("Verification code", &code).await;
    person.press("Sign in").await;
    person.sees("This code is not right.").await;
    person.fill("Verification code", &newest).await;
    person.press("Sign in").await;
    person.arrives("/settings/security").await;
    assert_eq!(carrier.received().len(), 3);
}

async fn with(backend: Backend, scripts: Scripts) {
    let carrier = Carrier::start().await;
    let settings = carrier.settings();
    let settings: Vec<_> = settings.iter().map(|(key, value)| (*key, value.as_str())).collect();
    Site::with(backend, &settings, async |site| {
        site.meet(scripts, async |person| enrols_and_signs_in(site, person, &carrier).await).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_phone_is_set_up_and_used_with_scripts() {
    with(Backend::Postgres, Scripts::On).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_phone_is_set_up_and_used_without_scripts() {
    with(Backend::Sqlite, Scripts::Off).await;
}
