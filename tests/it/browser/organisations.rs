//! What admins do on Organisation → Security, and what befalls their members.

use super::authenticator::Authenticator;
use super::driver::Scripts;
use super::person::Person;
use super::site::{Site, visit};
use crate::organisations::{ACME, MIRA, OLGA, SECURITY, member, organisation};
use crate::support::{Backend, PASSWORD};
use portcullis::features::organisations::rules::{Plan, Role};
use std::time::Duration;

async fn enters(person: &Person<'_>, path: &str) {
    person.open(path).await;
    if person.path().await.starts_with("/step-up") {
        person.fill("Password", PASSWORD).await;
        person.press("Confirm").await;
    }
    person.arrives(path).await;
}

/// Enabled, looked at beforehand, refused where it would lock out, and undone by the clock.
async fn an_allowlist(site: &Site, person: &Person<'_>) {
    site.account(OLGA).await;
    let acme = organisation(site, "acme", Plan::Enterprise, OLGA).await;
    member(site, &acme, MIRA, Role::Member).await;
    let mut mira = site.browser();
    mira.signs_in(MIRA, PASSWORD).await;
    mira.get(ACME).await.is(200);
    person.signs_in(OLGA, PASSWORD).await;
    enters(person, SECURITY).await;
    person.sees("Your address now: 127.0.0.1").await;
    person.tick("Enable IP allowlist").await;
    person.fill("Add allowed IPs/ranges", "203.0.113.0/24 Head office").await;
    person.press("Save configuration").await;
    person.sees("This would lock you out").await;
    person.sees("Your own address 127.0.0.1 is not on the list.").await;
    assert_eq!(person.focus().await, "error summary");
    mira.get(ACME).await.is(200);
    person.press("Add it").await;
    person.sees("On the list").await;
    assert_eq!(
        person.reads("Add allowed IPs/ranges").await,
        "203.0.113.0/24 Head office\n127.0.0.1"
    );
    person.press("Preview").await;
    person.sees("These members would have been refused").await;
    person.sees(MIRA).await;
    mira.get(ACME).await.is(200);
    person.press("Save configuration").await;
    person.sees("The IP allowlist is saved and confirmed").await;
    mira.get(ACME).await.is(403);
    // A narrower one, of which nobody sees the page after it.
    let counts = "UPDATE allowlists SET pending = latest, pending_until = ";
    let until = site.clock.now().plus(Duration::from_mins(15)).millis();
    site.tamper(&format!("{counts}{until}, in_force = 0")).await;
    mira.get(ACME).await.is(403);
    site.wait(Duration::from_mins(15));
    mira.get(ACME).await.is(200);
    enters(person, SECURITY).await;
    person.sees("The last change was undone").await;
    person.press("Show the list that was undone").await;
    person.sees("203.0.113.0/24 Head office").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_allowlist_with_scripts() {
    visit(Backend::Postgres, Scripts::On, an_allowlist).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_allowlist_without_scripts() {
    visit(Backend::Sqlite, Scripts::Off, an_allowlist).await;
}

/// A member is led to set up a second factor, and back in.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_member_is_led_to_two_factor_authentication() {
    visit(Backend::Sqlite, Scripts::On, async |site, person| {
        site.account(OLGA).await;
        let acme = organisation(site, "acme", Plan::Enterprise, OLGA).await;
        member(site, &acme, MIRA, Role::Member).await;
        site.tamper("UPDATE accounts SET email_verified_at = created_at").await;
        crate::organisations::requires(site, &acme).await;
        person.signs_in(MIRA, PASSWORD).await;
        person.open("/organisations").await;
        person.sees("Needs two-factor authentication").await;
        person.press("acme & Sons").await;
        person.sees("acme & Sons requires two-factor authentication").await;
        person.misses("Leave organisation").await;
        person.press("Enable 2FA").await;
        person.arrives("/settings/security/two-factor").await;
        person.press("Enable 2FA").await;
        if person.path().await.starts_with("/step-up") {
            person.fill("Password", PASSWORD).await;
            person.press("Confirm").await;
        }
        person.press_beside("Authenticator app (recommended)", "Set up").await;
        let app = Authenticator::scans(person).await;
        site.wait(Duration::from_secs(30));
        person.fill("Verification code", &app.code(site.clock.now())).await;
        person.press("Verify").await;
        person.tick("I have saved these backup codes").await;
        person.press("Turn on 2FA").await;
        person.sees("2FA is on.").await;
        person.press("Organisations").await;
        person.press("acme & Sons").await;
        person.arrives(ACME).await;
        person.sees("Leave organisation").await;
    })
    .await;
}
