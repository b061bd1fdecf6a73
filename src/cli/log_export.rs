//! `portcullis log export`: page by page, so that neither this process nor a
//! server holds more than one page, however long the log is.

use super::{DONE, FAILED, Order, Reply, Site, USAGE, log};
use crate::app::App;
use crate::config::Config;
use crate::error::Result;
use crate::features::account;
use crate::features::account::rules::EmailAddress;
use crate::features::log_export::follow;
use crate::features::security_log::Area;
use crate::features::security_log::export::{self, BATCH, Cursor, Format, Wanted, Whose};
use crate::time::Timestamp;
use clap::Args;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use portcullis_db::Target;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::io::Write;
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};

/// Between two looks for new events.
const PAUSE: Duration = Duration::from_secs(1);

#[derive(Debug, Args)]
pub(super) struct Asked {
    /// csv or jsonl
    #[arg(long, value_parser = format)]
    format: Format,
    /// Only this account's, by its e-mail address
    #[arg(long, value_name = "EMAIL")]
    account: Option<String>,
    /// From this moment on: RFC 3339, or a date for its first moment in UTC
    #[arg(long, value_name = "TIME", value_parser = moment)]
    from: Option<i64>,
    /// Before this moment
    #[arg(long, value_name = "TIME", value_parser = moment)]
    until: Option<i64>,
    /// Only about these: sign-ins, passwords, two-factor, sessions, email, account, administration
    #[arg(long, value_name = "AREAS", value_delimiter = ',', value_parser = area)]
    kinds: Vec<String>,
    /// Go on after this cursor, which each event and the end of an export name
    #[arg(long, value_name = "CURSOR", value_parser = cursor)]
    after: Option<String>,
    /// Go on with what happens from now, until this is stopped
    #[arg(long)]
    follow: bool,
}

fn format(text: &str) -> std::result::Result<Format, String> {
    Format::from_tag(text).ok_or_else(|| "it is neither csv nor jsonl".into())
}

fn moment(text: &str) -> std::result::Result<i64, String> {
    let wrong = || "a time is RFC 3339, such as 2026-11-24T09:00:00Z, or a date".to_owned();
    if let Ok(at) = text.parse::<jiff::Timestamp>() {
        return Ok(at.as_millisecond());
    }
    let date: Date = text.parse().map_err(|_| wrong())?;
    let start = date.to_zoned_datetime(TimeZone::UTC).map_err(|_| wrong())?;
    Ok(start.timestamp().as_millisecond())
}

fn area(text: &str) -> std::result::Result<String, String> {
    Area::from_tag(text)
        .map(|area| area.tag().to_owned())
        .ok_or_else(|| "there is no such kind".into())
}

fn cursor(text: &str) -> std::result::Result<String, String> {
    text.parse::<Cursor>().map(|cursor| cursor.to_string()).map_err(|error| error.to_string())
}

/// One page of an export, on its way to the process that has the database.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Page {
    format: Format,
    account: Option<String>,
    from: Option<i64>,
    until: Option<i64>,
    areas: Vec<String>,
    after: Option<String>,
    /// Whether it is the first, and so an event.
    begins: bool,
}

/// What stands beside a page's lines.
#[derive(Debug, Serialize, Deserialize)]
struct Reached {
    cursor: String,
    more: bool,
}

pub(super) async fn carry_out(app: &App, page: Page) -> Result<Reply> {
    let whose = match page.account.as_deref().map(EmailAddress::parse) {
        None => Whose::Installation,
        Some(Err(error)) => return Ok(Reply::problem(USAGE, error.to_string())),
        Some(Ok(email)) => match account::by_email(&mut &app.db, &email).await? {
            Some(account) => Whose::Account(account.id),
            None => return Ok(Reply::refused("there is no account with this address")),
        },
    };
    let after = match page.after.as_deref().map(str::parse::<Cursor>) {
        None => Cursor::start(),
        Some(Ok(cursor)) => cursor,
        Some(Err(error)) => return Ok(Reply::problem(USAGE, error.to_string())),
    };
    let areas: Vec<Area> = page.areas.iter().filter_map(|tag| Area::from_tag(tag)).collect();
    let wanted = Wanted {
        whose,
        from: page.from.map(Timestamp::from_millis),
        until: page.until.map_or(Wanted::OPEN, Timestamp::from_millis),
        areas: if areas.is_empty() { Area::ALL.to_vec() } else { areas },
    };
    if !export::is_of_this_log(&mut &app.db, after).await? {
        return Ok(Reply::refused(
            "this cursor is ahead of the log: an older state of the database was put back. Start \
             without --after, or after the last event that both have",
        ));
    }
    let (batch, reached) = export::in_commit_order(&mut &app.db, &wanted, after, BATCH).await?;
    // After what is read first, so that an export from the start does not begin with itself.
    if page.begins {
        follow(app, &wanted, page.format, after).await?;
    }
    let lines = page.format.lines(&batch.records)?;
    let reached = Reached { cursor: reached.to_string(), more: batch.next.is_some() };
    let text = String::from_utf8_lossy(&lines).into_owned();
    Ok(Reply::done(text, json!(reached)))
}

