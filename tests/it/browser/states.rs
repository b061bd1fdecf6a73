//! Every page in every state, reached as people reach it: the one walk that the
//! promises of all pages, and the pictures, are made from.

use super::driver::Scripts;
use super::log_states::{lately, read_only, security_log};
use super::notification_states::notifications;
use super::open_id_states::{from_an_application, to_applications};
use super::person::Person;
use super::review_states::{nothing, review};
use super::session_states::overview;
use super::site::Site;
use super::two_factor_states::{removed_by_administrator, two_factor};
use super::{application_states, export_states, letters, organisation_states, token_states};
use crate::support::PASSWORD;
use portcullis::features::administration;
use serde_json::json;
use std::time::Duration;

pub const EMAIL: &str = "mira.okafor@example.com";
const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

/// The address of the one-time link that makes the first administrator.
pub async fn set_up_link(site: &Site) -> String {
    let link = administration::set_up_link(&site.app).await.unwrap().unwrap();
    link.reveal().strip_prefix(&site.origin).unwrap().to_owned()
}

/// Walks through all of them and calls `look` at each.
pub async fn every_state(site: &Site, person: &Person<'_>, mut look: impl AsyncFnMut(&str)) {
    let agent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36";
    person.cdp("Network.setUserAgentOverride", json!({ "userAgent": agent })).await;
    let headers = json!({ "headers": { "X-Forwarded-For": "203.0.113.24" } });
    person.cdp("Network.setExtraHTTPHeaders", headers).await;
    set_up(site, person, &mut look).await;
    nothing(person, &mut look).await;
    profile(person, &mut look).await;
    export_states::export(person, &mut look).await;
    token_states::tokens(person, &mut look).await;
    application_states::applications(site, person, &mut look).await;
    to_applications(site, person, &mut look).await;
    organisation_states::organisations(site, person, &mut look).await;
    address(site, person, &mut look).await;
    closing(site, person, &mut look).await;
    lately(site).await;
    security_log(site, person, &mut look).await;
    overview(site, person, &mut look).await;
    review(site, person, &mut look).await;
    notifications(site, person, &mut look).await;
    password(site, person, &mut look).await;
    two_factor(site, person, &mut look).await;
    known_browsers(site, person, &mut look).await;
    administration(site, person, &mut look).await;
    read_only(site, person, &mut look).await;
    broken(site, person, &mut look).await;
    outside(person, &mut look).await;
    from_an_application(site, person, &mut look).await;
    recovery(site, person, &mut look).await;
    invitation(site, person, &mut look).await;
    sign_up(site, person, &mut look).await;
    letters::mail(site, person, &mut look).await;
}

async fn set_up(site: &Site, person: &Person<'_>, look: &mut impl AsyncFnMut(&str)) {
    person.open(&set_up_link(site).await).await;
    look("set-up").await;
    person.press("Create administrator").await;
    person.sees("Please check what is marked below.").await;
    look("set-up-empty").await;
    person.fill("Name", "Mira Okafor").await;
    person.fill("Email", EMAIL).await;
    person.fill("New password", "longenough").await;
    person.fill("Confirm new password", "longenough").await;
    person.press("Create administrator").await;
    person.sees("Use at least 12 characters.").await;
    look("set-up-weak-password").await;
    person.fill("New password", PASSWORD).await;
    person.fill("Confirm new password", PASSWORD).await;
    person.press("Create administrator").await;
    person.sees("Welcome. Your account is ready.").await;
    look("overview-welcome").await;
    person.open("/settings/security/devices").await;
    look("known-browsers-one").await;
}

async fn profile(person: &Person<'_>, look: &mut impl AsyncFnMut(&str)) {
    person.open("/settings/profile").await;
    look("profile").await;
    person.fill("Name", "").await;
    person.press("Save").await;
    person.sees("Enter a name.").await;
    look("profile-error").await;
    person.fill("Name", "Mira Okafor-Lindqvist").await;
    person.press("Save").await;
    person.sees("Your profile is saved.").await;
    look("profile-saved").await;
}

