//! What a query may hold: each parameter stands once, read by handlers and shown
//! by the document.

use super::problem::{Problem, Result, Wrong};
use serde_json::{Value, json};

/// A parameter of a query.
pub struct Param<T: 'static> {
    /// Its name.
    pub name: &'static str,
    /// What it is for.
    pub about: &'static str,
    /// What it looks like, as JSON Schema.
    pub schema: fn() -> Value,
    /// Reads it.
    pub read: fn(&str) -> Option<T>,
    /// What is said of one that can't be read.
    pub wrong: &'static str,
}

/// A parameter as the document shows it.
pub trait Declares: Sync {
    /// Its name.
    fn name(&self) -> &'static str;
    /// What it is for.
    fn about(&self) -> &'static str;
    /// What it looks like.
    fn schema(&self) -> Value;
}

impl<T> Declares for Param<T> {
    fn name(&self) -> &'static str {
        self.name
    }

    fn about(&self) -> &'static str {
        self.about
    }

    fn schema(&self) -> Value {
        (self.schema)()
    }
}

/// Entries on a page where nothing else is asked for.
pub const DEFAULT_LIMIT: usize = 50;
const MAX_LIMIT: usize = 200;

/// How many entries a page has.
pub static LIMIT: Param<usize> = Param {
    name: "limit",
    about: "How many entries at most.",
    schema: || json!({"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT}),
    read: |text| {
        // One spelling of a number: no sign, no leading zero.
        let limit: usize = text.parse().ok()?;
        ((1..=MAX_LIMIT).contains(&limit) && limit.to_string() == text).then_some(limit)
    },
    wrong: "a whole number from 1 to 200",
};

/// Where a page of a list begins. Which texts are cursors, each list says itself.
pub static CURSOR: Param<String> = Param {
    name: "cursor",
    about: "Go on where a page ended: its `next`.",
    schema: || json!({"type": "string"}),
    read: |text| Some(text.to_owned()),
    wrong: "not given out by this list",
};

/// The schema of one of some words.
pub fn choices<'a>(tags: impl Iterator<Item = &'a str>) -> Value {
    json!({"type": "string", "enum": tags.collect::<Vec<_>>()})
}

/// A query that is being read.
pub struct Query {
    pairs: Vec<(String, String)>,
    errors: Vec<Wrong>,
}

impl Query {
    /// Takes a query apart; a name that the route does not declare, or one that
    /// stands there twice, is wrong. A typing mistake must not widen what is asked for.
    pub(super) fn new(text: &str, declared: &[&dyn Declares]) -> Self {
        let pairs: Vec<(String, String)> = serde_urlencoded::from_str(text).unwrap_or_default();
        let mut errors = Vec::new();
        for (index, (name, _)) in pairs.iter().enumerate() {
            let message = if !declared.iter().any(|param| param.name() == name) {
                "there is no such parameter here"
            } else if pairs.iter().take(index).any(|(own, _)| own == name) {
                "given more than once"
            } else {
                continue;
            };
            // What was sent is not sent back at any length.
            let name = name.chars().take(64).collect();
            errors.push(Wrong { name, message: message.to_owned() });
        }
        Self { pairs, errors }
    }

    /// A parameter, if it was given.
    pub fn read<T>(&mut self, param: &Param<T>) -> Option<T> {
        let (_, text) = self.pairs.iter().find(|(name, _)| name == param.name)?;
        let value = (param.read)(text);
        if value.is_none() {
            self.wrong(param.name, param.wrong);
        }
        value
    }

    /// A parameter that this server has given out, read by what made it.
    pub fn read_with<T>(
        &mut self,
        param: &Param<String>,
        read: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let value = read(&self.read(param)?);
        if value.is_none() {
            self.wrong(param.name, param.wrong);
        }
        value
    }

    /// Notes what is wrong.
    pub fn wrong(&mut self, name: &str, message: &str) {
        self.errors.push(Wrong { name: name.to_owned(), message: message.to_owned() });
    }

    /// That nothing was wrong.
    pub fn done(self) -> Result<()> {
        if self.errors.is_empty() { Ok(()) } else { Err(Problem::wrong(self.errors).into()) }
    }
}
