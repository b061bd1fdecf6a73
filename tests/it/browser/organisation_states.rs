//! Organisations, from none to one that keeps its members out.

use super::person::Person;
use super::site::Site;
use super::states::EMAIL;
use crate::gate::site::application;
use crate::open_id::{Client, Made};
use crate::organisations::joins;
use crate::support::PASSWORD;
use portcullis::features::account::rules::EmailAddress;
use portcullis::features::application_sessions::{self, New};
use portcullis::features::applications::rules::Scopes;
use portcullis::features::organisations::rules::Role;
use portcullis::features::{account, applications, organisations, sessions};
use serde_json::json;
use std::time::Duration;

const ACME: &str = "/organisations/northwind";

/// Where a proof is asked for, it is given.
async fn opens(person: &Person<'_>, path: &str) {
    person.open(path).await;
    if person.path().await.starts_with("/step-up") {
        person.fill("Password", PASSWORD).await;
        person.press("Confirm").await;
        person.arrives(path).await;
    }
}

async fn colleague(site: &Site, email: &str, name: &str, role: Role) {
    let account = site.account(email).await.id;
    site.tamper(&format!("UPDATE accounts SET name = '{name}' WHERE email = '{email}'")).await;
    let mut db = &site.db;
    let found = organisations::by_slug(&mut db, "northwind").await.unwrap().unwrap();
    site.wait(Duration::from_mins(3));
    joins(site, &found, account, role).await;
}

pub async fn organisations(site: &Site, person: &Person<'_>, look: &mut impl AsyncFnMut(&str)) {
    person.open("/organisations").await;
    look("organisations-none").await;
    person.open("/admin/organisations").await;
    look("admin-organisations-none").await;
    opens(person, "/admin/organisations/new").await;
    look("admin-organisation-new").await;
    person.fill("Short name", "Northwind!").await;
    person.press("Create organisation").await;
    person.sees("Please check what is marked below.").await;
    look("admin-organisation-new-error").await;
    person.fill("Name", "Northwind Traders").await;
    person.fill("Short name", "northwind").await;
    person.fill("Email of the first owner", EMAIL).await;
    person.press("Create organisation").await;
    person.sees("The organisation is made.").await;
    look("admin-organisation").await;
    person.press("Remove organisation").await;
    person.sees("Its short name stays taken").await;
    look("admin-organisation-remove").await;
    person.open("/admin/organisations").await;
    look("admin-organisations").await;
    colleague(site, "tomas.lindgren@example.com", "Tomas Lindgren", Role::Admin).await;
    colleague(site, "priya.raman@example.com", "Priya Raman", Role::Member).await;
    let mut priya = site.browser();
    priya.address = [198, 51, 100, 77].into();
    priya.signs_in("priya.raman@example.com", PASSWORD).await;
    priya.get(ACME).await.is(200);
    members(person, look).await;
    allowlist(site, person, look).await;
    requirement(site, person, look).await;
    person.open("/organisations").await;
    look("organisations").await;
    opens(person, &format!("{ACME}/log")).await;
    look("organisation-log").await;
    person.press("IP allowlist changed").await;
    person.sees("For the record").await;
    look("organisation-event").await;
    opens(person, &format!("{ACME}/log/export")).await;
    look("organisation-export").await;
    person.open(&format!("{ACME}/leave")).await;
    look("organisation-leave").await;
    refused(site, person, look).await;
}

async fn members(person: &Person<'_>, look: &mut impl AsyncFnMut(&str)) {
    opens(person, ACME).await;
    person.fill("Email", "not an address").await;
    person.press("Send invitation").await;
    if person.path().await.starts_with("/step-up") {
        person.fill("Password", PASSWORD).await;
        person.press("Confirm").await;
        person.fill("Email", "not an address").await;
        person.press("Send invitation").await;
    }
    person.sees("Enter an email address").await;
    look("members-error").await;
    person.fill("Email", "ines.moreau@northwind.example").await;
    person.press("Send invitation").await;
    person.sees("The invitation is on its way.").await;
    look("members").await;
}

async fn allowlist(site: &Site, person: &Person<'_>, look: &mut impl AsyncFnMut(&str)) {
    let security = format!("{ACME}/security");
    site.tamper("UPDATE organisations SET plan = 'free'").await;
    opens(person, &security).await;
    look("security-free").await;
    site.tamper("UPDATE organisations SET plan = 'enterprise'").await;
    opens(person, &security).await;
    look("security").await;
    person.tick("Enable IP allowlist").await;
    let wrong = "203.0.113.7/24 Head office\n198.51.100.0/33\n10.1.2.3 - 10.1.2.1";
    person.fill("Add allowed IPs/ranges", wrong).await;
    person.press("Save configuration").await;
    person.sees("Some lines can’t be used").await;
    look("allowlist-errors").await;
    person.fill("Add allowed IPs/ranges", "198.51.101.0/24 VPN").await;
    person.press("Save configuration").await;
    person.sees("This would lock you out").await;
    look("allowlist-locks-out").await;
    person.press("Add it").await;
    person.sees("These members would have been refused").await;
    look("allowlist-preview").await;
    person.press("Save configuration").await;
    person.sees("saved and confirmed").await;
    look("allowlist-saved").await;
    site.tamper("UPDATE allowlists SET in_force = 0").await;
    opens(person, &security).await;
    person.sees("The last change was undone").await;
    look("allowlist-undone").await;
    site.tamper("UPDATE allowlists SET in_force = latest").await;
    stale(site, person, look).await;
}

