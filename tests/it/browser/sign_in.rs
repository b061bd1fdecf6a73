//! Signing in: what is wrong is said where it can't be missed, and nothing
//! typed is lost but the password.

use super::driver::Scripts;
use super::person::Person;
use super::site::{Site, visit};
use crate::support::{Backend, OTHER_PASSWORD, PASSWORD};

const DEEP: &str = "/settings/security/password";

async fn errors_then_in_and_out(site: &Site, person: &Person<'_>) {
    site.account("mira@example.com").await;
    person.open(DEEP).await;
    person.arrives("/sign-in?return_to=%2Fsettings%2Fsecurity%2Fpassword").await;
    assert_eq!(person.focus().await, "email");

    // Nothing filled in: both fields say so, and the summary leads to each.
    person.press("Sign in").await;
    person.sees("Please check what is marked below.").await;
    assert_eq!(person.focus().await, "error summary");
    for id in ["email", "password"] {
        assert_eq!(person.attribute(id, "aria-invalid").await.as_deref(), Some("true"));
        let described = person.attribute(id, "aria-describedby").await.unwrap();
        let error = described.split_whitespace().next().unwrap();
        assert_eq!(person.attribute(error, "class").await.as_deref(), Some("field-error"));
    }
    person.press("Password: Fill this in.").await;
    assert_eq!(person.focus().await, "password");

    // Wrong: one sentence for both; the address is kept, the password is not.
    person.fill("Email", "mira@example.com").await;
    person.fill("Password", OTHER_PASSWORD).await;
    person.press("Sign in").await;
    person.sees("The email address or the password is not right.").await;
    assert_eq!(person.focus().await, "error summary");
    assert_eq!(person.reads("Email").await, "mira@example.com");
    assert_eq!(person.reads("Password").await, "");

    // Right: on to the page that was asked for at first.
    person.fill("Password", PASSWORD).await;
    person.press("Sign in").await;
    person.arrives(DEEP).await;

    person.press("Sign out").await;
    person.sees("You are signed out.").await;
    person.client.back().await.unwrap();
    person.sees("Sign in").await;
    person.misses("Current password").await;
    person.open("/sign-in").await;
    person.misses("You are signed out.").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn errors_then_in_and_out_with_scripts() {
    visit(Backend::Sqlite, Scripts::On, errors_then_in_and_out).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn errors_then_in_and_out_without_scripts() {
    visit(Backend::Postgres, Scripts::Off, errors_then_in_and_out).await;
}

/// A password manager fills what names itself, and a paste is as good as typing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_password_manager_and_a_paste_can_sign_in() {
    visit(Backend::Sqlite, Scripts::On, async |site, person| {
        site.account("mira@example.com").await;
        person.open("/sign-in").await;
        for (id, name, value) in [
            ("email", "type", "email"),
            ("email", "autocomplete", "username"),
            ("password", "type", "password"),
            ("password", "autocomplete", "current-password"),
        ] {
            assert_eq!(person.attribute(id, name).await.as_deref(), Some(value), "{id} {name}");
        }
        person.paste("mira@example.com").await;
        person.field("Password").await.click().await.unwrap();
        person.paste(PASSWORD).await;
        assert_eq!(person.reads("Password").await, PASSWORD);

        // What was typed can be shown, and hidden again.
        person.press("Show password").await;
        assert_eq!(person.attribute("password", "type").await.as_deref(), Some("text"));
        person.press("Show password").await;
        assert_eq!(person.attribute("password", "type").await.as_deref(), Some("password"));
        assert_eq!(person.reads("Password").await, PASSWORD);
        person.press("Sign in").await;
        person.arrives("/settings/security").await;
    })
    .await;
}
