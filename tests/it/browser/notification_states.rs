//! The switches of login notifications, and the pages of a notice's links.

use super::person::Person;
use super::site::Site;
use crate::support::PASSWORD;

const LENA: &str = "lena.brandt@example.com";
const PAGE: &str = "/settings/security/notifications";

pub async fn notifications(site: &Site, person: &Person<'_>, look: &mut impl AsyncFnMut(&str)) {
    person.open(PAGE).await;
    person.sees("What you are told of").await;
    look("notifications").await;
    person.press_beside("New browser", "Turn off").await;
    if person.path().await.starts_with("/step-up") {
        person.fill("Password", PASSWORD).await;
        person.press("Confirm").await;
        person.press_beside("New browser", "Turn off").await;
    }
    person.sees("The notification is off.").await;
    look("notifications-one-off").await;
    person.press_beside("New browser", "Turn on").await;
    person.sees("The notification is on.").await;
    links(site, person, look).await;
}

/// Of somebody else's notice, so that the walk's own account stays as it is.
async fn links(site: &Site, person: &Person<'_>, look: &mut impl AsyncFnMut(&str)) {
    site.account(LENA).await;
    for agent in ["Firefox/145.0", "Safari, which is a browser with quite a long name"] {
        let mut browser = site.browser();
        browser.user_agent = format!("Mozilla/5.0 (Windows NT 10.0; Win64; x64) {agent}");
        browser.address = [193, 0, 6, 139].into();
        browser.signs_in(LENA, PASSWORD).await;
    }
    let not_me = site.link(LENA, "sign-in").await;
    let me = not_me.replace("/not-me", "/me");
    person.open(&me).await;
    look("notice-me").await;
    person.press("This was me").await;
    person.sees("We have noted that this was you.").await;
    look("notice-me-answered").await;
    person.press("This wasn’t me").await;
    person.sees("This wasn’t you?").await;
    look("notice-not-me").await;
    person.press("This wasn’t me").await;
    person.sees("Whoever it was may still be signed in.").await;
    look("notice-what-next").await;
    person.press("Lock my account").await;
    person.sees("Your account is locked").await;
    look("notice-locked").await;
    site.tamper("UPDATE sign_in_notices SET expires_at = 1").await;
    person.open(&me).await;
    person.sees("This link is too old").await;
    look("notice-expired").await;
}