/// Somebody else saves a list while this one is typed.
async fn stale(site: &Site, person: &Person<'_>, look: &mut impl AsyncFnMut(&str)) {
    opens(person, &format!("{ACME}/security")).await;
    person.fill("Add allowed IPs/ranges", "203.0.113.0/24 Head office").await;
    let theirs = "203.0.113.24\t\tTomas at home\n2001:db8:42::/48\t\tVPN";
    site.tamper(&format!(
        "INSERT INTO allowlist_versions (organisation_id, version, enabled, entries, saved_at, saved_by) \
         SELECT organisation_id, latest + 1, 1, '{theirs}', {}, \
         (SELECT id FROM accounts WHERE email = 'tomas.lindgren@example.com') FROM allowlists",
        site.clock.now().millis()
    ))
    .await;
    site.tamper("UPDATE allowlists SET latest = latest + 1, in_force = latest + 1").await;
    person.press("Save configuration").await;
    person.sees("Somebody else has saved the list meanwhile").await;
    look("allowlist-stale").await;
}

async fn requirement(site: &Site, person: &Person<'_>, look: &mut impl AsyncFnMut(&str)) {
    opens(person, &format!("{ACME}/security/two-factor")).await;
    look("require-two-factor").await;
    person.tick("Require two-factor authentication").await;
    person.press("Save configuration").await;
    person.sees("for your own account first").await;
    look("require-two-factor-own").await;
    let now = site.clock.now().millis();
    site.tamper(&format!(
        "INSERT INTO two_factor_requirements (organisation_id, required_at, grace_until, sms_excluded, remind_at) \
         SELECT id, {now}, {now} + 604800000, 0, NULL FROM organisations"
    ))
    .await;
    opens(person, ACME).await;
    person.sees("You can work here without it until").await;
    look("members-grace").await;
}

/// What a member sees who does not get in.
async fn refused(site: &Site, person: &Person<'_>, look: &mut impl AsyncFnMut(&str)) {
    site.tamper("UPDATE two_factor_requirements SET grace_until = required_at").await;
    person.open(ACME).await;
    person.sees("requires two-factor authentication").await;
    look("refused-two-factor").await;
    site.tamper("DELETE FROM two_factor_requirements").await;
    // What was made of a version is kept in memory: this is another one.
    site.tamper(
        "UPDATE allowlist_versions SET entries = '192.0.2.1\t\tElsewhere', version = version + 50",
    )
    .await;
    site.tamper("UPDATE allowlists SET in_force = in_force + 50, latest = latest + 50").await;
    person.open(ACME).await;
    person.sees("can’t be opened from here").await;
    look("refused-address").await;
    person.open("/organisations").await;
    look("organisations-closed").await;
    elsewhere(site, person, look).await;
    invited(site, person, look).await;
    // The account is closed later on, which its last owner's could not be.
    site.tamper("DELETE FROM members").await;
}

/// The same on the way to an application, and on the host of one behind the gate.
async fn elsewhere(site: &Site, person: &Person<'_>, look: &mut impl AsyncFnMut(&str)) {
    let back = format!("{}/settings/security", site.origin);
    let client = Client::made(&site.app, Made { back: &[&back], ..Made::default() }).await;
    person.open(&client.asks(&[("scope", "openid"), ("organisation", "northwind")])).await;
    person.sees("Back to Billing").await;
    look("application-organisation-refused").await;
    let id = application(&site.app, "https://team.example.com", "/ signed-in in northwind").await;
    let (mut db, now) = (&site.app.db, site.app.clock.now());
    let email = EmailAddress::parse(EMAIL).unwrap();
    let owner = account::by_email(&mut db, &email).await.unwrap().unwrap();
    let live = sessions::list(&site.app, owner.id, now).await.unwrap();
    let found = applications::by_id(&mut db, id).await.unwrap().unwrap();
    let new = New {
        session: live[0].session.id,
        account: owner.id,
        application: &found,
        scopes: &Scopes::parse("openid"),
        organisation: None,
    };
    let mut tx = site.app.db.begin().await.unwrap();
    let made = application_sessions::make(&mut tx, &site.app, new, now).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    let secret = made.1.encode();
    let address = json!({ "X-Forwarded-For": "203.0.113.24" });
    let mut asked = address.clone();
    asked["X-Forwarded-Host"] = json!("team.example.com");
    asked["X-Forwarded-Proto"] = json!("https");
    asked["X-Forwarded-Method"] = json!("GET");
    asked["X-Forwarded-Uri"] = json!("/plans");
    asked["Authorization"] = json!(format!("Bearer {}", secret.reveal()));
    person.cdp("Network.setExtraHTTPHeaders", json!({ "headers": asked })).await;
    person.open("/gate/refused").await;
    person.sees("lets its members in from some network addresses only").await;
    look("gate-organisation-refused").await;
    person.cdp("Network.setExtraHTTPHeaders", json!({ "headers": address })).await;
}

/// Whoever is invited sees nothing yet but the invitation, and that only from where they may
/// join.
async fn invited(site: &Site, person: &Person<'_>, look: &mut impl AsyncFnMut(&str)) {
    let link = site.link("ines.moreau@northwind.example", "organisation").await;
    person.open(&link).await;
    person.sees("You can’t join from here").await;
    look("invitation-not-here").await;
    site.tamper("DELETE FROM allowlists").await;
    person.open(&link).await;
    person.sees("The invitation is for ines.moreau@northwind.example").await;
    look("invitation-other-account").await;
    person.press("Sign out").await;
    person.sees("You are signed out.").await;
    person.open(&link).await;
    person.sees("to make an account with this address").await;
    look("invitation-sign-up").await;
    person.press("Join").await;
    person.sees("Enter a name.").await;
    look("invitation-sign-up-error").await;
    person.signs_in(EMAIL, PASSWORD).await;
}
