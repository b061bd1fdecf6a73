//! The part of the table that leads to applications, and away from them.

use super::access::{Public, SignedIn};
use super::routes::{Route, form, page};
use crate::features::open_id::web;
use crate::features::security_log::Kind;

pub(super) fn routes() -> Vec<Route> {
    const CONSENT: &str = "/oauth/consent";
    const SIGN_OUT: &str = "/oauth/sign-out";
    vec![
        page::<Public, _, _>("/oauth/authorize", web::authorize),
        page::<SignedIn, _, _>(CONSENT, web::consent_page),
        form::<SignedIn, _, _>(CONSENT, CONSENT, &[Kind::ApplicationAccessGranted], web::consent),
        page::<Public, _, _>(SIGN_OUT, web::sign_out_page),
        form::<Public, _, _>("/oauth/sign-out/confirm", SIGN_OUT, &[Kind::SignOut], web::sign_out),
    ]
}
