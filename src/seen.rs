//! Where something came from, as pages and mail say it.

use crate::devices::Device;
use crate::places::Places;
use crate::text::Text;

/// A request's source for a reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The icon of the kind of device.
    pub icon: &'static str,
    /// The kind of device, in a word.
    pub kind: String,
    /// Browser and system, such as "Firefox 143 on Linux".
    pub device: String,
    /// Place and address, such as "Berlin, Germany · 203.0.113.7".
    pub place: String,
    /// The user agent as it is stored, for who wants to know exactly.
    pub agent: String,
}

impl Seen {
    /// From what is stored.
    pub fn new(text: &Text, places: &Places, address: Option<&str>, agent: &str) -> Self {
        let device = Device::of(agent);
        let place = match address {
            None => text.say("address-unknown").to_string(),
            Some(address) => {
                format!("{} · {address}", places.of_text(Some(address)).say(text))
            }
        };
        Self {
            icon: device.kind.icon(),
            kind: device.kind.say(text),
            device: device.say(text),
            place,
            agent: agent.to_owned(),
        }
    }
}
