//! What checks remember: rows of the database, and never a verdict. Whether a row opens
//! what is asked for is decided anew at each check, with the time of that check.

use super::row::Row;
use crate::features::applications::HeldSecret;
use crate::ids::{ApplicationId, ApplicationSecretId};
use crate::remembered::{Remembered, Weighed};
use crate::time::Timestamp;
use metrics::Counter;
use portcullis_db::{Db, Subject, View};
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// Nobody's id is remembered as such for so long: enough against a flood, and over before
/// anybody could come to have it.
const NOBODY_FOR: Duration = Duration::from_secs(5);

/// Of all memory, that of secrets of applications and that of ids which are nobody's: a
/// sixteenth each.
const SHARE: u64 = 16;

/// Which row it is: each application sees of one what is its own business.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Key {
    pub(super) application: ApplicationId,
    pub(super) kind: Kind,
    pub(super) id: Uuid,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    Secret,
    AccessToken,
    ApplicationSession,
}

impl Key {
    pub(super) fn secret(application: ApplicationId, id: ApplicationSecretId) -> Self {
        Self { application, kind: Kind::Secret, id: id.uuid() }
    }
}

/// When it was nobody's.
struct Nobody(Timestamp);

impl Weighed for Nobody {
    fn weight(&self) -> usize {
        0
    }
}

impl Weighed for HeldSecret {
    fn weight(&self) -> usize {
        0
    }
}

impl Weighed for Row {
    fn weight(&self) -> usize {
        self.bytes()
    }
}

struct Places {
    rows: Remembered<Key, Row>,
    secrets: Remembered<Key, HeldSecret>,
    nobody: Remembered<Key, Nobody>,
}

/// What this process remembers for checks, and how many it has answered from where.
pub struct Memory {
    places: Option<Places>,
    /// Answered from memory.
    pub(super) remembered: Counter,
    /// Answered by the database.
    pub(super) asked: Counter,
    /// Refused, since neither could answer.
    pub(super) refused: Counter,
}

/// What is remembered under a key.
pub(super) enum Known<T> {
    /// This.
    Is(Arc<T>),
    /// It is nobody's.
    Nobody,
    /// It has to be looked up.
    Unknown,
}

impl Memory {
    /// Of so many bytes; nothing is remembered where it is none.
    pub fn new(bytes: u64) -> Self {
        let places = (bytes > 0).then(|| Places {
            rows: Remembered::new(bytes - 2 * (bytes / SHARE)),
            secrets: Remembered::new(bytes / SHARE),
            nobody: Remembered::new(bytes / SHARE),
        });
        let counter = |source| metrics::counter!("portcullis_checks_total", "source" => source);
        Self {
            places,
            remembered: counter("memory"),
            asked: counter("database"),
            refused: counter("none"),
        }
    }

    /// What may be answered from memory now; none where nothing is, or may be. To be
    /// taken when it is known what is asked.
    pub fn view<'a>(&self, db: &'a Db) -> Option<View<'a>> {
        self.places.as_ref().and_then(|_| db.view())
    }

    pub(super) fn row(&self, view: &View<'_>, key: &Key, now: Timestamp) -> Known<Row> {
        let Some(places) = &self.places else { return Known::Unknown };
        places.known(&places.rows, view, key, now)
    }

    pub(super) fn secret(&self, view: &View<'_>, key: &Key, now: Timestamp) -> Known<HeldSecret> {
        let Some(places) = &self.places else { return Known::Unknown };
        places.known(&places.secrets, view, key, now)
    }

    pub(super) fn put_row(
        &self,
        view: &View<'_>,
        key: Key,
        found: Option<&Arc<Row>>,
        now: Timestamp,
    ) {
        let Some(places) = &self.places else { return };
        let application = Subject::from(key.application);
        match found {
            Some(row) => {
                let about = [row.account().id.into(), application, Subject::INSTALLATION];
                places.rows.put(view, key, Arc::clone(row), &about);
            }
            None => places.put_nobody(view, key, now),
        }
    }

    pub(super) fn put_secret(
        &self,
        view: &View<'_>,
        key: Key,
        found: Option<HeldSecret>,
        now: Timestamp,
    ) {
        let Some(places) = &self.places else { return };
        let about = [key.application.into(), Subject::INSTALLATION];
        match found {
            Some(secret) => places.secrets.put(view, key, Arc::new(secret), &about),
            None => places.put_nobody(view, key, now),
        }
    }

    /// How many rows there are, and the bytes that they take.
    pub fn size(&self) -> (usize, u64) {
        self.places.as_ref().map_or((0, 0), |places| {
            let Places { rows, secrets, nobody } = places;
            let count = rows.len() + secrets.len() + nobody.len();
            (count, rows.bytes() + secrets.bytes() + nobody.bytes())
        })
    }
}

impl Places {
    fn known<T: Weighed>(
        &self,
        of: &Remembered<Key, T>,
        view: &View<'_>,
        key: &Key,
        now: Timestamp,
    ) -> Known<T> {
        if let Some(found) = of.get(view, key) {
            return Known::Is(found);
        }
        match self.nobody.get(view, key) {
            // Also where the clock has been set back.
            Some(nobody) if nobody.0 <= now && now.since(nobody.0) < NOBODY_FOR => Known::Nobody,
            _ => Known::Unknown,
        }
    }

    fn put_nobody(&self, view: &View<'_>, key: Key, now: Timestamp) {
        let about = [key.application.into(), Subject::INSTALLATION];
        self.nobody.put(view, key, Arc::new(Nobody(now)), &about);
    }
}
