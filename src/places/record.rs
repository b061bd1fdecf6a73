//! What vendors call a city and a country: `MaxMind` nests them, others write them
//! side by side.

use super::{CountryCode, Location, Point};
use crate::text::one_line;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::collections::BTreeMap;
use std::fmt;

/// Characters of a name that are kept.
const MAX_NAME: usize = 60;

const COUNTRIES: &[&[&str]] = &[
    &["country", "iso_code"],
    &["country_code"],
    &["country_short"],
    &["country"],
    &["registered_country", "iso_code"],
];
const REGIONS: &[&[&str]] = &[
    &["subdivisions", "0", "names", "en"],
    &["state1"],
    &["region_name"],
    &["region"],
    &["stateprov"],
];
const LATITUDES: &[&[&str]] = &[&["location", "latitude"], &["latitude"], &["lat"]];
const LONGITUDES: &[&[&str]] = &[&["location", "longitude"], &["longitude"], &["lng"], &["lon"]];
const CITIES: &[&[&str]] = &[&["city", "names", "en"], &["city"], &["city_name"]];

/// A record of any vendor.
#[derive(Debug)]
pub(super) enum Node {
    Text(String),
    Number(f64),
    Map(BTreeMap<String, Node>),
    List(Vec<Node>),
    Other,
}

impl Node {
    /// None when it names nothing.
    pub(super) fn location(&self) -> Option<Location> {
        let location = Location {
            country: COUNTRIES.iter().find_map(|path| CountryCode::from_code(self.text(path)?)),
            region: REGIONS.iter().find_map(|path| name(self.text(path)?)),
            city: CITIES.iter().find_map(|path| name(self.text(path)?)),
        };
        (location != Location::default()).then_some(location)
    }

    /// Where it is, when it says so.
    pub(super) fn point(&self) -> Option<Point> {
        let latitude = LATITUDES.iter().find_map(|path| self.at(path)?.number())?;
        let longitude = LONGITUDES.iter().find_map(|path| self.at(path)?.number())?;
        Point::new(latitude, longitude)
    }

    fn text(&self, path: &[&str]) -> Option<&str> {
        match self.at(path)? {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Some write numbers as text.
    fn number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Text(text) => text.trim().parse().ok(),
            _ => None,
        }
    }

    fn at(&self, path: &[&str]) -> Option<&Self> {
        match (self, path) {
            (node, []) => Some(node),
            (Self::Map(map), [key, rest @ ..]) => map.get(*key)?.at(rest),
            (Self::List(list), [key, rest @ ..]) => list.get(key.parse::<usize>().ok()?)?.at(rest),
            _ => None,
        }
    }
}

/// SE-14: short, and nothing that moves a cursor or a line. Some write a dash for
/// what they do not know.
fn name(text: &str) -> Option<String> {
    let text = one_line(text.trim(), MAX_NAME);
    (!text.is_empty() && text != "-").then_some(text)
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_str<E>(self, text: &str) -> Result<Node, E> {
        Ok(Node::Text(text.to_owned()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Node, A::Error> {
        let mut map = BTreeMap::new();
        while let Some((key, value)) = access.next_entry()? {
            map.insert(key, value);
        }
        Ok(Node::Map(map))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Node, A::Error> {
        // Only the first is asked for.
        let first = access.next_element()?;
        while access.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Node::List(first.into_iter().collect()))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Node, E> {
        Ok(Node::Other)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Node, E> {
        Ok(Node::Other)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Node, E> {
        Ok(Node::Other)
    }

    fn visit_u128<E>(self, _: u128) -> Result<Node, E> {
        Ok(Node::Other)
    }

    fn visit_f64<E>(self, number: f64) -> Result<Node, E> {
        Ok(Node::Number(number))
    }

    fn visit_bytes<E>(self, _: &[u8]) -> Result<Node, E> {
        Ok(Node::Other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(json: &str) -> (Option<String>, Option<String>, Option<String>) {
        let node: Node = serde_json::from_str(json).unwrap();
        let location = node.location().unwrap_or_default();
        (location.country.map(|own| own.code().to_owned()), location.region, location.city)
    }

    #[test]
    fn vendors_are_understood() {
        let berlin = (Some("DE".into()), Some("Land Berlin".into()), Some("Berlin".into()));
        let cases = [
            r#"{"city":{"geoname_id":1,"names":{"de":"B","en":"Berlin"}},"location":{"latitude":52.5},
                "country":{"iso_code":"DE","names":{"en":"Germany"}},
                "subdivisions":[{"names":{"en":"Land Berlin"}},{"names":{"en":"x"}}]}"#,
            r#"{"city":"Berlin","country_code":"DE","state1":"Land Berlin","state2":"","postcode":""}"#,
            r#"{"city":"Berlin","country":"de","region":"Land Berlin","lat":"52.5"}"#,
            r#"{"city_name":"Berlin","country_short":"DE","region_name":"Land Berlin"}"#,
        ];
        for json in cases {
            assert_eq!(seen(json), berlin, "{json}");
        }
        assert_eq!(seen(r#"{"country_code":"US"}"#), (Some("US".into()), None, None));
        assert_eq!(seen(r#"{"country":"Germany","country_code":"DE"}"#).0, Some("DE".into()));
    }

    #[test]
    fn what_names_nothing_is_nothing() {
        for json in
            ["{}", "7", "[]", r#"{"city":"","country_code":"-"}"#, r#"{"city":"-"}"#, "null"]
        {
            let node: Result<Node, _> = serde_json::from_str(json);
            assert!(node.ok().and_then(|node| node.location()).is_none(), "{json}");
        }
        assert_eq!(seen(r#"{"country_code":"XX","city":"Atlantis"}"#).0, None);
    }

    #[test]
    fn points_are_read_as_vendors_write_them() {
        let point = |json: &str| serde_json::from_str::<Node>(json).unwrap().point();
        let berlin = Point::new(52.5, 13.4);
        assert!(berlin.is_some());
        for json in [
            r#"{"location":{"latitude":52.5,"longitude":13.4,"accuracy_radius":20}}"#,
            r#"{"latitude":52.5,"longitude":13.4}"#,
            r#"{"lat":"52.5","lng":" 13.4"}"#,
        ] {
            assert_eq!(point(json), berlin, "{json}");
        }
        for json in
            ["{}", r#"{"latitude":52.5}"#, r#"{"lat":"","lng":"x"}"#, r#"{"lat":"NaN","lng":"1"}"#]
        {
            assert_eq!(point(json), None, "{json}");
        }
    }

    #[test]
    fn se_14_names_are_one_short_line() {
        let json = format!(r#"{{"city":"a\u001b[2J\u202eb\n{}"}}"#, "x".repeat(10_000));
        let city = seen(&json).2.unwrap();
        assert_eq!(city.chars().count(), MAX_NAME);
        assert!(city.starts_with("a\u{fffd}[2J\u{fffd}b\u{fffd}x"), "{city}");
    }
}
