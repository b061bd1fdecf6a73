//! What an administrator does to an account: where it takes something from its
//! owner, a page asks first.

use crate::error::{Refused, Result};
use crate::features::administration::rules::{MAX_REASON, read_reason};
use crate::features::administration::{self, By, Changed, Seen, Whom, see_account};
use crate::features::security_log::Reason;
use crate::http::{AdministratorSteppedUp, Answer, Field, Page, Visit};
use crate::ids::AccountId;
use askama::Template;
use axum::http::StatusCode;
use serde::Deserialize;

/// What can be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountAct {
    /// Keep its owner out.
    Suspend,
    /// Let its owner in again.
    Restore,
    /// Open it again, where its owner can't by mail.
    Unlock,
    /// Forget failed sign-ins: the same as to restore.
    ForgetFailures,
    /// Ask for a new password.
    RequirePasswordChange,
    /// End its sessions.
    EndSessions,
    /// Revoke its access tokens.
    RevokeTokens,
    /// Remove what its owner has lost.
    RemoveSecondFactor,
    /// Mail the link that sets a new password.
    SendResetLink,
    /// Mail the link that sets the first password.
    ResendInvitation,
    /// Let it administer.
    MakeAdministrator,
    /// Let it administer no longer.
    UnmakeAdministrator,
    /// Let it read everybody's log.
    MakeAuditor,
    /// Let it read only its own.
    UnmakeAuditor,
    /// Close it on its owner's request.
    Close,
    /// Keep it after all.
    Keep,
}

