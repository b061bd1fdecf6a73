//! Two-factor authentication beyond what the help page says: another app, the
//! codes on paper and in the clipboard, and the QR code as phones see it.

use super::authenticator::Authenticator;
use super::driver::{Scripts, Theme, until};
use super::person::Person;
use super::site::{Site, visit};
use crate::support::{Backend, PASSWORD};
use serde_json::json;
use std::time::Duration;

const EMAIL: &str = "mira@example.com";
const PAGE: &str = "/settings/security/two-factor";
const STEP: Duration = Duration::from_secs(30);

/// An account whose owner is signed in, and about to save their codes.
async fn proves_an_app(site: &Site, person: &Person<'_>) -> Authenticator {
    site.account(EMAIL).await;
    site.tamper("UPDATE accounts SET email_verified_at = created_at").await;
    person.signs_in(EMAIL, PASSWORD).await;
    person.press("Enable 2FA").await;
    sets_up(site, person).await
}

async fn sets_up(site: &Site, person: &Person<'_>) -> Authenticator {
    person.press("Set up").await;
    let app = Authenticator::scans(person).await;
    person.fill("Verification code", &app.code(site.clock.now())).await;
    person.press("Verify").await;
    app
}

async fn turns_on(person: &Person<'_>) {
    person.tick("I have saved these backup codes").await;
    person.press("Turn on 2FA").await;
    person.sees("2FA is on.").await;
}

async fn signs_in_with(person: &Person<'_>, code: &str) {
    person.open("/sign-out").await;
    person.press("Sign out").await;
    person.fill("Email", EMAIL).await;
    person.fill("Password", PASSWORD).await;
    person.press("Sign in").await;
    person.fill("Verification code", code).await;
    person.press("Sign in").await;
}

/// The new app counts from its first code on, and the old one no longer.
async fn replaces_the_app(site: &Site, person: &Person<'_>) {
    let old = proves_an_app(site, person).await;
    turns_on(person).await;
    site.wait(STEP);
    person.press("Replace").await;
    person.sees("goes on working until").await;
    let new = sets_up(site, person).await;
    person.sees("Your authenticator app is set up.").await;
    site.wait(STEP);
    signs_in_with(person, &old.code(site.clock.now())).await;
    person.sees("This code is not right.").await;
    person.fill("Verification code", &new.code(site.clock.now())).await;
    person.press("Sign in").await;
    person.arrives("/settings/security").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_app_is_replaced_with_scripts() {
    visit(Backend::Postgres, Scripts::On, replaces_the_app).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_app_is_replaced_without_scripts() {
    visit(Backend::Sqlite, Scripts::Off, replaces_the_app).await;
}

/// What is half done comes back as it was, and is given up at will.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_half_done_goes_on_or_is_given_up() {
    visit(Backend::Sqlite, Scripts::Off, async |site, person| {
        proves_an_app(site, person).await;
        let codes = person.words("#codes li").await;
        person.open(PAGE).await;
        person.press("Go on").await;
        assert_eq!(person.words("#codes li").await, codes);
        person.open(PAGE).await;
        person.press("Give up").await;
        person.misses("You have begun to set this up").await;
        person.sees("2FA is off").await;
        person.press("Enable 2FA").await;
        sets_up(site, person).await;
        assert_ne!(person.words("#codes li").await, codes);
        turns_on(person).await;
    })
    .await;
}

/// Nothing but the codes, and whose they are, is on the paper; the clipboard
/// has the codes alone.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_codes_can_be_printed_and_copied() {
    visit(Backend::Sqlite, Scripts::On, async |site, person| {
        proves_an_app(site, person).await;
        let codes = person.words("#codes li").await;
        person.cdp("Emulation.setEmulatedMedia", json!({ "media": "print" })).await;
        let heading = "Backup codes of mira@example.com for Portcullis. Each works once.";
        assert_eq!(person.text().await, format!("{heading} {}", codes.join(" ")));
        person.show(Theme::Light, 1120, 800).await;
        person.cdp("Emulation.setEmulatedMedia", json!({ "media": "" })).await;
        person.misses(heading).await;

        let listen = "navigator.clipboard.writeText = async (text) => { globalThis.copied = text }";
        person.run(listen, &[]).await;
        person.press("Copy").await;
        person.sees("Copied").await;
        assert_eq!(person.run("return copied", &[]).await, codes.join("\n"));
        person.run("globalThis.print = () => { globalThis.printed = true }", &[]).await;
        person.press("Print").await;
        let printed = async || (person.run("return printed", &[]).await == true).then_some(());
        until(|| "a print".to_owned(), printed).await;
    })
    .await;
}

/// A dark page has a QR code that is light; on a phone there is a link instead.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_qr_code_is_read_from_a_dark_page_and_opened_on_a_phone() {
    visit(Backend::Sqlite, Scripts::Off, async |site, person| {
        site.account(EMAIL).await;
        site.tamper("UPDATE accounts SET email_verified_at = created_at").await;
        person.signs_in(EMAIL, PASSWORD).await;
        person.press("Enable 2FA").await;
        person.press("Set up").await;
        let scanned = Authenticator::scans(person).await;
        for (theme, width) in [(Theme::Dark, 1120), (Theme::Light, 360)] {
            let again = Authenticator::scans_as(person, theme, width).await;
            assert_eq!(again.code(site.clock.now()), scanned.code(site.clock.now()));
        }
        let link = "return document.querySelector('a[href^=\"otpauth:\"]').href";
        let link = person.run(link, &[]).await;
        let opened = Authenticator::add(link.as_str().unwrap());
        assert_eq!(opened.code(site.clock.now()), scanned.code(site.clock.now()));
    })
    .await;
}

/// With a phone alone, and no app.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_phone_is_a_second_factor() {
    let settings = [("sms_countries", "GB")];
    Site::with(Backend::Sqlite, &settings, async |site| {
        site.meet(Scripts::Off, async |person| {
            site.account(EMAIL).await;
            site.tamper("UPDATE accounts SET email_verified_at = created_at").await;
            person.signs_in(EMAIL, PASSWORD).await;
            person.press("Enable 2FA").await;
            person.press_beside("SMS verification", "Set up").await;
            person.fill("Mobile number", "07400 120001").await;
            person.press("Send code").await;
            person.sees("We have sent a code to +44 7400 120001.").await;
            person.fill("Verification code", &newest_text(site).await).await;
            person.press("Verify").await;
            turns_on(person).await;
            site.wait(Duration::from_mins(2));
            let before = newest_text(site).await;
            person.open("/sign-out").await;
            person.press("Sign out").await;
            person.fill("Email", EMAIL).await;
            person.fill("Password", PASSWORD).await;
            person.press("Sign in").await;
            person.arrives("/sign-in/two-factor").await;
            let code = newest_text(site).await;
            assert_ne!(code, before);
            person.fill("Verification code", &code).await;
            person.press("Sign in").await;
            person.arrives("/settings/security").await;
            person.sees("SMS verification · 10 backup codes left").await;
        })
        .await;
    })
    .await;
}

/// The code of the newest text message.
async fn newest_text(site: &Site) -> String {
    site.texts().await[0].text[..6].to_owned()
}
