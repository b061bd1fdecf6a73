//! The help page's chapters on API keys, done as they say.

use super::person::Person;
use super::site::Site;
use super::spec::Line;
use super::spec_walk::LAST_PASSWORD;
use crate::support::bearer;

const PAGE: &str = "/settings/security/tokens";
const HERE: &str = "193.0.6.139";

/// The token that is made on the way.
#[derive(Default)]
pub struct Tokens {
    text: String,
}

impl Tokens {
    pub async fn making(&mut self, site: &Site, person: &Person<'_>, line: Line) {
        match line.text {
            "Create tokens for API access:" => {
                person.press("Security").await;
                person.press("API Keys").await;
                person.arrives(PAGE).await;
                person.sees("Personal Access Tokens").await;
            }
            "Click Generate Token" => {
                person.press("Generate Token").await;
                if person.path().await.starts_with("/step-up") {
                    person.sees("To make an access token, enter your password").await;
                    person.fill("Password", LAST_PASSWORD).await;
                    person.press("Confirm").await;
                }
                person.arrives("/settings/security/tokens/new").await;
            }
            "Name the token" => person.fill("Name", "Deploy").await,
            "Set expiration" => {
                let expiration = person.field("Expiration").await;
                expiration.select_by_label("60 days").await.unwrap();
            }
            "Select permissions" => {
                person.sees("Permissions").await;
                person.tick("profile:read").await;
            }
            "Copy and store securely" => {
                person.press("Generate Token").await;
                person.sees("Copy it now: it is not shown again.").await;
                person.sees("Store it securely").await;
                let script = "return document.getElementById('token').textContent";
                let shown = person.run(script, &[]).await;
                shown.as_str().unwrap().clone_into(&mut self.text);
                assert!(bearer(site, &self.text, HERE).await.is_some());
            }
            _ => panic!("nobody does {line:?}"),
        }
    }

    pub async fn revoking(&self, site: &Site, person: &Person<'_>, line: Line) {
        match line.text {
            "Click Revoke next to token" => {
                person.press("API Keys").await;
                person.sees("Deploy").await;
                person.press_beside("Deploy", "Revoke").await;
            }
            "Token is immediately invalidated" => {
                assert!(bearer(site, &self.text, HERE).await.is_none());
                person.sees("The token is revoked.").await;
            }
            _ => panic!("nobody does {line:?}"),
        }
    }
}
