//! `portcullis doctor`: what an operator would look at first, each with what to
//! do about it.

use super::{DONE, REFUSED, Reply};
use crate::app::MIGRATIONS;
use crate::config::{Config, without_password};
use crate::data_dir;
use crate::delivery;
use crate::delivery::carrier::Carrier;
use crate::delivery::smtp::Smtp;
use crate::features::administration;
use crate::features::second_factor::sms::caps;
use crate::keys::{KeyFileError, KeyRing};
use crate::places::{Places, SourceStatus};
use crate::time::{Clock, Timestamp};
use portcullis_db::{Db, Target};
use serde_json::json;
use std::io::ErrorKind;
use std::time::Duration;

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Good,
    Look,
    Bad,
}

impl State {
    const fn word(self) -> &'static str {
        match self {
            Self::Good => "ok",
            Self::Look => "look",
            Self::Bad => "bad",
        }
    }
}

struct Finding {
    what: &'static str,
    state: State,
    text: String,
}

fn finding(what: &'static str, state: State, text: impl Into<String>) -> Finding {
    Finding { what, state, text: text.into() }
}

pub(super) async fn run(config: &Config) -> Reply {
    let mut findings = vec![public_url(config), proxies(config), server(config)];
    let keys = KeyRing::open(&config.key_file);
    findings.push(match &keys {
        Ok(keys) => finding(
            "key file",
            State::Good,
            format!("{}, fingerprint {}", config.key_file.display(), keys.fingerprint()),
        ),
        Err(KeyFileError::File { source, .. }) if source.kind() == ErrorKind::NotFound => {
            let text = format!(
                "{} is not there. The first start makes it; every other needs the one from then",
                config.key_file.display()
            );
            finding("key file", State::Look, text)
        }
        Err(error) => finding("key file", State::Bad, error.to_string()),
    });
    findings.extend(database(config, keys.ok().as_ref()).await);
    findings.push(mail(config).await);
    findings.push(texts(config).await);
    findings.extend(places(config));
    let worst = findings.iter().any(|finding| finding.state == State::Bad);
    let lines: Vec<String> = findings
        .iter()
        .map(|finding| format!("{:<4}  {}: {}", finding.state.word(), finding.what, finding.text))
        .collect();
    let json = json!({
        "healthy": !worst,
        "findings": findings
            .iter()
            .map(|finding| json!({
                "what": finding.what,
                "state": finding.state.word(),
                "text": finding.text,
            }))
            .collect::<Vec<_>>(),
    });
    Reply { code: if worst { REFUSED } else { DONE }, text: lines.join("\n"), json }
}

fn public_url(config: &Config) -> Finding {
    let url = &config.public_url;
    if url.secure() {
        finding("public URL", State::Good, url.origin())
    } else {
        let text = format!(
            "{}: for this machine only. Set public_url to the https:// address that others use",
            url.origin()
        );
        finding("public URL", State::Look, text)
    }
}

fn proxies(config: &Config) -> Finding {
    let trusted = &config.trusted_proxies;
    if trusted.is_empty() {
        let text = if config.public_url.secure() {
            "none is trusted, so everybody seems to come from the proxy. Set trusted_proxies to \
             its address"
        } else {
            "none is trusted; the address of the connection counts"
        };
        let state = if config.public_url.secure() { State::Look } else { State::Good };
        return finding("proxy trust", state, text);
    }
    let all = trusted.iter().any(|network| network.prefix_len() == 0);
    let names: Vec<String> = trusted.iter().map(ToString::to_string).collect();
    if all {
        let text = "every peer is trusted, so everybody can pretend to be anywhere. Name the \
                    proxy's own address";
        return finding("proxy trust", State::Bad, text);
    }
    finding("proxy trust", State::Good, names.join(", "))
}

fn server(config: &Config) -> Finding {
    if let Target::Postgres(_) = &config.database {
        return finding("server", State::Good, "a node over PostgreSQL");
    }
    // Taking the lock makes folders, and a look changes nothing; a server that
    // runs has made its database.
    let database = matches!(&config.database, Target::Sqlite(path) if path.exists());
    if !config.data_dir.exists() || !database {
        return finding("server", State::Good, "not running");
    }
    match data_dir::lock(config) {
        Ok(None) => finding("server", State::Good, "running"),
        Ok(Some(_)) => finding("server", State::Good, "not running"),
        Err(fault) => finding("server", State::Bad, fault.message()),
    }
}

