//! What the page shows.

use super::{Sent, problem};
use crate::error::Result;
use crate::features::ip_allowlist::rules::{
    Change, Entry, Range, State, Typed, read, without_flaws,
};
use crate::features::ip_allowlist::{Preview, Seen, Version, found, saved_by};
use crate::features::organisations::Granted;
use crate::features::organisations::rules::Plan;
use crate::features::organisations::web::Tabs;
use crate::features::two_factor_requirement;
use crate::http::{Page, Visit};
use crate::text::Moment;
use crate::time::Timestamp;
use askama::Template;
use jiff::civil::Date;

/// Lines of errors, overlaps and members that are shown.
const SHOWN: usize = 50;

#[derive(Template)]
#[template(path = "features/ip_allowlist/security.html")]
#[expect(clippy::struct_excessive_bools, reason = "each is a part of the page")]
pub(super) struct SecurityPage {
    page: Page,
    tabs: Tabs,
    enterprise: bool,
    form: Form,
    on: bool,
    counts: i64,
    saved: Option<(String, Moment)>,
    pending: Option<Moment>,
    /// The change that the clock has undone, as it was typed.
    undone: Option<String>,
    own_address: Option<String>,
    own_is_in: bool,
    own_is_missing: bool,
    said: Option<Said>,
    wrong: Vec<(i64, String, String)>,
    more_wrong: i64,
    can_mend: bool,
    overlaps: Vec<String>,
    everything: Option<i64>,
    meanwhile: Option<Meanwhile>,
    preview: Option<PreviewView>,
    two_factor: String,
    two_factor_on: bool,
}

/// What stands in the form.
#[derive(Clone, Default)]
pub(super) struct Form {
    pub enabled: bool,
    pub entries: String,
    pub everything: bool,
    pub seen: i64,
}

/// Why it was not saved.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Said {
    Stale,
    LocksOut,
    AllEnd,
    Plan,
}

/// What somebody else has saved since.
pub(super) struct Meanwhile {
    who: String,
    when: Option<Moment>,
    on: bool,
    added: String,
    removed: String,
    entries: String,
}

struct PreviewView {
    refused: Vec<SeenRow>,
    more_refused: i64,
    looked_at: i64,
    more: bool,
}

struct SeenRow {
    name: String,
    email: String,
    addresses: String,
    times: i64,
    last: Moment,
    sessions: i64,
    tokens: String,
}

/// What the page is made from.
pub(super) struct Shown {
    pub form: Form,
    pub said: Option<Said>,
    pub preview: Option<Preview>,
    state: State,
    counts: Version,
    who: Option<String>,
    undone: Option<String>,
    wrong: Vec<(i64, String, String)>,
    more_wrong: i64,
    can_mend: bool,
    overlaps: Vec<String>,
    everything: Option<i64>,
    meanwhile: Option<Meanwhile>,
    own_is_in: bool,
    two_factor: Option<two_factor_requirement::rules::Requirement>,
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// The last day on which an entry counts, where the reader is.
fn last_day(visit: &Visit, until: Timestamp) -> String {
    let before = Timestamp::from_millis(until.millis() - 1);
    visit.text.day_of(before).to_string()
}

fn as_typed(visit: &Visit, entries: &[Entry]) -> String {
    let line = |entry: &Entry| {
        let day = entry.expires_at.map(|until| last_day(visit, until));
        entry.line(day.as_deref())
    };
    entries.iter().map(line).collect::<Vec<_>>().join("\n")
}

impl Shown {
    /// What counts at the moment.
    pub(super) async fn load(visit: &Visit, granted: &Granted) -> Result<Self> {
        let found = found(&visit.app, granted.organisation.id, visit.now).await?;
        let form = Form {
            enabled: found.counts.enabled,
            entries: as_typed(visit, &found.counts.entries),
            everything: false,
            seen: found.state.latest,
        };
        let own = visit.source.address.map(Range::of);
        let entries = &found.counts.entries;
        Ok(Self {
            form,
            own_is_in: own.is_some_and(|own| entries.iter().any(|one| one.range.covers(own))),
            said: None,
            preview: None,
            state: found.state,
            counts: found.counts,
            who: found.who,
            undone: found.undone.map(|undone| as_typed(visit, &undone.entries)),
            wrong: Vec::new(),
            more_wrong: 0,
            can_mend: false,
            overlaps: Vec::new(),
            everything: None,
            meanwhile: None,
            two_factor: found.two_factor,
        })
    }

    /// What was typed, and what one of the buttons makes of it.
    pub(super) fn fill(&mut self, visit: &Visit, sent: &Sent) {
        self.form = Form {
            enabled: sent.enabled == "yes",
            entries: sent.entries.clone(),
            everything: sent.everything == "yes",
            seen: sent.seen,
        };
        match sent.act.as_str() {
            "mend" => self.form.entries = without_flaws(&self.form.entries),
            "add" => self.add_own_address(visit),
            _ => {}
        }
    }

    /// Whether something has to be put right before it can count.
    pub(super) fn is_wrong(&self) -> bool {
        !self.wrong.is_empty() || self.everything.is_some()
    }

    /// The end of a day that was typed. What was not changed keeps its moment, wherever it
    /// is read.
    fn end_of(&self, visit: &Visit, range: Range, day: Date) -> Option<Timestamp> {
        let same = self.counts.entries.iter().find(|entry| entry.range == range);
        let kept = same.and_then(|entry| entry.expires_at);
        let kept = kept.filter(|until| last_day(visit, *until) == day.to_string());
        kept.or_else(|| visit.text.start_of(day.tomorrow().ok()?))
    }

