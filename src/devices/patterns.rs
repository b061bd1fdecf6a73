//! uap-core's patterns, compiled once. Those for models of devices are left out:
//! they are most of the memory, and no page names a model.

use std::sync::LazyLock;
use ua_parser::{Regexes, os, user_agent};

struct Patterns {
    browsers: user_agent::Extractor<'static>,
    systems: os::Extractor<'static>,
}

static PATTERNS: LazyLock<Option<Patterns>> = LazyLock::new(|| match compile() {
    Ok(patterns) => Some(patterns),
    Err(error) => {
        tracing::error!(%error, "the patterns of browsers can't be read");
        None
    }
});

fn compile() -> Result<Patterns, Box<dyn std::error::Error>> {
    let regexes: Regexes<'static> =
        serde_json::from_str(include_str!("../../assets/user-agents.json"))?;
    Ok(Patterns {
        browsers: user_agent::Builder::new().push_all(regexes.user_agent_parsers)?.build()?,
        systems: os::Builder::new().push_all(regexes.os_parsers)?.build()?,
    })
}

/// A family and its version's first two numbers, as the patterns name them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Family {
    pub name: String,
    pub major: Option<String>,
    pub minor: Option<String>,
}

/// What was recognised.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Found {
    pub browser: Option<Family>,
    pub system: Option<Family>,
}

/// What a user agent is recognised as; the caller has cut it.
pub(super) fn find(agent: &str) -> Found {
    let Some(patterns) = &*PATTERNS else { return Found::default() };
    let browser = patterns.browsers.extract(agent).map(|found| Family {
        name: found.family.into_owned(),
        major: found.major.map(str::to_owned),
        minor: found.minor.map(str::to_owned),
    });
    let system = patterns.systems.extract(agent).map(|found| Family {
        name: found.os.into_owned(),
        major: found.major.map(std::borrow::Cow::into_owned),
        minor: found.minor.map(std::borrow::Cow::into_owned),
    });
    Found { browser, system }
}
