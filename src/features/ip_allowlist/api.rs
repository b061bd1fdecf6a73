//! The IP allowlist for programs: what counts, what another would do, and saving that.

use super::rules::{Entry as Held, Sent, Typed, Wrong as WrongEntry, read_sent};
use super::{Found, Saved, Seen as Refused, Wanted, found, preview as look, save as store};
use crate::features::organisation_admins::By;
use crate::features::organisations::Granted;
use crate::http::api::{
    Call, Code, OrganisationAdminRead, OrganisationAdminWrite, Problem, Result, Shown, Wrong,
};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Errors that are told of one list.
const TOLD: usize = 100;

/// An IP allowlist, as it counts now.
#[derive(Debug, Serialize, ToSchema)]
pub struct Allowlist {
    /// Whether it keeps anybody out.
    enabled: bool,
    /// Who gets in.
    entries: Vec<Entry>,
    /// The last version that was saved, to be sent along when another is.
    version: i64,
    /// When it was saved.
    #[schema(format = "date-time")]
    saved_at: Option<String>,
    /// By whom: an account's id; null for whoever runs the server.
    #[schema(format = "uuid")]
    saved_by: Option<String>,
    /// Until when it waits to be confirmed, if it does: it is undone then.
    #[schema(format = "date-time")]
    confirm_until: Option<String>,
}

/// Addresses that get in.
#[derive(Debug, Serialize, ToSchema)]
pub struct Entry {
    /// An address, a network, or first and last with a hyphen between.
    range: String,
    /// Whose they are.
    label: String,
    /// The moment from which they don't get in any more.
    #[schema(format = "date-time")]
    expires_at: Option<String>,
}

/// Addresses that are to get in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewEntry {
    /// An address, a network, or first and last with a hyphen between.
    range: String,
    /// Whose they are; at most 100 characters.
    #[serde(default)]
    label: Option<String>,
    /// The moment from which they don't get in any more.
    #[serde(default)]
    #[schema(format = "date-time")]
    expires_at: Option<String>,
}

/// A list that is looked at.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Entries {
    /// At most 10,000.
    entries: Vec<NewEntry>,
}

/// A list that is to count.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAllowlist {
    /// Whether it keeps anybody out.
    enabled: bool,
    /// Who gets in: all of them, at most 10,000.
    entries: Vec<NewEntry>,
    /// The version that this takes the place of, as it was shown.
    version: i64,
    /// That all of IPv4 or IPv6 is to get in, where an entry says so.
    #[serde(default)]
    everything: Option<bool>,
}

/// What came of saving a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct SavedAllowlist {
    /// Whether anything is another now.
    changed: bool,
    /// Until when it waits to be confirmed, if it does.
    #[schema(format = "date-time")]
    confirm_until: Option<String>,
}

/// Whom a list would have refused.
#[derive(Debug, Serialize, ToSchema)]
pub struct PreviewedAllowlist {
    /// The last of them first.
    refused: Vec<RefusedMember>,
    /// How many members were looked at.
    looked_at: usize,
    /// Whether there are more.
    more: bool,
}

/// A member whom a list would have refused.
#[derive(Debug, Serialize, ToSchema)]
pub struct RefusedMember {
    /// Their account's id.
    #[schema(format = "uuid")]
    account: String,
    /// Their name.
    name: String,
    /// Their address.
    email: String,
    /// From where, the most often first.
    addresses: Vec<String>,
    /// How often in all.
    times: i64,
    /// When last.
    #[schema(format = "date-time")]
    last: String,
    /// Sessions of theirs that are in use from there.
    sessions: usize,
    /// Access tokens of theirs that were used from there last, by name.
    tokens: Vec<String>,
}

impl From<Held> for Entry {
    fn from(entry: Held) -> Self {
        Self {
            range: entry.range.to_string(),
            label: entry.label,
            expires_at: entry.expires_at.map(Timestamp::rfc3339),
        }
    }
}

impl From<Refused> for RefusedMember {
    fn from(seen: Refused) -> Self {
        Self {
            account: seen.member.account.to_string(),
            name: seen.member.name,
            email: seen.member.email,
            addresses: seen.addresses.iter().map(|(address, _)| address.to_string()).collect(),
            times: seen.times,
            last: seen.last.rfc3339(),
            sessions: seen.sessions,
            tokens: seen.tokens,
        }
    }
}

