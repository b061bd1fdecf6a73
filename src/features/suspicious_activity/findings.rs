//! Findings, put together from all that is read: a pure function of it.

use super::rules::{
    Answered, Arrived, Group, Journey, SHOWN_FOR, Span, Spot, Standing, burst, journeys,
    refused_codes, soon_after_a_new_device, standing,
};
use super::{Answer, FindingKey};
use crate::features::notable_sign_ins::Notable;
use crate::features::security_log::Entry;
use crate::features::security_log::review::{ARRIVALS, REFUSED, Reviewed};
use crate::ids::EventId;
use crate::places::CountryCode;
use crate::time::Timestamp;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// What deserves a look.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// Its name.
    pub key: FindingKey,
    /// What happened.
    pub what: What,
    /// When.
    pub span: Span,
    /// Whether it waits for an answer.
    pub standing: Standing,
}

/// What happened.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// Many sign-ins failed.
    FailedSignIns(Group),
    /// A second factor was refused after a right password.
    RefusedCodes(Group),
    /// A sign-in from a place that is new, and the one before it where that was too
    /// far away.
    NewPlace(Notable, Option<Entry>),
    /// A sign-in too far from the one before.
    Journey(Entry, Entry),
    /// A change soon after a sign-in with a new device.
    Changed(Entry, Notable),
    /// An export of the log.
    Exported(Entry),
}

/// All that findings are made from.
#[derive(Debug, Clone, Default)]
pub struct Material {
    /// The log's part.
    pub events: Reviewed,
    /// Sign-ins from a new place, and for each change the last with a new device that its
    /// session is no older than.
    pub notable: Vec<Notable>,
    /// Where addresses are.
    pub spots: BTreeMap<String, Spot>,
    /// What was said.
    pub answers: BTreeMap<FindingKey, Answered>,
}

impl Material {
    fn found(&self, now: Timestamp, key: FindingKey, what: What, span: Span) -> Finding {
        let standing = standing(span, self.answers.get(&key).copied(), now);
        Finding { key, what, span, standing }
    }

    fn arrivals(&self) -> Vec<Arrived> {
        let spot = |event: &Entry| self.spots.get(event.address.as_ref()?).copied();
        let arrived = |event: &Entry| Arrived { spot: spot(event), event: event.clone() };
        self.events.arrivals.iter().map(arrived).collect()
    }
}

/// When the session began that an event was in: none where that can't be told. One that
/// began before all that is looked at is as old as time.
pub(super) fn began_at(arrivals: &[Entry], event: &Entry) -> Option<Timestamp> {
    let session = event.session?;
    let own = arrivals.iter().filter(|arrival| arrival.session == Some(session));
    match own.map(|arrival| arrival.occurred_at).min() {
        None if is_full(arrivals, ARRIVALS) => None,
        None => Some(Timestamp::from_millis(i64::MIN)),
        began_at => began_at,
    }
}

fn is_full(events: &[Entry], most: i64) -> bool {
    i64::try_from(events.len()).is_ok_and(|count| count >= most)
}

/// What deserves a look, the newest first.
pub fn findings(material: &Material, now: Timestamp) -> Vec<Finding> {
    let mut all = groups(material, now);
    all.extend(sign_ins(material, now));
    all.extend(acts(material, now));
    let since = now.minus(SHOWN_FOR);
    all.retain(|finding| finding.span.to >= since);
    all.sort_by_key(|finding| Reverse((finding.span.to, finding.key)));
    all
}

/// What is one finding however often it happens. What comes after an answer is
/// judged by itself, so that it opens the finding again only where it would make one.
fn groups(material: &Material, now: Timestamp) -> Vec<Finding> {
    let Reviewed { refused, refused_codes: codes, arrivals, .. } = &material.events;
    let passwords = |events: &[Entry], is_cut| burst(events, arrivals, is_cut);
    let factors = |events: &[Entry], is_cut| refused_codes(events, arrivals, is_cut);
    let found = [
        group(material, FindingKey::FailedSignIns, refused, passwords)
            .map(|group| (FindingKey::FailedSignIns, What::FailedSignIns(group))),
        group(material, FindingKey::RefusedCodes, codes, factors)
            .map(|group| (FindingKey::RefusedCodes, What::RefusedCodes(group))),
    ];
    let finding = |(key, what)| {
        let (What::FailedSignIns(group) | What::RefusedCodes(group)) = &what else { return None };
        let (from, to) = (group.first_at, group.newest.occurred_at);
        let span = Span { from, to, session: None };
        Some(material.found(now, key, what, span))
    };
    found.into_iter().flatten().filter_map(finding).collect()
}

