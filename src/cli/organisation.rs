//! `portcullis organisation …`: what an administrator's page shows and does, and the glass
//! that is broken when an allowlist keeps everybody out.

use super::{Reply, USAGE, rfc3339};
use crate::app::App;
use crate::error::Result;
use crate::features::account::rules::{EmailAddress, Name};
use crate::features::administration::{
    By, change_organisation, create_organisation, list_organisations, remove_organisation,
    see_organisation,
};
use crate::features::ip_allowlist::{self, Disabled};
use crate::features::organisations::rules::{Plan, Slug};
use crate::features::organisations::{NewOrganisation, Organisation};
use crate::features::security_log::Reason;
use clap::{Args, Subcommand, ValueEnum};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Make an organisation
    Create(New),
    /// List organisations, the newest first
    List {
        /// How many
        #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(i64).range(1..=1000))]
        limit: i64,
    },
    /// Show an organisation, its owners and admins, and its IP allowlist
    Show {
        /// Its short name
        slug: String,
    },
    /// Give an organisation another name or plan
    Change {
        /// Its short name
        slug: String,
        /// What it is called
        #[arg(long, value_name = "NAME")]
        name: Option<String>,
        /// What it can use
        #[arg(long)]
        plan: Option<PlanName>,
    },
    /// Remove an organisation: nobody belongs to it any more, and its short name stays taken
    Remove {
        /// Its short name
        slug: String,
    },
    /// Its IP allowlist
    #[command(subcommand)]
    Allowlist(AllowlistCommand),
}

#[derive(Debug, Clone, Args, Serialize, Deserialize)]
pub(crate) struct New {
    /// What it is called
    #[arg(long, value_name = "NAME")]
    name: String,
    /// Its short name, which stands in addresses: a–z, 0–9 and hyphens
    #[arg(long, value_name = "SLUG")]
    slug: String,
    /// What it can use
    #[arg(long, default_value = "free")]
    plan: PlanName,
    /// The e-mail address of its first owner, who is invited where there is no such account
    #[arg(long, value_name = "EMAIL")]
    owner: String,
}

#[derive(Debug, Clone, Copy, ValueEnum, Serialize, Deserialize)]
pub(crate) enum PlanName {
    Free,
    Enterprise,
}

impl From<PlanName> for Plan {
    fn from(name: PlanName) -> Self {
        match name {
            PlanName::Free => Self::Free,
            PlanName::Enterprise => Self::Enterprise,
        }
    }
}

