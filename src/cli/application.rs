//! `portcullis application …`: what an administrator's pages show and do, too.

use super::application_gate::gate;
use super::application_said::{as_json, as_text, line, say_taken, say_wrong};
use super::{Reply, USAGE};
use crate::app::App;
use crate::error::Result;
use crate::features::administration::By;
use crate::features::application_settings::rules::{Typed, Wanted};
use crate::features::application_settings::web::list::PlaceInList;
use crate::features::application_settings::{
    self as settings, Changed, Created, Details, Made, Removed, Revoked,
};
use crate::features::applications;
use crate::features::applications::rules::Overlap;
use crate::ids::{ApplicationId, ApplicationSecretId};
use clap::{Args, Subcommand};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Make an application, and print its client id and secret
    Create {
        /// What people know it by
        #[arg(long)]
        name: String,
        /// It can keep no secret: it runs in a browser or on a device
        #[arg(long)]
        public: bool,
        #[command(flatten)]
        what: What,
    },
    /// List applications, the newest first
    List {
        /// How many
        #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(i64).range(1..=1000))]
        limit: i64,
        /// Go on after this place, which the last page names
        #[arg(long, value_name = "PLACE")]
        after: Option<String>,
    },
    /// Show one application: nothing that opens anything
    Show {
        /// Its client id
        id: String,
    },
    /// Change an application; what is not given stays. An empty value takes away all
    /// there are
    Change {
        /// Its client id
        id: String,
        /// What people know it by
        #[arg(long)]
        name: Option<String>,
        #[command(flatten)]
        what: What,
    },
    /// Make a new secret, and print it; the others go on for a while
    RotateSecret {
        /// Its client id
        id: String,
        /// How long the other secrets still work: now (not at all), 1h, 1d or 7d
        #[arg(long, default_value = "1d", value_parser = ["now", "1h", "1d", "7d"])]
        overlap: String,
    },
    /// Revoke a secret: it proves nothing any more, at once
    RevokeSecret {
        /// Its client id
        id: String,
        /// The secret, as `show` names it
        secret: String,
    },
    /// Show who gets in to it through the gate, or say so for one of its origins
    Gate {
        /// Its client id
        id: String,
        /// The origin that the rules are for
        #[arg(long)]
        origin: Option<String>,
        /// A path and what it takes, such as "/ signed-in" or "/admin permissions app:admin";
        /// give it several times. These and no others count from now on
        #[arg(long = "rule", value_name = "RULE")]
        rules: Vec<String>,
    },
    /// Remove an application: everybody is signed out of it, for good
    Remove {
        /// Its client id
        id: String,
    },
}

/// What an application is, beside its name and kind.
#[derive(Debug, Clone, Default, Args, Serialize, Deserialize)]
pub(crate) struct What {
    /// Where a browser may go back to with the code of a sign-in; give it several times
    #[arg(long = "return-address", value_name = "URL")]
    return_addresses: Vec<String>,
    /// Where a browser may go after signing out; give it several times
    #[arg(long = "after-sign-out", value_name = "URL")]
    after_sign_out: Vec<String>,
    /// An origin that the gate stands before; give it several times
    #[arg(long = "gate-origin", value_name = "ORIGIN")]
    gate_origins: Vec<String>,
    /// A permission that it declares, with what it lets a program do, such as
    /// "invoices:read See your invoices"; give it several times
    #[arg(long = "permission", value_name = "NAME ABOUT")]
    permissions: Vec<String>,
    /// How long a session of its own lives at most, such as 8h or 7d
    #[arg(long, value_name = "TIME")]
    session_lifetime: Option<String>,
    /// How its ID tokens are signed: ES256, or RS256 for programs that know nothing else
    #[arg(long, value_name = "NAME")]
    id_token_algorithm: Option<String>,
    /// Where it hears that a session of its own has ended
    #[arg(long, value_name = "URL")]
    back_channel_logout_url: Option<String>,
    /// Whether the gate signs who it is, in the header Remote-Assertion
    #[arg(long, value_parser = ["on", "off"])]
    identity_assertion: Option<String>,
}

