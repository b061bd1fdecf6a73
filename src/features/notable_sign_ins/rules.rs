//! What is new about a sign-in: three questions, each answered for itself, by
//! what the account has seen and by nothing else.

use crate::devices::{Device, Kind};
use crate::places::{CountryCode, Place};
use crate::time::Timestamp;
use std::time::Duration;

/// What was not seen for so long is new again.
pub const REMEMBERED_FOR: Duration = Duration::from_hours(90 * 24);

/// What was new about a sign-in is kept for so long: longer than a review of it
/// looks back.
pub const KEPT_FOR: Duration = Duration::from_hours(35 * 24);

/// Browsers that an account remembers; the one longest not seen goes first.
pub const MOST_BROWSERS: usize = 50;

/// Locations that an account remembers, in the same way.
pub const MOST_LOCATIONS: usize = 100;

const PROGRAM: &str = "program";
const UNNAMED: &str = "unnamed";
const NAMED: &str = "browser:";

/// A browser, whatever its version and system.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Family {
    /// By its name, such as Firefox.
    Named(String),
    /// Any program that is no browser: their names are as many as their makers.
    Program,
    /// One that does not say what it is: a family like others, so that leaving the
    /// name out hides nothing.
    Unnamed,
}

impl Family {
    /// Of what a request was made with.
    pub fn of(device: &Device) -> Self {
        match (device.kind, &device.browser) {
            (Kind::Program, _) => Self::Program,
            (_, Some(browser)) => Self::Named(browser.name.clone()),
            (_, None) => Self::Unnamed,
        }
    }

    /// As stored.
    pub fn tag(&self) -> String {
        match self {
            Self::Named(name) => format!("{NAMED}{name}"),
            Self::Program => PROGRAM.to_owned(),
            Self::Unnamed => UNNAMED.to_owned(),
        }
    }

    /// The one that a stored tag names.
    pub fn from_tag(tag: &str) -> Option<Self> {
        match tag {
            PROGRAM => Some(Self::Program),
            UNNAMED => Some(Self::Unnamed),
            other => other.strip_prefix(NAMED).map(|name| Self::Named(name.to_owned())),
        }
    }
}

/// A country, and the region in it where that is known.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Location {
    /// The country.
    pub country: CountryCode,
    /// The region.
    pub region: Option<String>,
}

impl Location {
    /// Of a place; none where there is no country to name.
    pub fn of(place: &Place) -> Option<Self> {
        match place {
            Place::Named(named) => {
                named.country.map(|country| Self { country, region: named.region.clone() })
            }
            Place::ThisMachine | Place::PrivateNetwork | Place::Unknown => None,
        }
    }

    /// Whether nothing that is known of both tells them apart.
    pub fn is_same(&self, other: &Self) -> bool {
        self.country == other.country
            && match (&self.region, &other.region) {
                (Some(one), Some(another)) => one == another,
                (None, _) | (_, None) => true,
            }
    }
}

/// Something, and when it was seen last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen<T> {
    /// What was seen.
    pub what: T,
    /// When, last.
    pub at: Timestamp,
}

/// What an account has seen before.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    /// Browsers.
    pub browsers: Vec<Seen<Family>>,
    /// Locations.
    pub locations: Vec<Seen<Location>>,
}

/// What a sign-in comes with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    /// Whether the browser has the cookie of a known device of the account.
    pub recognised: bool,
    /// What it is.
    pub browser: Family,
    /// Where it is, if that is known.
    pub location: Option<Location>,
}

/// What is new about a sign-in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Novelty {
    /// The browser had no cookie of a known device.
    pub device: bool,
    /// Its family was not seen for a while.
    pub browser: bool,
    /// Its location was not.
    pub location: bool,
}

impl Novelty {
    /// Whether anything is.
    pub const fn any(self) -> bool {
        self.device || self.browser || self.location
    }
}

/// What is new about a sign-in; nothing about an account's first.
pub fn judge(arrival: &Arrival, history: Option<&History>, now: Timestamp) -> Novelty {
    let Some(history) = history else { return Novelty::default() };
    Novelty {
        device: !arrival.recognised,
        browser: is_new_browser(&arrival.browser, &history.browsers, now),
        location: is_new_location(arrival.location.as_ref(), &history.locations, now),
    }
}

/// Whether a browser of this family was not seen for so long.
pub fn is_new_browser(browser: &Family, seen: &[Seen<Family>], now: Timestamp) -> bool {
    !seen.iter().any(|own| own.what == *browser && is_remembered(own.at, now))
}

/// Whether nobody was seen there for so long; what has no country is never new.
pub fn is_new_location(
    location: Option<&Location>,
    seen: &[Seen<Location>],
    now: Timestamp,
) -> bool {
    location.is_some_and(|location| {
        !seen.iter().any(|own| own.what.is_same(location) && is_remembered(own.at, now))
    })
}

/// What another node has seen a moment later counts, too.
fn is_remembered(seen_at: Timestamp, now: Timestamp) -> bool {
    now.since(seen_at) < REMEMBERED_FOR
}

#[cfg(test)]
mod tests;
