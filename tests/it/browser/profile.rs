//! Name, language and time zone, and what follows from them on other pages.

use super::driver::Scripts;
use super::person::Person;
use super::site::{Site, visit};
use crate::support::{Backend, PASSWORD};
use fantoccini::elements::Element;

/// The full date of the last sign-in, as it appears on hover.
async fn signed_in_at(person: &Person<'_>) -> String {
    person.open("/settings/security").await;
    let script = "return document.querySelector('[aria-labelledby=lately] time').title";
    person.run(script, &[]).await.as_str().unwrap().to_owned()
}

async fn choose(field: Element, label: &str) {
    field.select_by_label(label).await.unwrap();
}

async fn changes_the_profile(site: &Site, person: &Person<'_>) {
    site.account("mira@example.com").await;
    person.signs_in("mira@example.com", PASSWORD).await;
    assert!(signed_in_at(person).await.contains("09:00"), "{}", signed_in_at(person).await);

    person.press("Profile").await;
    person.arrives("/settings/profile").await;
    person.sees("mira@example.com").await;
    assert_eq!(person.attribute("name", "autocomplete").await.as_deref(), Some("name"));

    // What was chosen stays chosen when something else is wrong.
    person.fill("Name", " ").await;
    choose(person.field("Time zone").await, "Asia/Tokyo").await;
    person.press("Save").await;
    person.sees("Enter a name.").await;
    assert_eq!(person.focus().await, "error summary");
    assert_eq!(person.reads("Time zone").await, "Asia/Tokyo");

    person.fill("Name", "Mira Lindqvist").await;
    person.press("Save").await;
    person.sees("Your profile is saved.").await;
    assert_eq!(person.reads("Name").await, "Mira Lindqvist");
    assert!(signed_in_at(person).await.contains("18:00"), "{}", signed_in_at(person).await);

    person.open("/settings/profile").await;
    choose(person.field("Language").await, "English (United States)").await;
    person.press("Save").await;
    person.sees("Your profile is saved.").await;
    assert_eq!(person.run("return document.documentElement.lang", &[]).await, "en-US");
    assert!(signed_in_at(person).await.contains("6:00"), "{}", signed_in_at(person).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn changes_the_profile_with_scripts() {
    visit(Backend::Sqlite, Scripts::On, changes_the_profile).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn changes_the_profile_without_scripts() {
    visit(Backend::Postgres, Scripts::Off, changes_the_profile).await;
}
