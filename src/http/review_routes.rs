//! The part of the table that is the review of suspicious activity, and the page that
//! makes an account safe again.

use super::access::{SignedIn, SteppedUp, SteppedUpForSecondFactors};
use super::routes::{Route, form, page};
use crate::features::secure_account::web as secure;
use crate::features::security_log::Kind;
use crate::features::suspicious_activity::web;

pub(super) fn routes() -> Vec<Route> {
    const REVIEW: &str = "/settings/security/review";
    const SECURE: &str = "/settings/security/review/secure";
    vec![
        page::<SignedIn, _, _>(REVIEW, web::page),
        form::<SignedIn, _, _>(
            "/settings/security/review/{finding}",
            REVIEW,
            &[Kind::FindingAnswered],
            web::submit,
        ),
        page::<SignedIn, _, _>(SECURE, secure::page),
        form::<SignedIn, _, _>(
            "/settings/security/review/secure/sign-out-others",
            SECURE,
            &[Kind::OtherSessionsEnded],
            secure::sign_out_others,
        ),
        form::<SignedIn, _, _>(
            "/settings/security/review/secure/password",
            SECURE,
            &[Kind::PasswordChanged],
            secure::change_password,
        ),
        form::<SteppedUpForSecondFactors, _, _>(
            "/settings/security/review/secure/remove-factor",
            SECURE,
            &[Kind::SecondFactorRemoved],
            secure::remove_factor,
        ),
        form::<SteppedUp, _, _>(
            "/settings/security/review/secure/forget-devices",
            SECURE,
            &[Kind::DevicesForgotten],
            secure::forget_devices,
        ),
    ]
}
