//! The first minutes of an installation: from the link in the console to an
//! administrator who looks at the overview.

use super::driver::Scripts;
use super::person::Person;
use super::site::{Site, visit};
use super::states::set_up_link;
use crate::support::{Backend, PASSWORD};

async fn becomes_the_administrator(site: &Site, person: &Person<'_>) {
    let link = set_up_link(site).await;
    person.open(&link).await;
    person.sees("Create the first administrator").await;
    for (id, value) in [
        ("name", "name"),
        ("email", "username"),
        ("new_password", "new-password"),
        ("confirm_new_password", "new-password"),
    ] {
        assert_eq!(person.attribute(id, "autocomplete").await.as_deref(), Some(value), "{id}");
    }

    person.press("Create administrator").await;
    person.sees("Enter a name.").await;
    assert_eq!(person.focus().await, "error summary");

    person.fill("Name", "Mira Okafor").await;
    person.fill("Email", "mira.example.com").await;
    person.fill("New password", PASSWORD).await;
    person.fill("Confirm new password", "Something-else 1").await;
    person.press("Create administrator").await;
    person.sees("Enter an email address, such as name@example.com.").await;
    person.sees("This is not the same as the new password.").await;
    assert_eq!(person.reads("Name").await, "Mira Okafor");
    assert_eq!(person.reads("Email").await, "mira.example.com");
    assert_eq!(person.reads("New password").await, "");

    person.fill("Email", "mira@example.com").await;
    person.fill("New password", "correct horse").await;
    person.fill("Confirm new password", "correct horse").await;
    person.press("Create administrator").await;
    person.sees("Add an uppercase letter. Add a number.").await;

    person.fill("New password", PASSWORD).await;
    person.fill("Confirm new password", PASSWORD).await;
    person.press("Create administrator").await;
    person.arrives("/settings/security").await;
    person.sees("Welcome. Your account is ready.").await;
    person.sees("This device").await;
    person.sees("First administrator created").await;

    // Said once; and the link has done its work.
    person.open("/settings/security").await;
    person.misses("Welcome").await;
    person.open(&link).await;
    person.sees("This page does not exist").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn becomes_the_administrator_with_scripts() {
    visit(Backend::Postgres, Scripts::On, becomes_the_administrator).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn becomes_the_administrator_without_scripts() {
    visit(Backend::Sqlite, Scripts::Off, becomes_the_administrator).await;
}
