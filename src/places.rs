//! The place of an address: a city and a country from `.mmdb` files of any vendor,
//! or at least the country from the table that the program carries.

mod country;
mod earth;
mod file;
mod record;
mod table;

pub use country::CountryCode;
pub use earth::{Point, kilometres_between};

use crate::text::Text;
use file::Watched;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::PathBuf;
use table::Table;

static EMBEDDED: &[u8] = include_bytes!("../assets/places.bin");

/// Where an address is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// The server's own machine.
    ThisMachine,
    /// A network that is not the Internet.
    PrivateNetwork,
    /// Nobody knows.
    Unknown,
    /// Somewhere that has a name.
    Named(Location),
}

/// A place with a name: at least one of these is known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Location {
    /// The country.
    pub country: Option<CountryCode>,
    /// A part of it.
    pub region: Option<String>,
    /// The city.
    pub city: Option<String>,
}

/// Whom a page that shows places names and links to, as the licences ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attribution {
    /// The name.
    pub vendor: &'static str,
    /// Where it leads.
    pub link: &'static str,
}

/// CC BY 4.0 with a link back.
const DB_IP: Attribution = Attribution { vendor: "DB-IP", link: "https://db-ip.com" };

/// By what stands in a file's name or description.
const VENDORS: &[(&str, Attribution)] = &[
    ("dbip", DB_IP),
    ("db-ip", DB_IP),
    ("geolite2", Attribution { vendor: "MaxMind GeoLite2", link: "https://www.maxmind.com" }),
    ("ipinfo", Attribution { vendor: "IPinfo", link: "https://ipinfo.io" }),
    (
        "ip2location",
        Attribution { vendor: "IP2Location LITE", link: "https://lite.ip2location.com" },
    ),
];

/// A source of places, for an operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceStatus {
    /// The file; none for the table that the program carries.
    pub path: Option<PathBuf>,
    /// When its data were put together, in seconds since 1970, or why it has none.
    pub built_at: Result<i64, String>,
}

/// Every source of places.
#[derive(Debug)]
pub struct Places {
    files: Vec<Watched>,
    embedded: Option<Table<'static>>,
}

impl Places {
    /// The files are read at the first [`Self::refresh`]; until then the embedded
    /// table answers alone.
    pub fn new(files: &[PathBuf]) -> Self {
        let embedded = Table::read(EMBEDDED);
        if embedded.is_none() {
            tracing::error!("the embedded table of places can't be read");
        }
        Self { files: files.iter().cloned().map(Watched::new).collect(), embedded }
    }

    /// Takes up files that are new or were replaced. It reads them as a whole, so
    /// it belongs on a thread that may wait.
    pub fn refresh(&self) {
        for file in &self.files {
            file.refresh();
        }
    }

    /// Where an address is.
    pub fn of(&self, address: IpAddr) -> Place {
        let address = address.to_canonical();
        if address.is_loopback() {
            return Place::ThisMachine;
        }
        if is_private(address) {
            return Place::PrivateNetwork;
        }
        let found = self.files.iter().find_map(|file| file.find(address));
        found.or_else(|| self.country(address)).map_or(Place::Unknown, Place::Named)
    }

    /// Where an address is that was stored as text.
    pub fn of_text(&self, address: Option<&str>) -> Place {
        let address = address.and_then(|address| address.parse().ok());
        address.map_or(Place::Unknown, |address| self.of(address))
    }

    /// The point where an address is, where a file has one.
    pub fn point_of(&self, address: IpAddr) -> Option<Point> {
        let address = address.to_canonical();
        self.files.iter().find_map(|file| file.point(address))
    }

    fn country(&self, address: IpAddr) -> Option<Location> {
        let table = self.embedded.as_ref()?;
        let letters = match address {
            IpAddr::V4(address) => table.v4(address.to_bits()),
            IpAddr::V6(address) => table.v6(address.to_bits()),
        }?;
        let country = CountryCode::from_letters(letters)?;
        Some(Location { country: Some(country), ..Location::default() })
    }

    /// Whom pages that show places must name. The embedded table answers where
    /// the files don't, so its vendor always is one.
    pub fn attributions(&self) -> Vec<Attribution> {
        let mut all = vec![DB_IP];
        for file in &self.files {
            let made_by = file.vendor().to_lowercase();
            let known = VENDORS.iter().find(|(mark, _)| made_by.contains(mark));
            let known = known.map(|(_, attribution)| *attribution);
            all.extend(known.filter(|one| !all.contains(one)));
        }
        all
    }

    /// What is used, for an operator.
    pub fn status(&self) -> Vec<SourceStatus> {
        let seconds = |at| i64::try_from(at).unwrap_or(i64::MAX);
        let files = self.files.iter().map(|file| SourceStatus {
            path: Some(file.path().to_owned()),
            built_at: file.built_at().map(seconds),
        });
        let embedded = self.embedded.as_ref().map(|table| seconds(table.built_at));
        let embedded = embedded.ok_or_else(|| "it can't be read".to_owned());
        files.chain([SourceStatus { path: None, built_at: embedded }]).collect()
    }
}

