//! The pages of two-factor authentication, in every state.

use super::authenticator::Authenticator;
use super::person::Person;
use super::site::Site;
use super::states::EMAIL;
use crate::support::PASSWORD;
use std::time::Duration;

const PAGE: &str = "/settings/security/two-factor";
/// Until the app shows another code.
const STEP: Duration = Duration::from_secs(30);
/// A step-up is stale, and failures are forgotten.
const HOUR: Duration = Duration::from_hours(1);

/// Enables, uses and disables it.
pub async fn two_factor(site: &Site, person: &Person<'_>, look: &mut impl AsyncFnMut(&str)) {
    site.tamper("UPDATE accounts SET email_verified_at = NULL").await;
    person.open(PAGE).await;
    look("two-factor-off-unverified").await;
    person.open("/settings/security/two-factor/enable").await;
    person.sees("Confirm it’s you").await;
    person.fill("Password", PASSWORD).await;
    person.press("Confirm").await;
    person.sees("Choose method").await;
    look("two-factor-choose-unverified").await;
    site.tamper("UPDATE accounts SET email_verified_at = created_at").await;
    person.open(PAGE).await;
    person.sees("2FA is off").await;
    look("two-factor-off").await;
    let app = enable(person, site, look).await;
    site.wait(STEP);
    let codes = codes(site, person, look).await;
    phone(site, person, &app, look).await;
    step_up(site, person, &app, look).await;
    sign_in(site, person, &app, &codes, look).await;
    site.wait(STEP);
    disable(site, person, &app, look).await;
    site.wait(HOUR);
}

async fn enable(
    person: &Person<'_>,
    site: &Site,
    look: &mut impl AsyncFnMut(&str),
) -> Authenticator {
    person.press("Enable 2FA").await;
    person.sees("Authenticator app (recommended)").await;
    look("two-factor-choose").await;
    person.press("Set up").await;
    person.sees("Scan the QR code").await;
    look("two-factor-authenticator").await;
    let app = Authenticator::scans(person).await;
    person.open(PAGE).await;
    person.sees("You have begun to set this up").await;
    look("two-factor-unfinished").await;
    person.press("Go on").await;
    person.fill("Verification code", "12345").await;
    person.press("Verify").await;
    person.sees("A code has 6 digits.").await;
    look("two-factor-authenticator-malformed").await;
    person.fill("Verification code", &wrong(&app.code(site.clock.now()))).await;
    person.press("Verify").await;
    person.sees("This code is not right.").await;
    look("two-factor-authenticator-wrong").await;
    person.fill("Verification code", &app.code(site.clock.now())).await;
    person.press("Verify").await;
    person.sees("Save backup codes").await;
    look("two-factor-save-codes").await;
    person.press("Turn on 2FA").await;
    person.sees("then tick that you have saved them").await;
    look("two-factor-save-codes-unticked").await;
    saved(person).await;
    person.press("Turn on 2FA").await;
    person.sees("2FA is on").await;
    look("two-factor-on").await;
    person.open("/settings/security").await;
    look("overview-two-factor-on").await;
    app
}

/// A code that is none of the app's.
fn wrong(code: &str) -> String {
    let last = if code.ends_with('7') { "8" } else { "7" };
    format!("{}{last}", &code[..code.len() - 1])
}

async fn saved(person: &Person<'_>) {
    person.tick("I have saved these backup codes").await;
}

async fn codes(site: &Site, person: &Person<'_>, look: &mut impl AsyncFnMut(&str)) -> Vec<String> {
    person.open("/settings/security/two-factor/backup-codes").await;
    person.sees("10 unused codes are left").await;
    look("backup-codes").await;
    person.press("Generate new codes").await;
    person.sees("Your old codes work until").await;
    look("backup-codes-new").await;
    let codes = person.words("#codes li").await;
    saved(person).await;
    person.press("Use the new codes").await;
    person.sees("Your new backup codes are in use.").await;
    site.tamper("UPDATE backup_codes SET used_at = 1 WHERE voided_at IS NULL AND place > 3").await;
    for (page, name) in [
        ("/settings/security/two-factor/backup-codes", "backup-codes-few"),
        (PAGE, "two-factor-few-codes"),
        ("/settings/security", "overview-few-codes"),
    ] {
        person.open(page).await;
        look(name).await;
    }
    codes
}

/// A phone beside the app, and what is asked for then; removed again.
async fn phone(
    site: &Site,
    person: &Person<'_>,
    app: &Authenticator,
    look: &mut impl AsyncFnMut(&str),
) {
    person.open("/settings/security/two-factor/phone").await;
    look("phone").await;
    person.fill("Mobile number", "12").await;
    person.press("Send code").await;
    person.sees("Begin with the country’s code, such as +44.").await;
    look("phone-error").await;
    person.fill("Mobile number", "+44 7400 120001").await;
    person.press("Send code").await;
    person.sees("We have sent a code to").await;
    look("phone-verify").await;
    person.press("Send another code").await;
    person.sees("You can ask for another code in").await;
    look("phone-verify-wait").await;
    let code = newest_text(site).await;
    person.fill("Verification code", &wrong(&code)).await;
    person.press("Verify").await;
    person.sees("This code is not right.").await;
    look("phone-verify-wrong").await;
    person.fill("Verification code", &code).await;
    person.press("Verify").await;
    person.sees("+44 7400 120001").await;
    look("two-factor-both").await;
    site.wait(STEP);
    begins(person).await;
    person.press("Use a code by SMS").await;
    person.sees("No code has been sent for this sign-in yet.").await;
    look("sign-in-sms").await;
    person.press("Use your authenticator app").await;
    person.fill("Verification code", &app.code(site.clock.now())).await;
    person.press("Sign in").await;
    person.open(PAGE).await;
    person.press_beside("SMS verification", "Remove").await;
    person.sees("Removed.").await;
    site.wait(STEP);
}

