//! Ids: `UUIDv7`, made by the application. An id is not a secret, and not an
//! order to rely on.

use crate::random::Random;
use crate::time::Timestamp;
use portcullis_db::{Bind, Column, Row, Value};
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

pub(crate) fn new_uuid(now: Timestamp, random: &Random) -> Uuid {
    let millis = u64::try_from(now.millis()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &random.bytes()).into_uuid()
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Uuid);

        impl $name {
            /// A new one.
            pub fn new(now: Timestamp, random: &Random) -> Self {
                Self(new_uuid(now, random))
            }

            /// From its 128 bits.
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// Its 128 bits.
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;

            /// Only the canonical spelling, so that an id has one.
            fn from_str(text: &str) -> Result<Self, NotAnId> {
                let id = Uuid::try_parse(text).map(Self).map_err(|_| NotAnId)?;
                if id.to_string() == text { Ok(id) } else { Err(NotAnId) }
            }
        }

        impl Bind for $name {
            const NULL: Value = Value::Bytes(None);
            fn bind(&self) -> Value {
                self.0.as_bytes().as_slice().bind()
            }
        }

        impl Column for $name {
            fn read(row: &Row, index: usize) -> portcullis_db::Result<Self> {
                let bytes: Vec<u8> = row.get(index)?;
                Uuid::from_slice(&bytes).map(Self).map_err(|error| Self::invalid(index, error))
            }
        }
    };
}

/// A text that is not an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is not an id")]
pub struct NotAnId;

id!(
    /// An account's id; never reused.
    AccountId
);
id!(
    /// A session's public id; its secret is another thing.
    SessionId
);
id!(
    /// A known device's id.
    DeviceId
);
id!(
    /// A security event's id.
    EventId
);
id!(
    /// A message's id in the outbox.
    MessageId
);
id!(
    /// The id of a link that mail carries.
    LinkId
);

id!(
    /// The id of a request for mail that waits to be answered.
    RequestId
);

impl EventId {
    /// A new one that sorts, within its millisecond, by its twelve bits of
    /// `place` (RFC 9562 §6.2, method 1).
    pub fn in_order(now: Timestamp, place: u16, random: &Random) -> Self {
        let millis = u64::try_from(now.millis()).unwrap_or(0);
        let mut bytes: [u8; 10] = random.bytes();
        let [first, second, ..] = &mut bytes;
        [*first, *second] = place.to_be_bytes();
        Self(uuid::Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid())
    }
}
