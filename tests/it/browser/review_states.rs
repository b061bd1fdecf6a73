//! The review of suspicious activity, from nothing to much, and the page that makes an
//! account safe again.

use super::person::Person;
use super::site::Site;
use super::states::EMAIL;
use crate::support::{OTHER_PASSWORD, PASSWORD};
use std::time::Duration;

const REVIEW: &str = "/settings/security/review";

pub async fn nothing(person: &Person<'_>, look: &mut impl AsyncFnMut(&str)) {
    person.open(REVIEW).await;
    person.sees("Nothing looks suspicious").await;
    look("review-empty").await;
}

pub async fn review(site: &Site, person: &Person<'_>, look: &mut impl AsyncFnMut(&str)) {
    let mut thief = site.browser();
    thief.address = [8, 8, 8, 8].into();
    thief.user_agent =
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:143.0) Gecko/20100101 Firefox/143.0".into();
    thief.signs_in(EMAIL, PASSWORD).await;
    let mut stranger = site.browser();
    for _ in 0..6 {
        stranger.sign_in(EMAIL, OTHER_PASSWORD).await;
    }
    site.wait(Duration::from_mins(20));
    person.open("/settings/security").await;
    person.sees("This deserves a look").await;
    look("overview-suspicious").await;
    person.press("Review suspicious activity").await;
    person.sees("Sign-in from a new place: United States").await;
    look("review").await;
    person.press_beside("failed sign-ins", "This was me").await;
    person.sees("Thank you. It is marked as you.").await;
    look("review-answered").await;
    person.press_beside("Sign-in from a new place: United States", "This wasn’t me").await;
    person.sees("1. Sign everybody else out").await;
    look("secure").await;
    person.press("Update Password").await;
    person.sees("Please check what is marked below.").await;
    look("secure-empty").await;
    person.press("Sign out all except current").await;
    person.sees("You are signed in nowhere else.").await;
    look("secure-signed-out").await;
}
