//! The Security Log, read and searched by somebody in front of the screen.

use super::driver::Scripts;
use super::person::Person;
use super::site::{Site, visit};
use crate::support::{Backend, OTHER_PASSWORD, PASSWORD};

const EMAIL: &str = "mira@example.com";

async fn the_owner_finds_who_tried(site: &Site, person: &Person<'_>) {
    site.account(EMAIL).await;
    let mut stranger = site.browser();
    stranger.sign_in(EMAIL, OTHER_PASSWORD).await.is(403);
    person.signs_in(EMAIL, PASSWORD).await;
    person.press("See all").await;
    person.arrives("/settings/security/log").await;
    person.sees("1 sign-in succeeded, 1 was refused.").await;
    person.misses("Day Succeeded Refused").await;
    person.press("Show as a table").await;
    person.sees("Sign-ins by day").await;
    person.press("Filter").await;
    person.field("Kind").await.select_by_label("Login attempts").await.unwrap();
    person.field("Result").await.select_by_label("Refused").await.unwrap();
    person.press("Apply").await;
    person.misses("Account created").await;
    assert_eq!(
        person.words("main .rows .row-title").await,
        ["Sign-in refused: wrong password Refused"]
    );
    assert_eq!(person.reads("Kind").await, "sign-ins");
    // What is typed wrong stays, with the error beside it and the focus above.
    person.fill("IP address", "10.20.").await;
    person.press("Apply").await;
    person.sees("Enter a whole address").await;
    assert_eq!(person.reads("IP address").await, "10.20.");
    assert_eq!(person.focus().await, "error summary");
    assert_eq!(person.reads("Result").await, "refused");
    assert_eq!(person.attribute("address", "aria-invalid").await.as_deref(), Some("true"));
    person.fill("IP address", &stranger.address.to_string()).await;
    person.press("Apply").await;
    person.press("Sign-in refused: wrong password").await;
    person.sees("The password was wrong").await;
    person.sees("Somebody who was not signed in").await;
    person.press("Security Log").await;
    person.arrives("/settings/security/log").await;
    person.sees("Account created").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_log_is_read_and_searched() {
    visit(Backend::Sqlite, Scripts::On, the_owner_finds_who_tried).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_log_is_read_and_searched_without_scripts() {
    visit(Backend::Sqlite, Scripts::Off, the_owner_finds_who_tried).await;
}
