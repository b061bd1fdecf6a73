//! Looks whether the log is what was sealed: a few seals at a time, so that neither
//! memory nor a server's thread is held for long, however long the log is.

use super::rules::{Head, Pruned, Seal, Tree, head_of};
use super::store;
use crate::app::App;
use crate::error::Result;
use crate::features::account;
use crate::features::security_log::{self, Flaw, Mark, Stored};
use crate::ids::AccountId;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Rows that are read at once.
const ROWS: i64 = 500;
/// So many seals a step, or batches of what is not sealed.
const STEP: i64 = 10;
/// So many problems are told of one by one.
const TOLD: usize = 100;

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Trouble {
    /// An event that can't be read.
    EventUnreadable,
    /// An event with a leaf of an unknown version.
    EventVersion,
    /// An event whose fields don't give its leaf.
    EventChanged,
    /// An event whose personal fields don't give their commitments.
    PersonalChanged,
    /// An event with another area than its kind's.
    AreaChanged,
    /// An event that lacks personal fields, though its account is not erased.
    PersonalRemoved,
    /// No seal with this number.
    SealMissing,
    /// A seal that ends before the one before it does.
    SealOutOfOrder,
    /// A seal that does not say what its head was made over.
    SealChanged,
    /// A seal that no key of this installation proves.
    SealUnproved,
    /// More or fewer events than were sealed.
    SealCount,
    /// As many events, but not those, or in another order.
    SealRoot,
    /// A seal marked as emptied that no key of this installation proves to be.
    PrunedUnproved,
    /// A seal that was emptied before its events had ended.
    PrunedEarly,
    /// A seal that was emptied while an older one was not.
    PrunedOutOfOrder,
    /// Events under a seal that was emptied.
    PrunedNotEmpty,
    /// The seal has another head than was noted.
    HeadDiffers,
    /// The chain ends before the head that was noted.
    HeadBeyond,
}

impl Trouble {
    /// In a sentence.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::EventUnreadable => "a field holds what can't be read",
            Self::EventVersion => "its leaf is of a version that this program does not know",
            Self::EventChanged => "its fields are not those that its leaf was made over",
            Self::PersonalChanged => "a personal field is not what its commitment was made over",
            Self::AreaChanged => "its area is not that of its kind",
            Self::PersonalRemoved => "a personal field is gone, and its account is not erased",
            Self::SealMissing => "there is no such seal",
            Self::SealOutOfOrder => "it ends before the seal before it",
            Self::SealChanged => "its head is not over what it says and the head before",
            Self::SealUnproved => "no key of this installation has made it",
            Self::SealCount => "events under it were removed, added or moved",
            Self::SealRoot => "events under it were changed, or stand in another order",
            Self::PrunedUnproved => "its events were not removed by this installation",
            Self::PrunedEarly => "its events were removed before they had happened",
            Self::PrunedOutOfOrder => "its events were removed before those of an older seal",
            Self::PrunedNotEmpty => "its events were removed, and others stand there",
            Self::HeadDiffers => "it has another head than the one that was noted",
            Self::HeadBeyond => "the chain ends before the head that was noted",
        }
    }
}

/// What is wrong, and where: with an event, with a seal, or with an event under one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The seal, unless the event is under none yet.
    pub seal: Option<i64>,
    /// The event, unless it is about the seal.
    pub event: Option<String>,
    /// What.
    pub trouble: Trouble,
}

/// How far a verification has come, and what it has found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// The last seal that was looked at; 0 before the first.
    pub seals: i64,
    /// Its head, in hexadecimal.
    pub head: String,
    after: Option<(i64, String)>,
    /// Events that were looked at under seals.
    pub sealed: u64,
    /// Events that are under none yet.
    pub unsealed: u64,
    /// Of both, those that lack what was erased.
    pub erased: u64,
    /// Events that were removed when they were old enough.
    pub pruned: i64,
    noted: Vec<Head>,
    kept: bool,
    at_end: bool,
    /// There is nothing left to look at.
    pub done: bool,
    /// The first problems.
    pub problems: Vec<Problem>,
    /// And how many there are.
    pub found: usize,
}