/// What counts.
pub async fn show(
    call: Call,
    OrganisationAdminRead(_, granted): OrganisationAdminRead,
) -> Result<Shown<Allowlist>> {
    let Found { state, counts, .. } = found(&call.app, granted.organisation.id, call.now).await?;
    Ok(Shown(Allowlist {
        enabled: counts.enabled,
        entries: counts.entries.into_iter().map(Into::into).collect(),
        version: state.latest,
        saved_at: counts.saved_at.map(Timestamp::rfc3339),
        saved_by: counts.saved_by.map(|id| id.to_string()),
        confirm_until: state.waits(call.now).map(|(_, until)| until.rfc3339()),
    }))
}

/// Whom another would have refused.
pub async fn preview(
    call: Call,
    OrganisationAdminRead(_, granted): OrganisationAdminRead,
) -> Result<Shown<PreviewedAllowlist>> {
    let Entries { entries } = call.body()?;
    let list = read(&entries, call.now)?.list();
    let found = look(&call.app, &granted.organisation, &list, call.now).await?;
    Ok(Shown(PreviewedAllowlist {
        refused: found.refused.into_iter().map(Into::into).collect(),
        looked_at: found.looked_at,
        more: found.more,
    }))
}

/// Another is to count.
pub async fn save(
    call: Call,
    OrganisationAdminWrite(bearer, granted): OrganisationAdminWrite,
) -> Result<Shown<SavedAllowlist>> {
    let new: NewAllowlist = call.body()?;
    let typed = read(&new.entries, call.now)?;
    if let Some(line) = typed.everything().filter(|_| new.enabled && new.everything != Some(true)) {
        let said = "lets in all of IPv4 or IPv6: say `everything` where that is meant";
        return Err(Problem::wrong(vec![wrong(line, said)]).into());
    }
    let wanted = Wanted { enabled: new.enabled, entries: typed.list(), seen: new.version };
    let Granted { organisation, .. } = granted;
    let by = By::Token(&bearer);
    answer(&store(&call.app, by, &organisation, wanted, &call.source).await?, &call)
}

fn answer(saved: &Saved, call: &Call) -> Result<Shown<SavedAllowlist>> {
    let said = |code, detail: String| Problem { detail: Some(detail), ..Problem::new(code) };
    let (changed, until) = match saved {
        Saved::Done(until) => (true, *until),
        Saved::Unchanged => (false, None),
        Saved::Stale(_, state) => {
            return Err(said(Code::Stale, format!("The last version is {}.", state.latest)).into());
        }
        Saved::LocksOut => {
            let own = call.source.address_text().unwrap_or_else(|| "not known".to_owned());
            return Err(said(Code::LocksOut, format!("The address of the call is {own}.")).into());
        }
        Saved::AllEnd => {
            let all = "Every entry ends, and with the last one everybody would be locked out.";
            return Err(said(Code::LocksOut, all.to_owned()).into());
        }
        Saved::Plan => return Err(Code::Plan.into()),
    };
    Ok(Shown(SavedAllowlist { changed, confirm_until: until.map(Timestamp::rfc3339) }))
}

/// All that was sent, if nothing is wrong with it.
fn read(entries: &[NewEntry], now: Timestamp) -> Result<Typed> {
    let (mut sent, mut errors) = (Vec::new(), Vec::new());
    for (index, entry) in entries.iter().enumerate() {
        let at = entry.expires_at.as_deref().map(Timestamp::from_rfc3339);
        if at.is_some_and(|at| at.is_none()) {
            errors.push(wrong(index + 1, "`expires_at` is no moment by RFC 3339"));
        }
        sent.push(Sent {
            range: entry.range.clone(),
            label: entry.label.clone().unwrap_or_default(),
            expires_at: at.flatten(),
        });
    }
    let typed = read_sent(&sent, now);
    errors.extend(typed.wrong.iter().map(|one: &WrongEntry| wrong(one.line, &one.problem.said())));
    errors.truncate(TOLD);
    if errors.is_empty() { Ok(typed) } else { Err(Problem::wrong(errors).into()) }
}

fn wrong(entry: usize, message: &str) -> Wrong {
    Wrong { name: format!("entries[{}]", entry.saturating_sub(1)), message: message.to_owned() }
}
