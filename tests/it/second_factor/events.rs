//! What two-factor authentication writes to the log; `lg_04` asks for all of it.

use crate::security_log::events::{By, Watch, agent, session};
use crate::support::phone::{AUTHENTICATOR, CODES, DISABLE, ENABLE, Phone, SAVE, STEP, TWO_FACTOR};
use crate::support::{Browser, OTHER_PASSWORD, PASSWORD};
use portcullis::features::security_log::{Kind, Outcome, Reason};
use portcullis::ids::{AccountId, SessionId};
use std::time::Duration;

const FAY: &str = "fay@example.com";
const PHONE: &str = "/settings/security/two-factor/phone";
const CANCEL: &str = "/settings/security/two-factor/cancel";
const PREFER: &str = "/settings/security/two-factor/prefer";
const REMOVE: &str = "/settings/security/two-factor/remove";
const NO_BACKUP_CODE: &str = "0000-0000-0000-0000";

/// The owner in a session, and what each act of hers writes.
struct Fay<'a, 'b> {
    watch: &'a mut Watch<'b>,
    id: AccountId,
    session: SessionId,
    browser: Browser,
}

impl Fay<'_, '_> {
    /// Sends a form from a page, and looks at the one event that it writes.
    async fn acts(
        &mut self,
        (page, path): (&str, &str),
        fields: &[(&str, &str)],
        status: u16,
        (kind, reason): (Kind, Option<Reason>),
    ) {
        self.browser.get(page).await.is(200);
        let before = self.browser.clone();
        self.browser.post(path, fields).await.is(status);
        let by = By::Owner(self.id, self.session, &before);
        self.watch.one(kind, reason, Some(self.id), by).await;
    }

    fn code(&self, phone: &Phone) -> String {
        phone.code(self.watch.app.clock.now())
    }

    fn wrong(&self, phone: &Phone) -> String {
        phone.wrong(self.watch.app.clock.now())
    }
}

/// Two texts are sent.
pub async fn second_factors(watch: &mut Watch<'_>) {
    let id = watch.app.account(FAY).await.id;
    let mut browser = agent(watch.app, "Fay");
    browser.signs_in(FAY, PASSWORD).await;
    watch.fresh().await;
    let session = session(&browser);
    let mut fay = Fay { watch, id, session, browser };
    without_any(&mut fay).await;
    let phone = switching_on(&mut fay).await;
    let phone = replacing(&mut fay, &phone).await;
    by_sms(&mut fay).await;
    stepping_up(&mut fay, &phone).await;
    signing_in(&mut fay, &phone).await;
    switching_off(&mut fay, &phone).await;
}

async fn without_any(fay: &mut Fay<'_, '_>) {
    let none = Some(Reason::NoSecondFactor);
    let unverified = Some(Reason::EmailUnverified);
    fay.acts((ENABLE, ENABLE), &[], 303, (Kind::SecondFactorBegun, unverified)).await;
    fay.watch.app.verify_email(FAY).await;
    let authenticator = [("kind", "authenticator")];
    fay.acts((ENABLE, CODES), &[], 303, (Kind::BackupCodesPrepared, none)).await;
    fay.acts((ENABLE, SAVE), &[("saved", "yes")], 303, (Kind::BackupCodesConfirmed, none)).await;
    let code = [("code", "000000")];
    fay.acts((ENABLE, AUTHENTICATOR), &code, 303, (Kind::SecondFactorVerified, none)).await;
    fay.acts((ENABLE, CANCEL), &[], 303, (Kind::SecondFactorAbandoned, none)).await;
    fay.acts((ENABLE, PREFER), &authenticator, 404, (Kind::SecondFactorPreferred, none)).await;
    fay.acts((ENABLE, REMOVE), &authenticator, 404, (Kind::SecondFactorRemoved, none)).await;
    let both = [("password", PASSWORD), ("code", NO_BACKUP_CODE)];
    let already = (Kind::TwoFactorDisabled, Some(Reason::Already));
    fay.acts((ENABLE, DISABLE), &both, 303, already).await;
}

async fn switching_on(fay: &mut Fay<'_, '_>) -> Phone {
    let begun = (Kind::SecondFactorBegun, None);
    fay.acts((ENABLE, ENABLE), &[], 303, begun).await;
    fay.acts((TWO_FACTOR, CANCEL), &[], 303, (Kind::SecondFactorAbandoned, None)).await;
    fay.acts((ENABLE, ENABLE), &[], 303, begun).await;
    let phone = Phone::typed_from(&fay.browser.get(AUTHENTICATOR).await);
    fay.browser.post(AUTHENTICATOR, &[("code", "12345")]).await.is(400);
    fay.watch.nothing().await;
    let wrong = fay.wrong(&phone);
    let refused = (Kind::SecondFactorVerified, Some(Reason::WrongCode));
    fay.acts((AUTHENTICATOR, AUTHENTICATOR), &[("code", &wrong)], 403, refused).await;
    let code = fay.code(&phone);
    let verified = (Kind::SecondFactorVerified, None);
    fay.acts((AUTHENTICATOR, AUTHENTICATOR), &[("code", &code)], 303, verified).await;
    fay.browser.get(SAVE).await.is(200);
    fay.browser.post(SAVE, &[]).await.is(400);
    fay.watch.nothing().await;
    fay.acts((SAVE, SAVE), &[("saved", "yes")], 303, (Kind::TwoFactorEnabled, None)).await;
    fay.watch.app.wait(STEP);
    phone
}