    /// Puts the reader's own address at the end.
    fn add_own_address(&mut self, visit: &Visit) {
        if let Some(address) = visit.source.address {
            let text = self.form.entries.trim_end();
            let gap = if text.is_empty() { "" } else { "\n" };
            self.form.entries = format!("{text}{gap}{}", Range::of(address));
        }
    }

    /// Reads what was typed, and notes what is to be said of it.
    pub(super) fn judge(&mut self, visit: &Visit) -> Typed {
        let end_of = |range, day| self.end_of(visit, range, day);
        let typed = read(&self.form.entries, end_of, visit.now);
        let everything = typed.everything().filter(|_| !self.form.everything && self.form.enabled);
        let wrong = typed.wrong.iter().take(SHOWN);
        self.wrong = wrong
            .map(|wrong| (count(wrong.line), wrong.text.clone(), problem(visit, &wrong.problem)))
            .collect();
        self.more_wrong = count(typed.wrong.len().saturating_sub(SHOWN));
        self.can_mend = typed.can_be_mended();
        self.everything = everything.map(count);
        let own = visit.source.address.map(Range::of);
        self.own_is_in =
            own.is_some_and(|own| typed.entries.iter().any(|(_, one)| one.range.covers(own)));
        self.overlaps = typed
            .overlaps
            .iter()
            .take(SHOWN)
            .map(|overlap| {
                let (line, with) = (count(overlap.line), count(overlap.with));
                if overlap.covered {
                    visit
                        .text
                        .say("entry-covered")
                        .number("line", line)
                        .number("with", with)
                        .to_string()
                } else {
                    visit
                        .text
                        .say("entry-overlaps")
                        .number("line", line)
                        .number("with", with)
                        .to_string()
                }
            })
            .collect();
        typed
    }

    /// What somebody else has saved since the page was made, beside what was typed here.
    pub(super) async fn meanwhile(
        &mut self,
        visit: &Visit,
        typed: &Typed,
        latest: &Version,
        state: State,
    ) -> Result<()> {
        let before = typed.list();
        let change =
            Change::between((self.form.enabled, &before), (latest.enabled, &latest.entries));
        let named = |ranges: &[Range]| {
            ranges.iter().take(SHOWN).map(ToString::to_string).collect::<Vec<_>>().join(", ")
        };
        self.meanwhile = Some(Meanwhile {
            who: saved_by(&visit.app, latest.saved_by)
                .await?
                .unwrap_or_else(|| visit.text.say("log-by-operator").to_string()),
            when: latest.saved_at.map(|at| visit.text.moment(at)),
            on: latest.enabled,
            added: named(&change.added),
            removed: named(&change.removed),
            entries: as_typed(visit, &latest.entries),
        });
        // Whoever saves now has seen it.
        self.form.seen = state.latest;
        self.state = state;
        Ok(())
    }

    /// The page.
    pub(super) fn into_page(self, visit: &Visit, granted: &Granted) -> SecurityPage {
        let text = &visit.text;
        let two_factor = match self.two_factor {
            None => text.say("two-factor-not-required").to_string(),
            Some(own) if visit.now < own.grace_until => text
                .say("two-factor-required-from")
                .with("when", text.moment(own.grace_until).absolute)
                .to_string(),
            Some(_) => text.say("two-factor-is-required").to_string(),
        };
        let own_address = visit.source.address.map(|address| Range::of(address).to_string());
        SecurityPage {
            page: visit.page("title-organisation-security", "organisations"),
            tabs: Tabs::new(&granted.organisation, granted.role, "security"),
            enterprise: granted.organisation.plan == Plan::Enterprise,
            on: self.counts.enabled,
            counts: count(self.counts.entries.len()),
            saved: self.counts.saved_at.map(|at| {
                let who = self.who.clone();
                let who = who.unwrap_or_else(|| text.say("log-by-operator").to_string());
                (who, text.moment(at))
            }),
            pending: self.state.waits(visit.now).map(|(_, until)| text.moment(until)),
            undone: self.undone,
            own_is_missing: own_address.is_some() && !self.own_is_in,
            own_is_in: self.own_is_in,
            own_address,
            said: self.said,
            wrong: self.wrong,
            more_wrong: self.more_wrong,
            can_mend: self.can_mend,
            overlaps: self.overlaps,
            everything: self.everything,
            meanwhile: self.meanwhile,
            preview: self.preview.map(|preview| preview_view(visit, preview)),
            two_factor,
            two_factor_on: self.two_factor.is_some(),
            form: self.form,
        }
    }
}

fn preview_view(visit: &Visit, preview: Preview) -> PreviewView {
    let more_refused = count(preview.refused.len().saturating_sub(SHOWN));
    let row = |seen: Seen| {
        let some: Vec<String> =
            seen.addresses.iter().take(3).map(|(address, _)| address.to_string()).collect();
        let more = if seen.addresses.len() > 3 { ", …" } else { "" };
        SeenRow {
            name: seen.member.name,
            email: seen.member.email,
            addresses: format!("{}{more}", some.join(", ")),
            times: seen.times,
            last: visit.text.moment(seen.last),
            sessions: count(seen.sessions),
            tokens: seen.tokens.join(", "),
        }
    };
    PreviewView {
        refused: preview.refused.into_iter().take(SHOWN).map(row).collect(),
        more_refused,
        looked_at: count(preview.looked_at),
        more: preview.more,
    }
}