impl What {
    /// Over what stands there.
    fn over(self, mut typed: Typed) -> Typed {
        for (given, field) in [
            (self.return_addresses, &mut typed.return_addresses),
            (self.after_sign_out, &mut typed.after_sign_out_addresses),
            (self.gate_origins, &mut typed.gate_origins),
            (self.permissions, &mut typed.permissions),
        ] {
            if !given.is_empty() {
                // A line break within one would make two of it.
                let lines: Vec<String> =
                    given.into_iter().map(|one| one.replace(['\r', '\n'], "\u{fffd}")).collect();
                *field = lines.join("\n");
            }
        }
        for (given, field) in [
            (self.session_lifetime, &mut typed.session_lifetime),
            (self.id_token_algorithm, &mut typed.id_token_algorithm),
            (self.back_channel_logout_url, &mut typed.back_channel_logout_url),
        ] {
            if let Some(given) = given {
                *field = given;
            }
        }
        if let Some(given) = self.identity_assertion {
            typed.identity_assertion = given == "on";
        }
        typed
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Order {
    Create { name: String, public: bool, what: What },
    List { limit: i64, after: Option<String> },
    Show { id: String },
    Change { id: String, name: Option<String>, what: What },
    RotateSecret { id: String, overlap: String },
    RevokeSecret { id: String, secret: String },
    Gate { id: String, origin: Option<String>, rules: Vec<String> },
    Remove { id: String },
}

impl Command {
    pub(super) fn order(self) -> Order {
        match self {
            Self::Create { name, public, what } => Order::Create { name, public, what },
            Self::List { limit, after } => Order::List { limit, after },
            Self::Show { id } => Order::Show { id },
            Self::Change { id, name, what } => Order::Change { id, name, what },
            Self::RotateSecret { id, overlap } => Order::RotateSecret { id, overlap },
            Self::RevokeSecret { id, secret } => Order::RevokeSecret { id, secret },
            Self::Gate { id, origin, rules } => Order::Gate { id, origin, rules },
            Self::Remove { id } => Order::Remove { id },
        }
    }
}

pub(super) async fn carry_out(app: &App, order: Order) -> Result<Reply> {
    match order {
        Order::Create { name, public, what } => create(app, name, public, what).await,
        Order::List { limit, after } => list(app, limit, after.as_deref()).await,
        Order::Show { id } => {
            with_application(app, &id, async |details| {
                Ok(Reply::done(as_text(&details), as_json(&details)))
            })
            .await
        }
        Order::Change { id, name, what } => {
            with_application(app, &id, async |details| change(app, details, name, what).await).await
        }
        Order::RotateSecret { id, overlap } => rotate(app, &id, &overlap).await,
        Order::RevokeSecret { id, secret } => revoke(app, &id, &secret).await,
        Order::Gate { id, origin, rules } => {
            let Ok(parsed) = id.parse::<ApplicationId>() else { return Ok(unknown(&id)) };
            let reply = gate(app, parsed, origin, &rules).await?;
            Ok(reply.unwrap_or_else(|| unknown(&id)))
        }
        Order::Remove { id } => remove(app, &id).await,
    }
}

fn unknown(id: &str) -> Reply {
    let list = "portcullis application list";
    Reply::refused(format!("there is no application {}: {list}", id.escape_debug()))
}

async fn with_application(
    app: &App,
    id: &str,
    act: impl AsyncFnOnce(Details) -> Result<Reply>,
) -> Result<Reply> {
    let Ok(parsed) = id.parse::<ApplicationId>() else { return Ok(unknown(id)) };
    match settings::details(app, parsed, app.clock.now()).await? {
        Some(details) => act(details).await,
        None => Ok(unknown(id)),
    }
}

async fn list(app: &App, limit: i64, after: Option<&str>) -> Result<Reply> {
    let Ok(after) = after.map(str::parse::<PlaceInList>).transpose() else {
        return Ok(Reply::problem(USAGE, "--after takes what the last page named".into()));
    };
    let found = applications::list(app, after.map(|place| place.0), limit).await?;
    let full = i64::try_from(found.len()).is_ok_and(|count| count == limit);
    let next = found.last().filter(|_| full);
    let next = next.map(|last| PlaceInList((last.created_at, last.id)).to_string());
    let mut text: Vec<String> = found.iter().map(line).collect();
    text.extend(next.iter().map(|next| format!("more: --after {next}")));
    if text.is_empty() {
        text.push("there is no application".into());
    }
    let all: Vec<Value> = found.iter().map(super::application_said::short).collect();
    Ok(Reply::done(text.join("\n"), json!({ "applications": all, "next": next })))
}

/// What was made or changed, with a secret that is shown now and never again.
async fn shown(app: &App, id: ApplicationId, secret: Option<&str>) -> Result<Reply> {
    let Some(details) = settings::details(app, id, app.clock.now()).await? else {
        return Ok(unknown(&id.to_string()));
    };
    let (mut text, mut json) = (as_text(&details), as_json(&details));
    if let (Some(secret), Value::Object(fields)) = (secret, &mut json) {
        text.push_str("\nsecret                   ");
        text.push_str(secret);
        text.push_str("  (shown once)");
        fields.insert("secret".into(), Value::String(secret.to_owned()));
    }
    Ok(Reply::done(text, json))
}

async fn create(app: &App, name: String, public: bool, what: What) -> Result<Reply> {
    let mut typed = what.over(Typed { name, ..Typed::new() });
    if public {
        "public".clone_into(&mut typed.kind);
    }
    let wanted = match Wanted::read(&typed, &app.config.outward) {
        Ok(wanted) => wanted,
        Err(wrong) => return Ok(Reply::problem(USAGE, say_wrong(&typed, &wrong))),
    };
    let id = ApplicationId::new(app.clock.now(), &app.random);
    match settings::create(app, By::Operator, id, &wanted).await? {
        Created::Done(secret) => {
            shown(app, id, secret.as_ref().map(|secret| secret.text.reveal())).await
        }
        Created::Already => Ok(Reply::refused("there is an application of that id")),
        Created::Taken(taken) => Ok(Reply::refused(say_taken(&taken))),
    }
}

async fn change(app: &App, before: Details, name: Option<String>, what: What) -> Result<Reply> {
    let (id, revision) = (before.application.id, before.application.revision);
    let mut typed = what.over(Typed::of(&before));
    if let Some(name) = name {
        typed.name = name;
    }
    let wanted = match Wanted::read(&typed, &app.config.outward) {
        Ok(wanted) => wanted,
        Err(wrong) => return Ok(Reply::problem(USAGE, say_wrong(&typed, &wrong))),
    };
    match settings::change(app, By::Operator, id, revision, &wanted).await? {
        Changed::Done => shown(app, id, None).await,
        Changed::Unknown => Ok(unknown(&id.to_string())),
        Changed::Meanwhile => {
            Ok(Reply::refused("somebody else has changed it just now; look at it, and try again"))
        }
        Changed::Taken(taken) => Ok(Reply::refused(say_taken(&taken))),
    }
}

async fn rotate(app: &App, id: &str, overlap: &str) -> Result<Reply> {
    let Ok(parsed) = id.parse::<ApplicationId>() else { return Ok(unknown(id)) };
    let Some(overlap) = Overlap::from_tag(overlap) else {
        return Ok(Reply::problem(USAGE, "--overlap takes now, 1h, 1d or 7d".into()));
    };
    let secret = ApplicationSecretId::new(app.clock.now(), &app.random);
    Ok(match settings::make_secret(app, By::Operator, parsed, secret, overlap).await? {
        Made::Done(secret) => shown(app, parsed, Some(secret.text.reveal())).await?,
        Made::TooMany => Reply::refused(
            "there are 5 secrets already; revoke one: portcullis application revoke-secret",
        ),
        Made::Public => Reply::refused("a public application has no secrets"),
        Made::Already => Reply::refused("there is a secret of that id"),
        Made::Unknown => unknown(id),
    })
}

async fn revoke(app: &App, id: &str, secret: &str) -> Result<Reply> {
    let Ok(parsed) = id.parse::<ApplicationId>() else { return Ok(unknown(id)) };
    let none = || {
        let why = "is no secret that proves that application: portcullis application show";
        Reply::refused(format!("{} {why}", secret.escape_debug()))
    };
    let Ok(secret_id) = secret.parse() else { return Ok(none()) };
    Ok(match settings::revoke_secret(app, By::Operator, parsed, secret_id).await? {
        Revoked::Done => Reply::done(format!("{secret} is revoked"), json!({ "revoked": 1 })),
        Revoked::Unknown => none(),
    })
}

async fn remove(app: &App, id: &str) -> Result<Reply> {
    let Ok(parsed) = id.parse::<ApplicationId>() else { return Ok(unknown(id)) };
    Ok(match settings::remove(app, By::Operator, parsed).await? {
        Removed::Done(ended) => Reply::done(
            format!("{id} is removed; sessions in it that ended: {ended}"),
            json!({ "removed": id, "sessions_ended": ended }),
        ),
        Removed::Unknown => unknown(id),
    })
}
