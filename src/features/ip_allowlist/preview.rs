//! Whom a list would have kept out lately: from the log, and from the sessions and access
//! tokens that are in use.

use super::rules::{Entry, LOOKED_BACK, Matcher};
use crate::app::App;
use crate::error::Result;
use crate::features::organisations::{self, FIRST, Member, Organisation};
use crate::features::{access_tokens, security_log, sessions};
use crate::time::Timestamp;
use std::collections::BTreeMap;
use std::net::IpAddr;

/// Members that are looked at; beyond, the page says so.
const MEMBERS: i64 = 500;
/// Events of each that are looked at, the newest.
const EVENTS: i64 = 5_000;
/// Access tokens of each.
const TOKENS: i64 = 50;

/// What would have been refused to one member.
#[derive(Debug, Clone)]
pub struct Seen {
    /// Whom.
    pub member: Member,
    /// From where, and how often; the most often first.
    pub addresses: Vec<(IpAddr, i64)>,
    /// How often in all.
    pub times: i64,
    /// When last.
    pub last: Timestamp,
    /// Sessions that are in use from there.
    pub sessions: usize,
    /// The names of access tokens that were used from there last.
    pub tokens: Vec<String>,
}

/// What a list would have done.
#[derive(Debug, Clone, Default)]
pub struct Preview {
    /// Those who would have been refused, the last of them first.
    pub refused: Vec<Seen>,
    /// How many members were looked at.
    pub looked_at: usize,
    /// Whether there are more of them.
    pub more: bool,
}

/// Looks back. It writes nothing.
pub async fn preview(
    app: &App,
    organisation: &Organisation,
    entries: &[Entry],
    now: Timestamp,
) -> Result<Preview> {
    let matcher = Matcher::new(entries);
    let mut found = Preview::default();
    let mut members =
        organisations::members(&mut &app.db, organisation.id, FIRST, MEMBERS + 1).await?;
    let most = usize::try_from(MEMBERS).unwrap_or(usize::MAX);
    found.more = members.len() > most;
    members.truncate(most);
    found.looked_at = members.len();
    for member in members {
        found.refused.extend(of_member(app, member, &matcher, now).await?);
    }
    found.refused.sort_by_key(|seen| std::cmp::Reverse(seen.last));
    Ok(found)
}

async fn of_member(
    app: &App,
    member: Member,
    matcher: &Matcher,
    now: Timestamp,
) -> Result<Option<Seen>> {
    let (account, since) = (member.account, now.minus(LOOKED_BACK));
    let mut times: BTreeMap<IpAddr, i64> = BTreeMap::new();
    let mut last: Option<Timestamp> = None;
    let mut note = |address: &str, count: i64, at: Timestamp| {
        let address: Option<IpAddr> = address.parse().ok();
        let Some(address) = address.filter(|address| !matcher.allows(Some(*address), now)) else {
            return false;
        };
        *times.entry(address.to_canonical()).or_insert(0) += count;
        last = last.max(Some(at));
        true
    };
    for used in security_log::used_from(&mut &app.db, account, since, EVENTS).await? {
        note(&used.address, used.count, used.last);
    }
    let mut refused_sessions = 0;
    for listed in sessions::list(app, account, now).await? {
        let address = listed.last_address.or(listed.session.address);
        let at = listed.session.last_active_at;
        if address.is_some_and(|address| note(&address, 0, at)) {
            refused_sessions += 1;
        }
    }
    let mut tokens = Vec::new();
    for token in access_tokens::list(app, account, None, TOKENS).await? {
        let live = matches!(token.state(now), access_tokens::rules::State::Live);
        let used = token.last_used_at.filter(|at| live && *at >= since);
        if let (Some(at), Some(address)) = (used, &token.last_used_address)
            && note(address, 0, at)
        {
            tokens.push(token.name);
        }
    }
    let Some(last) = last else { return Ok(None) };
    let mut addresses: Vec<(IpAddr, i64)> = times.into_iter().collect();
    addresses.sort_by_key(|(address, count)| (std::cmp::Reverse(*count), *address));
    let times = addresses.iter().map(|(_, count)| count).sum();
    Ok(Some(Seen { member, addresses, times, last, sessions: refused_sessions, tokens }))
}
