//! A row and its leaf hash.

use super::event::{Event, Outcome};
use crate::ids::EventId;
use crate::random::Random;
use crate::time::Timestamp;
use sha2::{Digest, Sha256};

/// The encoding below; a change of it is another version. An event of an organisation
/// has a field more. What has none stays as it always was.
const VERSION: i64 = 1;
const WITH_ORGANISATION: i64 = 2;

/// A personal field: the value and salt can be erased, the commitment stays.
pub(super) struct Personal {
    pub value: Option<String>,
    pub salt: Option<[u8; 16]>,
    pub commitment: Option<[u8; 32]>,
}

/// An event with everything that its row holds.
pub(super) struct Sealed {
    pub id: EventId,
    pub occurred_at: Timestamp,
    pub event: Event,
    pub address: Personal,
    pub user_agent: Personal,
    pub email: Personal,
    pub place: Personal,
    pub leaf_version: i64,
    pub leaf_hash: [u8; 32],
}

pub(super) fn seal(id: EventId, mut event: Event, now: Timestamp, random: &Random) -> Sealed {
    let address = commit("address", event.address.take(), random);
    let user_agent = commit("user_agent", event.user_agent.take(), random);
    let email = commit("email", event.email.take(), random);
    let place = commit("place", event.place.noted(), random);
    let mut sealed = Sealed {
        id,
        occurred_at: now,
        event,
        address,
        user_agent,
        email,
        place,
        leaf_version: VERSION,
        leaf_hash: [0; 32],
    };
    if sealed.event.organisation.is_some() {
        sealed.leaf_version = WITH_ORGANISATION;
    }
    sealed.leaf_hash = leaf_hash(&sealed);
    sealed
}

fn commit(field: &str, value: Option<String>, random: &Random) -> Personal {
    let Some(value) = value else {
        return Personal { value: None, salt: None, commitment: None };
    };
    // One salt a field: with a shared one, what is left would give away what
    // was erased, because addresses can be tried through.
    let salt: [u8; 16] = random.bytes();
    let commitment = commitment(field, &salt, &value);
    Personal { commitment: Some(commitment), salt: Some(salt), value: Some(value) }
}

/// What stands for a personal value in the leaf.
pub(super) fn commitment(field: &str, salt: &[u8], value: &str) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(b"portcullis/security-event/personal/v1/");
    hash.update(field.as_bytes());
    hash.update([0]);
    hash.update(salt);
    hash.update(value.as_bytes());
    hash.finalize().into()
}

fn leaf_hash(sealed: &Sealed) -> [u8; 32] {
    let event = &sealed.event;
    let (result, reason) = result_and_reason(event.outcome);
    let occurred_at = sealed.occurred_at.millis().to_be_bytes();
    let account = event.account.map(|id| *id.uuid().as_bytes());
    let actor = event.actor.id().map(|id| *id.uuid().as_bytes());
    let session = event.session.map(|id| *id.uuid().as_bytes());
    let object = event.object.map(|(_, id)| *id.as_bytes());
    let organisation = event.organisation.map(|id| *id.uuid().as_bytes());
    let id = *sealed.id.uuid().as_bytes();
    let fields: [Option<&[u8]>; 16] = [
        Some(&id),
        Some(&occurred_at),
        Some(event.kind.tag().as_bytes()),
        Some(result.as_bytes()),
        reason.map(str::as_bytes),
        account.as_ref().map(<[u8; 16]>::as_slice),
        Some(event.actor.tag().as_bytes()),
        actor.as_ref().map(<[u8; 16]>::as_slice),
        session.as_ref().map(<[u8; 16]>::as_slice),
        event.object.map(|(kind, _)| kind.tag()).map(str::as_bytes),
        object.as_ref().map(<[u8; 16]>::as_slice),
        event.detail.as_deref().map(str::as_bytes),
        sealed.address.commitment.as_ref().map(<[u8; 32]>::as_slice),
        sealed.user_agent.commitment.as_ref().map(<[u8; 32]>::as_slice),
        sealed.email.commitment.as_ref().map(<[u8; 32]>::as_slice),
        sealed.place.commitment.as_ref().map(<[u8; 32]>::as_slice),
    ];
    hash_fields(fields, organisation.as_ref().map(<[u8; 16]>::as_slice))
}