/// Another address, confirmed and taken back.
async fn address(site: &Site, person: &Person<'_>, look: &mut impl AsyncFnMut(&str)) {
    const NEW: &str = "mira@lindqvist.example";
    person.open("/settings/profile/email").await;
    look("change-email").await;
    person.press("Send link").await;
    person.sees("Fill this in.").await;
    look("change-email-empty").await;
    person.fill("New email", NEW).await;
    person.press("Send link").await;
    person.sees("Look into the mailbox of your new address").await;
    look("profile-email-pending").await;
    let link = site.link(NEW, "email-change").await;
    person.open(&link).await;
    person.sees("Confirm your new email").await;
    look("confirm-email").await;
    person.press("Confirm").await;
    person.sees("Your new address is confirmed.").await;
    look("profile-email-changed").await;
    person.open(&link).await;
    person.sees("This link has done its work.").await;
    look("link-used").await;
    person.open("/link/email-undo/none").await;
    person.sees("This link does not work").await;
    look("link-unknown").await;
    person.open(&site.link(EMAIL, "email-undo").await).await;
    person.sees("Undo the change of your email?").await;
    look("undo-email").await;
    person.press("Undo the change").await;
    person.sees("everyone is signed out").await;
    look("undo-email-done").await;
    person.signs_in(EMAIL, PASSWORD).await;
}

/// Closing the account, which the last administrator can't.
async fn closing(site: &Site, person: &Person<'_>, look: &mut impl AsyncFnMut(&str)) {
    person.open("/settings/profile/close").await;
    look("close-account").await;
    person.press("Close my account").await;
    person.sees("You are the only administrator").await;
    look("close-account-last-administrator").await;
    site.tamper("UPDATE accounts SET administrator_since = NULL").await;
    person.open("/settings/profile/close").await;
    person.press("Close my account").await;
    person.sees("Your account is closed.").await;
    look("sign-in-account-closed").await;
    person.signs_in(EMAIL, PASSWORD).await;
    person.sees("Your account stays.").await;
    look("overview-account-kept").await;
    person.press("Lock my account").await;
    person.sees("It stops everyone at once").await;
    look("lock-account").await;
    person.press("Lock my account").await;
    person.sees("What to do next").await;
    look("account-locked").await;
    site.tamper("UPDATE accounts SET locked_at = NULL").await;
    person.signs_in(EMAIL, PASSWORD).await;
    site.tamper("UPDATE accounts SET administrator_since = created_at").await;
}

async fn password(site: &Site, person: &Person<'_>, look: &mut impl AsyncFnMut(&str)) {
    let page = "/settings/security/password";
    person.open(page).await;
    look("change-password").await;
    person.fill("Current password", PASSWORD).await;
    person.fill("New password", "Seven-tall").await;
    person.fill("Confirm new password", "Seven").await;
    if person.scripts == Scripts::On {
        person.sees("Not the same as the new password yet.").await;
    }
    look("change-password-typing").await;
    person.open(page).await;
    person.press("Update Password").await;
    person.sees("Fill this in.").await;
    look("change-password-empty").await;
    for (current, new, repeated, error, name) in [
        (
            "not my password",
            "Quiet-harbour 27",
            "Quiet-harbour 27",
            "This is not your current",
            "wrong",
        ),
        (PASSWORD, "quietharbour", "quietharbour", "Add an uppercase letter.", "weak"),
        (PASSWORD, "Quiet-harbour 27", "Quiet-harbour 28", "This is not the same as", "differ"),
        (PASSWORD, PASSWORD, PASSWORD, "This is your current password.", "same"),
    ] {
        person.fill("Current password", current).await;
        person.fill("New password", new).await;
        person.fill("Confirm new password", repeated).await;
        person.press("Update Password").await;
        person.sees(error).await;
        look(&format!("change-password-{name}")).await;
    }
    for (current, new) in [(PASSWORD, "Quiet-harbour 27"), ("Quiet-harbour 27", PASSWORD)] {
        person.open(page).await;
        person.fill("Current password", current).await;
        person.fill("New password", new).await;
        person.fill("Confirm new password", new).await;
        person.press("Update Password").await;
        person.sees("Your password is changed").await;
    }
    look("overview-password-changed").await;
    // Until the fresh proof is stale.
    site.wait(HOUR);
}

