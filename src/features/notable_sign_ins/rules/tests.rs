use super::*;
use proptest::prelude::*;

const NOW: Timestamp = Timestamp::from_millis(1_795_510_800_000);
const MILLISECOND: Duration = Duration::from_millis(1);

fn at(country: &str, region: Option<&str>) -> Location {
    let country = CountryCode::from_code(country).unwrap();
    Location { country, region: region.map(str::to_owned) }
}

fn named(name: &str) -> Family {
    Family::Named(name.to_owned())
}

fn seen<T>(what: T, ago: Duration) -> Seen<T> {
    Seen { what, at: NOW.minus(ago) }
}

#[test]
fn families_are_what_people_call_a_browser() {
    let cases = [
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0",
            named("Firefox"),
        ),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:90.0) Gecko/20100101 Firefox/90.0", named("Firefox")),
        ("Mozilla/5.0 (Android 14; Mobile; rv:143.0) Gecko/143.0 Firefox/143.0", named("Firefox")),
        ("Mozilla/5.0 (nothing of the kind)", Family::Unnamed),
        ("", Family::Program),
        ("curl/8.5.0", Family::Program),
        ("python-requests/2.31", Family::Program),
        ("program", Family::Program),
        ("unnamed", Family::Program),
    ];
    for (agent, family) in cases {
        assert_eq!(Family::of(&Device::of(agent)), family, "{agent:?}");
        assert_eq!(Family::from_tag(&family.tag()), Some(family));
    }
    assert_eq!(Family::from_tag("Firefox"), None);
}

#[test]
fn a_region_tells_apart_only_where_both_are_known() {
    let cases = [
        (at("DE", Some("Bavaria")), at("DE", Some("Bavaria")), true),
        (at("DE", Some("Bavaria")), at("DE", Some("Hesse")), false),
        (at("DE", Some("Bavaria")), at("DE", None), true),
        (at("DE", None), at("DE", None), true),
        (at("DE", None), at("FR", None), false),
        (at("DE", Some("Bavaria")), at("FR", Some("Bavaria")), false),
    ];
    for (one, another, same) in cases {
        assert_eq!(one.is_same(&another), same, "{one:?} {another:?}");
        assert_eq!(another.is_same(&one), same, "{another:?} {one:?}");
    }
}

#[test]
fn places_without_a_country_are_none() {
    let region = crate::places::Location { region: Some("Bavaria".into()), ..Default::default() };
    for place in
        [Place::ThisMachine, Place::PrivateNetwork, Place::Unknown, Place::Named(region.clone())]
    {
        assert_eq!(Location::of(&place), None, "{place:?}");
        assert!(!is_new_location(Location::of(&place).as_ref(), &[], NOW));
    }
    let country = CountryCode::from_code("DE");
    let place = Place::Named(crate::places::Location { country, ..region });
    assert_eq!(Location::of(&place), Some(at("DE", Some("Bavaria"))));
}

#[test]
fn ninety_days_are_ninety_days_to_the_millisecond() {
    for (ago, new) in [
        (Duration::ZERO, false),
        (REMEMBERED_FOR.saturating_sub(MILLISECOND), false),
        (REMEMBERED_FOR, true),
        (REMEMBERED_FOR + MILLISECOND, true),
    ] {
        assert_eq!(is_new_browser(&named("Firefox"), &[seen(named("Firefox"), ago)], NOW), new);
        let home = at("DE", None);
        assert_eq!(is_new_location(Some(&home), &[seen(home.clone(), ago)], NOW), new);
    }
    // What another node has seen a moment later.
    let later = Seen { what: named("Firefox"), at: NOW.plus(MILLISECOND) };
    assert!(!is_new_browser(&named("Firefox"), &[later], NOW));
}

#[test]
fn each_question_is_asked_for_itself() {
    let home = at("DE", Some("Bavaria"));
    let history = History {
        browsers: vec![seen(named("Firefox"), Duration::from_hours(1))],
        locations: vec![seen(home.clone(), Duration::from_hours(1))],
    };
    for bits in 0..8_u8 {
        let (device, browser, location) = (bits & 1 != 0, bits & 2 != 0, bits & 4 != 0);
        let arrival = Arrival {
            recognised: !device,
            browser: named(if browser { "Safari" } else { "Firefox" }),
            location: Some(if location { at("FR", None) } else { home.clone() }),
        };
        let new = judge(&arrival, Some(&history), NOW);
        assert_eq!(new, Novelty { device, browser, location });
        assert_eq!(new.any(), bits != 0);
        assert_eq!(judge(&arrival, None, NOW), Novelty::default(), "the very first is not new");
    }
}

fn family() -> impl Strategy<Value = Family> {
    prop_oneof![Just(Family::Program), Just(Family::Unnamed), "\\PC{0,12}".prop_map(Family::Named),]
}

fn location() -> impl Strategy<Value = Location> {
    let region = prop_oneof![Just(None), Just(Some("a")), Just(Some("b"))];
    (prop_oneof![Just("DE"), Just("FR"), Just("US")], region)
        .prop_map(|(country, region)| at(country, region))
}

/// What the store does: the later moment stays.
fn see<T: PartialEq + Clone>(all: &mut Vec<Seen<T>>, what: &T, now: Timestamp) {
    match all.iter_mut().find(|own| own.what == *what) {
        Some(own) => own.at = own.at.max(now),
        None => all.push(Seen { what: what.clone(), at: now }),
    }
}

proptest! {
    #[test]
    fn every_family_reads_back(family in family()) {
        prop_assert_eq!(Family::from_tag(&family.tag()), Some(family));
    }

    #[test]
    fn what_was_just_seen_is_not_new(
        location in location(), family in family(), days in 0_u64..90, more in location(),
    ) {
        let ago = Duration::from_hours(days * 24);
        let (there, other) = (seen(location.clone(), ago), seen(more, ago));
        prop_assert!(!is_new_location(Some(&location), &[other, there], NOW));
        prop_assert!(!is_new_browser(&family, &[seen(family.clone(), ago)], NOW));
    }

    /// Sign-ins of one quarter, taken in any order: whichever comes first is the one
    /// that a browser is new for, and there is exactly one.
    #[test]
    fn a_browser_is_new_once_in_whatever_order(
        mut arrivals in prop::collection::vec((0_u64..89 * 24, 0..3_u8), 1..20), turn in 0..20_usize,
    ) {
        let turn = turn % arrivals.len();
        arrivals.rotate_left(turn);
        let (mut all, mut new) = (Vec::new(), [0; 3]);
        for (hour, which) in &arrivals {
            let (now, family) = (NOW.plus(Duration::from_hours(*hour)), named(&which.to_string()));
            new[usize::from(*which)] += u32::from(is_new_browser(&family, &all, now));
            see(&mut all, &family, now);
        }
        for which in 0..3_u8 {
            let came = arrivals.iter().any(|(_, own)| *own == which);
            prop_assert_eq!(new[usize::from(which)], u32::from(came));
        }
    }

    #[test]
    fn a_country_is_new_once_in_whatever_order(
        mut arrivals in prop::collection::vec((0_u64..89 * 24, location()), 1..20), turn in 0..20_usize,
    ) {
        let turn = turn % arrivals.len();
        arrivals.rotate_left(turn);
        let mut all = Vec::new();
        for (hour, location) in &arrivals {
            let now = NOW.plus(Duration::from_hours(*hour));
            let known = all.iter().any(|own: &Seen<Location>| own.what.is_same(location));
            prop_assert_eq!(is_new_location(Some(location), &all, now), !known);
            see(&mut all, location, now);
        }
    }
}
