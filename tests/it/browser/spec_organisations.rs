//! The help page's last chapter, done as it says.

use super::driver::until;
use super::person::Person;
use super::site::Site;
use super::spec::Line;
use super::spec_walk::{EMAIL, LAST_PASSWORD};
use crate::organisations::organisation;
use portcullis::features::organisations::rules::Plan;

const SECURITY: &str = "/organisations/acme/security";

/// The way through it.
#[derive(Default)]
pub struct Allowlist {
    ticked: bool,
}

impl Allowlist {
    pub async fn enabling(&mut self, site: &Site, person: &Person<'_>, line: Line) {
        match line.text {
            "Restrict access to specific IPs:" => {
                organisation(site, "acme", Plan::Enterprise, EMAIL).await;
                person.open("/settings/security").await;
                person.press("Organisations").await;
                person.arrives("/organisations").await;
                person.press("acme & Sons").await;
                let tab = "document.querySelector('.tabs a[href$=\"/security\"]').click()";
                person.run(tab, &[]).await;
                until(
                    || "the next page".to_owned(),
                    async || (person.path().await != "/organisations/acme").then_some(()),
                )
                .await;
                if person.path().await.starts_with("/step-up") {
                    person.sees("enter your password once more").await;
                    person.fill("Password", LAST_PASSWORD).await;
                    person.press("Confirm").await;
                }
                person.arrives(SECURITY).await;
                person.sees(line.chapter).await;
                person.sees(line.text).await;
            }
            "Enable IP allowlist" => {
                person.tick(line.text).await;
                self.ticked = true;
            }
            "Add allowed IPs/ranges" => {
                assert!(self.ticked);
                // What would lock one out is not taken.
                person.fill(line.text, "203.0.113.0/24 Head office").await;
                person.press("Save configuration").await;
                person.sees("This would lock you out").await;
                person.press("Add it").await;
                person.sees("On the list").await;
            }
            "Save configuration" => {
                person.press(line.text).await;
                person.arrives(SECURITY).await;
                person.sees("The IP allowlist is saved and confirmed").await;
                let events = site.events().await;
                assert!(events.iter().any(|event| event == "allowlist-confirmed succeeded"));
            }
            _ => panic!("nobody does {line:?}"),
        }
    }
}