#[derive(Debug, Subcommand)]
pub(super) enum AllowlistCommand {
    /// Switch it off at once, whoever it keeps out: its entries stay
    Disable {
        /// The organisation's short name
        slug: String,
    },
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Order {
    Create(New),
    List { limit: i64 },
    Show { slug: String },
    Change { slug: String, name: Option<String>, plan: Option<PlanName> },
    Remove { slug: String },
    DisableAllowlist { slug: String },
}

impl Command {
    pub(super) fn order(self) -> Order {
        match self {
            Self::Create(new) => Order::Create(new),
            Self::List { limit } => Order::List { limit },
            Self::Show { slug } => Order::Show { slug },
            Self::Change { slug, name, plan } => Order::Change { slug, name, plan },
            Self::Remove { slug } => Order::Remove { slug },
            Self::Allowlist(AllowlistCommand::Disable { slug }) => Order::DisableAllowlist { slug },
        }
    }
}

pub(super) async fn carry_out(app: &App, order: Order) -> Result<Reply> {
    match order {
        Order::Create(new) => create(app, &new).await,
        Order::List { limit } => list(app, limit).await,
        Order::Show { slug } => show(app, &slug).await,
        Order::Change { slug, name, plan } => change(app, &slug, name.as_deref(), plan).await,
        Order::Remove { slug } => remove(app, &slug).await,
        Order::DisableAllowlist { slug } => disable(app, &slug).await,
    }
}

fn unknown(slug: &str) -> Reply {
    Reply::refused(format!("there is no organisation with the short name {slug}"))
}

fn as_json(organisation: &Organisation) -> Value {
    json!({
        "id": organisation.id.to_string(),
        "slug": organisation.slug,
        "name": organisation.name,
        "plan": organisation.plan.tag(),
        "created_at": rfc3339(organisation.created_at),
    })
}

fn name(text: &str) -> std::result::Result<Name, Reply> {
    Name::parse(text).map_err(|_| {
        Reply::problem(USAGE, "the name is empty or longer than 100 characters".into())
    })
}

async fn create(app: &App, new: &New) -> Result<Reply> {
    let name = match name(&new.name) {
        Ok(name) => name,
        Err(reply) => return Ok(reply),
    };
    let slug = match Slug::parse(&new.slug) {
        Ok(slug) => slug,
        Err(error) => return Ok(Reply::problem(USAGE, format!("{}: {error}", new.slug))),
    };
    let owner = match EmailAddress::parse(&new.owner) {
        Ok(owner) => owner,
        Err(error) => return Ok(Reply::problem(USAGE, format!("{}: {error}", new.owner))),
    };
    let wanted = NewOrganisation { slug, name, plan: new.plan.into() };
    match create_organisation(app, By::Operator, &wanted, &owner).await? {
        Ok(made) => {
            let text = format!(
                "{} made; {} is its owner, or invited to be. Its pages: {}",
                made.slug,
                owner.typed(),
                app.config.public_url.link(&made.path(""))
            );
            Ok(Reply::done(text, as_json(&made)))
        }
        Err(_) => Ok(Reply::refused(format!(
            "another organisation has the short name {}",
            wanted.slug.as_str()
        ))),
    }
}

async fn list(app: &App, limit: i64) -> Result<Reply> {
    let found = list_organisations(app, None, limit).await?;
    let text: Vec<String> = found
        .iter()
        .map(|listed| {
            let own = &listed.organisation;
            format!(
                "{:<40} {:<10} members {}  {}",
                own.slug,
                own.plan.tag(),
                listed.members,
                own.name
            )
        })
        .collect();
    let text = if text.is_empty() { "there is no organisation".into() } else { text.join("\n") };
    let json: Vec<Value> = found
        .iter()
        .map(|listed| {
            let mut json = as_json(&listed.organisation);
            if let Value::Object(fields) = &mut json {
                fields.insert("members".into(), json!(listed.members));
            }
            json
        })
        .collect();
    Ok(Reply::done(text, json!({ "organisations": json })))
}

async fn show(app: &App, slug: &str) -> Result<Reply> {
    let Some((organisation, in_charge, count)) = see_organisation(app, slug).await? else {
        return Ok(unknown(slug));
    };
    let now = app.clock.now();
    let found = ip_allowlist::found(app, organisation.id, now).await?;
    let list = match (found.counts.enabled, found.state.waits(now)) {
        (false, _) => "off".to_owned(),
        (true, None) => format!("on, {} entries", found.counts.entries.len()),
        (true, Some((_, until))) => format!(
            "on, {} entries, undone at {} unless an owner or admin comes in under it",
            found.counts.entries.len(),
            rfc3339(until)
        ),
    };
    let mut lines = vec![
        format!("id          {}", organisation.id),
        format!("short name  {}", organisation.slug),
        format!("name        {}", organisation.name),
        format!("plan        {}", organisation.plan.tag()),
        format!("made        {}", rfc3339(organisation.created_at)),
        format!("members     {count}"),
        format!("allowlist   {list}"),
    ];
    lines.extend(in_charge.iter().map(|one| format!("{:<11} {}", one.role.tag(), one.email)));
    let mut json = as_json(&organisation);
    let in_charge: Vec<Value> =
        in_charge.iter().map(|one| json!({ "email": one.email, "role": one.role.tag() })).collect();
    let entries: Vec<String> =
        found.counts.entries.iter().map(|entry| entry.range.to_string()).collect();
    if let Value::Object(fields) = &mut json {
        fields.insert("members".into(), json!(count));
        fields.insert("in_charge".into(), json!(in_charge));
        fields.insert(
            "allowlist".into(),
            json!({
                "enabled": found.counts.enabled,
                "entries": entries,
                "undone_at": found.state.waits(now).map(|(_, until)| rfc3339(until)),
            }),
        );
    }
    Ok(Reply::done(lines.join("\n"), json))
}

async fn change(
    app: &App,
    slug: &str,
    new_name: Option<&str>,
    plan: Option<PlanName>,
) -> Result<Reply> {
    let new_name = match new_name.map(name).transpose() {
        Ok(new_name) => new_name,
        Err(reply) => return Ok(reply),
    };
    let plan = plan.map(Plan::from);
    match change_organisation(app, By::Operator, slug, new_name.as_ref(), plan).await? {
        Ok(changed) => Ok(Reply::done(format!("{slug} changed"), as_json(&changed))),
        Err(Reason::Already) => Ok(Reply::refused(format!("{slug} is so already"))),
        Err(_) => Ok(unknown(slug)),
    }
}

async fn remove(app: &App, slug: &str) -> Result<Reply> {
    Ok(match remove_organisation(app, By::Operator, slug).await? {
        Ok(removed) => Reply::done(format!("{slug} removed"), as_json(&removed)),
        Err(_) => unknown(slug),
    })
}

async fn disable(app: &App, slug: &str) -> Result<Reply> {
    Ok(match ip_allowlist::disable(app, slug).await? {
        Disabled::Done => Reply::done(
            format!("the IP allowlist of {slug} is off; its entries stay"),
            json!({ "slug": slug, "enabled": false }),
        ),
        Disabled::Already => Reply::refused(format!("the IP allowlist of {slug} is off already")),
        Disabled::Unknown => unknown(slug),
    })
}
