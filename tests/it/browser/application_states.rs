//! The pages of applications, from none to one that is gone.

use super::person::Person;
use super::site::Site;
use portcullis::features::account::rules::EmailAddress;
use portcullis::features::application_sessions::{self, New};
use portcullis::features::applications::rules::Scopes;
use portcullis::features::{account, applications, consents, sessions};
use serde_json::json;

const PAGE: &str = "/admin/applications";
const OWN: &str = "/settings/security/applications";

pub async fn applications(site: &Site, person: &Person<'_>, look: &mut impl AsyncFnMut(&str)) {
    person.open(OWN).await;
    person.sees("No application has access to your account").await;
    look("connected-applications-none").await;
    person.open(PAGE).await;
    person.sees("There is no application yet").await;
    look("admin-applications-none").await;
    person.press("Add application").await;
    person.sees("People see it when they sign in").await;
    look("admin-application-new").await;
    person.fill("Return addresses", "http://billing.example.com/callback").await;
    person.fill("Declared permissions", "log:read Everything\ninvoices").await;
    person.fill("Back-channel logout URL", "https://10.0.0.1/logout").await;
    person.press("Add application").await;
    person.sees("Please check what is marked below.").await;
    look("admin-application-new-error").await;
    person.fill("Name", "Billing").await;
    person.fill("Return addresses", "https://billing.example.com/sign-in/callback").await;
    person.fill("Addresses after signing out", "https://billing.example.com/").await;
    let permissions = "invoices:read See your invoices\ninvoices:pay Pay your invoices";
    person.fill("Declared permissions", permissions).await;
    person.fill("Origins behind the gate", "https://billing.example.com").await;
    person.fill("Back-channel logout URL", "https://billing.example.com/logged-out").await;
    person.press("Add application").await;
    person.sees("Copy it now: it is not shown again.").await;
    look("admin-application-made").await;
    person.press("Done").await;
    person.sees("For developers").await;
    look("admin-application").await;
    person.press("Make new secret").await;
    person.sees("Copy it now: it is not shown again.").await;
    person.press("Done").await;
    person.sees("Replaced").await;
    look("admin-application-rotated").await;
    person.open(PAGE).await;
    person.sees("Billing").await;
    look("admin-applications").await;
    gate(person, look).await;
    person.open("/settings/security/tokens/new").await;
    person.sees("See your invoices").await;
    look("token-generate-applications").await;
    signed_in(site).await;
    person.open(OWN).await;
    person.sees("Applications with access").await;
    look("connected-applications").await;
    person.open("/settings/security/sessions").await;
    person.sees("Signed in to: Billing").await;
    look("sessions-with-applications").await;
    person.open(PAGE).await;
    person.press("Billing").await;
    person.press("Change").await;
    person.sees("What stands here").await;
    look("admin-application-change").await;
    person.open(PAGE).await;
    person.press("Billing").await;
    person.press("Remove application").await;
    person.sees("It can’t be undone.").await;
    look("admin-application-remove").await;
    person.press("Remove application").await;
    person.sees("The application is removed.").await;
    person.open("/settings/security").await;
}

/// Who gets in: from no rule to rules, and the pages on the application's own host.
async fn gate(person: &Person<'_>, look: &mut impl AsyncFnMut(&str)) {
    person.press("Billing").await;
    person.press("Who gets in").await;
    person.sees("Closed to everybody, because there is no rule").await;
    look("admin-gate").await;
    person.fill("Rules", "/ anybody\n/../pay signed-in\n/admin permissions invoices:burn").await;
    person.press("Save rules").await;
    person.sees("Line 2: this is no path that everybody reads alike.").await;
    look("admin-gate-error").await;
    person.fill("Rules", "/ signed-in\n/assets public\n/pay permissions invoices:pay").await;
    person.press("Save rules").await;
    person.sees("The rules count from now on.").await;
    look("admin-gate-saved").await;
    let address = json!({ "X-Forwarded-For": "203.0.113.24" });
    let mut asked = address.clone();
    asked["X-Forwarded-Host"] = json!("billing.example.com");
    asked["X-Forwarded-Proto"] = json!("https");
    asked["X-Forwarded-Method"] = json!("GET");
    asked["X-Forwarded-Uri"] = json!("/gate/sign-out");
    person.cdp("Network.setExtraHTTPHeaders", json!({ "headers": asked })).await;
    person.open("/gate/sign-out").await;
    person.sees("You stay signed in to your account").await;
    look("gate-sign-out").await;
    person.open("/gate/refused").await;
    person.sees("This page is not open to you").await;
    look("gate-refused").await;
    person.open("/gate/callback").await;
    person.sees("This sign-in is over").await;
    look("gate-over").await;
    person.cdp("Network.setExtraHTTPHeaders", json!({ "headers": address })).await;
}

/// Whoever is there signs in to it, in each of their sessions.
async fn signed_in(site: &Site) {
    let (app, now) = (&site.app, site.app.clock.now());
    let email = EmailAddress::parse(super::states::EMAIL).unwrap();
    let owner = account::by_email(&mut &app.db, &email).await.unwrap().unwrap();
    let found = applications::list(app, None, 1).await.unwrap().remove(0);
    let scopes = Scopes::parse("openid email profile invoices:read");
    for listed in sessions::list(app, owner.id, now).await.unwrap() {
        let mut tx = app.db.begin().await.unwrap();
        let session = listed.session.id;
        let new = New {
            session,
            account: owner.id,
            application: &found,
            scopes: &scopes,
            organisation: None,
        };
        application_sessions::make(&mut tx, app, new, now).await.unwrap().unwrap();
        consents::grant(&mut tx, owner.id, found.id, &scopes, now).await.unwrap();
        tx.commit().await.unwrap();
    }
}