impl AccountAct {
    /// The last part of its path.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Suspend => "suspend",
            Self::Restore | Self::ForgetFailures => "restore",
            Self::Unlock => "unlock",
            Self::RequirePasswordChange => "require-password-change",
            Self::EndSessions => "end-sessions",
            Self::RevokeTokens => "revoke-tokens",
            Self::RemoveSecondFactor => "remove-second-factor",
            Self::SendResetLink => "reset-link",
            Self::ResendInvitation => "invitation",
            Self::MakeAdministrator => "make-administrator",
            Self::UnmakeAdministrator => "unmake-administrator",
            Self::MakeAuditor => "make-auditor",
            Self::UnmakeAuditor => "unmake-auditor",
            Self::Close => "close",
            Self::Keep => "keep",
        }
    }

    /// The message that is its heading.
    pub const fn title_key(self) -> &'static str {
        match self {
            Self::Suspend => "title-admin-suspend",
            Self::Restore => "title-admin-restore",
            Self::Unlock => "title-admin-unlock",
            Self::ForgetFailures => "title-admin-forget-failures",
            Self::RequirePasswordChange => "title-admin-require-password-change",
            Self::EndSessions => "title-admin-end-sessions",
            Self::RevokeTokens => "title-revoke-tokens",
            Self::RemoveSecondFactor => "title-admin-remove-second-factor",
            Self::SendResetLink => "title-admin-reset-link",
            Self::ResendInvitation => "title-admin-invitation",
            Self::MakeAdministrator => "title-admin-make-administrator",
            Self::UnmakeAdministrator => "title-admin-unmake-administrator",
            Self::MakeAuditor => "title-admin-make-auditor",
            Self::UnmakeAuditor => "title-admin-unmake-auditor",
            Self::Close => "title-admin-close",
            Self::Keep => "title-admin-keep",
        }
    }

    /// The message that says what it does.
    pub const fn explanation_key(self) -> &'static str {
        match self {
            Self::Suspend => "act-suspend-text",
            Self::Restore => "act-restore-text",
            Self::Unlock => "act-unlock-text",
            Self::ForgetFailures => "act-forget-failures-text",
            Self::RequirePasswordChange => "act-require-password-change-text",
            Self::EndSessions => "act-end-sessions-text",
            Self::RevokeTokens => "act-revoke-tokens-text",
            Self::RemoveSecondFactor => "act-remove-second-factor-text",
            Self::SendResetLink => "act-reset-link-text",
            Self::ResendInvitation => "act-invitation-text",
            Self::MakeAdministrator => "act-make-administrator-text",
            Self::UnmakeAdministrator => "act-unmake-administrator-text",
            Self::MakeAuditor => "act-make-auditor-text",
            Self::UnmakeAuditor => "act-unmake-auditor-text",
            Self::Close => "act-close-text",
            Self::Keep => "act-keep-text",
        }
    }

    /// The message on its button.
    pub const fn button_key(self) -> &'static str {
        match self {
            Self::Suspend => "act-suspend-button",
            Self::Restore => "act-restore-button",
            Self::Unlock => "act-unlock-button",
            Self::ForgetFailures => "act-forget-failures-button",
            Self::RequirePasswordChange => "act-require-password-change-button",
            Self::EndSessions => "act-end-sessions-button",
            Self::RevokeTokens => "action-revoke-all",
            Self::RemoveSecondFactor => "act-remove-second-factor-button",
            Self::SendResetLink => "act-reset-link-button",
            Self::ResendInvitation => "act-invitation-button",
            Self::MakeAdministrator => "act-make-administrator-button",
            Self::UnmakeAdministrator => "act-unmake-administrator-button",
            Self::MakeAuditor => "act-make-auditor-button",
            Self::UnmakeAuditor => "act-unmake-auditor-button",
            Self::Close => "act-close-button",
            Self::Keep => "act-keep-button",
        }
    }

    /// Whether it takes something away.
    pub const fn is_danger(self) -> bool {
        matches!(
            self,
            Self::Suspend
                | Self::EndSessions
                | Self::RevokeTokens
                | Self::RemoveSecondFactor
                | Self::UnmakeAdministrator
                | Self::UnmakeAuditor
                | Self::Close
        )
    }

    /// Whether a page asks first.
    pub const fn asks_first(self) -> bool {
        matches!(
            self,
            Self::Suspend
                | Self::Unlock
                | Self::RequirePasswordChange
                | Self::EndSessions
                | Self::RevokeTokens
                | Self::RemoveSecondFactor
                | Self::MakeAdministrator
                | Self::UnmakeAdministrator
                | Self::MakeAuditor
                | Self::UnmakeAuditor
                | Self::Close
        )
    }

    /// Whether it asks why, and whether it has to be said.
    pub const fn reason(self) -> Asked {
        match self {
            Self::Suspend => Asked::Optional,
            Self::Unlock | Self::RemoveSecondFactor => Asked::Required,
            _ => Asked::No,
        }
    }

    const fn flash(self) -> &'static str {
        match self {
            Self::Suspend => "flash-admin-suspended",
            Self::Restore | Self::ForgetFailures => "flash-admin-restored",
            Self::Unlock => "flash-admin-unlocked",
            Self::RequirePasswordChange => "flash-admin-password-change-required",
            Self::EndSessions => "flash-admin-sessions-ended",
            Self::RevokeTokens => "flash-admin-tokens-revoked",
            Self::RemoveSecondFactor => "flash-admin-second-factor-removed",
            Self::SendResetLink => "flash-admin-reset-link-sent",
            Self::ResendInvitation => "flash-admin-invitation-sent",
            Self::MakeAdministrator => "flash-admin-administrator-made",
            Self::UnmakeAdministrator => "flash-admin-administrator-unmade",
            Self::MakeAuditor => "flash-admin-auditor-made",
            Self::UnmakeAuditor => "flash-admin-auditor-unmade",
            Self::Close => "flash-admin-closed",
            Self::Keep => "flash-admin-kept",
        }
    }
}

/// Whether something is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// It is not.
    No,
    /// It can be left out.
    Optional,
    /// It can't.
    Required,
}

#[derive(Template)]
#[template(path = "features/administration/act.html")]
struct ActPage {
    page: Page,
    id: String,
    email: String,
    act: AccountAct,
    reason: Field,
    problem: Option<String>,
}

#[derive(Deserialize)]
struct Form {
    #[serde(default)]
    reason: String,
}

fn id(visit: &Visit) -> Result<AccountId> {
    visit.param("id").parse().map_err(|_| Refused::NotFound.into())
}

/// The page that asks.
pub async fn ask(visit: Visit, _: AdministratorSteppedUp, act: AccountAct) -> Result<Answer> {
    let seen = see_account(&visit.app, id(&visit)?, visit.now).await?;
    let seen = seen.filter(|seen| seen.account.erased_at.is_none()).ok_or(Refused::NotFound)?;
    show(&visit, seen, act, Field::new(visit.kept("reason")))
}

fn show(visit: &Visit, seen: Seen, act: AccountAct, reason: Field) -> Result<Answer> {
    Answer::page(&ActPage {
        page: visit.page(act.title_key(), "admin-accounts"),
        id: seen.account.id.to_string(),
        email: seen.account.email,
        act,
        reason,
        problem: None,
    })
}

