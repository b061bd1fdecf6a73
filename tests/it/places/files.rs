//! Files of places: any vendor's, replaced while the server runs, and broken.

use crate::support::mmdb::mmdb;
use portcullis::places::{Place, Places};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};

fn nested(city: &str) -> Value {
    json!({
        "city": { "geoname_id": 1, "names": { "de": "x", "en": city } },
        "country": { "iso_code": "DE", "is_in_european_union": true, "names": { "en": "Germany" } },
        "location": { "latitude": 52.5, "accuracy_radius": 20 },
        "subdivisions": [{ "names": { "en": "Land Berlin" } }, { "names": { "en": "y" } }],
    })
}

fn flat(city: &str) -> Value {
    json!({ "city": city, "country_code": "FR", "state1": "Normandie", "latitude": 49.4 })
}

fn of(places: &Places, address: &str) -> String {
    match places.of_text(Some(address)) {
        Place::Named(found) => {
            let country = found.country.map(|country| country.code().to_owned());
            [found.city, found.region, country].into_iter().flatten().collect::<Vec<_>>().join(", ")
        }
        other => format!("{other:?}"),
    }
}

fn write(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    // As package managers do: a new file takes the place of the old one.
    let (path, new) = (folder.join(name), folder.join("new"));
    fs::write(&new, bytes).unwrap();
    fs::rename(&new, &path).unwrap();
    path
}

#[test]
fn every_vendors_way_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let both = mmdb(
        6,
        "GeoLite2-City",
        &[("203.0.113.0/24", nested("Berlin")), ("2001:db8::/32", nested("Köln"))],
    );
    let v4 = mmdb(4, "city ipv4", &[("198.51.100.0/24", flat("Rouen"))]);
    let v6 =
        mmdb(6, "city ipv6", &[("2001:db8:1::/48", flat("Caen")), ("3fff::/20", flat("Brest"))]);
    let files = [("a", both), ("dbip-v4", v4), ("b", v6)]
        .map(|(name, file)| write(folder.path(), name, &file));
    let places = Places::new(&files);
    assert_eq!(of(&places, "203.0.113.7"), "Unknown", "read before it was asked for");
    places.refresh();
    for (address, place) in [
        ("203.0.113.7", "Berlin, Land Berlin, DE"),
        ("::ffff:203.0.113.7", "Berlin, Land Berlin, DE"),
        ("2001:db8::7", "Köln, Land Berlin, DE"),
        // The first file that knows it.
        ("2001:db8:1::7", "Köln, Land Berlin, DE"),
        ("198.51.100.255", "Rouen, Normandie, FR"),
        ("3fff::1", "Brest, Normandie, FR"),
        // What they don't know, the table of countries may.
        ("193.0.6.139", "NL"),
        ("2001:67c:2e8:22::c100:68b", "NL"),
        ("192.0.2.1", "Unknown"),
        ("10.0.0.1", "PrivateNetwork"),
        ("127.0.0.1", "ThisMachine"),
    ] {
        assert_eq!(of(&places, address), place, "{address}");
    }
    let vendors: Vec<&str> = places.attributions().iter().map(|one| one.vendor).collect();
    assert_eq!(vendors, ["DB-IP", "MaxMind GeoLite2"]);
}

#[test]
fn a_replaced_file_is_taken_up_and_a_broken_one_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let file = |city| mmdb(4, "city", &[("203.0.113.0/24", flat(city))]);
    let path = folder.path().join("city.mmdb");
    let places = Places::new(std::slice::from_ref(&path));
    let why = || places.status()[0].built_at.clone().unwrap_err();
    places.refresh();
    assert_eq!(of(&places, "203.0.113.7"), "Unknown");
    assert!(why().contains("No such file"), "{}", why());
    write(folder.path(), "city.mmdb", &file("Rouen"));
    assert_eq!(of(&places, "203.0.113.7"), "Unknown");
    places.refresh();
    assert_eq!(of(&places, "203.0.113.7"), "Rouen, Normandie, FR");
    assert_eq!(places.status()[0].built_at, Ok(1_780_000_000));
    write(folder.path(), "city.mmdb", &file("Caen"));
    places.refresh();
    assert_eq!(of(&places, "203.0.113.7"), "Caen, Normandie, FR");
    for broken in [&b""[..], b"<html>", &file("Brest")[..100]] {
        write(folder.path(), "city.mmdb", broken);
        places.refresh();
        assert_eq!(of(&places, "203.0.113.7"), "Caen, Normandie, FR");
        assert!(!why().is_empty());
    }
    fs::remove_file(&path).unwrap();
    places.refresh();
    assert_eq!(of(&places, "203.0.113.7"), "Caen, Normandie, FR");
    write(folder.path(), "city.mmdb", &file("Brest"));
    places.refresh();
    assert_eq!(of(&places, "203.0.113.7"), "Brest, Normandie, FR");
    assert_eq!(places.status()[0].built_at, Ok(1_780_000_000));
}

proptest! {
    /// SE-14: a file of a vendor that was broken into names places, and no more.
    #[test]
    fn se_14_a_hostile_file_ends_nothing(
        changes in proptest::collection::vec((0..2000_usize, any::<u8>()), 0..12),
        addresses in proptest::collection::vec(any::<u128>(), 4),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let mut file = mmdb(6, "city", &[("203.0.113.0/24", nested("Berlin")), ("2000::/3", flat("Caen"))]);
        let length = file.len();
        for (at, byte) in changes {
            file[at % length] = byte;
        }
        let places = Places::new(&[write(folder.path(), "a", &file)]);
        places.refresh();
        for address in ["203.0.113.7".parse().unwrap(), "2001::7".parse().unwrap()]
            .into_iter()
            .chain(addresses.into_iter().map(|bits| std::net::Ipv6Addr::from_bits(bits).into()))
        {
            if let Place::Named(found) = places.of(address) {
                for name in [found.city, found.region].into_iter().flatten() {
                    prop_assert!(name.chars().count() <= 60 && !name.chars().any(char::is_control));
                }
            }
        }
    }
}
