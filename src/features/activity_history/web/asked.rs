//! What a reader looks for: the form of filters, and what its address says.

use crate::error::{Refused, Result};
use crate::features::security_log::{Area, Filter, Place, Verdict};
use crate::http::{Choice, Field, Visit};
use crate::text::days::typed_day;
use crate::text::{Say, Text};
use crate::time::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;
use std::net::IpAddr;

#[derive(Deserialize, Default)]
struct Typed {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    result: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    until: String,
    #[serde(default)]
    address: String,
    before: Option<String>,
}

/// The form of filters as it is shown: with what was typed.
pub struct FilterForm {
    /// Where it leads.
    pub path: String,
    /// The kinds of event to choose from.
    pub kinds: Vec<Choice>,
    /// What is wrong with the one that was asked for.
    pub kind_error: Option<String>,
    /// The results to choose from.
    pub results: Vec<Choice>,
    /// What is wrong with the one that was asked for.
    pub result_error: Option<String>,
    /// The first day.
    pub from: Field,
    /// The last day.
    pub until: Field,
    /// The address.
    pub address: Field,
    /// Whether anything is asked for.
    pub used: bool,
}

impl FilterForm {
    /// Whether something is wrong with it.
    pub const fn is_wrong(&self) -> bool {
        self.kind_error.is_some()
            || self.result_error.is_some()
            || self.from.error.is_some()
            || self.until.error.is_some()
            || self.address.error.is_some()
    }
}

/// What was asked for.
pub struct Asked {
    /// The form.
    pub form: FilterForm,
    /// What it asks for; none where something is wrong with it.
    pub filter: Option<Filter>,
    /// Where the page begins.
    pub before: Option<Place>,
    query: Vec<(&'static str, String)>,
}

impl Asked {
    /// Reads a visit's address.
    pub fn read(visit: &Visit) -> Result<Self> {
        let typed: Typed = visit.query()?;
        let before = match typed.before.as_deref() {
            None => None,
            Some(text) => Some(read_place(text).ok_or(Refused::NotFound)?),
        };
        let text = &visit.text;
        let (area, kind_error) = choice(text, &typed.kind, Area::from_tag);
        let (verdict, result_error) = choice(text, &typed.result, Verdict::from_tag);
        let (from, from_field) = day(text, &typed.from, |day| text.start_of(day));
        let (until, mut until_field) =
            day(text, &typed.until, |day| text.start_of(day.tomorrow().ok()?));
        if let (Some(from), Some(until)) = (from, until)
            && until <= from
        {
            until_field = until_field.wrong(text.say("filter-until-before-from"));
        }
        let (address, address_field) = address(text, &typed.address);
        let query = [
            ("kind", typed.kind.as_str()),
            ("result", typed.result.as_str()),
            ("from", typed.from.trim()),
            ("until", typed.until.trim()),
            ("address", typed.address.trim()),
        ];
        let query: Vec<(&str, String)> = query
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| (name, value.to_owned()))
            .collect();
        let form = FilterForm {
            path: visit.path.clone(),
            kinds: kinds(text, area),
            kind_error,
            results: results(text, verdict),
            result_error,
            from: from_field,
            until: until_field,
            address: address_field,
            used: !query.is_empty(),
        };
        let filter = Filter { area, verdict, from, until, address };
        Ok(Self { filter: Some(filter).filter(|_| !form.is_wrong()), form, before, query })
    }

    /// The address of the page that goes on at a place, with the same filters.
    pub fn page_before(&self, (at, id): Place) -> String {
        let before = ("before", format!("{}.{id}", at.millis()));
        let query: Vec<_> = self.query.iter().cloned().chain([before]).collect();
        let query = serde_urlencoded::to_string(query).unwrap_or_default();
        format!("{}?{query}", self.form.path)
    }

    /// The address of the first page, with the same filters.
    pub fn first_page(&self) -> String {
        let query = serde_urlencoded::to_string(&self.query).unwrap_or_default();
        if query.is_empty() {
            self.form.path.clone()
        } else {
            format!("{}?{query}", self.form.path)
        }
    }
}

fn read_place(text: &str) -> Option<Place> {
    let (millis, id) = text.split_once('.')?;
    Some((Timestamp::from_millis(millis.parse().ok()?), id.parse().ok()?))
}

fn choice<T>(
    text: &Text,
    typed: &str,
    read: impl Fn(&str) -> Option<T>,
) -> (Option<T>, Option<String>) {
    if typed.is_empty() {
        return (None, None);
    }
    match read(typed) {
        Some(value) => (Some(value), None),
        None => (None, Some(text.say("filter-choice-unknown").to_string())),
    }
}

fn day(
    text: &Text,
    typed: &str,
    moment: impl Fn(Date) -> Option<Timestamp>,
) -> (Option<Timestamp>, Field) {
    let (typed, field) = (typed.trim(), Field::new(typed.trim()));
    if typed.is_empty() {
        return (None, field);
    }
    match typed_day(typed).and_then(moment) {
        Some(moment) => (Some(moment), field),
        None => (None, field.wrong(text.say("filter-day-invalid"))),
    }
}

fn address(text: &Text, typed: &str) -> (Option<IpAddr>, Field) {
    let (typed, field) = (typed.trim(), Field::new(typed.trim()));
    if typed.is_empty() {
        return (None, field);
    }
    match typed.parse::<IpAddr>() {
        Ok(address) => (Some(address.to_canonical()), field),
        Err(_) => (None, field.wrong(text.say("filter-address-invalid"))),
    }
}

/// What a result is called.
pub fn verdict_name(text: &Text, verdict: Verdict) -> Say<'_> {
    match verdict {
        Verdict::Succeeded => text.say("verdict-succeeded"),
        Verdict::Refused => text.say("verdict-refused"),
    }
}

fn kinds(text: &Text, chosen: Option<Area>) -> Vec<Choice> {
    let any = option("", &text.say("filter-any-kind"), chosen.is_none());
    let each =
        Area::ALL.iter().map(|area| option(area.tag(), &area.say(text), chosen == Some(*area)));
    [any].into_iter().chain(each).collect()
}

fn results(text: &Text, chosen: Option<Verdict>) -> Vec<Choice> {
    let any = option("", &text.say("filter-any-result"), chosen.is_none());
    let each = Verdict::ALL.iter().map(|verdict| {
        option(verdict.tag(), &verdict_name(text, *verdict), chosen == Some(*verdict))
    });
    [any].into_iter().chain(each).collect()
}

fn option(value: &str, label: &Say<'_>, selected: bool) -> Choice {
    Choice { value: value.to_owned(), label: label.to_string(), selected }
}