async fn known_browsers(site: &Site, person: &Person<'_>, look: &mut impl AsyncFnMut(&str)) {
    person.open("/settings/security/devices").await;
    look("known-browsers").await;
    person.press("Forget all other browsers").await;
    person.sees("Confirm it’s you").await;
    look("step-up").await;
    person.press("Confirm").await;
    person.sees("Fill this in.").await;
    look("step-up-error").await;
    person.fill("Password", PASSWORD).await;
    person.press("Confirm").await;
    person.arrives("/settings/security/devices").await;
    person.press("Forget all other browsers").await;
    person.sees("Every other browser is forgotten.").await;
    look("known-browsers-forgotten").await;
    // Where nothing is listed, there is a word and a next step.
    site.tamper("DELETE FROM known_devices").await;
    person.open("/settings/security/devices").await;
    look("known-browsers-none").await;
}

/// The administrator's pages, over people in every state.
async fn administration(site: &Site, person: &Person<'_>, look: &mut impl AsyncFnMut(&str)) {
    site.tamper("UPDATE outbox SET next_attempt_at = NULL").await;
    person.open("/admin/outbox").await;
    person.sees("Nothing was given up").await;
    look("admin-outbox-empty").await;
    let people = [
        ("amara.nwosu@example.com", "Amara Nwosu", ""),
        ("joao.silva@example.com", "João Silva", "suspended_at = 1795500000000"),
        ("ingrid.berg@example.com", "Ingrid Berg", "locked_at = 1795500000000"),
        ("lena.fischer@example.com", "Lena Fischer", "administrator_since = 1795500000000"),
        ("old.account@example.com", "Priya Raman", "closes_at = 1796500000000"),
        ("a.very.long.address.that.somebody.really.has@mail.department.example.com", "Sam", ""),
    ];
    for (email, name, more) in people {
        site.account(email).await;
        let more = if more.is_empty() { String::new() } else { format!(", {more}") };
        let sql =
            format!("UPDATE accounts SET name = '{name}'{more} WHERE email_canonical = '{email}'");
        site.tamper(&sql).await;
    }
    let mut amara = site.browser();
    amara.signs_in("amara.nwosu@example.com", PASSWORD).await;
    person.open("/admin/accounts").await;
    look("admin-accounts").await;
    person.fill("Search by email", "zz").await;
    person.press("Search").await;
    person.sees("No address begins like this").await;
    look("admin-accounts-none").await;
    invited(person, look).await;
    person.open("/admin/accounts?search=ingrid").await;
    person.press("ingrid.berg@example.com").await;
    person.sees("Unlock account").await;
    look("admin-account-locked").await;
    person.press("Unlock account").await;
    person.sees("first make sure that it is them").await;
    look("admin-unlock").await;
    person.open("/admin/accounts?search=amara").await;
    person.press("amara.nwosu@example.com").await;
    person.sees("Suspend account").await;
    look("admin-account").await;
    removed_by_administrator(site, person, look).await;
    for (button, sentence, name) in [
        ("Require a new password", "Until its owner has chosen", "admin-require-password-change"),
        ("End all sessions", "Every session of this account ends", "admin-end-sessions"),
        ("Make administrator", "everything that you can do here", "admin-make-administrator"),
        ("Suspend account", "signed out everywhere at once", "admin-suspend"),
    ] {
        person.press(button).await;
        person.sees(sentence).await;
        look(name).await;
        if name != "admin-suspend" {
            person.press("Cancel").await;
        }
    }
    person.fill("Reason", &"long ".repeat(50)).await;
    person.press("Suspend account").await;
    person.sees("Use at most 200 characters").await;
    look("admin-suspend-error").await;
    person.fill("Reason", "asked by phone").await;
    person.press("Suspend account").await;
    person.sees("The account is suspended").await;
    look("admin-account-suspended").await;
    person.press("Read its security log").await;
    person.sees("What happened to amara.nwosu@example.com.").await;
    look("admin-account-log").await;
    person.open("/admin/log").await;
    look("admin-log").await;
    person.press("Security log read").await;
    person.sees("What is known").await;
    look("admin-log-event").await;
    stuck(site, person, look).await;
}

