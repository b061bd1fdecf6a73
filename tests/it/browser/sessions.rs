//! Where one is signed in, and being signed out there at once.

use super::driver::Scripts;
use super::person::Person;
use super::site::{Site, visit};
use crate::support::{Backend, PASSWORD};
use std::time::Duration;

async fn another_browser_is_signed_out(site: &Site, first: &Person<'_>) {
    site.account("mira@example.com").await;
    first.signs_in("mira@example.com", PASSWORD).await;
    first.misses("Sign out all except current").await;
    site.meet(first.scripts, async |second: &Person| {
        second.signs_in("mira@example.com", PASSWORD).await;
        first.open("/settings/security").await;
        first.sees("You have signed in from 2 browsers.").await;
        first.press_beside("active just now", "Sign out").await;
        first.sees("That session is signed out.").await;
        first.sees("This device").await;

        // Really: the next click leads to the sign-in page.
        second.press("Change Password").await;
        second.arrives("/sign-in?return_to=%2Fsettings%2Fsecurity%2Fpassword").await;

        // Once more, all at once; and the form that is open there does nothing.
        second.signs_in("mira@example.com", PASSWORD).await;
        second.open("/settings/profile").await;
        second.fill("Name", "Somebody else").await;
        first.open("/settings/security").await;
        first.press("Active Sessions").await;
        first.arrives("/settings/security/sessions").await;
        first.sees("Ends the other session at once").await;
        first.press("Sign out all except current").await;
        first.sees("Every other session is signed out.").await;
        first.sees("You are signed in nowhere else.").await;
        first.arrives("/settings/security/sessions").await;
        second.press("Save").await;
        second.sees("Sign in").await;
        first.press("Profile").await;
        first.arrives("/settings/profile").await;
        assert_eq!(first.reads("Name").await, "Mira Okafor");

        // And the other way round, one by one, from that page.
        second.signs_in("mira@example.com", PASSWORD).await;
        second.press("Active Sessions").await;
        second.press_beside("active just now", "Sign out").await;
        second.sees("That session is signed out.").await;
        second.arrives("/settings/security/sessions").await;
        first.press("Security").await;
        first.arrives("/sign-in?return_to=%2Fsettings%2Fsecurity").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_browser_is_signed_out_with_scripts() {
    visit(Backend::Postgres, Scripts::On, another_browser_is_signed_out).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_browser_is_signed_out_without_scripts() {
    visit(Backend::Sqlite, Scripts::Off, another_browser_is_signed_out).await;
}

/// Forgetting the other browsers asks for the password once more, then comes
/// back to where one was.
async fn other_browsers_are_forgotten(site: &Site, person: &Person<'_>) {
    site.account("mira@example.com").await;
    site.browser().signs_in("mira@example.com", PASSWORD).await;
    person.signs_in("mira@example.com", PASSWORD).await;
    site.wait(Duration::from_mins(6));
    person.open("/settings/security").await;
    person.press_beside("Known browsers", "Manage").await;
    person.arrives("/settings/security/devices").await;
    person.sees("Firefox 143").await;
    person.press("Forget all other browsers").await;
    person.sees("Confirm it’s you").await;
    assert_eq!(person.focus().await, "password");
    let named = person.attribute("password", "autocomplete").await;
    assert_eq!(named.as_deref(), Some("current-password"));

    person.fill("Password", "not my password").await;
    person.press("Confirm").await;
    person.sees("This is not your password.").await;
    assert_eq!(person.focus().await, "error summary");
    person.fill("Password", PASSWORD).await;
    person.press("Confirm").await;
    person.arrives("/settings/security/devices").await;
    person.press("Forget all other browsers").await;
    person.sees("Every other browser is forgotten.").await;
    person.misses("Firefox 143").await;
    person.sees("This device").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn other_browsers_are_forgotten_with_scripts() {
    visit(Backend::Sqlite, Scripts::On, other_browsers_are_forgotten).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn other_browsers_are_forgotten_without_scripts() {
    visit(Backend::Postgres, Scripts::Off, other_browsers_are_forgotten).await;
}
