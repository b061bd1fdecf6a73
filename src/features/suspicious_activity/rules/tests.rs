//! Tables of cases, and what holds of whatever is handed in.

use super::*;
use crate::features::notable_sign_ins::Notable;
use crate::features::notable_sign_ins::rules::Novelty;
use crate::features::security_log::{Kind, Outcome, Reason};
use crate::features::sessions::rules::Entry as How;
use crate::features::suspicious_activity::findings::{Material, findings};
use crate::features::suspicious_activity::{Answer, By, Finding, FindingKey};
use crate::ids::{AccountId, EventId, SessionId};
use crate::places::{CountryCode, Point};
use proptest::prelude::*;
use uuid::Uuid;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(1_795_000_000_000 + millis)
}

fn owner() -> AccountId {
    AccountId::from_uuid(Uuid::from_u128(1))
}

fn session(number: u128) -> SessionId {
    SessionId::from_uuid(Uuid::from_u128(1 << 64 | number))
}

/// An event of the owner's account at a moment, from 198.51.100.`from`.
fn event(millis: i64, kind: Kind, outcome: Outcome, from: u8) -> Entry {
    let place = (u128::from(kind.tag().len() as u64) << 32) | u128::from(from);
    let id = (u128::from(at(millis).millis().unsigned_abs()) << 64) | place;
    let signed_in = outcome == Outcome::Succeeded;
    Entry {
        id: EventId::from_uuid(Uuid::from_u128(id)),
        occurred_at: at(millis),
        kind,
        outcome,
        account: Some(owner()),
        actor_kind: if signed_in { "account" } else { "anonymous" }.into(),
        actor: signed_in.then(owner),
        session: signed_in.then(|| session(u128::from(from))),
        detail: None,
        address: Some(format!("198.51.100.{from}")),
        user_agent: Some("A browser".into()),
        email: None,
    }
}

fn failed(millis: i64, from: u8) -> Entry {
    event(millis, Kind::SignIn, Outcome::Refused(Reason::WrongPassword), from)
}

fn wrong_code(millis: i64, from: u8) -> Entry {
    event(millis, Kind::SignIn, Outcome::Refused(Reason::WrongCode), from)
}

fn signed_in(millis: i64, from: u8) -> Entry {
    event(millis, Kind::SignIn, Outcome::Succeeded, from)
}

fn new_sign_in(millis: i64, from: u8, new: Novelty) -> Notable {
    let event = signed_in(millis, from);
    Notable {
        event: event.id,
        account: owner(),
        session: session(u128::from(from)),
        at: event.occurred_at,
        new,
        entry: How::Password,
        address: event.address,
        user_agent: "A browser".into(),
        country: CountryCode::from_code("JP"),
        region: None,
    }
}

const NEW_DEVICE: Novelty = Novelty { device: true, browser: false, location: false };
const NEW_PLACE: Novelty = Novelty { device: false, browser: false, location: true };

fn counted(group: Option<&Group>) -> Option<usize> {
    group.map(|group| group.count)
}

#[test]
fn five_failures_within_an_hour_are_a_burst() {
    let spread = |minutes: &[i64]| -> Vec<Entry> {
        minutes.iter().map(|minute| failed(minute * MINUTE, 9)).collect()
    };
    let cases: [(&[i64], Option<usize>); 6] = [
        (&[], None),
        (&[0, 1, 2, 3], None),
        (&[0, 1, 2, 3, 4], Some(5)),
        (&[0, 15, 30, 45, 60], Some(5)),
        (&[0, 15, 30, 45, 61], None),
        (&[0, 200, 400, 600, 601, 602, 603, 604], Some(5)),
    ];
    for (minutes, expected) in cases {
        let found = burst(&spread(minutes), &[], false);
        assert_eq!(counted(found.as_ref()), expected, "{minutes:?}");
    }
    // More than are read are one, however far apart.
    assert_eq!(counted(burst(&spread(&[0, 500]), &[], true).as_ref()), Some(2));
}

#[test]
fn what_is_no_failed_password_is_no_part_of_a_burst() {
    let mut events: Vec<Entry> = (0..4).map(|minute| failed(minute * MINUTE, 9)).collect();
    events.push(wrong_code(5 * MINUTE, 9));
    events.push(event(6 * MINUTE, Kind::CodeSent, Outcome::Refused(Reason::Throttled), 9));
    assert_eq!(burst(&events, &[], false), None);
}

