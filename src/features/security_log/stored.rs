//! A row as it stands, and whether it is what its leaf was made over.

use super::event::Kind;
use super::leaf;
use crate::ids::AccountId;
use crate::time::Timestamp;
use portcullis_db::{Column, FromRow, Row};
use uuid::Uuid;

/// A place in the order of commits, whatever stands there as an id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark {
    /// The number of the transaction.
    pub number: i64,
    /// The event's id in it.
    pub id: Vec<u8>,
}

impl Mark {
    /// Before the first event.
    pub const fn start() -> Self {
        Self { number: i64::MIN, id: Vec::new() }
    }

    /// After the last.
    pub fn end() -> Self {
        Self { number: i64::MAX, id: vec![0xff; 64] }
    }

    /// The event that stands there, as people know it.
    pub fn event(&self) -> String {
        Uuid::from_slice(&self.id).map_or_else(|_| hex::encode(&self.id), |id| id.to_string())
    }
}

/// As much of an event as a seal is made of.
#[derive(Debug, Clone)]
pub struct Leaf {
    /// Where it stands.
    pub mark: Mark,
    /// When it happened.
    pub occurred_at: Timestamp,
    /// Its hash, as it stands in the row.
    pub hash: Vec<u8>,
}

impl FromRow for Leaf {
    fn from_row(row: &Row) -> portcullis_db::Result<Self> {
        let mark = Mark { number: row.get(0)?, id: row.get(1)? };
        Ok(Self { mark, occurred_at: row.get(2)?, hash: row.get(3)? })
    }
}

/// What does not fit in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    /// A field holds what can't be read.
    Unreadable,
    /// The leaf was made in a way that this version does not know.
    Version,
    /// The fields are not those that the leaf was made over.
    Leaf,
    /// A personal field is not what its commitment was made over.
    Commitment,
    /// The area is not its kind's.
    Area,
}

struct Personal {
    field: &'static str,
    value: Option<String>,
    salt: Option<Vec<u8>>,
    commitment: Option<Vec<u8>>,
}

impl Personal {
    const fn is_erased(&self) -> bool {
        self.value.is_none() && self.salt.is_none() && self.commitment.is_some()
    }

    fn holds(&self) -> bool {
        match (&self.value, &self.salt, &self.commitment) {
            (Some(value), Some(salt), Some(commitment)) => {
                leaf::commitment(self.field, salt, value).as_slice() == commitment.as_slice()
            }
            (None, None, _) => true,
            _ => false,
        }
    }
}

/// A row with all its columns, read even where they hold what they never should.
pub struct Stored {
    /// Where it stands, and its leaf's hash.
    pub leaf: Leaf,
    readable: bool,
    version: Option<i64>,
    area: Option<String>,
    texts: [Option<String>; 6],
    ids: [Option<Vec<u8>>; 5],
    personal: [Personal; 4],
}

impl FromRow for Stored {
    fn from_row(row: &Row) -> portcullis_db::Result<Self> {
        let mut readable = true;
        let mark = Mark { number: row.get(0)?, id: row.get(1)? };
        let occurred_at = Timestamp::from_millis(read(row, 2, &mut readable).unwrap_or(0));
        let hash = read(row, 26, &mut readable).unwrap_or_default();
        let texts = [3, 4, 5, 7, 10, 12].map(|index| read(row, index, &mut readable));
        let ids = [6, 8, 9, 11, 28].map(|index| read(row, index, &mut readable));
        let fields = [("address", 13), ("user_agent", 16), ("email", 19), ("place", 22)];
        let personal = fields.map(|(field, index)| Personal {
            field,
            value: read(row, index, &mut readable),
            salt: read(row, index + 1, &mut readable),
            commitment: read(row, index + 2, &mut readable),
        });
        let (version, area) = (read(row, 25, &mut readable), read(row, 27, &mut readable));
        let leaf = Leaf { mark, occurred_at, hash };
        Ok(Self { leaf, readable, version, area, texts, ids, personal })
    }
}

fn read<T: Column>(row: &Row, index: usize, readable: &mut bool) -> Option<T> {
    row.get(index).unwrap_or_else(|_| {
        *readable = false;
        None
    })
}

impl Stored {
    /// Whose log it stands in.
    pub fn account(&self) -> Option<AccountId> {
        let [account, ..] = &self.ids;
        Uuid::from_slice(account.as_deref()?).ok().map(AccountId::from_uuid)
    }

    /// Whether something personal was erased.
    pub fn is_erased(&self) -> bool {
        self.personal.iter().any(Personal::is_erased)
    }

    /// What does not fit; empty where the row is what was written, but for what
    /// was erased.
    pub fn flaws(&self) -> Vec<Flaw> {
        if !self.readable {
            return vec![Flaw::Unreadable];
        }
        let [.., organisation] = &self.ids;
        if !leaf::fits(self.version, organisation.is_some()) {
            return vec![Flaw::Version];
        }
        let [kind, ..] = &self.texts;
        let area = kind.as_deref().and_then(Kind::from_tag).map(|kind| kind.area().tag());
        let mut flaws = Vec::new();
        if self.leaf_hash().as_slice() != self.leaf.hash.as_slice() {
            flaws.push(Flaw::Leaf);
        }
        if !self.personal.iter().all(Personal::holds) {
            flaws.push(Flaw::Commitment);
        }
        // A kind of a newer version has an area that only that knows.
        if area.is_some() && area != self.area.as_deref() {
            flaws.push(Flaw::Area);
        }
        flaws
    }

    fn leaf_hash(&self) -> [u8; 32] {
        let texts = self.texts.each_ref().map(|text| text.as_deref().map(str::as_bytes));
        let [kind, result, reason, actor_kind, object_kind, detail] = texts;
        let [account, actor, session, object, organisation] = &self.ids;
        let [address, user_agent, email, place] = &self.personal;
        let fields: [Option<&[u8]>; 16] = [
            Some(&self.leaf.mark.id),
            Some(&self.leaf.occurred_at.millis().to_be_bytes()),
            kind,
            result,
            reason,
            account.as_deref(),
            actor_kind,
            actor.as_deref(),
            session.as_deref(),
            object_kind,
            object.as_deref(),
            detail,
            address.commitment.as_deref(),
            user_agent.commitment.as_deref(),
            email.commitment.as_deref(),
            place.commitment.as_deref(),
        ];
        leaf::hash_fields(fields, organisation.as_deref())
    }
}
