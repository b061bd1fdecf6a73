//! `portcullis account …`

use super::account_shown::{as_json, as_text, list, show};
use super::{Reply, USAGE, account_acts};
use crate::app::App;
use crate::error::Result;
use crate::features::account::NewAccount;
use crate::features::account::rules::{EmailAddress, Name};
use crate::features::administration::rules::read_reason;
use crate::features::administration::{self, By, Changed, NotCreated, Whom};
use crate::features::password::rules::{Password, Policy, Rule};
use crate::features::security_log::Reason;
use crate::ids::AccountId;
use clap::Subcommand;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::io::Read;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Make an account, and print what was made
    Create {
        /// Its e-mail address
        #[arg(long)]
        email: String,
        /// Its owner's name
        #[arg(long)]
        name: String,
        /// Let it administer the installation
        #[arg(long)]
        admin: bool,
        /// Read the password from standard input; without it one is made
        #[arg(long)]
        password_stdin: bool,
    },
    /// List accounts, oldest first
    List {
        /// How many
        #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(i64).range(1..=1000))]
        limit: i64,
        /// Go on after this place, which the last page names
        #[arg(long, value_name = "PLACE")]
        after: Option<String>,
    },
    /// Show one account
    Show {
        /// Its e-mail address
        email: String,
    },
    /// Suspend an account: it can't sign in, and its sessions end at once
    Suspend {
        /// Its e-mail address
        email: String,
        /// Why, for the security log, where it can't be erased
        #[arg(long, value_parser = reason)]
        reason: Option<String>,
    },
    /// Close an account: its sessions end at once, and it is erased after 14 days
    Close {
        /// Its e-mail address
        #[arg(long)]
        email: String,
    },
    /// Keep an account that was closed and not yet erased
    Keep {
        /// Its e-mail address
        #[arg(long)]
        email: String,
    },
    /// Restore an account: suspended or not, its failed sign-ins are forgotten
    Restore {
        /// Its e-mail address
        email: String,
    },
    #[command(flatten)]
    Act(account_acts::Command),
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) enum Order {
    Create { email: String, name: String, admin: bool, password: Option<String> },
    List { limit: i64, after: Option<String> },
    Show { email: String },
    Suspend { email: String, reason: Option<String> },
    Restore { email: String },
    Close { email: String },
    Keep { email: String },
    Act(account_acts::Order),
}

impl std::fmt::Debug for Order {
    /// An order to create carries a password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("account::Order(…)")
    }
}

impl Command {
    pub(super) fn order(self) -> std::result::Result<Order, Reply> {
        Ok(match self {
            Self::Create { email, name, admin, password_stdin } => {
                let password = if password_stdin { Some(read_password()?) } else { None };
                Order::Create { email, name, admin, password }
            }
            Self::List { limit, after } => Order::List { limit, after },
            Self::Show { email } => Order::Show { email },
            Self::Suspend { email, reason } => Order::Suspend { email, reason },
            Self::Restore { email } => Order::Restore { email },
            Self::Close { email } => Order::Close { email },
            Self::Keep { email } => Order::Keep { email },
            Self::Act(command) => Order::Act(command.order()),
        })
    }
}

pub(super) fn reason(text: &str) -> std::result::Result<String, String> {
    let read = read_reason(text).map(str::to_owned);
    read.ok_or_else(|| "at most 200 characters in one line".into())
}

fn read_password() -> std::result::Result<String, Reply> {
    let mut text = String::new();
    std::io::stdin()
        .take(64 * 1024)
        .read_to_string(&mut text)
        .map_err(|error| Reply::problem(USAGE, format!("standard input can't be read: {error}")))?;
    let line = text.strip_suffix('\n').unwrap_or(&text);
    Ok(line.strip_suffix('\r').unwrap_or(line).to_owned())
}

pub(super) async fn carry_out(app: &App, order: Order) -> Result<Reply> {
    match order {
        Order::Act(order) => account_acts::carry_out(app, order).await,
        Order::Create { email, name, admin, password } => {
            create(app, &email, &name, admin, password).await
        }
        Order::List { limit, after } => list(app, limit, after.as_deref()).await,
        Order::Show { email } => {
            with_email(&email, async |email| {
                Ok(show(app, &email).await?.unwrap_or_else(|| unknown(email.typed())))
            })
            .await
        }
        Order::Suspend { email, reason } => {
            with_email(&email, async |email| {
                let changed = administration::suspend(
                    app,
                    By::Operator,
                    Whom::Email(&email),
                    reason.as_deref(),
                )
                .await?;
                Ok(described(changed, email.typed(), "suspended", "is suspended already"))
            })
            .await
        }
        Order::Close { email } => {
            with_email(&email, async |email| {
                let changed = administration::close(app, By::Operator, Whom::Email(&email)).await?;
                Ok(described(changed, email.typed(), "closed", "is closed already"))
            })
            .await
        }
        Order::Keep { email } => {
            with_email(&email, async |email| {
                let changed = administration::keep(app, By::Operator, Whom::Email(&email)).await?;
                Ok(described(changed, email.typed(), "kept", "is not closed, or it is too late"))
            })
            .await
        }
        Order::Restore { email } => {
            with_email(&email, async |email| {
                let changed =
                    administration::restore(app, By::Operator, Whom::Email(&email)).await?;
                Ok(described(
                    changed,
                    email.typed(),
                    "restored",
                    "is not suspended, and has no failed sign-ins",
                ))
            })
            .await
        }
    }
}