#[test]
fn who_then_signs_in_has_mistyped() {
    let mine = signed_in(10 * MINUTE, 9);
    let mut other = mine.clone();
    other.user_agent = Some("Another browser".into());
    let mut nowhere = (wrong_code(0, 9), mine.clone());
    (nowhere.0.address, nowhere.1.address) = (None, None);
    let cases = [
        ("ten minutes later", wrong_code(0, 9), mine.clone(), None),
        ("a moment later than that", wrong_code(-1, 9), mine.clone(), Some(1)),
        ("before", wrong_code(11 * MINUTE, 9), mine.clone(), Some(1)),
        ("from elsewhere", wrong_code(MINUTE, 8), mine, Some(1)),
        ("another browser", wrong_code(MINUTE, 9), other, Some(1)),
        ("nobody knows from where", nowhere.0, nowhere.1, Some(1)),
    ];
    for (name, refused, arrival, expected) in cases {
        let found = refused_codes(&[refused], &[arrival], false);
        assert_eq!(counted(found.as_ref()), expected, "{name}");
    }
    let fumbled: Vec<Entry> = (0..8).map(|minute| failed(minute * MINUTE, 9)).collect();
    assert!(burst(&fumbled, &[], false).is_some());
    assert_eq!(burst(&fumbled, &[signed_in(10 * MINUTE, 9)], false), None);
}

fn spot(country: &str, point: Option<(f64, f64)>) -> Spot {
    Spot {
        country: CountryCode::from_code(country).unwrap(),
        point: point.and_then(|(latitude, longitude)| Point::new(latitude, longitude)),
    }
}

#[test]
fn journeys_are_judged_cautiously() {
    const BERLIN: Option<(f64, f64)> = Some((52.52, 13.41));
    const TOKYO: Option<(f64, f64)> = Some((35.68, 139.69));
    const LISBON: Option<(f64, f64)> = Some((38.72, -9.14));
    const SAN_DIEGO: Option<(f64, f64)> = Some((32.72, -117.16));
    const BOSTON: Option<(f64, f64)> = Some((42.36, -71.06));
    const TORONTO: Option<(f64, f64)> = Some((43.65, -79.38));
    const SINGAPORE: Option<(f64, f64)> = Some((1.35, 103.82));
    const KUALA_LUMPUR: Option<(f64, f64)> = Some((3.15, 101.69));
    let cases = [
        ("a flight", ("DE", BERLIN), ("JP", TOKYO), 13 * 60, false),
        ("faster than any", ("DE", BERLIN), ("JP", TOKYO), 8 * 60, true),
        ("by the countries alone", ("DE", None), ("JP", None), 5 * 60, true),
        ("a flight, by the countries alone", ("DE", None), ("JP", None), 11 * 60, false),
        ("one point alone", ("DE", BERLIN), ("AU", None), 2 * 60, true),
        ("at the same moment", ("DE", BERLIN), ("PT", LISBON), 0, true),
        ("two hours by air", ("DE", BERLIN), ("PT", LISBON), 3 * 60, false),
        ("neighbours", ("DE", None), ("FR", None), 1, false),
        ("neighbours with points", ("CA", TORONTO), ("US", BOSTON), 1, false),
        ("neighbours across a strait", ("SG", SINGAPORE), ("MY", KUALA_LUMPUR), 1, false),
        ("from end to end of one country", ("US", BOSTON), ("US", SAN_DIEGO), 1, false),
        ("big countries side by side", ("RU", None), ("CN", None), 1, false),
        ("not far enough to be sure", ("DE", None), ("IT", None), 1, false),
        ("days later", ("DE", BERLIN), ("JP", TOKYO), 3 * 24 * 60, false),
    ];
    for (name, from, to, minutes, expected) in cases {
        let (from, to) = (spot(from.0, from.1), spot(to.0, to.1));
        let (left, came) = (at(0), at(minutes * MINUTE));
        assert_eq!(journey::is_too_far(from, to, left, came), expected, "{name}");
    }
}

#[test]
fn the_way_back_is_no_second_journey() {
    let arrived = |minutes: i64, from: u8, country: &str| Arrived {
        event: signed_in(minutes * MINUTE, from),
        spot: (!country.is_empty()).then(|| spot(country, None)),
    };
    let all = [
        arrived(0, 1, "DE"),
        arrived(20, 2, ""),
        arrived(30, 3, "JP"),
        arrived(60, 1, "DE"),
        arrived(90, 3, "JP"),
        arrived(100, 4, "FR"),
    ];
    let found = journeys(&all);
    let pairs: Vec<_> = found.iter().map(|it| (it.before.event.id, it.after.event.id)).collect();
    assert_eq!(pairs, [(all[0].event.id, all[2].event.id), (all[3].event.id, all[4].event.id)]);
}

