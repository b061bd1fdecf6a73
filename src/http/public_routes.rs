//! The part of the table that anybody may ask for: signing in, ways back in and
//! links that mail carries.

use super::access::Public;
use super::routes::{Route, form, page};
use crate::delivery::local_mail;
use crate::features::security_log::Kind;
use crate::features::{
    account, account_lock, administration, email_change, login_notifications, recovery, sign_in,
    sign_up,
};

pub(super) fn routes() -> Vec<Route> {
    const FORGOT: &str = "/forgot-password";
    const RESET: &str = "/link/password-reset/{link}";
    const INVITATION: &str = "/link/invitation/{link}";
    const SIGN_UP: &str = "/sign-up";
    const SIGN_UP_LINK: &str = "/link/sign-up/{link}";
    const EMAIL_CHANGE: &str = "/link/email-change/{link}";
    const EMAIL_UNDO: &str = "/link/email-undo/{link}";
    let mut routes = vec![
        page::<Public, _, _>("/", account::web::home),
        page::<Public, _, _>("/sign-in", sign_in::web::page),
        form::<Public, _, _>(
            "/sign-in",
            "/sign-in",
            &[Kind::SignIn, Kind::SignInBegun, Kind::AccountKept, Kind::AccountUnlocked],
            sign_in::web::submit,
        ),
        page::<Public, _, _>(account_lock::web::LOCKED, account_lock::web::locked_page),
        page::<Public, _, _>(local_mail::PATH, local_mail::list),
        page::<Public, _, _>("/mail/{id}", local_mail::message),
        page::<Public, _, _>("/mail/{id}/html", local_mail::html),
        page::<Public, _, _>(FORGOT, recovery::web::forgot_page),
        form::<Public, _, _>(FORGOT, FORGOT, &[Kind::PasswordResetAsked], recovery::web::forgot),
        page::<Public, _, _>(RESET, recovery::web::reset_page),
        form::<Public, _, _>(
            RESET,
            RESET,
            &[Kind::PasswordReset, Kind::AccountUnlocked, Kind::AccessTokensRevoked],
            recovery::web::reset,
        ),
        page::<Public, _, _>(INVITATION, recovery::web::invitation_page),
        form::<Public, _, _>(
            INVITATION,
            INVITATION,
            &[Kind::InvitationAccepted],
            recovery::web::accept_invitation,
        ),
        page::<Public, _, _>(SIGN_UP, sign_up::web::ask_page),
        form::<Public, _, _>(SIGN_UP, SIGN_UP, &[Kind::SignUpAsked], sign_up::web::ask),
        page::<Public, _, _>(SIGN_UP_LINK, sign_up::web::link_page),
        form::<Public, _, _>(SIGN_UP_LINK, SIGN_UP_LINK, &[Kind::SignedUp], sign_up::web::sign_up),
        page::<Public, _, _>("/set-up/{link}", administration::web::set_up_page),
        form::<Public, _, _>(
            "/set-up/{link}",
            "/set-up/{link}",
            &[Kind::AdministratorSetUp, Kind::SetUp],
            administration::web::set_up,
        ),
        page::<Public, _, _>(EMAIL_CHANGE, email_change::web::confirm_page),
        form::<Public, _, _>(
            EMAIL_CHANGE,
            EMAIL_CHANGE,
            &[Kind::EmailChanged],
            email_change::web::confirm_change,
        ),
        page::<Public, _, _>(EMAIL_UNDO, email_change::web::undo_page),
        form::<Public, _, _>(
            EMAIL_UNDO,
            EMAIL_UNDO,
            &[Kind::EmailChangeUndone],
            email_change::web::undo_change,
        ),
    ];
    routes.extend(of_notices());
    routes
}

/// What the links of a notice of a sign-in lead to.
fn of_notices() -> Vec<Route> {
    const ME: &str = "/link/sign-in/{link}/me";
    const NOT_ME: &str = "/link/sign-in/{link}/not-me";
    use login_notifications::web;
    vec![
        page::<Public, _, _>(ME, web::me_page),
        form::<Public, _, _>(ME, ME, &[Kind::FindingAnswered], web::me),
        page::<Public, _, _>(NOT_ME, web::not_me_page),
        form::<Public, _, _>(NOT_ME, NOT_ME, &[Kind::FindingAnswered], web::not_me),
        form::<Public, _, _>(
            "/link/sign-in/{link}/lock",
            NOT_ME,
            &[Kind::AccountLocked],
            web::lock,
        ),
    ]
}