/// The act.
pub async fn submit(
    visit: Visit,
    AdministratorSteppedUp(current): AdministratorSteppedUp,
    act: AccountAct,
) -> Result<Answer> {
    let id = id(&visit)?;
    let form: Form = visit.form()?;
    let reason = match reason(&visit, act, &form.reason) {
        Ok(reason) => reason,
        Err(field) => {
            let seen = see_account(&visit.app, id, visit.now).await?.ok_or(Refused::NotFound)?;
            return Ok(show(&visit, seen, act, field)?.status(StatusCode::BAD_REQUEST));
        }
    };
    let (by, whom) = (By::Administrator(&current, &visit.source), Whom::Id(id));
    match carry_out(&visit, by, whom, act, reason).await? {
        Changed::Refused(Reason::UnknownAccount) => Err(Refused::NotFound.into()),
        Changed::Refused(reason) => Ok(back(&visit, id, refused_flash(reason))),
        // Who is no administrator any more has no such page to go back to.
        Changed::Done(..) if act == AccountAct::UnmakeAdministrator && by_owner(by, id) => {
            Ok(Answer::redirect("/settings/security").flash(&visit.app, act.flash()))
        }
        Changed::Done(..) => Ok(back(&visit, id, act.flash())),
    }
}

/// The reason that was typed, or what is wrong with it.
fn reason<'a>(
    visit: &Visit,
    act: AccountAct,
    typed: &'a str,
) -> std::result::Result<&'a str, Field> {
    let field = || Field::new(typed.to_owned());
    let Some(reason) = read_reason(typed) else {
        let most = i64::try_from(MAX_REASON).unwrap_or(i64::MAX);
        return Err(field().wrong(visit.text.say("admin-reason-too-long").number("max", most)));
    };
    if reason.is_empty() && act.reason() == Asked::Required {
        return Err(field().wrong(visit.text.say("field-required")));
    }
    Ok(reason)
}

fn by_owner(by: By<'_>, id: AccountId) -> bool {
    matches!(by, By::Administrator(current, _) if current.account.id == id)
}

fn back(visit: &Visit, id: AccountId, flash: &'static str) -> Answer {
    Answer::redirect(format!("/admin/accounts/{id}")).flash(&visit.app, flash)
}

async fn carry_out(
    visit: &Visit,
    by: By<'_>,
    whom: Whom<'_>,
    act: AccountAct,
    reason: &str,
) -> Result<Changed> {
    let app = &visit.app;
    match act {
        AccountAct::Suspend => {
            let reason = Some(reason).filter(|reason| !reason.is_empty());
            administration::suspend(app, by, whom, reason).await
        }
        AccountAct::Unlock => administration::unlock(app, by, whom, reason).await,
        AccountAct::RemoveSecondFactor => {
            administration::remove_second_factor(app, by, whom, reason).await
        }
        AccountAct::Restore | AccountAct::ForgetFailures => {
            administration::restore(app, by, whom).await
        }
        AccountAct::RequirePasswordChange => {
            administration::require_password_change(app, by, whom).await
        }
        AccountAct::EndSessions => administration::end_sessions(app, by, whom).await,
        AccountAct::RevokeTokens => administration::revoke_tokens(app, by, whom).await,
        AccountAct::SendResetLink => administration::send_reset_link(app, by, whom).await,
        AccountAct::ResendInvitation => administration::resend_invitation(app, by, whom).await,
        AccountAct::MakeAdministrator => administration::make_administrator(app, by, whom).await,
        AccountAct::MakeAuditor => administration::make_auditor(app, by, whom).await,
        AccountAct::UnmakeAuditor => administration::unmake_auditor(app, by, whom).await,
        AccountAct::UnmakeAdministrator => {
            administration::unmake_administrator(app, by, whom).await
        }
        AccountAct::Close => administration::close(app, by, whom).await,
        AccountAct::Keep => administration::keep(app, by, whom).await,
    }
}

const fn refused_flash(reason: Reason) -> &'static str {
    match reason {
        Reason::OwnAccount => "flash-refused-own-account",
        Reason::LastOwner => "flash-refused-last-owner",
        Reason::LastAdministrator => "flash-refused-last-administrator",
        Reason::Suspended => "flash-refused-suspended",
        Reason::Locked => "flash-refused-locked",
        Reason::NoPassword => "flash-refused-no-password",
        Reason::NoSecondFactor => "flash-refused-no-second-factor",
        Reason::HasPassword => "flash-refused-has-password",
        _ => "flash-refused-already",
    }
}
