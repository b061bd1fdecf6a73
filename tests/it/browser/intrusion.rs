//! A whole intrusion, as its victim sees it: the notice, the review, the thief
//! thrown out; and the same by the mail alone, from a browser that is signed out.

use super::driver::Scripts;
use super::person::Person;
use super::site::Site;
use crate::support::{Backend, Browser, OTHER_PASSWORD, PASSWORD};
use std::time::Duration;

const EMAIL: &str = "mira@example.com";
const THIRD_PASSWORD: &str = "Quiet-harbour 7";
const HOME: &str = "/settings/security";
const ABROAD: &str = "193.0.6.139";
const IPHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1";

/// Somebody abroad who knows the password.
async fn thief(site: &Site) -> Browser {
    let mut thief = site.browser();
    thief.user_agent = IPHONE.into();
    thief.address = ABROAD.parse().unwrap();
    thief.signs_in(EMAIL, PASSWORD).await;
    thief
}

/// The paths of the two links of the newest notice: it was me, it was not.
async fn links(site: &Site) -> (String, String) {
    let mail = site.all_mail().await;
    let notice = mail.iter().find(|mail| mail.subject.starts_with("New sign-in")).unwrap();
    for words in ["a new device, a new browser and a new location", "Netherlands", "Safari 18"] {
        assert!(notice.text.contains(words), "{words} is not in {}", notice.text);
    }
    assert_eq!(notice.to, EMAIL);
    let paths: Vec<&str> = notice
        .text
        .split_whitespace()
        .filter_map(|word| word.find("/link/sign-in/").map(|from| &word[from..]))
        .collect();
    let of = |end: &str| paths.iter().find(|path| path.ends_with(end)).unwrap().to_string();
    (of("/me"), of("/not-me"))
}

async fn opens(site: &Site, person: &Person<'_>) -> Browser {
    site.account(EMAIL).await;
    person.signs_in(EMAIL, PASSWORD).await;
    site.wait(Duration::from_hours(24));
    let mut thief = thief(site).await;
    assert!(thief.is_signed_in().await);
    site.wait(Duration::from_mins(5));
    thief
}

async fn throws_out(site: &Site, person: &Person<'_>) {
    let mut thief = opens(site, person).await;
    let (_, not_me) = links(site).await;
    // What looks at links in mail is not who acts.
    let mut scanner = site.browser();
    for _ in 0..20 {
        scanner.get(&not_me).await.is(200);
    }
    assert!(thief.is_signed_in().await);

    person.open(&not_me).await;
    person.sees("Netherlands").await;
    person.press("This wasn’t me").await;
    person.sees("Whoever it was may still be signed in.").await;
    person.press("Review my account").await;
    person.arrives("/settings/security/review").await;
    person.sees("Sign-in from a new place: Netherlands").await;
    person.press_beside("Sign-in from a new place", "Secure my account").await;
    person.arrives("/settings/security/review/secure").await;
    person.sees("One other browser is signed in.").await;
    person.press("Sign out all except current").await;
    person.sees("You are signed in nowhere else.").await;
    assert!(!thief.is_signed_in().await);
    person.fill("Current password", "Wrong-horse 1 battery").await;
    person.fill("New password", OTHER_PASSWORD).await;
    person.fill("Confirm new password", OTHER_PASSWORD).await;
    person.press("Update Password").await;
    person.sees("This is not your current password.").await;
    person.fill("Current password", PASSWORD).await;
    person.fill("New password", OTHER_PASSWORD).await;
    person.fill("Confirm new password", OTHER_PASSWORD).await;
    person.press("Update Password").await;
    person.sees("You have changed it since.").await;
    person.press("Forget all other browsers").await;
    person.misses("Forget all other browsers").await;
    // The thief has nothing left: neither session nor password.
    thief.get("/sign-in").await;
    let refused = thief.post("/sign-in", &[("email", EMAIL), ("password", PASSWORD)]).await;
    refused.is(403);
    assert!(!thief.is_signed_in().await);
    // A link has answered, so it stays in sight for a while.
    person.open(HOME).await;
    person.sees("Somebody has answered this").await;
}

async fn locks(site: &Site, person: &Person<'_>) {
    let mut thief = opens(site, person).await;
    let (me, not_me) = links(site).await;
    person.open("/sign-out").await;
    person.press("Sign out").await;
    person.sees("You are signed out.").await;

    person.open(&me).await;
    person.sees("Was this you?").await;
    person.open(&not_me).await;
    person.press("This wasn’t me").await;
    person.misses("Review my account").await;
    person.press("Lock my account").await;
    person.sees("Your account is locked").await;
    assert!(!thief.is_signed_in().await);
    thief.get("/sign-in").await;
    thief.post("/sign-in", &[("email", EMAIL), ("password", PASSWORD)]).await.is(403);

    person.press("Forgot Password").await;
    person.fill("Email", EMAIL).await;
    person.press("Send the link").await;
    site.post().await;
    person.open(&site.link(EMAIL, "password-reset").await).await;
    person.fill("New password", THIRD_PASSWORD).await;
    person.fill("Confirm new password", THIRD_PASSWORD).await;
    person.press("Create new password").await;
    person.sees("your account is open again").await;
    person.signs_in(EMAIL, THIRD_PASSWORD).await;
    thief.get("/sign-in").await;
    thief.post("/sign-in", &[("email", EMAIL), ("password", PASSWORD)]).await.is(403);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thief_is_thrown_out_by_a_review() {
    super::site::visit(Backend::Sqlite, Scripts::On, async |site, person| {
        throws_out(site, person).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thief_is_thrown_out_without_scripts() {
    super::site::visit(Backend::Postgres, Scripts::Off, async |site, person| {
        throws_out(site, person).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_is_locked_from_the_mail_and_comes_back() {
    super::site::visit(Backend::Postgres, Scripts::On, async |site, person| {
        locks(site, person).await;
    })
    .await;
}
