//! Where values come from, and what is said when one is wrong.

use super::{KEYS, Key};
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::path::{Path, PathBuf};
use toml::Spanned;

const PREFIX: &str = "PORTCULLIS_";

/// The environment's variables, handed in so that tests need not change theirs.
pub type Environment = BTreeMap<String, String>;

/// A configuration that can't be used, in the operator's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    message: String,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ConfigError {}

impl ConfigError {
    fn new(message: String) -> Self {
        Self { message }
    }

    pub(super) fn missing(name: &str, why: &str) -> Self {
        Self::new(format!("`{name}` is not set: {why}"))
    }

    fn unknown(written: &str, place: &Place, known: &[String]) -> Self {
        // What all keys of a place have in common makes none of them likely.
        let own = |name: &str| name.strip_prefix(PREFIX).unwrap_or(name).to_ascii_lowercase();
        let nearest = known
            .iter()
            .map(|name| (strsim::jaro_winkler(&own(name), &own(written)), name))
            .filter(|(likeness, _)| *likeness > 0.8)
            .max_by(|one, other| one.0.total_cmp(&other.0));
        let hint = nearest.map_or_else(
            || format!("The keys are: {}.", known.join(", ")),
            |(_, name)| format!("Did you mean `{name}`?"),
        );
        Self::new(format!("{place}: there is no key `{written}`. {hint}"))
    }
}

/// Where a value stands.
#[derive(Debug, Clone)]
enum Place {
    File { path: PathBuf, line: usize },
    Variable(String),
    Default,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path, line } => write!(f, "{}, line {line}", path.display()),
            Self::Variable(name) => write!(f, "environment variable {name}"),
            Self::Default => f.write_str("the default"),
        }
    }
}

/// All values, each with its place.
pub(super) struct Values(HashMap<&'static str, (String, Place)>);

impl Values {
    pub(super) fn parse<T>(
        &self,
        name: &'static str,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> Result<T, ConfigError> {
        let default = KEYS.iter().find(|key| key.name == name).map_or("", |key| key.default);
        let (text, place) = self
            .0
            .get(name)
            .map_or((default, &Place::Default), |(text, place)| (text.as_str(), place));
        read(text).map_err(|why| refused(name, place, &why))
    }

    pub(super) fn optional<T>(
        &self,
        name: &'static str,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> Result<Option<T>, ConfigError> {
        match self.0.get(name) {
            Some((text, place)) if !text.is_empty() => {
                read(text).map(Some).map_err(|why| refused(name, place, &why))
            }
            _ => Ok(None),
        }
    }
}

fn refused(name: &str, place: &Place, why: &str) -> ConfigError {
    let allowed = KEYS.iter().find(|key| key.name == name).map_or("", |key| key.allowed);
    ConfigError::new(format!("{place}: `{name}` can't be used: {why}. Allowed is {allowed}."))
}

pub(super) fn read(file: Option<&Path>, environment: &Environment) -> Result<Values, ConfigError> {
    let mut values = Values(HashMap::new());
    if let Some(path) = file {
        read_file(path, &mut values)?;
    }
    read_environment(environment, &mut values)?;
    Ok(values)
}

fn find(name: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.name == name)
}

fn read_file(path: &Path, values: &mut Values) -> Result<(), ConfigError> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| ConfigError::new(format!("{} can't be read: {error}", path.display())))?;
    let table: BTreeMap<Spanned<String>, Spanned<toml::Value>> =
        toml::from_str(&text).map_err(|error| {
            ConfigError::new(format!("{} can't be read as TOML:\n{error}", path.display()))
        })?;
    for (name, value) in table {
        let line =
            text.get(..name.span().start).map_or(1, |before| before.matches('\n').count() + 1);
        let place = Place::File { path: path.to_owned(), line };
        let Some(key) = find(name.get_ref()) else {
            let known: Vec<String> = KEYS.iter().map(|key| key.name.to_owned()).collect();
            return Err(ConfigError::unknown(name.get_ref(), &place, &known));
        };
        let text = as_text(value.get_ref()).ok_or_else(|| {
            refused(key.name, &place, "it is neither a text, a number, a truth value nor a list")
        })?;
        values.0.insert(key.name, (text, place));
    }
    Ok(())
}

fn as_text(value: &toml::Value) -> Option<String> {
    match value {
        toml::Value::String(text) => Some(text.clone()),
        toml::Value::Integer(number) => Some(number.to_string()),
        toml::Value::Boolean(truth) => Some(truth.to_string()),
        toml::Value::Array(entries) => {
            entries.iter().map(as_text).collect::<Option<Vec<_>>>().map(|texts| texts.join(","))
        }
        _ => None,
    }
}

fn read_environment(environment: &Environment, values: &mut Values) -> Result<(), ConfigError> {
    for (variable, text) in environment {
        let Some(name) = variable.strip_prefix(PREFIX) else { continue };
        // Read by the command line and the test lanes, not by the server.
        if name == "CONFIG" || name.starts_with("TEST_") || is_service_link(name) {
            continue;
        }
        let place = Place::Variable(variable.clone());
        let lower = name.to_ascii_lowercase();
        if let Some(key) = find(&lower) {
            values.0.insert(key.name, (text.clone(), place));
            continue;
        }
        let from_file = lower.strip_suffix("_file").and_then(find).filter(|key| key.secret);
        let Some(key) = from_file else {
            let known: Vec<String> = KEYS
                .iter()
                .map(|key| format!("{PREFIX}{}", key.name.to_ascii_uppercase()))
                .collect();
            return Err(ConfigError::unknown(variable, &place, &known));
        };
        if environment.contains_key(&format!("{PREFIX}{}", key.name.to_ascii_uppercase())) {
            return Err(refused(key.name, &place, "it is set twice, here and as a value"));
        }
        let content = std::fs::read_to_string(text).map_err(|error| {
            refused(key.name, &place, &format!("{text} can't be read: {error}"))
        })?;
        values.0.insert(key.name, (content.trim_end().to_owned(), place));
    }
    Ok(())
}

/// Kubernetes puts such variables into every container beside a service that is
/// called portcullis; nobody has written them.
fn is_service_link(name: &str) -> bool {
    let numbered = |rest: &str| {
        let mut parts = rest.split('_');
        parts.next().is_some_and(|port| port.bytes().all(|byte| byte.is_ascii_digit()))
            && matches!(parts.next(), Some("TCP" | "UDP"))
    };
    matches!(name, "SERVICE_HOST" | "SERVICE_PORT" | "PORT")
        || name.starts_with("SERVICE_PORT_")
        || name.strip_prefix("PORT_").is_some_and(numbered)
}