/// The code of the newest text message.
async fn newest_text(site: &Site) -> String {
    site.texts().await[0].text[..6].to_owned()
}

async fn step_up(
    site: &Site,
    person: &Person<'_>,
    app: &Authenticator,
    look: &mut impl AsyncFnMut(&str),
) {
    site.wait(HOUR);
    person.open(PAGE).await;
    person.press("Replace").await;
    person.sees("Confirm it’s you").await;
    look("step-up-code").await;
    person.fill("Verification code", &wrong(&app.code(site.clock.now()))).await;
    person.press("Confirm").await;
    person.sees("This code is not right.").await;
    look("step-up-code-wrong").await;
    person.press("Use a backup code").await;
    person.sees("one of the backup codes that you saved").await;
    look("step-up-backup-code").await;
    person.press("Use your authenticator app").await;
    person.fill("Verification code", &app.code(site.clock.now())).await;
    person.press("Confirm").await;
    person.sees("Choose method").await;
    look("two-factor-choose-replacement").await;
}

async fn sign_in(
    site: &Site,
    person: &Person<'_>,
    app: &Authenticator,
    codes: &[String],
    look: &mut impl AsyncFnMut(&str),
) {
    site.wait(STEP);
    begins(person).await;
    look("sign-in-two-factor").await;
    person.press("Sign in").await;
    person.sees("Fill this in.").await;
    look("sign-in-two-factor-empty").await;
    person.fill("Verification code", &wrong(&app.code(site.clock.now()))).await;
    person.press("Sign in").await;
    person.sees("This code is not right.").await;
    look("sign-in-two-factor-wrong").await;
    person.press("Use a backup code").await;
    person.sees("Each works once.").await;
    look("sign-in-backup-code").await;
    person.fill("Backup code", "aaaa-bbbb-cccc-dddd").await;
    person.press("Sign in").await;
    person.sees("This is none of your unused backup codes.").await;
    look("sign-in-backup-code-wrong").await;
    person.fill("Backup code", &codes[0]).await;
    person.tick("Trust this browser for 30 days").await;
    person.press("Sign in").await;
    person.sees("few are left").await;
    look("overview-signed-in-by-backup-code").await;
    person.open("/settings/security/devices").await;
    person.sees("trusted until").await;
    look("known-browsers-trusted").await;
    person.press("Stop trusting browsers").await;
    person.sees("Confirm it’s you").await;
    person.fill("Verification code", &app.code(site.clock.now())).await;
    person.press("Confirm").await;
    person.press("Stop trusting browsers").await;
    person.sees("Every browser will be asked").await;
    look("known-browsers-trust-ended").await;
}

/// The password is right, and the second factor is asked for.
async fn begins(person: &Person<'_>) {
    person.open("/sign-out").await;
    person.press("Sign out").await;
    person.sees("You are signed out.").await;
    person.fill("Email", EMAIL).await;
    person.fill("Password", PASSWORD).await;
    person.press("Sign in").await;
    person.arrives("/sign-in/two-factor").await;
}

async fn disable(
    site: &Site,
    person: &Person<'_>,
    app: &Authenticator,
    look: &mut impl AsyncFnMut(&str),
) {
    person.open(PAGE).await;
    person.press("Disable 2FA").await;
    person.sees("Your password alone will be enough").await;
    look("disable-two-factor").await;
    person.press("Confirm disable").await;
    person.sees("Fill this in.").await;
    look("disable-two-factor-empty").await;
    person.fill("Password", "not my password").await;
    person.fill("Verification code", &app.code(site.clock.now())).await;
    person.press("Confirm disable").await;
    person.sees("This is not your password.").await;
    look("disable-two-factor-wrong-password").await;
    person.fill("Password", PASSWORD).await;
    person.fill("Verification code", &wrong(&app.code(site.clock.now()))).await;
    person.press("Confirm disable").await;
    person.sees("This code is not right.").await;
    look("disable-two-factor-wrong-code").await;
    person.fill("Password", PASSWORD).await;
    person.fill("Verification code", &app.code(site.clock.now())).await;
    person.press("Confirm disable").await;
    person.sees("2FA is off. Your other sessions are signed out.").await;
    look("two-factor-disabled").await;
    person.open("/settings/security").await;
    look("overview-two-factor-off").await;
}

/// The account that is shown has lost everything.
pub async fn removed_by_administrator(
    site: &Site,
    person: &Person<'_>,
    look: &mut impl AsyncFnMut(&str),
) {
    let sql = "UPDATE accounts SET second_factors = 'authenticator' WHERE name = 'Amara Nwosu'";
    site.tamper(sql).await;
    person.open(&person.path().await).await;
    look("admin-account-two-factor").await;
    person.press("Remove second factor").await;
    person.sees("first make sure that it is them").await;
    look("admin-remove-second-factor").await;
    person.press("Remove second factor").await;
    person.sees("Fill this in.").await;
    look("admin-remove-second-factor-error").await;
    person.fill("Reason", "lost phone and backup codes").await;
    person.press("Remove second factor").await;
    person.sees("The second factors are removed").await;
    look("admin-account-second-factor-removed").await;
    // She comes back, by her password alone.
    site.browser().signs_in("amara.nwosu@example.com", PASSWORD).await;
    person.open(&person.path().await).await;
}
