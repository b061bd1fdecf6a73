//! Mail as people see it: in a mail program, and on the page of the machine
//! itself.

use super::person::Person;
use super::site::Site;
use crate::support::{OTHER_PASSWORD, PASSWORD, TestApp};
use portcullis::features::account::rules::EmailAddress;
use portcullis::features::administration::{self, By, Whom};
use serde_json::json;
use std::collections::BTreeSet;
use std::time::Duration;

/// All mail that the walk has made, each message once, as a mail program shows
/// it: no page of the site.
pub async fn every_letter(site: &Site, person: &Person<'_>, mut look: impl AsyncFnMut(&str)) {
    let mut seen = BTreeSet::new();
    for mail in site.all_mail().await {
        if seen.insert(mail.subject.clone()) {
            let file = site.folder().join("letter.html");
            std::fs::write(&file, &mail.html).unwrap();
            person.client.goto(&format!("file://{}", file.display())).await.unwrap();
            look(&format!("letter-{}", slug(&mail.subject))).await;
        }
    }
    assert!(!seen.is_empty());
}

fn slug(subject: &str) -> String {
    subject.to_lowercase().replace(|c: char| !c.is_alphanumeric(), "-")
}

/// What the walk itself gives no cause for: guessed passwords, and what an
/// administrator does to somebody.
async fn causes(app: &TestApp) {
    const EMAIL: &str = "ines.moreau@example.com";
    app.account(EMAIL).await;
    for failures in [9, 99] {
        let mut stranger = app.browser();
        stranger.address = [198, 51, 100, 23].into();
        stranger.user_agent = "python-requests/2.32.5".into();
        stranger.sign_in(EMAIL, OTHER_PASSWORD).await;
        let nearly = format!(
            "UPDATE failure_counters SET failures = {failures}, wait_until = 0 \
             WHERE kind = 'password-account'"
        );
        app.tamper(&nearly).await;
        stranger.sign_in(EMAIL, OTHER_PASSWORD).await;
        app.wait(Duration::from_mins(1));
        app.post().await;
    }
    app.suspend(EMAIL).await;
    app.restore_account(EMAIL).await;
    let email = EmailAddress::parse(EMAIL).unwrap();
    let whom = Whom::Email(&email);
    administration::require_password_change(app, By::Operator, whom).await.unwrap();
    administration::make_administrator(app, By::Operator, whom).await.unwrap();
    administration::unmake_administrator(app, By::Operator, whom).await.unwrap();
    let mut ines = app.browser();
    ines.signs_in(EMAIL, PASSWORD).await;
    administration::end_sessions(app, By::Operator, whom).await.unwrap();
    crate::account::locks_by_link(app, EMAIL).await;
    administration::unlock(app, By::Operator, whom, "asked in person").await.unwrap();
}

/// The same as text, on the page of the machine itself.
pub async fn mail(site: &Site, person: &Person<'_>, look: &mut impl AsyncFnMut(&str)) {
    causes(site).await;
    // The walk takes weeks, and no mail is of use for so long.
    site.tamper("UPDATE outbox SET expires_at = 4000000000000 WHERE sealed IS NOT NULL").await;
    // Only whoever sits at the machine reads it, and by no proxy.
    person.cdp("Network.setExtraHTTPHeaders", json!({ "headers": {} })).await;
    person.open("/mail").await;
    look("mail").await;
    let script = "return [...document.querySelectorAll('.rows a')].map(a => a.getAttribute('href') + ' ' + a.textContent)";
    let links: Vec<String> = serde_json::from_value(person.run(script, &[]).await).unwrap();
    let mut seen = BTreeSet::new();
    for link in links {
        let (path, subject) = link.split_once(' ').unwrap();
        if seen.insert(subject.to_owned()) {
            person.open(path).await;
            look(&format!("mail-{}", slug(subject))).await;
        }
    }
    assert!(!seen.is_empty());
}
