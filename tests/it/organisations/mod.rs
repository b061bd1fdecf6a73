//! Organisations: who belongs to one, from where they get in, and with what.

mod allowlist;
mod api;
mod api_log;
mod api_two_factor;
mod applications;
mod client;
mod doors;
mod drafts;
mod isolation;
mod joining;
mod log;
mod members;
mod open_id;
mod other_sites;
mod races;
mod removing;
mod rolling_back;
mod tokens;
mod two_factor;

use crate::support::{Backend, Browser, PASSWORD, Reply, TestApp};
use portcullis::features::account::rules::{EmailAddress, Name};
use portcullis::features::administration::{self, By};
use portcullis::features::organisations::rules::{Plan, Role, Slug};
use portcullis::features::organisations::{self, NewOrganisation, Organisation};
use portcullis::ids::AccountId;
use std::time::Duration;

pub const OLGA: &str = "olga@example.com";
pub const ADAM: &str = "adam@example.com";
pub const MIRA: &str = "mira@example.com";
pub const EVE: &str = "eve@example.com";
pub const ACME: &str = "/organisations/acme";
pub const SECURITY: &str = "/organisations/acme/security";
pub const MINUTE: Duration = Duration::from_mins(1);

/// An organisation that the operator has made.
pub async fn organisation(app: &TestApp, slug: &str, plan: Plan, owner: &str) -> Organisation {
    let new = NewOrganisation {
        slug: Slug::parse(slug).unwrap(),
        name: Name::parse(&format!("{slug} & Sons")).unwrap(),
        plan,
    };
    let owner = EmailAddress::parse(owner).unwrap();
    administration::create_organisation(app, By::Operator, &new, &owner).await.unwrap().unwrap()
}

/// An account that belongs to it.
pub async fn member(app: &TestApp, of: &Organisation, email: &str, role: Role) -> AccountId {
    let account = app.account(email).await.id;
    joins(app, of, account, role).await;
    account
}

pub async fn joins(app: &TestApp, of: &Organisation, account: AccountId, role: Role) {
    let mut tx = app.db.begin().await.unwrap();
    assert!(organisations::lock(&mut tx, of.id).await.unwrap());
    assert!(organisations::add(&mut tx, of.id, account, role, app.clock.now()).await.unwrap());
    tx.commit().await.unwrap();
}

/// Acme with an owner, an admin and a member.
pub async fn acme(app: &TestApp) -> Organisation {
    app.account(OLGA).await;
    let acme = organisation(app, "acme", Plan::Enterprise, OLGA).await;
    member(app, &acme, ADAM, Role::Admin).await;
    member(app, &acme, MIRA, Role::Member).await;
    acme
}

pub async fn signed_in(app: &TestApp, email: &str) -> Browser {
    let mut browser = app.browser();
    browser.signs_in(email, PASSWORD).await;
    browser
}

/// Signs in anew, in a browser that may be signed in.
pub async fn again(browser: &mut Browser, email: &str) {
    browser.forget("-session");
    browser.signs_in(email, PASSWORD).await;
}

/// The number of the version that a page was made from.
pub fn seen(page: &Reply) -> String {
    let (_, rest) = page.body.split_once("name=\"seen\" value=\"").expect("there is no form");
    rest.split_once('"').unwrap().0.to_owned()
}

/// Sends the allowlist's form.
pub async fn sends(browser: &mut Browser, entries: &str, more: &[(&str, &str)]) -> Reply {
    let page = browser.get(SECURITY).await;
    page.is(200);
    let seen = seen(&page);
    let mut fields = vec![("seen", seen.as_str()), ("entries", entries)];
    fields.extend_from_slice(more);
    browser.post(&format!("{SECURITY}/allowlist"), &fields).await
}

/// Switches the list on with these entries.
pub async fn saves(browser: &mut Browser, entries: &str) -> Reply {
    sends(browser, entries, &[("enabled", "yes"), ("act", "save")]).await
}

/// Switches it on, and opens the page after it, which confirms it.
pub async fn enables(browser: &mut Browser, entries: &str) {
    saves(browser, entries).await.leads_to(SECURITY);
    browser.get(SECURITY).await.is(200).shows("saved and confirmed");
}

/// How often an event is in the log, once what goes on after answers is done.
pub async fn logged(app: &TestApp, event: &str) -> usize {
    app.settles().await;
    app.events().await.iter().filter(|own| *own == event).count()
}

/// Where there can be another node, that one.
pub async fn other_node(app: &TestApp) -> Option<TestApp> {
    match app.backend {
        Backend::Postgres => Some(app.second_node().await),
        Backend::Sqlite => None,
    }
}

/// Requires a second factor from now on.
pub async fn requires(app: &TestApp, of: &Organisation) {
    two_factor::requires(app, of, Duration::ZERO, false).await;
}

/// One of those in charge switches the list on from an address, for itself alone, and
/// confirms it.
pub async fn enables_from(app: &TestApp, of: &Organisation, email: &str, address: &str) {
    let mut browser = app.browser();
    browser.address = address.parse().unwrap();
    browser.signs_in(email, PASSWORD).await;
    let path = of.path("/security");
    let page = browser.get(&path).await;
    let number = seen(page.is(200));
    let fields =
        [("seen", number.as_str()), ("entries", address), ("enabled", "yes"), ("act", "save")];
    browser.post(&format!("{path}/allowlist"), &fields).await.leads_to(&path);
    browser.get(&path).await.is(200).shows("saved and confirmed");
}
