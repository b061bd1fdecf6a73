//! What opens what: parsed, not validated. What can't be read, or could be read in two
//! ways, opens nothing.

mod origin;
mod path;
mod requirement;
mod way_back;
mod written;

pub use origin::Origin;
pub use path::{NotAPath, RequestPath};
pub use requirement::{Decision, Requirement, Rule, Rules, Ruling, Standing, decide};
pub use way_back::WayBack;
pub use written::{Known, Why, WrongLine, organisations, read, write};

use std::borrow::Cow;

/// Rules that one origin may have.
pub const MOST_RULES: usize = 50;

/// Characters of a path prefix.
pub const LONGEST_PREFIX: usize = 200;

/// What a proxy says of the request that it asks about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forwarded<'a> {
    /// Where it goes.
    pub origin: Cow<'a, Origin>,
    /// What it asks for; none where that could be read in two ways.
    pub path: Option<RequestPath>,
    /// The same, as it came, for the way back.
    pub target: Cow<'a, str>,
    /// Whether its method only reads.
    pub reads: bool,
}

impl<'a> Forwarded<'a> {
    /// Reads what was said once each: the method, where it goes, and what it asks for.
    pub fn parse(method: &str, origin: &'a Origin, target: &'a str) -> Option<Self> {
        let is_method = !method.is_empty()
            && method.len() <= 32
            && method.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'-');
        if !is_method {
            return None;
        }
        Some(Self {
            origin: Cow::Borrowed(origin),
            path: RequestPath::parse(target).ok(),
            target: Cow::Borrowed(target),
            reads: matches!(method, "GET" | "HEAD"),
        })
    }

    /// Where to come back to: a form is not sent once more.
    pub fn way_back(&self) -> WayBack {
        if self.reads { WayBack::parse(&self.target) } else { WayBack::first_page() }
    }
}