async fn invited(person: &Person<'_>, look: &mut impl AsyncFnMut(&str)) {
    person.press("Show all accounts").await;
    person.press("Invite someone").await;
    person.sees("They get a mail").await;
    look("admin-invite").await;
    person.press("Send invitation").await;
    person.sees("Enter a name.").await;
    look("admin-invite-empty").await;
    person.fill("Name", "Noor Haddad").await;
    person.fill("Email", "noor.haddad@example.com").await;
    person.press("Send invitation").await;
    person.sees("The account is made, and the invitation is on its way.").await;
    look("admin-account-invited").await;
    person.open("/admin/accounts").await;
    person.press("Sign everybody out").await;
    person.sees("Every session of every account ends at once").await;
    look("admin-end-every-session").await;
}

/// Mail that could not be sent; and what somebody sees who has to choose a new
/// password.
async fn stuck(site: &Site, person: &Person<'_>, look: &mut impl AsyncFnMut(&str)) {
    site.tamper(
        "UPDATE outbox SET dead_at = 1795900000000, next_attempt_at = NULL, attempts = 17, \
         last_error = '450 4.2.1 <somebody@example.com>: the mailbox is not available just now' \
         WHERE next_attempt_at IS NOT NULL",
    )
    .await;
    site.account("new.mail@example.com").await;
    person.open("/admin/outbox").await;
    person.sees("Tried 17 times").await;
    look("admin-outbox").await;
    person.press("Try again").await;
    person.sees("The message is tried again.").await;
    look("admin-outbox-retried").await;
    site.tamper(&format!(
        "UPDATE accounts SET password_change_required_at = 1 WHERE email_canonical = '{EMAIL}'"
    ))
    .await;
    person.open("/settings/security").await;
    person.sees("Choose a new password to go on").await;
    look("change-password-required").await;
    site.tamper("UPDATE accounts SET password_change_required_at = NULL").await;
}

/// What is in the way, each with what to do next; and a log that is empty.
async fn broken(site: &Site, person: &Person<'_>, look: &mut impl AsyncFnMut(&str)) {
    person.open("/settings/sceurity").await;
    person.sees("This page does not exist").await;
    person.sees("Go to your settings").await;
    look("problem-not-found").await;
    person.open("/settings/security/sessions/sign-out-others").await;
    person.sees("This page works differently").await;
    look("problem-method").await;
    person.open("/settings/profile").await;
    person.run("document.querySelector('main [name=csrf]').value = 'old'", &[]).await;
    person.press("Save").await;
    person.sees("This page was open for too long").await;
    look("problem-old-form").await;
    site.tamper("ALTER TABLE security_events RENAME TO gone").await;
    person.open("/settings/security").await;
    person.sees("Something went wrong on our side").await;
    look("problem-fault").await;
    site.tamper("ALTER TABLE gone RENAME TO security_events").await;
    for table in ["security_events", "sign_in_hours", "sign_in_countries"] {
        site.tamper(&format!("DELETE FROM {table}")).await;
    }
    person.open("/settings/security").await;
    person.sees("Nothing has happened yet").await;
    look("overview-nothing-yet").await;
}