impl Place {
    /// As the log notes it; none where nothing is known.
    pub fn noted(&self) -> Option<String> {
        let Self::Named(Location { country, region, city }) = self else { return None };
        let country = country.as_ref().map(CountryCode::code);
        let parts = [city.as_deref(), region.as_deref(), country];
        Some(parts.into_iter().flatten().collect::<Vec<_>>().join(", "))
    }

    /// The country's two letters, or a word for what is none.
    pub fn tag(&self) -> &str {
        match self {
            Self::ThisMachine => "this-machine",
            Self::PrivateNetwork => "private-network",
            Self::Named(Location { country: Some(country), .. }) => country.code(),
            Self::Unknown | Self::Named(_) => "unknown",
        }
    }

    /// As much of a place as its tag tells.
    pub fn from_tag(tag: &str) -> Self {
        match tag {
            "this-machine" => Self::ThisMachine,
            "private-network" => Self::PrivateNetwork,
            _ => CountryCode::from_code(tag).map_or(Self::Unknown, |country| {
                Self::Named(Location { country: Some(country), ..Location::default() })
            }),
        }
    }

    /// For a reader.
    pub fn say(&self, text: &Text) -> String {
        match self {
            Self::ThisMachine => text.say("place-this-machine").to_string(),
            Self::PrivateNetwork => text.say("place-private").to_string(),
            Self::Unknown => text.say("place-unknown").to_string(),
            Self::Named(location) => location.say(text),
        }
    }
}

impl Location {
    fn say(&self, text: &Text) -> String {
        let within = self.city.as_ref().or(self.region.as_ref());
        let country = self.country.map(|country| country.say(text));
        match (within, country) {
            (Some(within), Some(country)) => {
                text.say("place-in").with("within", within).with("country", country).to_string()
            }
            (Some(one), None) => one.clone(),
            (None, Some(one)) => one,
            (None, None) => text.say("place-unknown").to_string(),
        }
    }
}

/// Networks whose addresses mean something else in every house.
fn is_private(address: IpAddr) -> bool {
    /// Between a provider and its customers (RFC 6598).
    const SHARED: (Ipv4Addr, u32) = (Ipv4Addr::new(100, 64, 0, 0), 0xffc0_0000);
    match address {
        IpAddr::V4(v4) => {
            v4.is_private() || v4.is_link_local() || v4.to_bits() & SHARED.1 == SHARED.0.to_bits()
        }
        IpAddr::V6(v6) => is_private_v6(v6),
    }
}

const fn is_private_v6(address: Ipv6Addr) -> bool {
    address.is_unique_local() || address.is_unicast_link_local()
}

#[cfg(test)]
mod table_tests;

#[cfg(test)]
mod tests {
    use super::*;

    fn country(address: &str) -> Option<String> {
        match Places::new(&[]).of_text(Some(address)) {
            Place::Named(Location { country, region: None, city: None }) => {
                country.map(|country| country.code().to_owned())
            }
            _ => None,
        }
    }

    #[test]
    fn a_fresh_install_knows_countries() {
        let cases = [
            ("8.8.8.8", "US"),
            ("193.0.6.139", "NL"),
            ("::ffff:193.0.6.139", "NL"),
            ("2001:4860:4860::8888", "CA"),
            ("2001:67c:2e8:22::c100:68b", "NL"),
        ];
        for (address, code) in cases {
            assert_eq!(country(address).as_deref(), Some(code), "{address}");
        }
    }

    #[test]
    fn addresses_without_a_place_are_said_to_be() {
        let places = Places::new(&[]);
        let cases = [
            ("127.0.0.1", Place::ThisMachine),
            ("::1", Place::ThisMachine),
            ("::ffff:127.9.9.9", Place::ThisMachine),
            ("10.1.2.3", Place::PrivateNetwork),
            ("::ffff:192.168.0.1", Place::PrivateNetwork),
            ("169.254.1.1", Place::PrivateNetwork),
            ("100.64.0.1", Place::PrivateNetwork),
            ("100.127.255.255", Place::PrivateNetwork),
            ("fd00::1", Place::PrivateNetwork),
            ("fe80::1", Place::PrivateNetwork),
            ("203.0.113.7", Place::Unknown),
            ("0.0.0.0", Place::Unknown),
            ("255.255.255.255", Place::Unknown),
            ("::", Place::Unknown),
            ("ff02::1", Place::Unknown),
            ("not an address", Place::Unknown),
        ];
        for (address, place) in cases {
            assert_eq!(places.of_text(Some(address)), place, "{address}");
        }
        assert_eq!(places.of_text(None), Place::Unknown);
        assert_ne!(country("100.128.0.1"), None);
    }

    #[test]
    fn every_country_of_the_table_has_a_name() {
        let places = Places::new(&[]);
        let table = places.embedded.unwrap();
        for address in (0..=u32::MAX).step_by(40_009) {
            if let Some(letters) = table.v4(address) {
                let code = String::from_utf8_lossy(&letters).into_owned();
                assert!(CountryCode::from_code(&code).is_some(), "{code}");
            }
        }
    }
}
