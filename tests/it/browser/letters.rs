//! Mail as people see it: in a mail program, and on the page of the machine
//! itself.

use super::person::Person;
use super::site::Site;
use serde_json::json;
use std::collections::BTreeSet;

/// All mail that the walk has made, each message once, as a mail program shows
/// it: no page of the site.
pub async fn every_letter(site: &Site, person: &Person<'_>, mut look: impl AsyncFnMut(&str)) {
    let mut seen = BTreeSet::new();
    for mail in site.mail().await {
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

/// The same as text, on the page of the machine itself.
pub async fn mail(person: &Person<'_>, look: &mut impl AsyncFnMut(&str)) {
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