impl Progress {
    /// Before the first seal; these heads have to be of the chain.
    pub fn begin(noted: Vec<Head>) -> Self {
        Self { noted, ..Self::default() }
    }

    /// The newest head.
    pub fn newest(&self) -> Option<Head> {
        (self.seals > 0).then(|| Head { number: self.seals, hash: self.head.clone() })
    }

    fn mark(&self) -> Mark {
        self.after.as_ref().map_or(Mark::start(), |(number, id)| Mark {
            number: *number,
            id: hex::decode(id).unwrap_or_default(),
        })
    }

    fn tell(&mut self, seal: Option<i64>, event: Option<&Mark>, trouble: Trouble) {
        self.found += 1;
        if self.problems.len() < TOLD {
            self.problems.push(Problem { seal, event: event.map(Mark::event), trouble });
        }
    }

    fn go_past(&mut self, mark: &Mark) {
        self.after = Some((mark.number, hex::encode(&mark.id)));
    }
}

/// What stands between two marks.
#[derive(Default)]
struct Found {
    tree: Tree,
    erased: u64,
    flaws: Vec<(Mark, Trouble)>,
}

/// Goes on for a step.
pub async fn go_on(app: &App, mut progress: Progress) -> Result<Progress> {
    let mut look = Look { app, now: app.clock.now(), gone: BTreeMap::new() };
    if progress.at_end {
        look.at_rest(&mut progress).await?;
        return Ok(progress);
    }
    let seals = store::after(&mut &app.db, progress.seals, STEP).await?;
    if seals.is_empty() {
        progress.at_end = true;
        for head in std::mem::take(&mut progress.noted) {
            progress.tell(Some(head.number), None, Trouble::HeadBeyond);
        }
    }
    for seal in seals {
        look.at_seal(&mut progress, seal).await?;
    }
    Ok(progress)
}

struct Look<'a> {
    app: &'a App,
    now: Timestamp,
    /// Accounts that may lack what is personal, and those that may not.
    gone: BTreeMap<AccountId, bool>,
}

