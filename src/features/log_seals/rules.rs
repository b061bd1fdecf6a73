use crate::features::security_log::{Leaf, Mark};
use crate::keys::{DerivedKey, KeyRing, Purpose};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// What is under one seal lies within so long, so that what is kept for a time is
/// not kept much longer for the sake of its neighbours.
const SPAN: Duration = Duration::from_hours(1);

/// How many of these leaves, from the first on, come under one seal.
pub(super) fn under_one(leaves: &[Leaf]) -> usize {
    let Some(first) = leaves.first() else { return 0 };
    let later = |leaf: &Leaf| leaf.occurred_at.since(first.occurred_at) > SPAN;
    leaves.iter().position(later).unwrap_or(leaves.len())
}

/// The Merkle tree of RFC 6962 §2.1, a leaf at a time, in memory that grows with
/// the logarithm of their number. A tree and not a chain, so that one event can be
/// proved to be under a seal without showing the others.
#[derive(Default)]
pub(super) struct Tree {
    pub count: u64,
    /// Roots of whole subtrees, the largest first.
    peaks: Vec<[u8; 32]>,
}

impl Tree {
    /// The number is under the seal beside the leaf, which does not have it.
    pub(super) fn push(&mut self, leaf: &Leaf) {
        let mut entry = Sha256::new();
        entry.update([0]);
        entry.update(b"portcullis/log-seal/v1/entry");
        entry.update(leaf.mark.number.to_be_bytes());
        entry.update(&leaf.hash);
        self.push_hash(entry.finalize().into());
    }

    fn push_hash(&mut self, mut hash: [u8; 32]) {
        let mut whole = self.count;
        while whole & 1 == 1 {
            if let Some(left) = self.peaks.pop() {
                hash = node(&left, &hash);
            }
            whole >>= 1;
        }
        self.peaks.push(hash);
        self.count += 1;
    }

    pub(super) fn root(&self) -> [u8; 32] {
        let right = |hash: [u8; 32], left: &[u8; 32]| node(left, &hash);
        let mut peaks = self.peaks.iter().rev();
        peaks.next().map_or_else(|| Sha256::digest(b"").into(), |last| peaks.fold(*last, right))
    }
}

fn node(left: &[u8; 32], right: &[u8; 32]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update([1]);
    hash.update(left);
    hash.update(right);
    hash.finalize().into()
}

/// A seal over some events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seal {
    /// From 1 on, without gaps.
    pub number: i64,
    /// Its last event.
    pub last: Mark,
    /// How many events are under it.
    pub events: i64,
    /// When the newest of them happened.
    pub newest_at: Timestamp,
    /// Over them.
    pub root: Vec<u8>,
    /// When it was made.
    pub sealed_at: Timestamp,
    /// Over all of these and the head before.
    pub head: Vec<u8>,
    /// Which key proves it.
    pub key_id: String,
    /// And how.
    pub mac: Vec<u8>,
    /// When its events were removed.
    pub pruned: Option<Pruned>,
}

/// That the events under a seal were removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pruned {
    /// When.
    pub at: Timestamp,
    /// Which key proves it.
    pub key_id: String,
    /// And how.
    pub mac: Vec<u8>,
}

impl Seal {
    /// What is noted elsewhere.
    pub fn noted(&self) -> Head {
        Head { number: self.number, hash: hex::encode(&self.head) }
    }

    /// Whether a server with these keys has made it.
    pub(super) fn is_proved(&self, keys: &KeyRing) -> bool {
        let key = keys.derive_from(&self.key_id, Purpose::LogSeal);
        key.is_some_and(|key| self.mac == mac_of(&key, self))
    }

    /// Whether a server with these keys has removed what was under it.
    pub(super) fn is_proved_empty(&self, keys: &KeyRing, pruned: &Pruned) -> bool {
        let key = keys.derive_from(&pruned.key_id, Purpose::LogSeal);
        key.is_some_and(|key| pruned.mac == pruned_mac_of(&key, self, pruned.at))
    }
}

