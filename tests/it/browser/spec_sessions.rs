//! The help page's chapters on sessions, done as they say.

use super::person::Person;
use super::site::Site;
use super::spec::Line;
use super::spec_walk::{EMAIL, LAST_PASSWORD};
use crate::support::Browser;

const PAGE: &str = "/settings/security/sessions";
const IPHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1";
const DEVICE: &str = "Safari 18 on iOS 18";

/// Other devices of the same person.
#[derive(Default)]
pub struct Devices {
    phone: Option<Browser>,
}

async fn another(site: &Site, agent: &str) -> Browser {
    let mut browser = site.browser();
    browser.user_agent = agent.into();
    browser.address = "193.0.6.139".parse().unwrap();
    browser.signs_in(EMAIL, LAST_PASSWORD).await;
    browser
}

impl Devices {
    pub async fn viewing(&mut self, site: &Site, person: &Person<'_>, line: Line) {
        match line.text {
            "See all devices where you're logged in:" => {
                self.phone = Some(another(site, IPHONE).await);
                person.press("Security").await;
                person.press("Active Sessions").await;
                person.arrives(PAGE).await;
                person.sees("Where you are signed in").await;
                person.sees("This device").await;
            }
            "Device type" => person.sees("Phone ·").await,
            "Browser" => person.sees(DEVICE).await,
            "Location" => person.sees("Netherlands · 193.0.6.139").await,
            "Last active" => person.sees("193.0.6.139 · active just now").await,
            _ => panic!("nobody does {line:?}"),
        }
    }

    pub async fn managing(&mut self, site: &Site, person: &Person<'_>, line: Line) {
        match line.text {
            "Sign out individual sessions" => {
                let mut phone = self.phone.take().unwrap();
                assert!(phone.is_signed_in().await);
                person.press_beside(DEVICE, "Sign out").await;
                person.sees("That session is signed out.").await;
                person.arrives(PAGE).await;
                person.misses(DEVICE).await;
                assert!(!phone.is_signed_in().await);
            }
            "Sign out all except current" => {
                let mut others = [another(site, IPHONE).await, another(site, "git/2.47").await];
                person.open(PAGE).await;
                person.sees("Ends all 2 other sessions at once").await;
                person.press(line.text).await;
                person.sees("Every other session is signed out.").await;
                person.sees("This device").await;
                for other in &mut others {
                    assert!(!other.is_signed_in().await);
                }
            }
            "Review suspicious activity" => {
                person.open(PAGE).await;
                person.press(line.text).await;
                person.arrives("/settings/security/review").await;
                person.sees("Sign-in from a new place: Netherlands").await;
                person.press_beside("Sign-in from a new place", "This was me").await;
                person.sees("Thank you. It is marked as you.").await;
            }
            _ => panic!("nobody does {line:?}"),
        }
    }
}
