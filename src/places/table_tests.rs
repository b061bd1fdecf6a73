use super::table::{Start, Table, encode};
use proptest::prelude::*;
use std::collections::BTreeMap;

fn starts() -> impl Strategy<Value = Vec<Start>> {
    let code = proptest::option::of(prop_oneof![Just(*b"DE"), Just(*b"FR"), Just(*b"GB")]);
    proptest::collection::btree_map(0..100_000_u64, code, 0..600)
        .prop_map(|map: BTreeMap<u64, _>| map.into_iter().collect())
}

proptest! {
    #[test]
    fn what_was_laid_out_is_found(starts in starts(), keys in proptest::collection::vec(0..110_000_u32, 50)) {
        let file = encode(7, &starts, &starts).unwrap();
        let table = Table::read(&file).unwrap();
        prop_assert_eq!(table.built_at, 7);
        for key in keys {
            let last = starts.iter().rev().find(|(start, _)| *start <= u64::from(key));
            let wanted = last.and_then(|(_, code)| *code);
            prop_assert_eq!(table.v4(key), wanted);
            prop_assert_eq!(table.v6(u128::from(key) << 64 | 5), wanted);
        }
    }

    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200), at in 0..200_usize, key: u128) {
        let mut file = encode(7, &[(1, Some(*b"DE"))], &[(1, None), (9, Some(*b"FR"))]).unwrap();
        for (place, byte) in file.iter_mut().skip(at).zip(&bytes) {
            *place = *byte;
        }
        for file in [&file, &bytes] {
            if let Some(table) = Table::read(file) {
                let _ = (table.v4(7), table.v6(key));
            }
        }
    }
}
