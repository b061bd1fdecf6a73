//! The part of the table that two-factor authentication is: setting it up,
//! keeping it, and being asked for it.

use super::access::{HalfSignedIn, SignedIn, SteppedUp, SteppedUpForSecondFactors};
use super::routes::{Route, form, page};
use crate::features::second_factor::web;
use crate::features::security_log::Kind;
use crate::features::sign_in::two_factor;
use crate::features::{known_devices, step_up};

pub(super) fn routes() -> Vec<Route> {
    const SIGN_IN: &str = "/sign-in/two-factor";
    const TWO_FACTOR: &str = "/settings/security/two-factor";
    const ENABLE: &str = "/settings/security/two-factor/enable";
    const AUTHENTICATOR: &str = "/settings/security/two-factor/authenticator";
    const CODES: &str = "/settings/security/two-factor/backup-codes";
    const SAVE: &str = "/settings/security/two-factor/backup-codes/save";
    const DISABLE: &str = "/settings/security/two-factor/disable";
    let mut routes = vec![
        page::<HalfSignedIn, _, _>(SIGN_IN, two_factor::page),
        form::<HalfSignedIn, _, _>(
            SIGN_IN,
            SIGN_IN,
            &[Kind::SignIn, Kind::AccountKept, Kind::AccountUnlocked, Kind::BrowserTrusted],
            two_factor::submit,
        ),
        form::<HalfSignedIn, _, _>(
            "/sign-in/two-factor/cancel",
            SIGN_IN,
            &[Kind::SignInCancelled],
            two_factor::cancel,
        ),
        page::<SignedIn, _, _>(TWO_FACTOR, web::two_factor_page),
        page::<SteppedUpForSecondFactors, _, _>(ENABLE, web::choose_page),
        form::<SteppedUpForSecondFactors, _, _>(
            ENABLE,
            ENABLE,
            &[Kind::SecondFactorBegun],
            web::set_up,
        ),
        page::<SteppedUpForSecondFactors, _, _>(AUTHENTICATOR, web::authenticator_page),
        form::<SteppedUpForSecondFactors, _, _>(
            AUTHENTICATOR,
            AUTHENTICATOR,
            &[Kind::SecondFactorVerified, Kind::SecondFactorAdded, Kind::SecondFactorReplaced],
            web::verify,
        ),
        form::<SignedIn, _, _>(
            "/settings/security/two-factor/cancel",
            TWO_FACTOR,
            &[Kind::SecondFactorAbandoned],
            web::cancel,
        ),
        form::<SignedIn, _, _>(
            "/settings/security/two-factor/prefer",
            TWO_FACTOR,
            &[Kind::SecondFactorPreferred],
            web::prefer,
        ),
        form::<SteppedUpForSecondFactors, _, _>(
            "/settings/security/two-factor/remove",
            TWO_FACTOR,
            &[Kind::SecondFactorRemoved],
            web::remove,
        ),
        page::<SignedIn, _, _>(CODES, web::backup_codes_page),
        form::<SteppedUpForSecondFactors, _, _>(
            CODES,
            CODES,
            &[Kind::BackupCodesPrepared],
            web::generate,
        ),
        page::<SteppedUpForSecondFactors, _, _>(SAVE, web::save_page),
        page::<SteppedUpForSecondFactors, _, _>(
            "/settings/security/two-factor/backup-codes/download",
            web::download,
        ),
        form::<SteppedUpForSecondFactors, _, _>(
            SAVE,
            SAVE,
            &[Kind::BackupCodesConfirmed, Kind::TwoFactorEnabled],
            web::confirm,
        ),
        page::<SignedIn, _, _>(DISABLE, web::disable_page),
        form::<SignedIn, _, _>(DISABLE, DISABLE, &[Kind::TwoFactorDisabled], web::disable_submit),
        form::<SteppedUp, _, _>(
            "/settings/security/devices/end-trust",
            "/settings/security/devices",
            &[Kind::TrustEnded],
            known_devices::web::end_trust,
        ),
    ];
    routes.extend(by_sms());
    routes
}

/// What has to do with codes by text message.
fn by_sms() -> Vec<Route> {
    const SIGN_IN: &str = "/sign-in/two-factor";
    const DISABLE: &str = "/settings/security/two-factor/disable";
    const PHONE: &str = "/settings/security/two-factor/phone";
    const VERIFY_PHONE: &str = "/settings/security/two-factor/phone/verify";
    vec![
        form::<HalfSignedIn, _, _>(
            "/sign-in/two-factor/send",
            SIGN_IN,
            &[Kind::CodeSent],
            two_factor::send,
        ),
        form::<SignedIn, _, _>(
            "/step-up/send",
            "/settings/security",
            &[Kind::CodeSent],
            step_up::web::send,
        ),
        page::<SteppedUpForSecondFactors, _, _>(PHONE, web::phone_page),
        form::<SteppedUpForSecondFactors, _, _>(
            PHONE,
            PHONE,
            &[Kind::SecondFactorBegun],
            web::phone_submit,
        ),
        page::<SteppedUpForSecondFactors, _, _>(VERIFY_PHONE, web::verify_phone_page),
        form::<SteppedUpForSecondFactors, _, _>(
            VERIFY_PHONE,
            VERIFY_PHONE,
            &[Kind::SecondFactorVerified, Kind::SecondFactorAdded, Kind::SecondFactorReplaced],
            web::verify_phone,
        ),
        form::<SteppedUpForSecondFactors, _, _>(
            "/settings/security/two-factor/phone/send",
            VERIFY_PHONE,
            &[Kind::CodeSent],
            web::resend,
        ),
        form::<SignedIn, _, _>(
            "/settings/security/two-factor/disable/send",
            DISABLE,
            &[Kind::CodeSent],
            web::send_disable_code,
        ),
    ]
}
