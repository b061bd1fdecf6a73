//! `portcullis log verify` and `log head`: whether the log is what was sealed.

use super::{DONE, FAILED, Order, REFUSED, Reply, Site, log, rfc3339};
use crate::app::App;
use crate::config::Config;
use crate::error::Result;
use crate::features::log_seals::{self, Head, Problem, Progress};
use clap::Args;
use serde_json::json;

#[derive(Debug, Args)]
pub(super) struct Asked {
    /// A head that was noted elsewhere; it must be of the chain, so that a tail that was cut off is found
    #[arg(long = "head", value_name = "HEAD")]
    heads: Vec<Head>,
}

pub(super) async fn head(app: &App) -> Result<Reply> {
    let Some((head, at)) = log_seals::head(&mut &app.db).await? else {
        return Ok(Reply::refused("nothing is sealed yet: a server does that each minute"));
    };
    let text = head.to_string();
    let json = json!({ "head": text, "sealed_at": rfc3339(at) });
    Ok(Reply::done(text, json))
}

/// A step of it, in the process that has the database.
pub(super) async fn carry_out(app: &App, progress: Progress) -> Result<Reply> {
    let progress = log_seals::go_on(app, progress).await?;
    Ok(Reply::done("", json!(progress)))
}

pub(super) async fn run(config: Config, asked: Asked) -> Reply {
    let site = match Site::open(config).await {
        Ok(site) => site,
        Err(reply) => return reply,
    };
    let verified = verify(&site, Progress::begin(asked.heads)).await;
    site.close().await;
    verified.map_or_else(|reply| reply, |progress| report(&progress))
}

async fn verify(site: &Site, mut progress: Progress) -> std::result::Result<Progress, Reply> {
    while !progress.done {
        let reply = site.carry_out(Order::Log(log::Order::Verify(Box::new(progress)))).await;
        if reply.code != DONE {
            return Err(reply);
        }
        progress = serde_json::from_value(reply.json)
            .map_err(|error| Reply::problem(FAILED, error.to_string()))?;
    }
    Ok(progress)
}

fn report(progress: &Progress) -> Reply {
    let head = progress.newest().map(|head| head.to_string());
    let json = json!({
        "holds": progress.found == 0,
        "head": head,
        "verified": progress.sealed,
        "not_sealed": progress.unsealed,
        "erased": progress.erased,
        "pruned": progress.pruned,
        "problems": progress.problems.iter().map(as_json).collect::<Vec<_>>(),
        "problems_found": progress.found,
    });
    let mut text: Vec<String> = progress.problems.iter().map(as_text).collect();
    let more = progress.found.saturating_sub(progress.problems.len());
    if more > 0 {
        text.push(format!("and {more} more"));
    }
    if progress.found == 0 {
        text.push(format!("head: {}", head.as_deref().unwrap_or("nothing is sealed yet")));
    } else {
        text.push("the log is not what was sealed".into());
    }
    text.push(format!("events verified under seals: {}", progress.sealed));
    text.push(format!("events not sealed yet: {}", progress.unsealed));
    text.push(format!("of these without personal fields, because erased: {}", progress.erased));
    text.push(format!("events removed as old: {}", progress.pruned));
    let code = if progress.found == 0 { DONE } else { REFUSED };
    Reply { code, text: text.join("\n"), json }
}

fn as_text(problem: &Problem) -> String {
    let meaning = problem.trouble.meaning();
    match (problem.seal, &problem.event) {
        (Some(seal), Some(event)) => format!("event {event} (seal {seal}): {meaning}"),
        (None, Some(event)) => format!("event {event} (not sealed): {meaning}"),
        (Some(seal), None) => format!("seal {seal}: {meaning}"),
        (None, None) => meaning.to_owned(),
    }
}

fn as_json(problem: &Problem) -> serde_json::Value {
    json!({
        "seal": problem.seal,
        "event": problem.event,
        "trouble": problem.trouble,
        "meaning": problem.trouble.meaning(),
    })
}
