//! People with a second factor, and what they do on the pages.

use super::{Browser, PASSWORD, Reply, TestApp};
use crate::browser::authenticator::Authenticator;
use portcullis::features::account::Account;
use portcullis::time::Timestamp;
use std::time::Duration;

pub const TWO_FACTOR: &str = "/settings/security/two-factor";
pub const ENABLE: &str = "/settings/security/two-factor/enable";
pub const AUTHENTICATOR: &str = "/settings/security/two-factor/authenticator";
pub const CODES: &str = "/settings/security/two-factor/backup-codes";
pub const SAVE: &str = "/settings/security/two-factor/backup-codes/save";
pub const DISABLE: &str = "/settings/security/two-factor/disable";
pub const CHALLENGE: &str = "/sign-in/two-factor";
/// How long a code is shown.
pub const STEP: Duration = Duration::from_secs(30);

/// An authenticator app on a phone.
#[derive(Debug, Clone)]
pub struct Phone {
    app: Authenticator,
}

impl Phone {
    /// Types the key of the page that sets one up.
    pub fn typed_from(page: &Reply) -> Self {
        let (_, rest) = page.body.split_once("id=\"key\">").expect("no key on the page");
        Self { app: Authenticator::types(rest.split_once('<').unwrap().0) }
    }

    /// What it shows at a time, without the space.
    pub fn code(&self, now: Timestamp) -> String {
        self.app.code(now).replace(' ', "")
    }

    /// What it does not show, now or in the steps around.
    pub fn wrong(&self, now: Timestamp) -> String {
        let shown = [self.code(now.minus(STEP)), self.code(now), self.code(now.plus(STEP))];
        let digits = ["000000", "111111", "222222", "333333"];
        let wrong = digits.iter().find(|code| !shown.iter().any(|own| own == *code));
        (*wrong.unwrap()).to_owned()
    }
}

/// An account with two-factor authentication.
#[derive(Clone)]
pub struct Holder {
    pub account: Account,
    pub phone: Phone,
    /// As they are shown.
    pub codes: Vec<String>,
    /// Where it was switched on, in a session.
    pub browser: Browser,
}

impl TestApp {
    /// Its owner has opened the link that proves it.
    pub async fn verify_email(&self, email: &str) {
        let sql =
            format!("UPDATE accounts SET email_verified_at = 1 WHERE email_canonical = '{email}'");
        assert_eq!(self.tamper(&sql).await, 1);
    }

    /// An account with [`PASSWORD`], an authenticator app and backup codes, switched
    /// on by its owner. The code that the phone shows was not used yet.
    pub async fn enrolled(&self, email: &str) -> Holder {
        let account = self.account(email).await;
        self.verify_email(email).await;
        let mut browser = self.browser();
        browser.signs_in(email, PASSWORD).await;
        let (phone, codes) = browser.enables(self).await;
        self.wait(STEP);
        Holder { account, phone, codes, browser }
    }
}

/// The backup codes of a page.
pub fn codes_of(page: &Reply) -> Vec<String> {
    let parts = page.body.split("<li><code>").skip(1);
    parts.filter_map(|part| part.split_once('<')).map(|(code, _)| code.to_owned()).collect()
}

impl Browser {
    /// Begins to set up an authenticator app, as far as its key.
    pub async fn begins_enrolment(&mut self) -> Phone {
        self.get(ENABLE).await.is(200);
        self.post(ENABLE, &[("method", "authenticator")]).await.leads_to(AUTHENTICATOR);
        Phone::typed_from(self.get(AUTHENTICATOR).await.is(200))
    }

    /// Goes on as far as the backup codes.
    pub async fn proves_enrolment(&mut self, code: &str) -> Vec<String> {
        self.get(AUTHENTICATOR).await.is(200);
        self.post(AUTHENTICATOR, &[("code", code)]).await.leads_to(SAVE);
        let codes = codes_of(self.get(SAVE).await.is(200));
        assert_eq!(codes.len(), 10);
        codes
    }

    pub async fn saves_codes(&mut self) -> Reply {
        self.get(SAVE).await;
        self.post(SAVE, &[("saved", "yes")]).await
    }

    /// Switches two-factor authentication on.
    pub async fn enables(&mut self, app: &TestApp) -> (Phone, Vec<String>) {
        let phone = self.begins_enrolment().await;
        let codes = self.proves_enrolment(&phone.code(app.clock.now())).await;
        self.saves_codes().await.leads_to(TWO_FACTOR);
        (phone, codes)
    }

    /// The password is right, and a second factor is asked for.
    pub async fn half_signs_in(&mut self, email: &str) {
        self.half_signs_in_with(email, PASSWORD).await;
    }

    /// The same with another password.
    pub async fn half_signs_in_with(&mut self, email: &str, password: &str) {
        self.sign_in(email, password).await.leads_to(CHALLENGE);
        self.get(CHALLENGE).await.is(200);
    }

    /// A code in the page that asks for one.
    pub async fn enters(&mut self, way: &str, code: &str) -> Reply {
        self.post(CHALLENGE, &[("way", way), ("code", code)]).await
    }

    pub async fn enters_code(&mut self, code: &str) -> Reply {
        self.enters("authenticator", code).await
    }

    pub async fn enters_backup_code(&mut self, code: &str) -> Reply {
        self.enters("backup-code", code).await
    }

    /// Password and code.
    pub async fn signs_in_with_code(&mut self, email: &str, code: &str) {
        self.half_signs_in(email).await;
        self.enters_code(code).await.leads_to("/settings/security");
    }

    /// The step-up for everything, by a code.
    pub async fn steps_up(&mut self, code: &str) -> Reply {
        self.get("/step-up").await.is(200);
        self.post("/step-up", &[("way", "authenticator"), ("code", code)]).await
    }

    /// The step-up for second factors.
    pub async fn steps_up_for_second_factors(&mut self, way: &str, code: &str) -> Reply {
        self.get("/step-up?for=second-factors").await.is(200);
        let fields = [("way", way), ("code", code), ("for", "second-factors")];
        self.post("/step-up", &fields).await
    }

    pub async fn disables(&mut self, password: &str, way: &str, code: &str) -> Reply {
        self.get(DISABLE).await;
        self.post(DISABLE, &[("password", password), ("way", way), ("code", code)]).await
    }

    /// Whether a session of ours is in the browser.
    pub fn has_session(&self) -> bool {
        self.session().is_some_and(|session| session.starts_with("pcl_ses_"))
    }
}
