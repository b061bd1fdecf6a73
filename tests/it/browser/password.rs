//! What helps while one types a new password; the change itself is in
//! `spec_walk`.

use super::driver::{Scripts, until};
use super::person::Person;
use super::site::{Site, visit};
use crate::support::{Backend, PASSWORD};
use serde_json::Value;
use std::time::Duration;

const PAGE: &str = "/settings/security/password";

/// The rules that are ticked off, as a screen reader has them, too.
async fn met(person: &Person<'_>) -> Vec<String> {
    let script = "return [...document.querySelectorAll('[data-requirement]')]
        .filter((item) => item.dataset.state === 'met' && item.innerText.includes('(met)'))
        .map((item) => item.dataset.requirement)";
    let ticked = person.run(script, &[]).await;
    ticked.as_array().unwrap().iter().map(|id| id.as_str().unwrap().to_owned()).collect()
}

async fn ticks(person: &Person<'_>, expected: &[&str]) {
    let what = || format!("{expected:?} to be ticked");
    until(what, async || (met(person).await == expected).then_some(())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_requirements_tick_while_one_types() {
    visit(Backend::Sqlite, Scripts::On, async |site, person| {
        site.account("mira@example.com").await;
        person.signs_in("mira@example.com", PASSWORD).await;
        person.open(PAGE).await;
        for (id, value) in [
            ("username", "username"),
            ("current_password", "current-password"),
            ("new_password", "new-password"),
            ("confirm_new_password", "new-password"),
        ] {
            assert_eq!(person.attribute(id, "autocomplete").await.as_deref(), Some(value), "{id}");
        }
        let described = person.attribute("new_password", "aria-describedby").await;
        assert_eq!(described.as_deref(), Some("new_password-requirements"));
        ticks(person, &[]).await;

        let field = person.field("New password").await;
        field.send_keys("q").await.unwrap();
        ticks(person, &["lowercase"]).await;
        field.send_keys("Q").await.unwrap();
        ticks(person, &["uppercase", "lowercase"]).await;
        field.send_keys("7").await.unwrap();
        ticks(person, &["uppercase", "lowercase", "number"]).await;
        field.send_keys("-").await.unwrap();
        ticks(person, &["uppercase", "lowercase", "number", "special"]).await;
        person.paste("harbours").await;
        ticks(person, &["length", "uppercase", "lowercase", "number", "special"]).await;

        let confirmation = person.field("Confirm new password").await;
        confirmation.send_keys("qQ7").await.unwrap();
        person.sees("Not the same as the new password yet.").await;
        confirmation.send_keys("-harbours").await.unwrap();
        person.sees("The passwords match.").await;
        person.misses("Not the same as the new password yet.").await;
        field.send_keys("!").await.unwrap();
        person.sees("Not the same as the new password yet.").await;
        field.clear().await.unwrap();
        ticks(person, &[]).await;
    })
    .await;
}

/// What the server said about the rules stands on the page without scripts.
async fn a_weak_password_is_marked(site: &Site, person: &Person<'_>) {
    site.account("mira@example.com").await;
    person.signs_in("mira@example.com", PASSWORD).await;
    person.open(PAGE).await;
    person.fill("Current password", PASSWORD).await;
    person.fill("New password", "quiet harbour").await;
    person.fill("Confirm new password", "quiet harbour").await;
    person.press("Update Password").await;
    person.sees("Add an uppercase letter. Add a number.").await;
    assert_eq!(person.focus().await, "error summary");
    ticks(person, &["length", "lowercase", "special", "uncommon"]).await;
    for label in ["Current password", "New password", "Confirm new password"] {
        assert_eq!(person.reads(label).await, "");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_weak_password_is_marked_without_scripts() {
    visit(Backend::Sqlite, Scripts::Off, a_weak_password_is_marked).await;
}

/// The page's script judges as the server does.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_script_judges_as_the_vectors_say() {
    let vectors: Value =
        serde_json::from_str(include_str!("../../vectors/password-policy.json")).unwrap();
    visit(Backend::Sqlite, Scripts::On, async |site, person| {
        site.account("mira@example.com").await;
        person.signs_in("mira@example.com", PASSWORD).await;
        person.open(PAGE).await;
        let script = "const [vectors, done] = arguments;
            import(document.querySelector('[data-policy]').dataset.policy).then(
                ({ unmet }) => done(vectors.map(
                    ({ password, minimum, composition }) => unmet(password, minimum, composition))),
                (error) => done(`${error}`));";
        let judged = person.client.execute_async(script, vec![vectors.clone()]).await.unwrap();
        let vectors = vectors.as_array().unwrap();
        assert!(vectors.len() > 50);
        for (index, vector) in vectors.iter().enumerate() {
            assert_eq!(judged[index], vector["unmet"], "{}", vector["note"]);
        }
    })
    .await;
}

/// Two quick clicks change the password once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_click_sends_nothing_twice() {
    visit(Backend::Sqlite, Scripts::On, async |site, person| {
        site.account("mira@example.com").await;
        person.signs_in("mira@example.com", PASSWORD).await;
        site.wait(Duration::from_secs(1));
        person.open(PAGE).await;
        person.fill("Current password", PASSWORD).await;
        person.fill("New password", "Quiet-harbour 27").await;
        person.fill("Confirm new password", "Quiet-harbour 27").await;
        let script = "const button = document.querySelector('main [type=submit]');
            button.click();
            button.click();
            return arguments[0]";
        person.run(script, &[]).await;
        person.sees("Your password is changed, and every other session is signed out.").await;
        assert_eq!(site.events().await, ["sign-in succeeded", "password-changed succeeded"]);
    })
    .await;
}
