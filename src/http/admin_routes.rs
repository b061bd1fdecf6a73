//! The administrator's part of the table of routes.

use super::access::{Administrator, AdministratorSteppedUp, Auditor, AuditorSteppedUp};
use super::routes::{Route, form, page, reading};
use crate::features::administration::web::acts::{AccountAct, ask, submit};
use crate::features::administration::web::{
    account, accounts, end_sessions, export, invite, log, organisations, outbox, tokens,
};
use crate::features::security_log::Kind;

const ACCOUNT: &str = "/admin/accounts/{id}";

/// A page that asks, and its form.
fn asked(path: &'static str, logs: &'static [Kind], act: AccountAct) -> [Route; 2] {
    [
        page::<AdministratorSteppedUp, _, _>(path, move |visit, may| ask(visit, may, act)),
        form::<AdministratorSteppedUp, _, _>(path, path, logs, move |visit, may| {
            submit(visit, may, act)
        }),
    ]
}

/// A form on the account's own page.
fn at_once(path: &'static str, logs: &'static [Kind], act: AccountAct) -> Route {
    form::<AdministratorSteppedUp, _, _>(path, ACCOUNT, logs, move |visit, may| {
        submit(visit, may, act)
    })
}

/// Logs as files.
fn exports() -> [Route; 4] {
    const LOG: &str = "/admin/log/export";
    const OF_ACCOUNT: &str = "/admin/accounts/{id}/log/export";
    const LOGS: &[Kind] = &[Kind::LogExported];
    [
        page::<AuditorSteppedUp, _, _>(LOG, export::page),
        form::<AuditorSteppedUp, _, _>(LOG, LOG, LOGS, export::submit),
        page::<AuditorSteppedUp, _, _>(OF_ACCOUNT, export::page_of_account),
        form::<AuditorSteppedUp, _, _>(OF_ACCOUNT, OF_ACCOUNT, LOGS, export::submit_of_account),
    ]
}

/// Organisations, as far as they are not their own owners'.
fn organisations_routes() -> [Route; 7] {
    const NEW: &str = "/admin/organisations/new";
    const ONE: &str = "/admin/organisations/{slug}";
    const REMOVE: &str = "/admin/organisations/{slug}/remove";
    [
        page::<Administrator, _, _>("/admin/organisations", organisations::list),
        page::<AdministratorSteppedUp, _, _>(NEW, organisations::new),
        form::<AdministratorSteppedUp, _, _>(
            NEW,
            NEW,
            &[Kind::OrganisationCreated],
            organisations::create,
        ),
        page::<Administrator, _, _>(ONE, organisations::one),
        form::<AdministratorSteppedUp, _, _>(
            ONE,
            ONE,
            &[Kind::OrganisationChanged],
            organisations::change,
        ),
        page::<AdministratorSteppedUp, _, _>(REMOVE, organisations::remove_page),
        form::<AdministratorSteppedUp, _, _>(
            REMOVE,
            REMOVE,
            &[Kind::OrganisationRemoved],
            organisations::remove,
        ),
    ]
}

/// All of it. None of it is there for anybody else.
pub(super) fn routes() -> Vec<Route> {
    const NEW: &str = "/admin/accounts/new";
    const EVERYBODY: &str = "/admin/end-sessions";
    let mut routes = vec![
        page::<Auditor, _, _>("/admin", accounts::home),
        page::<Auditor, _, _>("/admin/accounts", accounts::page),
        page::<AdministratorSteppedUp, _, _>(NEW, invite::page),
        form::<AdministratorSteppedUp, _, _>(NEW, NEW, &[Kind::AccountInvited], invite::submit),
        page::<Administrator, _, _>(ACCOUNT, account::page),
        page::<Administrator, _, _>("/admin/accounts/{id}/tokens", tokens::page),
        form::<AdministratorSteppedUp, _, _>(
            "/admin/accounts/{id}/tokens/{token}/revoke",
            "/admin/accounts/{id}/tokens",
            &[Kind::AccessTokenRevoked],
            tokens::revoke,
        ),
        reading::<Auditor, _, _>("/admin/accounts/{id}/log", &[Kind::LogRead], log::of_account),
        at_once("/admin/accounts/{id}/restore", &[Kind::AccountRestored], AccountAct::Restore),
        at_once("/admin/accounts/{id}/keep", &[Kind::AccountKept], AccountAct::Keep),
        at_once(
            "/admin/accounts/{id}/reset-link",
            &[Kind::ResetLinkSent],
            AccountAct::SendResetLink,
        ),
        at_once(
            "/admin/accounts/{id}/invitation",
            &[Kind::InvitationSent],
            AccountAct::ResendInvitation,
        ),
        page::<AdministratorSteppedUp, _, _>(EVERYBODY, end_sessions::page),
        form::<AdministratorSteppedUp, _, _>(
            EVERYBODY,
            EVERYBODY,
            &[Kind::EverySessionEnded],
            end_sessions::submit,
        ),
        page::<Administrator, _, _>("/admin/outbox", outbox::page),
        form::<AdministratorSteppedUp, _, _>(
            "/admin/outbox/{id}/retry",
            "/admin/outbox",
            &[Kind::MessageRetried],
            outbox::try_again,
        ),
        reading::<Auditor, _, _>("/admin/log", &[Kind::LogRead], log::page),
        reading::<Auditor, _, _>("/admin/log/{id}", &[Kind::LogRead], log::event),
    ];
    routes.extend(exports());
    routes.extend(organisations_routes());
    routes.extend(asked(
        "/admin/accounts/{id}/suspend",
        &[Kind::AccountSuspended],
        AccountAct::Suspend,
    ));
    routes.extend(asked(
        "/admin/accounts/{id}/unlock",
        &[Kind::AccountUnlocked],
        AccountAct::Unlock,
    ));
    routes.extend(asked("/admin/accounts/{id}/close", &[Kind::AccountClosing], AccountAct::Close));
    routes.extend(asked(
        "/admin/accounts/{id}/require-password-change",
        &[Kind::PasswordChangeRequired],
        AccountAct::RequirePasswordChange,
    ));
    routes.extend(asked(
        "/admin/accounts/{id}/end-sessions",
        &[Kind::SessionsEnded],
        AccountAct::EndSessions,
    ));
    routes.extend(asked(
        "/admin/accounts/{id}/revoke-tokens",
        &[Kind::AccessTokensRevoked],
        AccountAct::RevokeTokens,
    ));
    routes.extend(asked(
        "/admin/accounts/{id}/remove-second-factor",
        &[Kind::SecondFactorsRemoved],
        AccountAct::RemoveSecondFactor,
    ));
    routes.extend(asked(
        "/admin/accounts/{id}/make-administrator",
        &[Kind::AdministratorMade],
        AccountAct::MakeAdministrator,
    ));
    routes.extend(asked(
        "/admin/accounts/{id}/unmake-administrator",
        &[Kind::AdministratorUnmade],
        AccountAct::UnmakeAdministrator,
    ));
    routes.extend(asked(
        "/admin/accounts/{id}/make-auditor",
        &[Kind::AuditorMade],
        AccountAct::MakeAuditor,
    ));
    routes.extend(asked(
        "/admin/accounts/{id}/unmake-auditor",
        &[Kind::AuditorUnmade],
        AccountAct::UnmakeAuditor,
    ));
    routes
}