/// The head of a seal: over what it says and the head before, which is empty for
/// the first.
pub(super) fn head_of(before: Option<&[u8]>, seal: &Seal) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(b"portcullis/log-seal/v1/head");
    for part in [
        before.unwrap_or_default(),
        &seal.number.to_be_bytes(),
        &seal.last.number.to_be_bytes(),
        &seal.last.id,
        &seal.events.to_be_bytes(),
        &seal.newest_at.millis().to_be_bytes(),
        &seal.root,
        &seal.sealed_at.millis().to_be_bytes(),
    ] {
        hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

/// What proves a seal.
pub(super) fn mac_of(key: &DerivedKey, seal: &Seal) -> [u8; 32] {
    key.mac(&[b"head", &seal.head])
}

/// What proves that its events were removed.
pub(super) fn pruned_mac_of(key: &DerivedKey, seal: &Seal, at: Timestamp) -> [u8; 32] {
    key.mac(&[b"pruned", &seal.head, &at.millis().to_be_bytes()])
}

/// A head as it is noted elsewhere: the seal's number and its hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The seal's number.
    pub number: i64,
    /// In hexadecimal.
    pub hash: String,
}

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.number, self.hash)
    }
}

/// A text that is no head.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a head is what `portcullis log head` has printed")]
pub struct NotAHead;

impl FromStr for Head {
    type Err = NotAHead;

    fn from_str(text: &str) -> Result<Self, NotAHead> {
        let (number, hash) = text.split_once('.').ok_or(NotAHead)?;
        let number: i64 = number.parse().map_err(|_| NotAHead)?;
        let is_hash = hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
        let head = Self { number, hash: hash.to_ascii_lowercase() };
        if number > 0 && is_hash { Ok(head) } else { Err(NotAHead) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The recursive definition of RFC 6962 §2.1, over leaves that are hashed.
    fn by_definition(hashes: &[[u8; 32]]) -> [u8; 32] {
        match hashes {
            [] => Sha256::digest(b"").into(),
            [one] => *one,
            _ => {
                let split = hashes.len().next_power_of_two() / 2;
                node(&by_definition(&hashes[..split]), &by_definition(&hashes[split..]))
            }
        }
    }

    #[test]
    fn a_leaf_at_a_time_is_the_tree_of_the_rfc() {
        let hashes: Vec<[u8; 32]> = (0..200_u8).map(|n| [n; 32]).collect();
        let mut tree = Tree::default();
        for count in 0..hashes.len() {
            assert_eq!(tree.root(), by_definition(&hashes[..count]), "{count}");
            tree.push_hash(hashes[count]);
        }
    }

    #[test]
    fn a_seal_holds_an_hour() {
        let leaf = |minutes: i64| Leaf {
            mark: Mark { number: 1, id: vec![7; 16] },
            occurred_at: Timestamp::from_millis(minutes * 60_000),
            hash: vec![1; 32],
        };
        assert_eq!(under_one(&[]), 0);
        assert_eq!(under_one(&[leaf(1_000)]), 1);
        // Transactions commit in another order than they begin in.
        assert_eq!(under_one(&[leaf(100), leaf(0), leaf(160), leaf(161), leaf(120)]), 3);
    }

    #[test]
    fn every_field_changes_the_head() {
        let at = Timestamp::from_millis;
        let seal = Seal {
            number: 3,
            last: Mark { number: 9, id: vec![7; 16] },
            events: 4,
            newest_at: at(5),
            root: vec![6; 32],
            sealed_at: at(7),
            head: Vec::new(),
            key_id: "key".into(),
            mac: Vec::new(),
            pruned: None,
        };
        let before = [1; 32];
        let base = head_of(Some(&before), &seal);
        let others = [
            head_of(None, &seal),
            head_of(Some(&before), &Seal { number: 4, ..seal.clone() }),
            head_of(Some(&before), &Seal { last: Mark::end(), ..seal.clone() }),
            head_of(Some(&before), &Seal { events: 5, ..seal.clone() }),
            head_of(Some(&before), &Seal { newest_at: at(6), ..seal.clone() }),
            head_of(Some(&before), &Seal { root: vec![7; 32], ..seal.clone() }),
            head_of(Some(&before), &Seal { sealed_at: at(8), ..seal }),
        ];
        assert!(others.iter().all(|other| *other != base));
    }

    #[test]
    fn only_what_was_printed_is_a_head() {
        let head = Head { number: 17, hash: "a7".repeat(32) };
        assert_eq!(head.to_string().parse(), Ok(head.clone()));
        for wrong in
            ["", "17", "17.", "x.y", &format!("0.{}", head.hash), &format!("17.{}0", head.hash)]
        {
            assert_eq!(wrong.parse::<Head>(), Err(NotAHead), "{wrong}");
        }
    }
}
