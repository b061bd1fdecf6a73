//! The help page's chapters on two-factor authentication, done as they say.

use super::authenticator::Authenticator;
use super::person::Person;
use super::site::Site;
use super::spec::Line;
use super::spec_walk::{EMAIL, LAST_PASSWORD};
use std::collections::BTreeSet;
use std::time::Duration;

const PAGE: &str = "/settings/security/two-factor";
const CODES: &str = "/settings/security/two-factor/backup-codes";

/// What its owner has of it: a phone, and the codes that were saved.
#[derive(Default)]
pub struct TwoFactor {
    app: Option<Authenticator>,
    codes: Vec<String>,
}

impl TwoFactor {
    /// What the phone shows, once it shows another code than before.
    fn code(&self, site: &Site) -> String {
        site.wait(Duration::from_secs(30));
        self.app.as_ref().unwrap().code(site.clock.now())
    }

    pub async fn enabling(&mut self, site: &Site, person: &Person<'_>, line: Line) {
        match line.text {
            "Go to Security → Two-Factor Authentication" => goes_there(person).await,
            "Click Enable 2FA" => {
                person.press("Enable 2FA").await;
                person.arrives("/settings/security/two-factor/enable").await;
            }
            "Choose method:" => person.sees("Choose method").await,
            "Authenticator app (recommended)" => {
                person.press_beside(line.text, "Set up").await;
                person.arrives("/settings/security/two-factor/authenticator").await;
            }
            // The other choice, as far as its first code; then back to the app.
            "SMS verification" => {
                person.open("/settings/security/two-factor/enable").await;
                person.press_beside(line.text, "Set up").await;
                person.fill("Mobile number", "+44 7400 120001").await;
                person.press("Send code").await;
                person.fill("Verification code", &site.texts().await[0].text[..6]).await;
                person.press("Verify").await;
                person.sees("Save backup codes").await;
                person.press("Cancel").await;
                person.press("Enable 2FA").await;
                person.press_beside("Authenticator app (recommended)", "Set up").await;
            }
            "Scan QR code or enter key" => {
                let app = Authenticator::scans(person).await;
                assert_eq!((&*app.issuer, &*app.account), ("Portcullis", EMAIL));
                let key = person.words("#key").await.remove(0);
                let now = site.clock.now();
                assert_eq!(Authenticator::types(&key).code(now), app.code(now));
                self.app = Some(app);
            }
            "Enter verification code" => {
                person.fill("Verification code", &self.code(site)).await;
                person.press("Verify").await;
            }
            "Save backup codes" => {
                person.sees(line.text).await;
                self.saves(person, "Turn on 2FA").await;
                person.sees("2FA is on. Your other sessions are signed out.").await;
                begins_to_sign_in(person).await;
                person.fill("Verification code", &self.code(site)).await;
                person.press("Sign in").await;
                person.arrives("/settings/security").await;
            }
            _ => panic!("nobody does {line:?}"),
        }
    }

    /// They count only for who says to have saved them.
    async fn saves(&mut self, person: &Person<'_>, button: &str) {
        person.press(button).await;
        person.sees("Save the codes, then tick that you have saved them.").await;
        self.codes = person.words("#codes li").await;
        person.tick("I have saved these backup codes").await;
        person.press(button).await;
    }

    pub async fn backup_codes(&mut self, site: &Site, person: &Person<'_>, line: Line) {
        match line.text {
            "warning" => {
                person.open(CODES).await;
                assert_eq!(person.words("main .notice.is-warn").await.len(), 1);
            }
            "Store backup codes securely. They are your only recovery option if you lose access to your 2FA device." =>
            {
                assert_eq!(person.words("main .notice.is-warn").await, [line.text]);
            }
            "10 single-use codes provided" => {
                assert_eq!(self.codes.iter().collect::<BTreeSet<_>>().len(), 10);
                person.sees("10 unused codes are left").await;
            }
            "Each code works once" => {
                person.sees(line.text).await;
                begins_to_sign_in(person).await;
                self.uses(person, 0).await;
                person.sees("Signed in with a backup code.").await;
                begins_to_sign_in(person).await;
                self.uses(person, 0).await;
                person.sees("This is none of your unused backup codes.").await;
                self.uses(person, 1).await;
                person.arrives("/settings/security").await;
            }
            "Generate new codes anytime" => {
                site.wait(Duration::from_mins(10));
                person.open(CODES).await;
                person.sees("8 unused codes are left").await;
                person.press("Generate new codes").await;
                person.sees("Confirm it’s you").await;
                person.fill("Verification code", &self.code(site)).await;
                person.press("Confirm").await;
                person.arrives(CODES).await;
                person.press("Generate new codes").await;
                let old = self.codes.clone();
                self.saves(person, "Use the new codes").await;
                person.sees("Your new backup codes are in use. The old ones are invalid.").await;
                begins_to_sign_in(person).await;
                let new = std::mem::replace(&mut self.codes, old);
                self.uses(person, 2).await;
                person.sees("This is none of your unused backup codes.").await;
                self.codes = new;
                self.uses(person, 2).await;
                person.arrives("/settings/security").await;
            }
            "Store in password manager" => {
                person.open(CODES).await;
                person.sees("9 unused codes are left").await;
                person.sees("Store them in a password manager").await;
            }
            _ => panic!("nobody does {line:?}"),
        }
    }

    async fn uses(&self, person: &Person<'_>, index: usize) {
        if person.path().await == "/sign-in/two-factor"
            && person.words("label[for=code]").await == ["Verification code"]
        {
            person.press("Use a backup code").await;
        }
        person.fill("Backup code", &self.codes[index]).await;
        person.press("Sign in").await;
    }

    pub async fn disabling(&mut self, site: &Site, person: &Person<'_>, line: Line) {
        match line.text {
            "Go to Security → Two-Factor Authentication" => goes_there(person).await,
            "Click Disable 2FA" => {
                person.press("Disable 2FA").await;
                person.sees("Your password alone will be enough to sign in.").await;
            }
            "Enter password" => person.fill("Password", LAST_PASSWORD).await,
            "Enter 2FA code" => person.fill("Verification code", &self.code(site)).await,
            "Confirm disable" => {
                person.press("Confirm disable").await;
                person.sees("2FA is off. Your other sessions are signed out.").await;
                person.press("Sign out").await;
                person.sees("You are signed out.").await;
                person.signs_in(EMAIL, LAST_PASSWORD).await;
            }
            _ => panic!("nobody does {line:?}"),
        }
    }
}

async fn goes_there(person: &Person<'_>) {
    person.press("Security").await;
    person.arrives("/settings/security").await;
    person.press("Two-Factor Authentication").await;
    person.arrives(PAGE).await;
}

/// The password is right, and opens nothing alone.
async fn begins_to_sign_in(person: &Person<'_>) {
    person.press("Sign out").await;
    person.sees("You are signed out.").await;
    person.fill("Email", EMAIL).await;
    person.fill("Password", LAST_PASSWORD).await;
    person.press("Sign in").await;
    person.arrives("/sign-in/two-factor").await;
    person.open("/settings/security").await;
    person.arrives("/sign-in?return_to=%2Fsettings%2Fsecurity").await;
    person.open("/sign-in/two-factor").await;
}
