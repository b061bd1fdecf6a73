//! What older rows are filled in with is what new ones get.

use portcullis::features::security_log::Kind;

#[test]
fn older_events_get_the_area_of_their_kind() {
    let sql = include_str!("../../../migrations/0005_log_filters.sql");
    let mut seen = 0;
    for line in sql.lines().filter_map(|line| line.trim().strip_prefix("WHEN '")) {
        let (kind, area) = line.strip_suffix('\'').unwrap().split_once("' THEN '").unwrap();
        let kind = Kind::from_tag(kind).unwrap_or_else(|| panic!("{kind} is no kind"));
        assert_eq!(kind.area().tag(), area, "{kind:?}");
        seen += 1;
    }
    // All that there were when it was written.
    assert_eq!(seen, KINDS_BEFORE);
}

const KINDS_BEFORE: usize = 55;
