//! `portcullis account …`: what an administrator's page does, too.

use super::account::{reason, refused, with_email};
use super::account_shown::as_json;
use super::{Reply, USAGE};
use crate::app::App;
use crate::error::Result;
use crate::features::account::NewAccount;
use crate::features::account::rules::{EmailAddress, Name};
use crate::features::administration::{self, By, Changed, Whom};
use crate::features::security_log::Reason;
use crate::ids::AccountId;
use clap::{Args, Subcommand};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Make an account without a password, and mail its owner the link that sets one
    Invite {
        /// Its e-mail address
        #[arg(long)]
        email: String,
        /// Its owner's name
        #[arg(long)]
        name: String,
        /// Let it administer the installation
        #[arg(long)]
        admin: bool,
    },
    /// Mail the link that sets the first password once more; the earlier one ends
    ResendInvitation {
        /// The account's e-mail address
        email: String,
    },
    /// Mail the owner of an account the link that sets a new password
    SendResetLink {
        /// The account's e-mail address
        email: String,
    },
    /// Open nothing to an account until its owner has chosen a new password
    RequirePasswordChange {
        /// The account's e-mail address
        email: String,
    },
    /// Remove all second factors and backup codes of an owner who has lost them
    RemoveSecondFactor {
        /// The account's e-mail address
        email: String,
        /// Why: its owner reads it in a mail, and it stays in the security log
        #[arg(long, value_parser = needed_reason)]
        reason: String,
    },
    /// Unlock an account whose owner can't by mail; its password is what it was
    Unlock {
        /// The account's e-mail address
        email: String,
        /// Why: its owner reads it in a mail, and it stays in the security log
        #[arg(long, value_parser = needed_reason)]
        reason: String,
    },
    /// End all sessions, of an account or of everybody
    EndSessions(Sessions),
    /// Let an account administer the installation
    MakeAdministrator {
        /// The account's e-mail address
        email: String,
    },
    /// Make an administrator an ordinary account; one always stays
    UnmakeAdministrator {
        /// The account's e-mail address
        email: String,
    },
    /// Let an account read everybody's security log, and change nothing
    MakeAuditor {
        /// The account's e-mail address
        email: String,
    },
    /// Make an auditor an ordinary account
    UnmakeAuditor {
        /// The account's e-mail address
        email: String,
    },
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(super) struct Sessions {
    /// The account's e-mail address
    #[arg(long)]
    email: Option<String>,
    /// Of every account
    #[arg(long)]
    all: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Act {
    ResendInvitation,
    SendResetLink,
    RequirePasswordChange,
    EndSessions,
    MakeAdministrator,
    UnmakeAdministrator,
    MakeAuditor,
    UnmakeAuditor,
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) enum Order {
    Invite { email: String, name: String, admin: bool },
    On { email: String, act: Act },
    RemoveSecondFactor { email: String, reason: String },
    Unlock { email: String, reason: String },
    EndEverySession,
}

fn needed_reason(text: &str) -> std::result::Result<String, String> {
    match reason(text)? {
        reason if reason.is_empty() => Err("say why".into()),
        reason => Ok(reason),
    }
}

impl Command {
    pub(super) fn order(self) -> Order {
        let (email, act) = match self {
            Self::Invite { email, name, admin } => return Order::Invite { email, name, admin },
            Self::RemoveSecondFactor { email, reason } => {
                return Order::RemoveSecondFactor { email, reason };
            }
            Self::Unlock { email, reason } => return Order::Unlock { email, reason },
            Self::EndSessions(Sessions { email: None, .. }) => return Order::EndEverySession,
            Self::EndSessions(Sessions { email: Some(email), .. }) => (email, Act::EndSessions),
            Self::ResendInvitation { email } => (email, Act::ResendInvitation),
            Self::SendResetLink { email } => (email, Act::SendResetLink),
            Self::RequirePasswordChange { email } => (email, Act::RequirePasswordChange),
            Self::MakeAdministrator { email } => (email, Act::MakeAdministrator),
            Self::UnmakeAdministrator { email } => (email, Act::UnmakeAdministrator),
            Self::MakeAuditor { email } => (email, Act::MakeAuditor),
            Self::UnmakeAuditor { email } => (email, Act::UnmakeAuditor),
        };
        Order::On { email, act }
    }
}

pub(super) async fn carry_out(app: &App, order: Order) -> Result<Reply> {
    match order {
        Order::Invite { email, name, admin } => {
            with_email(&email, async |email| invite(app, email, &name, admin).await).await
        }
        Order::On { email, act } => {
            with_email(&email, async |email| on(app, &email, act).await).await
        }
        Order::RemoveSecondFactor { email, reason } => {
            with_email(&email, async |email| remove_second_factor(app, &email, &reason).await).await
        }
        Order::Unlock { email, reason } => {
            with_email(&email, async |email| unlock(app, &email, &reason).await).await
        }
        Order::EndEverySession => {
            let ended = administration::end_every_session(app, By::Operator).await?;
            let text = format!("everybody is signed out; sessions ended: {ended}");
            Ok(Reply::done(text, json!({ "sessions_ended": ended })))
        }
    }
}

async fn invite(app: &App, email: EmailAddress, name: &str, admin: bool) -> Result<Reply> {
    let Ok(name) = Name::parse(name) else {
        return Ok(Reply::problem(USAGE, "the name is empty or longer than 100 characters".into()));
    };
    let id = AccountId::new(app.clock.now(), &app.random);
    let typed = email.typed().to_owned();
    let new = NewAccount { id, email, email_verified_at: None, name, administrator: admin };
    let changed = administration::invite(app, By::Operator, &new).await?;
    Ok(described(changed, &typed, "is invited; the link goes out by mail", false))
}

async fn remove_second_factor(app: &App, email: &EmailAddress, reason: &str) -> Result<Reply> {
    let (by, whom) = (By::Operator, Whom::Email(email));
    let changed = administration::remove_second_factor(app, by, whom, reason).await?;
    Ok(described(changed, email.typed(), "has no second factor any more", true))
}

async fn unlock(app: &App, email: &EmailAddress, reason: &str) -> Result<Reply> {
    let (by, whom) = (By::Operator, Whom::Email(email));
    let changed = administration::unlock(app, by, whom, reason).await?;
    Ok(match changed {
        Changed::Refused(Reason::Already) => {
            Reply::refused(format!("{} is not locked", email.typed()))
        }
        changed => described(changed, email.typed(), "is unlocked", false),
    })
}

async fn on(app: &App, email: &EmailAddress, act: Act) -> Result<Reply> {
    let (by, whom) = (By::Operator, Whom::Email(email));
    let (changed, done) = match act {
        Act::ResendInvitation => (
            administration::resend_invitation(app, by, whom).await?,
            "is invited again; the link goes out by mail",
        ),
        Act::SendResetLink => {
            (administration::send_reset_link(app, by, whom).await?, "gets a reset link by mail")
        }
        Act::RequirePasswordChange => (
            administration::require_password_change(app, by, whom).await?,
            "has to choose a new password",
        ),
        Act::EndSessions => {
            (administration::end_sessions(app, by, whom).await?, "is signed out everywhere")
        }
        Act::MakeAdministrator => {
            (administration::make_administrator(app, by, whom).await?, "is an administrator")
        }
        Act::UnmakeAdministrator => (
            administration::unmake_administrator(app, by, whom).await?,
            "is no longer an administrator",
        ),
        Act::MakeAuditor => (administration::make_auditor(app, by, whom).await?, "is an auditor"),
        Act::UnmakeAuditor => {
            (administration::unmake_auditor(app, by, whom).await?, "is no longer an auditor")
        }
    };
    Ok(described(changed, email.typed(), done, act == Act::EndSessions))
}

fn described(changed: Changed, email: &str, done: &str, counts: bool) -> Reply {
    let (account, ended) = match changed {
        Changed::Done(account, ended) => (account, ended),
        Changed::Refused(reason) => return refused(email, reason),
    };
    let (mut text, mut json) = (format!("{email} {done}"), as_json(&account));
    if let (Value::Object(fields), true) = (&mut json, counts) {
        fields.insert("sessions_ended".into(), json!(ended));
        text = format!("{text}; sessions ended: {ended}");
    }
    Reply::done(text, json)
}
