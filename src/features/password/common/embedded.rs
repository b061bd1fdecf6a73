//! The list that the binary carries.
//!
//! The embedded file is made by `xtask/src/common_passwords.rs`, which shares [`super::format`] with
//! this. Its layout, all numbers little-endian:
//!
//! | bytes | content |
//! | --- | --- |
//! | 8 | `PCCOMPW1` |
//! | 8 | entries taken from published lists |
//! | 8 | entries derived from them by rule |
//! | 8 | the filter's seed |
//! | 4 | the filter's segment length |
//! | 4 | the filter's segment count × segment length |
//! | slots ÷ 8, rounded up | one bit a slot, lowest bit first: whether the slot is non-zero |
//! | the rest | the non-zero slots, 4 bytes each, in order |

use super::format::{HEADER_LEN, MAGIC};
use std::sync::LazyLock;
use xorf::{BinaryFuse32, Descriptor};

static EMBEDDED: &[u8] = include_bytes!("../../../../assets/common-passwords.bin");

const HEADER: Header = match Header::read(EMBEDDED) {
    Some(header) => header,
    None => Header::INVALID,
};

// A damaged file must not compile: an empty list would let every password through in silence.
const _: () = assert!(
    HEADER.slots > 0 && HEADER_LEN + HEADER.slots.div_ceil(8) <= EMBEDDED.len(),
    "assets/common-passwords.bin is damaged: rebuild it with the xtask"
);

/// How many embedded entries come from published lists.
pub const EMBEDDED_LISTED: u64 = HEADER.listed;

/// How many embedded entries were derived by rule from common words, keyboard walks and repeats,
/// and are in no published list that was used.
pub const EMBEDDED_DERIVED: u64 = HEADER.derived;

/// How many entries the embedded list holds in all.
pub const EMBEDDED_ENTRIES: u64 = EMBEDDED_LISTED + EMBEDDED_DERIVED;

/// The embedded file's header.
struct Header {
    listed: u64,
    derived: u64,
    seed: u64,
    segment_length: u32,
    segment_count_length: u32,
    slots: usize,
}

impl Header {
    const INVALID: Self = Self {
        listed: 0,
        derived: 0,
        seed: 0,
        segment_length: 0,
        segment_count_length: 0,
        slots: 0,
    };

    /// Reads the header, or nothing where the filter it describes could not answer a look-up.
    const fn read(bytes: &[u8]) -> Option<Self> {
        let Some((magic, rest)) = bytes.split_first_chunk::<8>() else { return None };
        let Some((listed, rest)) = rest.split_first_chunk::<8>() else { return None };
        let Some((derived, rest)) = rest.split_first_chunk::<8>() else { return None };
        let Some((seed, rest)) = rest.split_first_chunk::<8>() else { return None };
        let Some((segment_length, rest)) = rest.split_first_chunk::<4>() else { return None };
        let Some(segment_count_length) = rest.first_chunk::<4>() else { return None };

        let segment_length = u32::from_le_bytes(*segment_length);
        let segment_count_length = u32::from_le_bytes(*segment_count_length);
        if u64::from_le_bytes(*magic) != u64::from_le_bytes(MAGIC)
            || !segment_length.is_power_of_two()
            || segment_count_length == 0
            || !segment_count_length.is_multiple_of(segment_length)
        {
            return None;
        }
        // A look-up touches three segments in a row, the last of which starts two past the count.
        let Some(tail) = segment_length.checked_mul(2) else { return None };
        let Some(slots) = segment_count_length.checked_add(tail) else { return None };

        Some(Self {
            listed: u64::from_le_bytes(*listed),
            derived: u64::from_le_bytes(*derived),
            seed: u64::from_le_bytes(*seed),
            segment_length,
            segment_count_length,
            slots: slots as usize,
        })
    }
}

/// Unpacks the embedded filter.
fn decode(bytes: &[u8], header: &Header) -> BinaryFuse32 {
    let body = bytes.get(HEADER_LEN..).unwrap_or_default();
    let (bits, values) = body.split_at_checked(header.slots.div_ceil(8)).unwrap_or_default();
    let (values, _) = values.as_chunks::<4>();
    let mut values = values.iter();
    let mut fingerprints = vec![0; header.slots];
    for (slots, byte) in fingerprints.chunks_mut(8).zip(bits) {
        for (bit, slot) in slots.iter_mut().enumerate() {
            if byte >> bit & 1 == 1 {
                *slot = values.next().map_or(0, |value| u32::from_le_bytes(*value));
            }
        }
    }
    let fingerprints = fingerprints.into_boxed_slice();
    BinaryFuse32 {
        descriptor: Descriptor {
            seed: header.seed,
            segment_length: header.segment_length,
            segment_length_mask: header.segment_length.wrapping_sub(1),
            segment_count_length: header.segment_count_length,
        },
        fingerprints,
    }
}

/// The filter over it, about 7 MB. Most commands, and a server until somebody chooses a password,
/// do without it.
pub(super) static FILTER: LazyLock<BinaryFuse32> = LazyLock::new(|| decode(EMBEDDED, &HEADER));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn embedded_file_is_whole() {
        let bits = &EMBEDDED[HEADER_LEN..HEADER_LEN + HEADER.slots.div_ceil(8)];
        let filled: usize = bits.iter().map(|byte| byte.count_ones() as usize).sum();
        assert_eq!(EMBEDDED.len(), HEADER_LEN + bits.len() + 4 * filled);
        // Every entry fills one slot, less those whose slot came out as zero by chance.
        let entries = usize::try_from(EMBEDDED_ENTRIES).unwrap();
        assert!(filled <= entries && entries - filled < 10, "{filled} of {entries}");
        assert_eq!(FILTER.fingerprints.len(), HEADER.slots);
    }

    #[test]
    fn damaged_headers_are_refused() {
        assert!(Header::read(EMBEDDED).is_some());
        assert!(Header::read(&[]).is_none());
        assert!(Header::read(&EMBEDDED[..HEADER_LEN - 1]).is_none());
        for (offset, value) in [(0, 0), (32, 3), (36, 1)] {
            let mut header = EMBEDDED[..HEADER_LEN].to_vec();
            header[offset] = value;
            assert!(Header::read(&header).is_none(), "byte {offset}");
        }
        let mut header = EMBEDDED[..HEADER_LEN].to_vec();
        header[36..].fill(0xff);
        assert!(Header::read(&header).is_none());
    }
}
