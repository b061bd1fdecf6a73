//! The pages on the way to an application, and away from it.

use super::person::Person;
use super::site::Site;
use crate::open_id::{Client, Made};
use portcullis::features::applications::rules::ApplicationKind;

pub async fn to_applications(site: &Site, person: &Person<'_>, look: &mut impl AsyncFnMut(&str)) {
    let back = format!("{}/settings/security", site.origin);
    let made = Made {
        name: "Invoices",
        kind: ApplicationKind::Confidential,
        back: &[&back],
        after: &[&back],
        ..Made::default()
    };
    let client = Client::made(&site.app, made).await;
    person
        .open(&client.asks(&[("scope", "openid profile email invoices:read invoices:write")]))
        .await;
    person.sees("Continue to Invoices").await;
    look("application-consent").await;
    person.open(&client.asks(&[("redirect_uri", "https://evil.example/")])).await;
    person.sees("This can’t go on").await;
    look("application-unanswered").await;
    let two = [("scope", "openid"), ("acr_values", "urn:portcullis:acr:two-factors")];
    person.open(&client.asks(&two)).await;
    person.sees("A second factor is needed").await;
    look("application-second-factor").await;
    let id = client.id.to_string();
    person.open(&format!("/oauth/sign-out?client_id={id}")).await;
    person.sees("asks to sign you out").await;
    look("application-sign-out").await;
}

/// Whoever is not signed in is told for which application they sign in.
pub async fn from_an_application(
    site: &Site,
    person: &Person<'_>,
    look: &mut impl AsyncFnMut(&str),
) {
    let client = Client::made(&site.app, Made { name: "Payroll", ..Made::default() }).await;
    person.open(&client.asks(&[("scope", "openid")])).await;
    person.sees("Sign in to continue to Payroll").await;
    look("application-sign-in").await;
}