pub(super) async fn run(config: Config, asked: Asked, as_json: bool) -> Reply {
    let mut page = Page {
        format: asked.format,
        account: asked.account,
        from: asked.from,
        until: asked.until,
        areas: asked.kinds,
        begins: true,
        after: asked.after,
    };
    let written = write_all(config, &mut page, asked.follow).await;
    let cursor = page.after.unwrap_or_else(|| Cursor::start().to_string());
    // Also after a failure: all up to here was written.
    let (code, error) = match written {
        Ok(()) => (DONE, None),
        Err(reply) => (reply.code, Some(reply.text)),
    };
    // Standard output holds events and nothing else.
    let end = match (as_json, error) {
        (true, error) => json!({ "cursor": cursor, "error": error }).to_string(),
        (false, None) => format!("next: --after {cursor}"),
        (false, Some(error)) => format!("{error}\nnext: --after {cursor}"),
    };
    let _ = writeln!(std::io::stderr(), "{end}");
    Reply { code, text: String::new(), json: serde_json::Value::Null }
}

/// Writes page after page, and goes on when there is more.
async fn write_all(
    config: Config,
    page: &mut Page,
    follows: bool,
) -> std::result::Result<(), Reply> {
    // What goes on from a cursor goes on in the same file, which has its head.
    if page.after.is_none() {
        let head = page.format.head().map_err(Reply::from)?;
        if !write(&head)? {
            return Ok(());
        }
    }
    let is_node = matches!(config.database, Target::Postgres(_));
    let mut open = None;
    // Heard of from the beginning: one that comes while events are written ends
    // the export after them, and never within a line.
    let listen = |kind| signal(kind).map_err(|error| Reply::problem(FAILED, error.to_string()));
    let mut interrupt = listen(SignalKind::interrupt())?;
    let mut terminate = listen(SignalKind::terminate())?;
    loop {
        let site = match open.take() {
            Some(site) => site,
            None => Site::open(config.clone()).await?,
        };
        let goes_on = round(&site, page).await;
        // On `SQLite` a server must be able to start meanwhile.
        if follows && is_node && matches!(goes_on, Ok(true)) {
            open = Some(site);
        } else {
            site.close().await;
        }
        if !goes_on? || !follows {
            return Ok(());
        }
        tokio::select! {
            () = tokio::time::sleep(PAUSE) => {}
            _ = interrupt.recv() => break,
            _ = terminate.recv() => break,
        }
    }
    if let Some(site) = open {
        site.close().await;
    }
    Ok(())
}

/// All there is at the moment; false when nobody reads it.
async fn round(site: &Site, page: &mut Page) -> std::result::Result<bool, Reply> {
    loop {
        let reply = site.carry_out(Order::Log(log::Order::Export(page.clone()))).await;
        if reply.code != DONE {
            return Err(reply);
        }
        let reached: Reached = serde_json::from_value(reply.json)
            .map_err(|error| Reply::problem(FAILED, error.to_string()))?;
        page.begins = false;
        if !write(reply.text.as_bytes())? {
            return Ok(false);
        }
        page.after = Some(reached.cursor);
        if !reached.more {
            return Ok(true);
        }
    }
}

/// False when the reader has gone.
fn write(bytes: &[u8]) -> std::result::Result<bool, Reply> {
    let mut output = std::io::stdout().lock();
    match output.write_all(bytes).and_then(|()| output.flush()) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(false),
        Err(error) => Err(Reply::problem(FAILED, format!("standard output: {error}"))),
    }
}