async fn replacing(fay: &mut Fay<'_, '_>, _held: &Phone) -> Phone {
    let last = (Kind::SecondFactorRemoved, Some(Reason::LastSecondFactor));
    let authenticator = [("kind", "authenticator")];
    fay.acts((TWO_FACTOR, REMOVE), &authenticator, 303, last).await;
    let preferred = (Kind::SecondFactorPreferred, None);
    fay.acts((TWO_FACTOR, PREFER), &authenticator, 303, preferred).await;
    fay.acts((CODES, CODES), &[], 303, (Kind::BackupCodesPrepared, None)).await;
    let confirmed = (Kind::BackupCodesConfirmed, None);
    fay.acts((SAVE, SAVE), &[("saved", "yes")], 303, confirmed).await;
    fay.acts((ENABLE, ENABLE), &[], 303, (Kind::SecondFactorBegun, None)).await;
    let phone = Phone::typed_from(&fay.browser.get(AUTHENTICATOR).await);
    let code = fay.code(&phone);
    let replaced = (Kind::SecondFactorReplaced, None);
    fay.acts((AUTHENTICATOR, AUTHENTICATOR), &[("code", &code)], 303, replaced).await;
    fay.watch.app.wait(STEP);
    phone
}

async fn by_sms(fay: &mut Fay<'_, '_>) {
    let (verify, send) = (format!("{PHONE}/verify"), format!("{PHONE}/send"));
    let number = [("number", "+447400123457")];
    fay.acts((PHONE, PHONE), &number, 303, (Kind::SecondFactorBegun, None)).await;
    fay.watch.app.wait(Duration::from_mins(1));
    fay.acts((&verify, &send), &[], 303, (Kind::CodeSent, None)).await;
    let code = fay.watch.app.texts().await[0].text[..6].to_owned();
    let added = (Kind::SecondFactorAdded, None);
    fay.acts((&verify, &verify), &[("code", &code)], 303, added).await;
    let removed = (Kind::SecondFactorRemoved, None);
    fay.acts((TWO_FACTOR, REMOVE), &[("kind", "phone")], 303, removed).await;
}

async fn stepping_up(fay: &mut Fay<'_, '_>, phone: &Phone) {
    let (code, wrong) = (fay.code(phone), fay.wrong(phone));
    for (code, status, reason) in [
        (&wrong, 403, Some(Reason::WrongCode)),
        (&code, 303, None),
        (&code, 403, Some(Reason::UsedCode)),
    ] {
        let fields = [("code", code.as_str())];
        fay.acts(("/step-up", "/step-up"), &fields, status, (Kind::StepUp, reason)).await;
    }
}

async fn signing_in(fay: &mut Fay<'_, '_>, phone: &Phone) {
    let id = fay.id;
    let mut other = agent(fay.watch.app, "Other");
    let (code, wrong) = (fay.code(phone), fay.wrong(phone));
    other.half_signs_in(FAY).await;
    fay.watch.one(Kind::SignInBegun, None, Some(id), By::Stranger(&other)).await;
    for (code, reason) in [(&wrong, Reason::WrongCode), (&code, Reason::UsedCode)] {
        other.enters_code(code).await.is(403);
        let entry = fay.watch.one(Kind::SignIn, Some(reason), Some(id), By::Stranger(&other)).await;
        assert_eq!(entry.detail.as_deref(), Some("authenticator"));
    }
    other.enters_code("x").await.is(400);
    fay.watch.nothing().await;
    other.post("/sign-in/two-factor/cancel", &[]).await.leads_to("/sign-in");
    fay.watch.one(Kind::SignInCancelled, None, Some(id), By::Stranger(&other)).await;
    other.half_signs_in(FAY).await;
    fay.watch.one(Kind::SignInBegun, None, Some(id), By::Stranger(&other)).await;
    fay.watch.app.wait(STEP);
    let code = fay.code(phone);
    let fields = [("way", "authenticator"), ("code", &code), ("trust", "yes")];
    other.post("/sign-in/two-factor", &fields).await.is(303);
    let fresh = fay.watch.fresh().await;
    let kinds: Vec<Kind> = fresh.iter().map(|entry| entry.kind).collect();
    assert_eq!(kinds, [Kind::BrowserTrusted, Kind::SignIn]);
    for entry in &fresh {
        assert_eq!((entry.actor, entry.account), (Some(id), Some(id)));
        assert_eq!(entry.outcome, Outcome::Succeeded);
    }
    fay.watch.saw(Kind::BrowserTrusted);
    let devices = "/settings/security/devices";
    let end = format!("{devices}/end-trust");
    fay.acts((devices, &end), &[], 303, (Kind::TrustEnded, None)).await;
}

async fn switching_off(fay: &mut Fay<'_, '_>, phone: &Phone) {
    fay.watch.app.wait(STEP);
    let (code, wrong) = (fay.code(phone), fay.wrong(phone));
    for (password, code, status, reason) in [
        (OTHER_PASSWORD, &code, 403, Some(Reason::WrongPassword)),
        (PASSWORD, &wrong, 403, Some(Reason::WrongCode)),
        (PASSWORD, &code, 303, None),
    ] {
        let fields = [("password", password), ("code", code)];
        fay.acts((DISABLE, DISABLE), &fields, status, (Kind::TwoFactorDisabled, reason)).await;
    }
}
