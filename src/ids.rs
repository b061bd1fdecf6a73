//! Ids: `UUIDv7`, made by the application. An id is not a secret, and not an
//! order to rely on.

use crate::random::Random;
use crate::time::Timestamp;
use portcullis_db::{Bind, Column, Row, Subject, SubjectKind, Value};
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
                row.get(index).map(|bytes| Self(Uuid::from_bytes(bytes)))
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
id!(
    /// The id of a sign-in that waits for a second factor.
    PendingSignInId
);
id!(
    /// A second factor's id.
    SecondFactorId
);
id!(
    /// The id of a second factor that is being set up.
    EnrolmentId
);
id!(
    /// The id of a mailed notice of a sign-in.
    NoticeId
);
id!(
    /// A personal access token's public id; its secret is another thing.
    TokenId
);
id!(
    /// A signing key's public id: the `kid` of what it signs.
    SigningKeyId
);
id!(
    /// An authorization code's id; its secret is another thing.
    CodeId
);
id!(
    /// An application's id, which is its client id, too; never reused.
    ApplicationId
);
id!(
    /// The public id of a secret that an application proves itself with.
    ApplicationSecretId
);
id!(
    /// The public id of an account's session in an application.
    ApplicationSessionId
);
id!(
    /// An organisation's id; never reused.
    OrganisationId
);
id!(
    /// The id of an invitation to an organisation; its secret is another thing.
    InvitationId
);
id!(
    /// A backup code's id, or that of a set which is not confirmed yet.
    BackupCodeId
);

impl From<AccountId> for Subject {
    fn from(id: AccountId) -> Self {
        Self::new(SubjectKind::Account, id.0.into_bytes())
    }
}

impl From<ApplicationId> for Subject {
    fn from(id: ApplicationId) -> Self {
        Self::new(SubjectKind::Application, id.0.into_bytes())
    }
}

impl EventId {
    /// A new one that sorts, within its millisecond, by 42 bits of `place`
    /// (RFC 9562 §6.2, method 1): no process lives to see them turn over.
    pub fn in_order(now: Timestamp, place: u64, random: &Random) -> Self {
        let millis = u64::try_from(now.millis()).unwrap_or(0);
        let [r3, r2, r1, r0] = random.bytes();
        // Four bits are the version's, the upper two of the third byte the variant's.
        let [.., upper, lower] = (place >> 30 & 0xfff).to_be_bytes();
        let [.., b3, b2, b1, b0] = (place & 0x3fff_ffff).to_be_bytes();
        let bytes = [upper, lower, b3, b2, b1, b0, r3, r2, r1, r0];
        Self(uuid::Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn events_of_one_millisecond_sort_by_their_place(place in 0..(1_u64 << 42) - 1, seed: u64) {
            let now = Timestamp::from_millis(1_795_510_800_000);
            let random = Random::seeded(seed);
            let [first, second] =
                [place, place + 1].map(|place| EventId::in_order(now, place, &random));
            prop_assert!(first < second);
            prop_assert_eq!(first.uuid().get_version_num(), 7);
        }
    }

    #[test]
    fn places_do_not_turn_over_at_a_power_of_two() {
        let now = Timestamp::from_millis(1_795_510_800_000);
        let random = Random::seeded(1);
        for bit in 1..42 {
            let place = 1_u64 << bit;
            let before = EventId::in_order(now, place - 1, &random);
            assert!(before < EventId::in_order(now, place, &random), "{bit}");
        }
    }
}