#[test]
fn a_change_soon_after_a_new_device_is_found() {
    let change = |millis, from| event(millis, Kind::SecondFactorAdded, Outcome::Succeeded, from);
    let by_link = Entry {
        kind: Kind::EmailChanged,
        session: None,
        actor: None,
        actor_kind: "anonymous".into(),
        ..change(HOUR, 7)
    };
    let by_another =
        Entry { actor: Some(AccountId::from_uuid(Uuid::from_u128(2))), ..change(HOUR, 9) };
    let by_operator = Entry { actor: None, actor_kind: "operator".into(), ..change(HOUR, 9) };
    let cases = [
        ("in the new session", change(HOUR, 9), 0, NEW_DEVICE, Some(0), true),
        ("a day later", change(DAY, 9), 0, NEW_DEVICE, Some(0), true),
        ("more than a day later", change(DAY + 1, 9), 0, NEW_DEVICE, Some(0), false),
        ("before it", change(-1, 9), 0, NEW_DEVICE, Some(-5), false),
        ("only the place was new", change(HOUR, 9), 0, NEW_PLACE, Some(0), false),
        ("in a session from before", change(HOUR, 8), 0, NEW_DEVICE, Some(-1), false),
        ("in a later session", change(HOUR, 8), 0, NEW_DEVICE, Some(1), true),
        ("nobody knows since when", change(HOUR, 8), 0, NEW_DEVICE, None, true),
        ("by a mailed link", by_link, 0, NEW_DEVICE, None, true),
        ("by an administrator", by_another, 0, NEW_DEVICE, None, false),
        ("by the operator", by_operator, 0, NEW_DEVICE, None, false),
    ];
    for (name, change, sign_in, new, began, expected) in cases {
        let sign_ins = [new_sign_in(sign_in, 9, new)];
        let found = soon_after_a_new_device(&[change], &sign_ins, |_| began.map(at));
        assert_eq!(!found.is_empty(), expected, "{name}");
    }
}

#[test]
fn an_answer_is_worth_what_its_session_is() {
    let span = Span { from: at(0), to: at(HOUR), session: Some(session(9)) };
    let by = |id, began| By::Session { id: session(id), began_at: at(began) };
    let answered = |millis, by| Some(Answered { answer: Answer::Me, at: at(millis), by });
    let kept = 14 * DAY;
    let cases = [
        ("nobody", None, 2 * HOUR, "open"),
        ("an older session", answered(2 * HOUR, by(1, -1)), 2 * HOUR, "settled"),
        ("one that began with it", answered(2 * HOUR, by(1, 0)), 2 * HOUR, "in sight"),
        ("a younger one", answered(2 * HOUR, by(1, 5)), 2 * HOUR, "in sight"),
        ("the one that did it", answered(2 * HOUR, by(9, -1)), 2 * HOUR, "in sight"),
        ("a link", answered(2 * HOUR, By::Link), 2 * HOUR, "in sight"),
        ("the last moment", answered(2 * HOUR, By::Link), 2 * HOUR + kept - 1, "in sight"),
        ("fourteen days later", answered(2 * HOUR, By::Link), 2 * HOUR + kept, "settled"),
        ("it went on", answered(HOUR - 1, by(1, -1)), 2 * HOUR, "open"),
    ];
    for (name, answered, now, expected) in cases {
        let standing = match standing(span, answered, at(now)) {
            Standing::Open => "open",
            Standing::InSight(_) => "in sight",
            Standing::Settled(_) => "settled",
        };
        assert_eq!(standing, expected, "{name}");
    }
}

fn keys(found: &[Finding]) -> Vec<(FindingKey, bool)> {
    found.iter().map(|it| (it.key, it.standing == Standing::Open)).collect()
}

#[test]
fn a_burst_that_goes_on_opens_again_and_a_single_slip_does_not() {
    let mut material = Material::default();
    material.events.refused = (0..5).map(|minute| failed(minute * MINUTE, 9)).collect();
    let key = FindingKey::FailedSignIns;
    let by = By::Session { id: session(1), began_at: at(-DAY) };
    assert_eq!(keys(&findings(&material, at(HOUR))), [(key, true)]);
    let answer = Answered { answer: Answer::Me, at: at(HOUR), by };
    material.answers.insert(key, answer);
    assert_eq!(keys(&findings(&material, at(HOUR))), [(key, false)]);
    material.events.refused.push(failed(2 * HOUR, 9));
    assert_eq!(keys(&findings(&material, at(2 * HOUR))), [(key, false)]);
    material.events.refused.extend((1..5).map(|minute| failed(2 * HOUR + minute * MINUTE, 9)));
    let found = findings(&material, at(3 * HOUR));
    assert_eq!(keys(&found), [(key, true)]);
    // Only what came after the answer is told.
    assert_eq!(found[0].span.from, at(2 * HOUR));
    assert_eq!(findings(&material, at(32 * DAY)), []);
}

