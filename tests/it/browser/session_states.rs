//! The overview and the page of sessions, from many to the one at hand.

use super::log_states::{OFFICE, PHONE};
use super::person::Person;
use super::site::Site;
use super::states::EMAIL;
use super::walked_site::CITY;
use crate::support::PASSWORD;
use std::time::Duration;

/// Nearly as many sessions as there can be, of programs with long names.
async fn crowd(site: &Site) {
    for number in 0..95_u8 {
        let mut browser = site.browser();
        browser.user_agent = match number % 4 {
            0 => format!("A-program-whose-name-is-as-long-as-names-can-be/{number}"),
            1 => PHONE.0.into(),
            2 => format!("backup {number}, which nobody has ever put a slash into"),
            _ => OFFICE.0.into(),
        };
        browser.address = [193, 0, number, 139].into();
        browser.signs_in(EMAIL, PASSWORD).await;
        site.wait(Duration::from_mins(7));
    }
}

pub async fn overview(site: &Site, person: &Person<'_>, look: &mut impl AsyncFnMut(&str)) {
    person.open("/settings/security").await;
    person.sees("Where you are signed in").await;
    look("overview").await;
    person.press_beside("Firefox 145 on Windows", "Sign out").await;
    person.sees("That session is signed out.").await;
    look("overview-session-signed-out").await;
    person.open("/settings/security/sessions").await;
    look("sessions").await;
    person.press_beside("Safari", "Sign out").await;
    person.sees("That session is signed out.").await;
    crowd(site).await;
    person.open("/settings/security/sessions").await;
    person.sees("Ends all 9").await;
    person.sees(CITY).await;
    look("sessions-many").await;
    person.press("Sign out all except current").await;
    person.sees("You are signed in nowhere else.").await;
    look("sessions-alone").await;
    person.open("/settings/security").await;
    look("overview-alone").await;
}