impl Look<'_> {
    async fn at_seal(&mut self, progress: &mut Progress, mut seal: Seal) -> Result<()> {
        let number = Some(seal.number);
        let after = progress.mark();
        self.at_chain(progress, &seal);
        let mut found = Found::default();
        if seal.pruned.is_none() {
            found = self.between(&after, &seal.last).await?;
            // It may have been emptied meanwhile.
            if i64::try_from(found.tree.count) != Ok(seal.events)
                && let Some(again) = store::by_number(&mut &self.app.db, seal.number).await?
                && again.pruned.is_some()
            {
                seal = again;
            }
        }
        if let Some(pruned) = &seal.pruned {
            self.at_pruned(progress, &seal, pruned, &after).await?;
        } else {
            progress.kept = true;
            for (mark, trouble) in found.flaws {
                progress.tell(number, Some(&mark), trouble);
            }
            if i64::try_from(found.tree.count) != Ok(seal.events) {
                progress.tell(number, None, Trouble::SealCount);
            } else if seal.root != found.tree.root() {
                progress.tell(number, None, Trouble::SealRoot);
            }
            progress.sealed += found.tree.count;
            progress.erased += found.erased;
        }
        progress.seals = seal.number;
        progress.head = hex::encode(&seal.head);
        // One that is out of order must not make a second look at what is before it.
        if after < seal.last {
            progress.go_past(&seal.last);
        }
        Ok(())
    }

    /// The seal itself, and what was noted of it.
    fn at_chain(&self, progress: &mut Progress, seal: &Seal) {
        let number = Some(seal.number);
        let expected = progress.seals.saturating_add(1);
        if seal.number != expected {
            progress.tell(Some(expected), None, Trouble::SealMissing);
        }
        if progress.after.is_some() && seal.last <= progress.mark() {
            progress.tell(number, None, Trouble::SealOutOfOrder);
        }
        let before = (progress.seals > 0).then(|| hex::decode(&progress.head).unwrap_or_default());
        if seal.head != head_of(before.as_deref(), seal) {
            progress.tell(number, None, Trouble::SealChanged);
        }
        if !seal.is_proved(&self.app.keys) {
            progress.tell(number, None, Trouble::SealUnproved);
        }
        let own = seal.noted();
        let (here, later) = std::mem::take(&mut progress.noted)
            .into_iter()
            .partition::<Vec<_>, _>(|head| head.number <= own.number);
        progress.noted = later;
        for head in here.into_iter().filter(|head| *head != own) {
            progress.tell(Some(head.number), None, Trouble::HeadDiffers);
        }
    }

    async fn at_pruned(
        &self,
        progress: &mut Progress,
        seal: &Seal,
        pruned: &Pruned,
        after: &Mark,
    ) -> Result<()> {
        let number = Some(seal.number);
        if !seal.is_proved_empty(&self.app.keys, pruned) {
            progress.tell(number, None, Trouble::PrunedUnproved);
        }
        if pruned.at <= seal.newest_at {
            progress.tell(number, None, Trouble::PrunedEarly);
        }
        if progress.kept {
            progress.tell(number, None, Trouble::PrunedOutOfOrder);
        }
        let left = security_log::stored_between(&mut &self.app.db, after, &seal.last, 1).await?;
        for row in &left {
            progress.tell(number, Some(&row.leaf.mark), Trouble::PrunedNotEmpty);
        }
        progress.pruned = progress.pruned.saturating_add(seal.events);
        Ok(())
    }

    /// What is not sealed yet.
    async fn at_rest(&mut self, progress: &mut Progress) -> Result<()> {
        for _ in 0..STEP {
            let after = progress.mark();
            let rows =
                security_log::stored_between(&mut &self.app.db, &after, &Mark::end(), ROWS).await?;
            let Some(last) = rows.last() else {
                progress.done = true;
                break;
            };
            progress.go_past(&last.leaf.mark);
            let mut found = Found::default();
            self.take_in(&mut found, &rows).await?;
            progress.unsealed += found.tree.count;
            progress.erased += found.erased;
            for (mark, trouble) in found.flaws {
                progress.tell(None, Some(&mark), trouble);
            }
        }
        Ok(())
    }

    async fn between(&mut self, after: &Mark, last: &Mark) -> Result<Found> {
        let mut found = Found::default();
        let mut after = after.clone();
        loop {
            let rows = security_log::stored_between(&mut &self.app.db, &after, last, ROWS).await?;
            let Some(row) = rows.last() else { return Ok(found) };
            after = row.leaf.mark.clone();
            self.take_in(&mut found, &rows).await?;
            // On SQLite nothing else here lets others have the thread.
            tokio::task::yield_now().await;
        }
    }

    async fn take_in(&mut self, found: &mut Found, rows: &[Stored]) -> Result<()> {
        for row in rows {
            found.tree.push(&row.leaf);
            found.erased += u64::from(row.is_erased());
            let mut flaws: Vec<Trouble> = row.flaws().into_iter().map(Trouble::from).collect();
            if row.is_erased() && !self.may_be_erased(row).await? {
                flaws.push(Trouble::PersonalRemoved);
            }
            // Memory stays flat also where everything is wrong; the count needs one more.
            let room = TOLD.saturating_add(1).saturating_sub(found.flaws.len());
            let flaws = flaws.into_iter().take(room);
            found.flaws.extend(flaws.map(|trouble| (row.leaf.mark.clone(), trouble)));
        }
        Ok(())
    }

    /// Only what stands in the log of an account that is erased loses something.
    async fn may_be_erased(&mut self, row: &Stored) -> Result<bool> {
        let Some(id) = row.account() else { return Ok(false) };
        if let Some(gone) = self.gone.get(&id) {
            return Ok(*gone);
        }
        let account = account::by_id(&mut &self.app.db, id).await?;
        let gone = account.is_some_and(|account| account.is_gone(self.now));
        self.gone.insert(id, gone);
        Ok(gone)
    }
}

impl From<Flaw> for Trouble {
    fn from(flaw: Flaw) -> Self {
        match flaw {
            Flaw::Unreadable => Self::EventUnreadable,
            Flaw::Version => Self::EventVersion,
            Flaw::Leaf => Self::EventChanged,
            Flaw::Commitment => Self::PersonalChanged,
            Flaw::Area => Self::AreaChanged,
        }
    }
}