#[test]
fn journeys_that_were_the_owners_are_not_asked_about_again() {
    let mut material = Material::default();
    let minutes = [(0, 1), (30, 3), (60, 1), (90, 3)];
    material.events.arrivals =
        minutes.iter().map(|(minute, from)| signed_in(minute * MINUTE, *from)).collect();
    for (from, country) in [(1, "DE"), (3, "JP")] {
        material.spots.insert(format!("198.51.100.{from}"), spot(country, None));
    }
    let found = findings(&material, at(HOUR));
    assert_eq!(found.len(), 2);
    let first = found[1].key;
    for (began, open) in [(-DAY, 0), (1, 1)] {
        let by = By::Session { id: session(7), began_at: at(began) };
        material.answers.insert(first, Answered { answer: Answer::Me, at: at(2 * HOUR), by });
        let found = findings(&material, at(2 * HOUR));
        let left = found.iter().filter(|it| it.standing == Standing::Open).count();
        assert_eq!(left, open, "an intruder's answer answers for nothing else");
    }
}

/// Any material: a mix of everything, in the last days.
fn materials() -> impl Strategy<Value = Material> {
    let moments = || prop::collection::vec((0..40_i64 * 24, 1..6_u8), 0..12);
    (moments(), moments(), moments(), moments(), moments()).prop_map(
        |(failures, codes, arrivals, changes, exports)| {
            let of = |all: Vec<(i64, u8)>, kind: Kind, outcome: Outcome| -> Vec<Entry> {
                all.into_iter()
                    .map(|(hour, from)| event(hour * HOUR, kind, outcome, from))
                    .collect()
            };
            let notable = arrivals
                .iter()
                .map(|(hour, from)| {
                    let new =
                        Novelty { device: from % 2 == 0, location: from % 3 == 0, browser: false };
                    new_sign_in(hour * HOUR, *from, new)
                })
                .collect();
            let mut material = Material { notable, ..Material::default() };
            for (from, country) in [(1, "DE"), (2, "JP"), (3, "US"), (4, "AU")] {
                material.spots.insert(format!("198.51.100.{from}"), spot(country, None));
            }
            let refused = |reason| Outcome::Refused(reason);
            material.events.refused = of(failures, Kind::SignIn, refused(Reason::WrongPassword));
            material.events.refused_codes = of(codes, Kind::SignIn, refused(Reason::WrongCode));
            material.events.arrivals = of(arrivals, Kind::SignIn, Outcome::Succeeded);
            material.events.changes = of(changes, Kind::EmailChanged, Outcome::Succeeded);
            material.events.exports = of(exports, Kind::LogExported, Outcome::Succeeded);
            material
        },
    )
}

proptest! {
    #[test]
    fn neither_order_nor_doubles_matter(material in materials(), by in any::<prop::sample::Index>()) {
        let now = at(30 * DAY);
        let expected = findings(&material, now);
        let mut other = material;
        let Material { events, notable, .. } = &mut other;
        let lists = [
            &mut events.refused,
            &mut events.refused_codes,
            &mut events.arrivals,
            &mut events.changes,
            &mut events.exports,
        ];
        for list in lists {
            let doubles = list.clone();
            list.extend(doubles);
            let start = by.index(list.len().max(1));
            list.rotate_left(start);
            list.reverse();
        }
        let doubles = notable.clone();
        notable.extend(doubles);
        notable.reverse();
        prop_assert_eq!(findings(&other, now), expected);
    }

    #[test]
    fn more_refusals_never_take_another_finding_away(
        material in materials(), flood in prop::collection::vec((0..30_i64 * 24, 10..60_u8), 0..99)
    ) {
        let now = at(30 * DAY);
        let of_others = |found: Vec<Finding>| -> Vec<Finding> {
            found.into_iter().filter(|it| it.key != FindingKey::FailedSignIns).collect()
        };
        let expected = of_others(findings(&material, now));
        let mut flooded = material;
        flooded.events.refused = flood.into_iter().map(|(hour, from)| failed(hour * HOUR, from)).collect();
        prop_assert_eq!(of_others(findings(&flooded, now)), expected);
    }

    #[test]
    fn each_finding_has_a_name_of_its_own(material in materials()) {
        let found = findings(&material, at(30 * DAY));
        let names: std::collections::BTreeSet<String> =
            found.iter().map(|finding| finding.key.to_string()).collect();
        prop_assert_eq!(names.len(), found.len());
        prop_assert!(found.iter().all(|it| it.span.from <= it.span.to));
        prop_assert!(found.windows(2).all(|two| two[0].span.to >= two[1].span.to));
    }
}
