use super::*;
use proptest::prelude::*;

const NOW: Timestamp = Timestamp::from_millis(1_795_510_800_000);

fn end_of(_: Range, day: Date) -> Option<Timestamp> {
    let next = day.tomorrow().ok()?.to_zoned_datetime(jiff::tz::TimeZone::UTC).ok()?;
    Some(Timestamp::from_millis(next.timestamp().as_millisecond()))
}

fn typed(text: &str) -> Typed {
    read(text, end_of, NOW)
}

fn range(text: &str) -> Range {
    Range::parse(text).unwrap()
}

#[test]
fn a_line_has_a_range_a_label_and_an_end() {
    for (line, form, label) in [
        ("203.0.113.7", "203.0.113.7", ""),
        ("  203.0.113.0/24   Head   office  ", "203.0.113.0/24", "Head office"),
        ("203.0.113.7, Head office", "203.0.113.7", "Head office"),
        ("203.0.113.7 # Head office", "203.0.113.7", "Head office"),
        ("203.0.113.1-203.0.113.9 VPN", "203.0.113.1-203.0.113.9", "VPN"),
        ("203.0.113.1 - 203.0.113.9 VPN", "203.0.113.1-203.0.113.9", "VPN"),
        ("203.0.113.1 -203.0.113.9 VPN", "203.0.113.1-203.0.113.9", "VPN"),
        ("203.0.113.1- 203.0.113.9", "203.0.113.1-203.0.113.9", ""),
        ("203.0.113.1 – 203.0.113.9", "203.0.113.1-203.0.113.9", ""),
        ("2001:db8::/32\tLab \u{202e}x", "2001:db8::/32", "Lab x"),
    ] {
        let typed = typed(line);
        assert_eq!(typed.wrong, [], "{line}");
        let (_, entry) = &typed.entries[0];
        assert_eq!((entry.range.to_string().as_str(), entry.label.as_str()), (form, label));
        assert_eq!(entry.expires_at, None);
    }
    let until = typed("203.0.113.7 Audit until 2026-11-24").entries.remove(0).1;
    assert_eq!(until.expires_at, Some(Timestamp::from_millis(1_795_564_800_000)));
    assert_eq!(until.label, "Audit");
    assert_eq!(Entry::from_stored(&until.stored()), Some(until.clone()));
    assert_eq!(until.line(Some("2026-11-24")), "203.0.113.7 Audit until 2026-11-24");
}

#[test]
fn each_line_is_judged_by_itself() {
    let long = format!("203.0.113.8 {}", "x".repeat(101));
    let text = format!(
        "203.0.113.7\n\n# of old\n203.0.113.5/24\nnowhere\n203.0.113.9-203.0.113.1\n\
         203.0.113.7/32\n203.0.113.1-2001:db8::1\n203.0.113.10 until tomorrow\n\
         203.0.113.11 until 2026-11-23\n{long}\n203.0.113.12 until"
    );
    let wrong: Vec<(usize, Problem)> =
        typed(&text).wrong.into_iter().map(|wrong| (wrong.line, wrong.problem)).collect();
    let expected = [
        (4, Problem::HostBits(range("203.0.113.0/24"))),
        (5, Problem::Unreadable),
        (6, Problem::Backwards),
        (7, Problem::Same(1)),
        (8, Problem::Families),
        (9, Problem::NoDay),
        (10, Problem::Over),
        (11, Problem::LongLabel),
        (12, Problem::NoDay),
    ];
    assert_eq!(wrong, expected);
}

#[test]
fn what_was_meant_is_put_in_its_place() {
    let mended = without_flaws(
        "203.0.113.5/24 Office\nwhat?\n::ffff:203.0.113.0/120\n# x\n192.0.2.1 until 2026-12-01",
    );
    assert_eq!(mended, "203.0.113.0/24 Office\nwhat?\n# x\n192.0.2.1 until 2026-12-01");
    assert_eq!(without_flaws(&mended), mended);
}

#[test]
fn overlaps_are_pointed_out() {
    let typed = typed("203.0.113.7\n203.0.113.0/24\n203.0.113.200-203.0.114.9\n2001:db8::1\n::/0");
    let overlap = |line, with, covered| Overlap { line, with, covered };
    assert_eq!(typed.overlaps, [overlap(1, 2, true), overlap(3, 2, false), overlap(4, 5, true)]);
    assert_eq!(typed.everything(), Some(5));
}

#[test]
fn there_is_an_end_to_it() {
    let line = |number: usize| format!("10.{}.{}.1", number / 200, number % 200);
    let text: Vec<String> = (0..=MOST).map(line).collect();
    let whole = typed(&text[..MOST].join("\n"));
    assert_eq!((whole.entries.len(), whole.wrong.len()), (MOST, 0));
    let more = typed(&text.join("\n"));
    assert_eq!(more.wrong.len(), 1);
    assert_eq!((more.wrong[0].line, &more.wrong[0].problem), (MOST + 1, &Problem::TooMany));
    let wide = |n: usize| format!("2001:db8:{n:x}::1-2001:db8:{n:x}:ffff:ffff:ffff:ffff:fffe");
    let scattered: Vec<String> = (0..2000).map(wide).collect();
    assert_eq!(typed(&scattered.join("\n")).wrong[0].problem, Problem::Scattered);
}

proptest! {
    #[test]
    fn any_text_is_read_to_its_end(text in "[0-9a-f.:/ \\-–#\nuntil]{0,80}") {
        let typed = typed(&text);
        for (_, entry) in &typed.entries {
            prop_assert_eq!(Entry::from_stored(&entry.stored()), Some(entry.clone()));
        }
        let mended = without_flaws(&text);
        prop_assert_eq!(without_flaws(&mended), mended);
    }

    #[test]
    fn a_sweep_finds_every_line_that_meets_another(
        starts in prop::collection::vec((0_u8..60, 0_u8..12), 1..20),
    ) {
        let line = |(start, length): &(u8, u8)| {
            format!("192.0.2.{start}-192.0.2.{}", u16::from(*start) + u16::from(*length))
        };
        let text: Vec<String> = starts.iter().map(line).collect();
        let typed = typed(&text.join("\n"));
        let meets_another = |index: usize| {
            typed.entries.iter().enumerate().any(|(other, (_, entry))| {
                other != index && entry.range.meets(typed.entries[index].1.range)
            })
        };
        let any = (0..typed.entries.len()).any(meets_another);
        prop_assert_eq!(any, !typed.overlaps.is_empty());
        for overlap in &typed.overlaps {
            let of = |line| &typed.entries.iter().find(|(own, _)| *own == line).unwrap().1.range;
            prop_assert!(of(overlap.line).meets(*of(overlap.with)));
        }
    }
}