/// Whether a stored version is the one that such a row is written in. A row whose
/// version does not cover its organisation could be moved between organisations.
pub(super) fn fits(version: Option<i64>, has_organisation: bool) -> bool {
    version == Some(if has_organisation { WITH_ORGANISATION } else { VERSION })
}

/// SHA-256 over a zero byte (the leaf prefix of RFC 6962 §2.1) and each field in
/// a fixed order, absent or with its length; the organisation last, where there is one.
pub(super) fn hash_fields(fields: [Option<&[u8]>; 16], organisation: Option<&[u8]>) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update([0]);
    hash.update(match organisation {
        None => b"portcullis/security-event/v1",
        Some(_) => b"portcullis/security-event/v2",
    });
    for field in fields.into_iter().chain(organisation.map(Some)) {
        match field {
            None => hash.update([0]),
            Some(bytes) => {
                hash.update([1]);
                hash.update(u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_be_bytes());
                hash.update(bytes);
            }
        }
    }
    hash.finalize().into()
}

pub(super) const fn result_and_reason(outcome: Outcome) -> (&'static str, Option<&'static str>) {
    match outcome {
        Outcome::Succeeded => ("succeeded", None),
        Outcome::Refused(reason) => ("refused", Some(reason.tag())),
    }
}

#[cfg(test)]
mod tests {
    use super::super::event::{Kind, Reason};
    use super::*;
    use crate::ids::OrganisationId;
    use uuid::Uuid;

    /// What was sealed before there were organisations still holds: sixteen fields that are
    /// absent are sixteen zeros, and one that is there has its length before it.
    #[test]
    fn without_an_organisation_the_leaf_is_what_it_always_was() {
        let mut by_hand = [&[0][..], b"portcullis/security-event/v1", &[0; 15]].concat();
        by_hand.extend([1, 0, 0, 0, 0, 0, 0, 0, 2]);
        by_hand.extend(b"ab");
        let mut fields = [None; 16];
        fields[15] = Some(&b"ab"[..]);
        assert_eq!(hash_fields(fields, None).as_slice(), Sha256::digest(&by_hand).as_slice());
        let mut with = [&[0][..], b"portcullis/security-event/v2", &by_hand[29..]].concat();
        with.extend([1, 0, 0, 0, 0, 0, 0, 0, 1, b'o']);
        let leaf = hash_fields(fields, Some(b"o"));
        assert_eq!(leaf.as_slice(), Sha256::digest(&with).as_slice());
        assert!(fits(Some(1), false) && fits(Some(2), true));
        assert!(!fits(Some(1), true) && !fits(Some(2), false) && !fits(None, false));
    }

    fn sealed(change: impl Fn(&mut Event)) -> [u8; 32] {
        let random = Random::seeded(7);
        let now = Timestamp::from_millis(1_700_000_000_000);
        let mut event = Event::new(Kind::SignIn).email("mira@example.com");
        event.address = Some("192.0.2.7".into());
        change(&mut event);
        seal(EventId::new(now, &random), event, now, &random).leaf_hash
    }

    #[test]
    fn every_field_changes_the_leaf() {
        let base = sealed(|_| {});
        assert_eq!(base, sealed(|_| {}));
        let others = [
            sealed(|event| event.kind = Kind::SignOut),
            sealed(|event| event.outcome = Outcome::Refused(Reason::Suspended)),
            sealed(|event| event.address = Some("192.0.2.8".into())),
            sealed(|event| event.email = None),
            sealed(|event| event.detail = Some("3".into())),
            sealed(|event| event.user_agent = Some("x".into())),
            sealed(|event| event.organisation = Some(OrganisationId::from_uuid(Uuid::nil()))),
            sealed(|event| event.organisation = Some(OrganisationId::from_uuid(Uuid::max()))),
        ];
        for other in others {
            assert_ne!(base, other);
        }
    }
}