async fn outside(person: &Person<'_>, look: &mut impl AsyncFnMut(&str)) {
    person.open("/sign-out").await;
    look("sign-out").await;
    person.press("Sign out").await;
    person.sees("You are signed out.").await;
    look("sign-in-signed-out").await;
    person.open("/sign-in").await;
    look("sign-in").await;
    person.press("Sign in").await;
    person.sees("Please check what is marked below.").await;
    look("sign-in-empty").await;
    for attempt in 0..7 {
        person.fill("Email", EMAIL).await;
        person.fill("Password", "not my password").await;
        person.press("Sign in").await;
        if attempt == 0 {
            person.sees("The email address or the password is not right.").await;
            look("sign-in-wrong").await;
        }
    }
    person.sees("Too many attempts.").await;
    look("sign-in-too-many").await;
    person.open("/nowhere").await;
    look("problem-not-found-outside").await;
    person.open("/api").await;
    person.sees("Every answer has an X-Request-Id.").await;
    look("api").await;
}

/// A link is opened, filled in badly, and used; then it is dead.
async fn recovery(site: &Site, person: &Person<'_>, look: &mut impl AsyncFnMut(&str)) {
    site.wait(HOUR);
    person.open("/sign-in").await;
    person.press("Forgot Password").await;
    person.sees("Enter the address of your account.").await;
    look("forgot-password").await;
    person.press("Send the link").await;
    person.sees("Fill this in.").await;
    look("forgot-password-empty").await;
    person.fill("Email", EMAIL).await;
    person.press("Send the link").await;
    person.sees("Check your inbox").await;
    look("forgot-password-sent").await;
    site.post().await;
    let link = site.link(EMAIL, "password-reset").await;
    person.open(&link).await;
    person.sees("m•••@example.com").await;
    look("reset").await;
    person.fill("New password", "quietharbour").await;
    person.fill("Confirm new password", "quietharbour").await;
    person.press("Create new password").await;
    person.sees("Add an uppercase letter.").await;
    look("reset-weak-password").await;
    person.fill("New password", "Quiet-harbour 27").await;
    person.fill("Confirm new password", "Quiet-harbour 27").await;
    person.press("Create new password").await;
    person.sees("Your new password is set").await;
    look("sign-in-after-reset").await;
    person.open(&link).await;
    person.sees("This link was used").await;
    look("link-used").await;
    person.open(&link[..link.len() - 1]).await;
    person.sees("This link does not work").await;
    look("link-unknown").await;
    site.tamper("UPDATE mailed_links SET used_at = NULL, voided_at = 1").await;
    person.open(&link).await;
    person.sees("This link no longer works").await;
    look("link-void").await;
    person.press("Ask for a new link").await;
    person.arrives("/forgot-password").await;
}

async fn invitation(site: &Site, person: &Person<'_>, look: &mut impl AsyncFnMut(&str)) {
    let (_, link) = site.invite("tomas.lindqvist@example.com").await;
    person.open(&link).await;
    person.sees("Choose your password").await;
    look("invitation").await;
    person.press("Choose password").await;
    person.sees("Fill this in.").await;
    look("invitation-empty").await;
    site.wait(8 * DAY);
    person.open(&link).await;
    person.sees("This link is too old").await;
    look("invitation-expired").await;
}

async fn sign_up(site: &Site, person: &Person<'_>, look: &mut impl AsyncFnMut(&str)) {
    const ZOE: &str = "zoe.quist@example.com";
    person.open("/sign-in").await;
    look("sign-in-sign-up-open").await;
    person.press("Create account").await;
    person.sees("First your address.").await;
    look("sign-up").await;
    person.fill("Email", ZOE).await;
    person.press("Send the link").await;
    person.sees("Check your inbox").await;
    look("sign-up-sent").await;
    site.post().await;
    let link = site.link(ZOE, "sign-up").await;
    person.open(&link).await;
    person.sees("Create your account").await;
    look("sign-up-finish").await;
    person.fill("Name", "Zoe Quist").await;
    person.fill("New password", "quietharbour").await;
    person.fill("Confirm new password", "quietharbour").await;
    person.press("Create account").await;
    person.sees("Add an uppercase letter.").await;
    look("sign-up-finish-weak-password").await;
    site.account(ZOE).await;
    person.open(&link).await;
    person.sees("You already have an account").await;
    look("sign-up-taken").await;
}
