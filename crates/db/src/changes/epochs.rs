//! What is known of changes in this process: for each subject the number of its last
//! change. Subjects share slots by a hash that nobody outside can work out: two in one
//! slot cost a look-up more, and memory is fixed.

use crate::subject::Subject;
use smallvec::SmallVec;
use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};

/// Slots: half a MiB.
const SLOTS: usize = 65_536;

/// The number of the last change of each subject, and up to which number all are known.
pub struct Epochs {
    slots: Box<[AtomicU64]>,
    applied: AtomicU64,
    hasher: RandomState,
}

/// What something that is remembered was read under: good as long as none of its subjects
/// has changed since.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    as_of: u64,
    /// Most often there are one to three: they lie where the rest does.
    slots: SmallVec<[u16; 4]>,
}

impl Epochs {
    pub(super) fn new() -> Self {
        Self {
            slots: std::iter::repeat_with(AtomicU64::default).take(SLOTS).collect(),
            applied: AtomicU64::new(0),
            hasher: RandomState::new(),
        }
    }

    /// All changes up to this number are known.
    pub(super) fn applied(&self) -> u64 {
        self.applied.load(Ordering::SeqCst)
    }

    /// A change of these subjects. That all before it are known is not said.
    pub(super) fn raise(&self, subjects: &[Subject], revision: u64) {
        for subject in subjects {
            if let Some(slot) = self.slots.get(usize::from(self.slot(subject))) {
                slot.fetch_max(revision, Ordering::SeqCst);
            }
        }
    }

    /// All changes up to this number have been raised.
    pub(super) fn caught_up(&self, revision: u64) {
        self.applied.fetch_max(revision, Ordering::SeqCst);
    }

    /// The next number, where this process is the only one that gives any.
    pub(super) fn next(&self) -> u64 {
        self.applied.fetch_add(1, Ordering::SeqCst) + 1
    }

    fn slot(&self, subject: &Subject) -> u16 {
        #[expect(clippy::cast_possible_truncation, reason = "as many slots as it has values")]
        let slot = self.hasher.hash_one(subject) as u16;
        slot
    }

    pub(super) fn stamp(&self, as_of: u64, subjects: &[Subject]) -> Stamp {
        Stamp { as_of, slots: subjects.iter().map(|subject| self.slot(subject)).collect() }
    }

    pub(super) fn is_current(&self, stamp: &Stamp) -> bool {
        stamp.slots.iter().all(|slot| {
            let last = self.slots.get(usize::from(*slot));
            last.is_some_and(|last| last.load(Ordering::SeqCst) <= stamp.as_of)
        })
    }
}

impl Stamp {
    /// Bytes that it takes beside itself.
    pub fn weight(&self) -> usize {
        if self.slots.spilled() { std::mem::size_of_val(&*self.slots) } else { 0 }
    }
}
