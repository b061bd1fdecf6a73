//! The part of the table that two-factor authentication is: setting it up,
//! keeping it, and being asked for it.

use super::access::{HalfSignedIn, SignedIn, SteppedUp, SteppedUpForSecondFactors};
use super::routes::{Route, form, page};
use crate::features::known_devices;
use crate::features::second_factor::web;
use crate::features::security_log::Kind;
use crate::features::sign_in::two_factor;

pub(super) fn routes() -> Vec<Route> {
    const SIGN_IN: &str = "/sign-in/two-factor";
    const TWO_FACTOR: &str = "/settings/security/two-factor";
    const ENABLE: &str = "/settings/security/two-factor/enable";
    const AUTHENTICATOR: &str = "/settings/security/two-factor/authenticator";
    const CODES: &str = "/settings/security/two-factor/backup-codes";
    const SAVE: &str = "/settings/security/two-factor/backup-codes/save";
    const DISABLE: &str = "/settings/security/two-factor/disable";
    vec![
        page::<HalfSignedIn, _, _>(SIGN_IN, two_factor::page),
        form::<HalfSignedIn, _, _>(
            SIGN_IN,
            SIGN_IN,
            &[Kind::SignIn, Kind::AccountKept, Kind::BrowserTrusted],
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
    ]
}