fn group(
    material: &Material,
    key: FindingKey,
    events: &[Entry],
    rule: impl Fn(&[Entry], bool) -> Option<Group>,
) -> Option<Group> {
    let is_cut = is_full(events, REFUSED);
    let Some(answered) = material.answers.get(&key) else { return rule(events, is_cut) };
    let (before, after): (Vec<Entry>, Vec<Entry>) =
        events.iter().cloned().partition(|event| event.occurred_at <= answered.at);
    // Where all that is read came after the answer, there is more of it.
    let since = rule(&after, is_cut && before.is_empty());
    since.or_else(|| rule(&before, is_cut))
}

fn sign_ins(material: &Material, now: Timestamp) -> Vec<Finding> {
    let mut far: BTreeMap<_, Journey> = journeys(&material.arrivals())
        .into_iter()
        .map(|journey| (journey.after.event.id, journey))
        .collect();
    let new: BTreeMap<_, &Notable> = material
        .notable
        .iter()
        .filter(|sign_in| sign_in.new.location)
        .map(|sign_in| (sign_in.event, sign_in))
        .collect();
    let mut found = Vec::new();
    for (event, sign_in) in new {
        let journey = far.remove(&event);
        let span = Span { from: sign_in.at, to: sign_in.at, session: Some(sign_in.session) };
        let what = What::NewPlace(sign_in.clone(), journey.map(|journey| journey.before.event));
        found.push(material.found(now, FindingKey::sign_in(event), what, span));
    }
    // What is asked about already is no place that the owner was at.
    let asked: BTreeSet<_> =
        found.iter().filter(|it| !is_owners_word(it)).filter_map(|it| it.key.event()).collect();
    far.retain(|_, journey| !asked.contains(&journey.before.event.id));
    found.extend(on_the_way(material, far, now));
    found
}

/// Whether the owner has said that it was they.
const fn is_owners_word(finding: &Finding) -> bool {
    matches!(finding.standing, Standing::Settled(Answered { answer: Answer::Me, .. }))
}

/// Journeys between two countries of which the owner has said that it was they are
/// not asked about again.
fn on_the_way(
    material: &Material,
    far: BTreeMap<EventId, Journey>,
    now: Timestamp,
) -> Vec<Finding> {
    let (mut found, mut own) = (Vec::new(), BTreeSet::new());
    for (event, Journey { before, after }) in far {
        let between = countries(&before, &after);
        let (from, to) = (before.event.occurred_at, after.event.occurred_at);
        let span = Span { from, to, session: after.event.session };
        let what = What::Journey(before.event, after.event);
        let finding = material.found(now, FindingKey::Journey(event), what, span);
        if is_owners_word(&finding) {
            own.extend(between);
        }
        found.push((between, finding));
    }
    found.retain(|(between, finding)| {
        finding.standing != Standing::Open || !between.is_some_and(|pair| own.contains(&pair))
    });
    found.into_iter().map(|(_, finding)| finding).collect()
}

fn countries(one: &Arrived, other: &Arrived) -> Option<(CountryCode, CountryCode)> {
    let (one, other) = (one.spot?.country, other.spot?.country);
    Some((one.min(other), one.max(other)))
}

fn acts(material: &Material, now: Timestamp) -> Vec<Finding> {
    let Reviewed { arrivals, changes, exports, .. } = &material.events;
    let began = |event: &Entry| began_at(arrivals, event);
    let soon = soon_after_a_new_device(changes, &material.notable, began);
    let mut found = Vec::new();
    for (change, sign_in) in soon {
        let span = Span { from: sign_in.at, to: change.occurred_at, session: change.session };
        let key = FindingKey::Change(change.id);
        found.push(material.found(now, key, What::Changed(change, sign_in), span));
    }
    let own = exports.iter().filter(|event| event.actor.is_some() && !event.is_by_another());
    let own: BTreeMap<_, &Entry> = own.map(|event| (event.id, event)).collect();
    for (id, event) in own {
        let at = event.occurred_at;
        let span = Span { from: at, to: at, session: event.session };
        let what = What::Exported(event.clone());
        found.push(material.found(now, FindingKey::Export(id), what, span));
    }
    found
}