async fn mail(config: &Config) -> Finding {
    const WHAT: &str = "mail";
    let (Some(server), Some(from)) = (&config.smtp, &config.mail_from) else {
        let text = "no SMTP server is set, so no mail is sent. Set smtp_url and mail_from";
        return finding(WHAT, State::Look, text);
    };
    let probed = match Smtp::new(server, from) {
        Ok(smtp) => smtp.probe().await,
        Err(fault) => Err(fault.message().to_owned()),
    };
    match probed {
        Ok(()) => finding(WHAT, State::Good, format!("{server} takes mail from {from}")),
        Err(why) => finding(WHAT, State::Bad, format!("{server}: {why}")),
    }
}

async fn texts(config: &Config) -> Finding {
    const WHAT: &str = "SMS";
    let countries = &config.sms_countries;
    let (Some(carrier), Some(secret)) = (&config.sms, &config.sms_secret) else {
        return if countries.is_empty() {
            finding(WHAT, State::Good, "not offered: neither sms_url nor sms_countries is set")
        } else if config.sms_offered() {
            let text = "no carrier is set: text messages are read on this machine. Set sms_url";
            finding(WHAT, State::Look, text)
        } else {
            finding(WHAT, State::Look, "not offered: no carrier is set. Set sms_url and sms_secret")
        };
    };
    let probed = match Carrier::new(carrier, secret) {
        Ok(carrier) => carrier.probe().await,
        Err(fault) => Err(fault.message().to_owned()),
    };
    match probed {
        Ok(()) if countries.is_empty() => {
            let text = format!("not offered: {carrier} answers, but sms_countries is not set");
            finding(WHAT, State::Look, text)
        }
        Ok(()) => finding(WHAT, State::Good, format!("{carrier} answers; for {countries}")),
        Err(why) => finding(WHAT, State::Bad, format!("{carrier}: {why}")),
    }
}

fn places(config: &Config) -> Vec<Finding> {
    const WHAT: &str = "places";
    const OLD: Duration = Duration::from_hours(400 * 24);
    let places = Places::new(&config.geoip_database);
    places.refresh();
    let now = Clock::machine().now();
    let row = |source: SourceStatus| {
        let name = source.path.map_or_else(
            || "the table of countries in this program".to_owned(),
            |path| path.display().to_string(),
        );
        match source.built_at {
            Ok(built_at) => {
                let age = now.since(Timestamp::from_millis(built_at.saturating_mul(1000)));
                let text = format!("{name} is {} days old", age.as_secs() / 86_400);
                finding(WHAT, if age < OLD { State::Good } else { State::Look }, text)
            }
            Err(reason) => finding(WHAT, State::Bad, format!("{name} can't be used: {reason}")),
        }
    };
    places.status().into_iter().map(row).collect()
}

async fn database(config: &Config, keys: Option<&KeyRing>) -> Vec<Finding> {
    const WHAT: &str = "database";
    let shown = without_password(&config.database);
    if let Target::Sqlite(path) = &config.database
        && !path.exists()
    {
        return vec![finding(
            WHAT,
            State::Look,
            format!("{shown} is not there yet; the first start makes it"),
        )];
    }
    let db = match Db::connect(&config.database).await {
        Ok(db) => db,
        Err(error) => return vec![finding(WHAT, State::Bad, format!("{shown}: {error}"))],
    };
    let newest = MIGRATIONS.last().map_or(0, |migration| migration.version);
    let mut findings = Vec::new();
    match db.schema_version().await {
        Ok(version) if version == newest => {
            let text = format!("{} at {shown}, schema version {version}", db.kind());
            findings.push(finding(WHAT, State::Good, text));
            findings.push(fingerprint(&db, keys).await);
            findings.push(outbox(&db).await);
            findings.extend(texts_today(config, &db).await);
        }
        Ok(version) if version > newest => {
            let text = format!(
                "schema version {version}, this program knows {newest}: the database was made by \
                 a newer Portcullis. Start that version, or restore a backup"
            );
            findings.push(finding(WHAT, State::Bad, text));
        }
        Ok(version) => {
            let text = format!(
                "schema version {version}, this program wants {newest}. Run: portcullis migrate"
            );
            findings.push(finding(WHAT, State::Bad, text));
        }
        Err(error) => findings.push(finding(WHAT, State::Bad, error.to_string())),
    }
    findings.push(clock(&db).await);
    findings.extend(durability(&db).await);
    db.close().await;
    findings
}

