//! The pages of access tokens, from none to one that is revoked.

use super::person::Person;

const PAGE: &str = "/settings/security/tokens";

pub async fn tokens(person: &Person<'_>, look: &mut impl AsyncFnMut(&str)) {
    person.open(PAGE).await;
    person.sees("You have no access tokens").await;
    look("tokens-none").await;
    person.press("Generate Token").await;
    person.sees("What you will know it by").await;
    look("token-generate").await;
    person.fill("Limit to addresses (optional)", "203.0.113.7/24").await;
    person.press("Generate Token").await;
    person.sees("Please check what is marked below.").await;
    look("token-generate-error").await;
    person.fill("Name", "Deployment of the documentation").await;
    person.tick("profile:read").await;
    person.tick("sessions:read").await;
    person.fill("Limit to addresses (optional)", "203.0.113.0/24").await;
    person.press("Generate Token").await;
    person.sees("Copy it now: it is not shown again.").await;
    look("token-made").await;
    person.press("Done").await;
    person.sees("Deployment of the documentation").await;
    look("tokens").await;
    person.press("Edit").await;
    person.sees("You can take permissions away").await;
    look("token").await;
    person.open("/settings/security/tokens/revoke-all").await;
    person.sees("opens nothing any more").await;
    look("tokens-revoke-all").await;
    person.open(PAGE).await;
    person.press("Revoke").await;
    person.sees("The token is revoked.").await;
    look("tokens-revoked").await;
}