pub(super) async fn with_email(
    text: &str,
    act: impl AsyncFnOnce(EmailAddress) -> Result<Reply>,
) -> Result<Reply> {
    match EmailAddress::parse(text) {
        Ok(email) => act(email).await,
        Err(error) => Ok(Reply::problem(USAGE, format!("{text}: {error}"))),
    }
}

async fn create(
    app: &App,
    email: &str,
    name: &str,
    administrator: bool,
    password: Option<String>,
) -> Result<Reply> {
    let Ok(email) = EmailAddress::parse(email) else {
        return Ok(Reply::problem(USAGE, format!("{email}: this is not an e-mail address")));
    };
    let Ok(name) = Name::parse(name) else {
        return Ok(Reply::problem(USAGE, "the name is empty or longer than 100 characters".into()));
    };
    let made_here = password.is_none();
    let text = password.unwrap_or_else(|| made_up_password(app));
    let Ok(password) = Password::parse(&text) else {
        return Ok(Reply::refused("the password is longer than 1,024 bytes"));
    };
    let new = NewAccount {
        id: AccountId::new(app.clock.now(), &app.random),
        email,
        email_verified_at: None,
        name,
        administrator,
    };
    match administration::create_account(app, &new, &password).await? {
        Ok(account) => {
            let mut json = as_json(&account);
            let mut lines = vec![as_text(&account, true)];
            if made_here {
                lines.push(format!(
                    "password       {text}  (shown once; change it after signing in)"
                ));
                if let Value::Object(fields) = &mut json {
                    fields.insert("password".into(), Value::String(text));
                }
            }
            Ok(Reply::done(lines.join("\n"), json))
        }
        Err(NotCreated::EmailTaken) => {
            Ok(Reply::refused(format!("another account has the address {}", new.email.typed())))
        }
        Err(NotCreated::Broken(rules)) => {
            let minimum = Policy::of(app.config.password_policy).minimum;
            let wants: Vec<String> = rules.iter().map(|rule| want(*rule, minimum)).collect();
            Ok(Reply::refused(format!("the password needs {}", wants.join(", "))))
        }
    }
}

fn want(rule: Rule, minimum: usize) -> String {
    match rule {
        Rule::Length => format!("at least {minimum} characters"),
        Rule::Uppercase => "an uppercase letter".into(),
        Rule::Lowercase => "a lowercase letter".into(),
        Rule::Number => "a number".into(),
        Rule::Special => "a special character".into(),
        Rule::Uncommon => "to be on no list of common passwords".into(),
    }
}

/// 120 random bits in groups, with every kind of character that a policy wants.
fn made_up_password(app: &App) -> String {
    let bits = u128::from_be_bytes(app.random.bytes()) >> 8;
    let digits = format!("{:0>21}", base62::encode(bits));
    let groups: Vec<&str> =
        digits.as_bytes().chunks(7).filter_map(|group| std::str::from_utf8(group).ok()).collect();
    format!("Pc7-{}", groups.join("-"))
}

fn described(changed: Changed, email: &str, done: &str, already: &str) -> Reply {
    match changed {
        Changed::Done(account, ended) => {
            let mut json = as_json(&account);
            if let Value::Object(fields) = &mut json {
                fields.insert("sessions_ended".into(), json!(ended));
            }
            Reply::done(format!("{email} {done}; sessions ended: {ended}"), json)
        }
        Changed::Refused(Reason::Already) => Reply::refused(format!("{email} {already}")),
        Changed::Refused(reason) => refused(email, reason),
    }
}

/// Why nothing was changed, with what to do about it.
pub(super) fn refused(email: &str, reason: Reason) -> Reply {
    match reason {
        Reason::LastAdministrator => Reply::refused(format!(
            "{email} is the last administrator who can sign in; make another first: portcullis account \
             make-administrator"
        )),
        Reason::LastOwner => Reply::refused(format!(
            "{email} is the last owner of an organisation; it needs another first"
        )),
        Reason::UnknownAccount => unknown(email),
        Reason::Suspended => Reply::refused(format!("{email} is suspended; restore it first")),
        Reason::Locked => Reply::refused(format!(
            "{email} is locked; its owner opens it by a reset, or you by: portcullis account unlock"
        )),
        Reason::NoPassword => Reply::refused(format!(
            "{email} has no password yet: portcullis account resend-invitation"
        )),
        Reason::HasPassword => Reply::refused(format!(
            "{email} has a password already: portcullis account send-reset-link"
        )),
        Reason::NoSecondFactor => Reply::refused(format!("{email} has no second factor")),
        Reason::EmailTaken => Reply::refused(format!("another account has the address {email}")),
        reason => Reply::refused(format!("{email}: refused, {}", reason.tag())),
    }
}

fn unknown(email: &str) -> Reply {
    Reply::refused(format!("there is no account with the address {email}"))
}