/// What was acknowledged as revoked has to be so after a crash, too (`docs/revocation.md`).
async fn durability(db: &Db) -> Option<Finding> {
    const WHAT: &str = "durability";
    match db.forgetful_settings().await {
        Ok(off) if off.is_empty() => None,
        Ok(off) => {
            let text = format!(
                "{} off: when the database's machine crashes, what was revoked may open again. Set \
                 to on in postgresql.conf: {}",
                if off.len() == 1 { "a setting is" } else { "settings are" },
                off.join(", ")
            );
            Some(finding(WHAT, State::Look, text))
        }
        Err(_) => Some(finding(WHAT, State::Bad, "the database's settings can't be read")),
    }
}

async fn fingerprint(db: &Db, keys: Option<&KeyRing>) -> Finding {
    const WHAT: &str = "keys and database";
    match (administration::fingerprint(db).await, keys) {
        (Ok(Some(stored)), Some(keys)) if stored == keys.fingerprint() => {
            finding(WHAT, State::Good, "they belong together")
        }
        (Ok(Some(stored)), _) => finding(
            WHAT,
            State::Bad,
            format!(
                "the database was made with the key file of fingerprint {stored}. Copy that one"
            ),
        ),
        (Ok(None), _) => finding(WHAT, State::Look, "the database is not claimed yet"),
        (Err(_), _) => finding(WHAT, State::Bad, "the fingerprint can't be read"),
    }
}

async fn outbox(db: &Db) -> Finding {
    const WHAT: &str = "outbox";
    const LATE: Duration = Duration::from_hours(1);
    let now = now(db).await;
    let Ok(backlog) = delivery::backlog(&mut &*db).await else {
        return finding(WHAT, State::Bad, "the outbox can't be read");
    };
    let age = backlog.oldest.map_or(Duration::ZERO, |oldest| now.since(oldest));
    let mut text = format!("waiting: {}, given up: {}", backlog.waiting, backlog.dead);
    if backlog.oldest.is_some() {
        text = format!("{text}; the oldest waits for {} minutes", age.as_secs() / 60);
    }
    if backlog.dead > 0 {
        let advice = "See why: portcullis outbox list --dead. Then: portcullis outbox retry --all";
        finding(WHAT, State::Look, format!("{text}. {advice}"))
    } else if age > LATE {
        finding(WHAT, State::Look, format!("{text}. See why: portcullis outbox list"))
    } else {
        finding(WHAT, State::Good, text)
    }
}

async fn texts_today(config: &Config, db: &Db) -> Option<Finding> {
    const WHAT: &str = "text messages today";
    if !config.sms_offered() {
        return None;
    }
    let Ok(today) = caps::today(&mut &*db, now(db).await).await else {
        return Some(finding(WHAT, State::Bad, "they can't be counted"));
    };
    let limit = config.sms_daily_limit;
    let text = format!("{} of {limit}, {} to numbers not proved yet", today.sent, today.unproved);
    Some(if today.stopped_at.is_none() {
        finding(WHAT, State::Good, text)
    } else {
        let advice = "They are used up until midnight (UTC). Raise sms_daily_limit, or see who \
                      asks: portcullis log list";
        finding(WHAT, State::Bad, format!("{text}. {advice}"))
    })
}

async fn now(db: &Db) -> Timestamp {
    match db.server_clock().await {
        Ok(Some(millis)) => Timestamp::from_millis(millis),
        _ => Clock::machine().now(),
    }
}

async fn clock(db: &Db) -> Finding {
    const WHAT: &str = "clock";
    match db.server_clock().await {
        Ok(None) => finding(WHAT, State::Good, "this machine's"),
        Ok(Some(millis)) => {
            let drift = Clock::server(Timestamp::from_millis(millis)).drift();
            let text = format!("{} ms from the database's", drift.as_millis());
            let state = match drift {
                drift if drift < Duration::from_secs(5) => State::Good,
                drift if drift < Duration::from_mins(2) => State::Look,
                _ => State::Bad,
            };
            finding(WHAT, state, text)
        }
        Err(error) => finding(WHAT, State::Bad, error.to_string()),
    }
}
