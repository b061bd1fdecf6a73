//! What was read of the database and need not be read again, as long as nobody whom it is
//! about has changed since. Bounded by the bytes that it takes; what is asked for most
//! stays.

use portcullis_db::{Stamp, Subject, View};
use quick_cache::sync::Cache;
use quick_cache::{Equivalent, Weighter};
use std::hash::Hash;
use std::mem::size_of;
use std::sync::Arc;

/// What a table of places costs for each, roughly.
const PLACE: usize = 64;
/// What one weighs, for the first guess at how many there will be.
const USUAL: u64 = 700;

/// Bytes that a text takes in a set of texts.
pub fn text(text: &str) -> usize {
    2 * size_of::<String>() + text.len()
}

/// Something that is remembered.
pub trait Weighed {
    /// Bytes that it takes beside itself.
    fn weight(&self) -> usize;
}

struct Entry<V> {
    value: Arc<V>,
    stamp: Stamp,
    weight: u64,
}

impl<V> Clone for Entry<V> {
    fn clone(&self) -> Self {
        Self { value: Arc::clone(&self.value), stamp: self.stamp.clone(), weight: self.weight }
    }
}

#[derive(Clone)]
struct ByBytes;

impl<K, V> Weighter<K, Entry<V>> for ByBytes {
    fn weight(&self, _: &K, entry: &Entry<V>) -> u64 {
        entry.weight
    }
}

/// Values by keys, each with what it depends on.
pub struct Remembered<K, V> {
    cache: Cache<K, Entry<V>, ByBytes>,
}

impl<K: Eq + Hash, V: Weighed> Remembered<K, V> {
    /// Of so many bytes at most.
    pub fn new(bytes: u64) -> Self {
        let guess = usize::try_from(bytes / USUAL).unwrap_or(usize::MAX);
        Self { cache: Cache::with_weighter(guess, bytes, ByBytes) }
    }

    /// What is remembered and still so.
    pub fn get<Q>(&self, view: &View<'_>, key: &Q) -> Option<Arc<V>>
    where
        Q: Hash + Equivalent<K> + ?Sized,
    {
        let entry = self.cache.get(key)?;
        view.is_current(&entry.stamp).then_some(entry.value)
    }

    /// Remembers what was asked of the database since the view was taken, until one of
    /// these changes.
    pub fn put(&self, view: &View<'_>, key: K, value: Arc<V>, about: &[Subject]) {
        let stamp = view.stamp(about);
        let weight = size_of::<K>()
            + size_of::<Entry<V>>()
            + size_of::<V>()
            + value.weight()
            + stamp.weight()
            + PLACE;
        self.cache.insert(key, Entry { value, stamp, weight: weight as u64 });
    }

    /// How many there are, whether or not they are still so.
    pub fn len(&self) -> usize {
        self.cache.len()
    }

    /// Whether nothing is remembered.
    pub fn is_empty(&self) -> bool {
        self.cache.is_empty()
    }

    /// Bytes that they take.
    pub fn bytes(&self) -> u64 {
        self.cache.weight()
    }
}
