//! What a request was made with, for people: phone, tablet, computer or program, its
//! browser and its system. Recognised by uap-core's patterns, helped by client hints.

pub mod hints;
mod names;
mod patterns;

use crate::text::Text;
use hints::Hints;

/// Characters that are looked at, however many there are (LG-09). What is stored is
/// shorter.
const MAX_INPUT: usize = 640;

/// What kind of thing it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A phone's browser.
    Phone,
    /// A tablet's browser.
    Tablet,
    /// A computer's browser.
    Computer,
    /// Anything else that speaks HTTP, such as a script.
    Program,
}

impl Kind {
    /// The name of its icon.
    pub const fn icon(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Tablet => "tablet",
            Self::Computer => "computer",
            Self::Program => "terminal",
        }
    }

    /// What it is called.
    pub fn say(self, text: &Text) -> String {
        match self {
            Self::Phone => text.say("device-phone"),
            Self::Tablet => text.say("device-tablet"),
            Self::Computer => text.say("device-computer"),
            Self::Program => text.say("device-program"),
        }
        .to_string()
    }
}

/// A name, and a version where one is known and worth saying.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The name: short, without control characters.
    pub name: String,
    /// The version, as people count it.
    pub version: Option<String>,
}

impl Named {
    fn say(&self) -> String {
        match &self.version {
            Some(version) => format!("{} {version}", self.name),
            None => self.name.clone(),
        }
    }
}

/// What a request was made with. All of it is what the other side says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// What kind of thing it is.
    pub kind: Kind,
    /// The browser, or the program.
    pub browser: Option<Named>,
    /// The operating system.
    pub system: Option<Named>,
}

impl Device {
    /// From a stored user agent, with the hints that were noted behind it.
    pub fn of(stored: &str) -> Self {
        let end = stored.char_indices().nth(MAX_INPUT).map_or(stored.len(), |(at, _)| at);
        let (agent, hints) = Hints::split(stored.get(..end).unwrap_or_default());
        let found = patterns::find(agent);
        let system = names::system(found.system, agent, &hints);
        let Some(browser) = names::browser(found.browser, agent, &hints) else {
            let is_browser = names::looks_like_browser(agent);
            return Self {
                kind: if is_browser { kind(agent, &hints) } else { Kind::Program },
                browser: if is_browser { None } else { names::program(agent) },
                system,
            };
        };
        let kind =
            if names::is_program(&browser, agent) { Kind::Program } else { kind(agent, &hints) };
        Self { kind, browser: Some(browser), system }
    }

    /// For a reader, such as "Firefox 143 on Linux".
    pub fn say(&self, text: &Text) -> String {
        match (&self.browser, &self.system) {
            (Some(browser), Some(system)) => text
                .say("device-browser-on-system")
                .with("browser", browser.say())
                .with("system", system.say())
                .to_string(),
            (Some(browser), None) => browser.say(),
            (None, Some(system)) => {
                text.say("device-on-system").with("system", system.say()).to_string()
            }
            (None, None) => text.say("browser-unknown").to_string(),
        }
    }
}

/// Of a browser; only the name of its device tells.
fn kind(agent: &str, hints: &Hints) -> Kind {
    let says = |words: &[&str]| words.iter().any(|word| agent.contains(word));
    let is_mobile = hints.mobile.unwrap_or_else(|| says(&["Mobile", "Mobi/", "Opera Mini"]));
    if says(&["iPad"]) {
        Kind::Tablet
    } else if says(&["iPhone", "iPod", "Windows Phone"]) {
        Kind::Phone
    } else if says(&["Tablet; rv:", "PlayBook", "Kindle", "Silk/"]) {
        Kind::Tablet
    } else if is_mobile {
        Kind::Phone
    } else if says(&["Android"]) && !says(&["TV", "BRAVIA", "AFT"]) {
        Kind::Tablet
    } else {
        Kind::Computer
    }
}

#[cfg(test)]
mod tests;
