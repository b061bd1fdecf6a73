//! A list as it is typed: one entry a line, with what is wrong with each.

use super::{NotARange, Range};
use crate::text::days::typed_day;
use crate::text::one_line;
use crate::time::Timestamp;
use jiff::civil::Date;
use std::collections::{HashMap, HashSet};

/// Entries of a list.
pub const MOST: usize = 10_000;
/// Networks that its ranges may come to: a range that fits no network is many.
const MOST_NETWORKS: usize = 200_000;
/// Longest label, in characters.
pub const MAX_LABEL: usize = 100;

/// Addresses that get in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Which.
    pub range: Range,
    /// Whose they are, in an admin's words.
    pub label: String,
    /// The moment from which they don't any more.
    pub expires_at: Option<Timestamp>,
}

/// What is wrong with a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// It is no address, network or range.
    Unreadable,
    /// It has bits beyond its length; this was meant, perhaps.
    HostBits(Range),
    /// It ends before it begins.
    Backwards,
    /// It is IPv4 at one end and IPv6 at the other.
    Families,
    /// What follows `until` is no day.
    NoDay,
    /// That day is over.
    Over,
    /// The label is too long.
    LongLabel,
    /// An earlier line says the same.
    Same(usize),
    /// There are too many lines.
    TooMany,
    /// The ranges come to too many networks.
    Scattered,
}

impl Problem {
    /// What is wrong, as programs are told.
    pub fn said(&self) -> String {
        match self {
            Self::Unreadable => "no address, network or range".to_owned(),
            Self::HostBits(meant) => {
                format!("has bits beyond its length; {meant} is meant, perhaps")
            }
            Self::Backwards => "ends before it begins".to_owned(),
            Self::Families => "is IPv4 at one end and IPv6 at the other".to_owned(),
            Self::NoDay => "does not say when it ends".to_owned(),
            Self::Over => "ends in the past".to_owned(),
            Self::LongLabel => format!("has a label of more than {MAX_LABEL} characters"),
            Self::Same(first) => {
                format!("says the same as entries[{}]", first.saturating_sub(1))
            }
            Self::TooMany => format!("is one too many: there can be {MOST}"),
            Self::Scattered => "comes with the others to too many networks".to_owned(),
        }
    }
}

/// A line with something wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// Counted from one.
    pub line: usize,
    /// What stands there, shortened.
    pub text: String,
    /// What is wrong.
    pub problem: Problem,
}

/// Two lines of which one says some of what the other says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overlap {
    /// The line that could go, or the later one.
    pub line: usize,
    /// The other.
    pub with: usize,
    /// Whether the other has all of it.
    pub covered: bool,
}

/// A list as it was understood.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Typed {
    /// What could be read, with the number of its line.
    pub entries: Vec<(usize, Entry)>,
    /// What could not.
    pub wrong: Vec<Wrong>,
    /// What is there twice in part; no error.
    pub overlaps: Vec<Overlap>,
}

impl Typed {
    /// The entries alone.
    pub fn list(&self) -> Vec<Entry> {
        self.entries.iter().map(|(_, entry)| entry.clone()).collect()
    }

    /// Whether some of what is wrong can be put right by itself.
    pub fn can_be_mended(&self) -> bool {
        let plain =
            |wrong: &Wrong| matches!(wrong.problem, Problem::HostBits(_) | Problem::Same(_));
        self.wrong.iter().any(plain)
    }

    /// The first line that lets in a whole family.
    pub fn everything(&self) -> Option<usize> {
        self.entries.iter().find(|(_, entry)| entry.range.is_everything()).map(|(line, _)| *line)
    }
}

/// The parts of a line: its range, its label, and the day that it counts until.
struct Parts<'a> {
    range: String,
    label: String,
    until: Option<&'a str>,
}

fn parts(line: &str) -> Parts<'_> {
    let mut words = line.split_whitespace().peekable();
    let mut range = words.next().unwrap_or("").trim_end_matches([',', ';']).to_owned();
    let is_dash = |word: &str| matches!(word, "-" | "–");
    // `first - last`, `first- last` and `first -last` are one range, too.
    let joins = words.peek().is_some_and(|next| next.starts_with(['-', '–']));
    if joins || range.ends_with(['-', '–']) {
        if joins && let Some(next) = words.next() {
            range.push_str(next);
            if is_dash(next)
                && let Some(last) = words.next()
            {
                range.push_str(last);
            }
        } else if let Some(last) = words.next() {
            range.push_str(last);
        }
        range.truncate(range.trim_end_matches([',', ';']).len());
    }
    let mut rest: Vec<&str> = words.collect();
    let until = match rest.as_slice() {
        [.., word, day] if word.eq_ignore_ascii_case("until") => Some(*day),
        [word] if word.eq_ignore_ascii_case("until") => Some(""),
        _ => None,
    };
    if until.is_some() {
        rest.truncate(rest.len().saturating_sub(2));
    }
    let label = one_line(rest.join(" ").trim_start_matches(['#', ',', ';', ' ']), usize::MAX);
    Parts { range, label, until }
}

fn read_line(
    line: &str,
    end_of: &impl Fn(Range, Date) -> Option<Timestamp>,
    now: Timestamp,
) -> Result<Entry, Problem> {
    let Parts { range, label, until } = parts(line);
    let range = parse_range(&range)?;
    let expires_at = match until {
        None => None,
        Some(day) => {
            let moment = typed_day(day).and_then(|day| end_of(range, day));
            Some(moment.ok_or(Problem::NoDay)?)
        }
    };
    entry(range, label, expires_at, now)
}

fn parse_range(text: &str) -> Result<Range, Problem> {
    Range::parse(text).map_err(|why| match why {
        NotARange::Unreadable => Problem::Unreadable,
        NotARange::HostBits(meant) => Problem::HostBits(meant),
        NotARange::Backwards => Problem::Backwards,
        NotARange::Families => Problem::Families,
    })
}

fn entry(
    range: Range,
    label: String,
    expires_at: Option<Timestamp>,
    now: Timestamp,
) -> Result<Entry, Problem> {
    if label.chars().count() > MAX_LABEL {
        return Err(Problem::LongLabel);
    }
    if expires_at.is_some_and(|at| at <= now) {
        return Err(Problem::Over);
    }
    Ok(Entry { range, label, expires_at })
}

/// An entry as a program sends it.
#[derive(Debug, Clone)]
pub struct Sent {
    /// Address, network, or first and last.
    pub range: String,
    /// Whose it is.
    pub label: String,
    /// The moment from which it counts no more.
    pub expires_at: Option<Timestamp>,
}

/// Reads a program's list; a line's number is that of the entry, from one on.
pub fn read_sent(sent: &[Sent], now: Timestamp) -> Typed {
    let read = sent.iter().enumerate().map(|(index, one)| {
        let label = one_line(&one.label, usize::MAX);
        let read =
            parse_range(&one.range).and_then(|range| entry(range, label, one.expires_at, now));
        (index + 1, one.range.as_str(), read)
    });
    collect(read)
}

fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let numbered = text.lines().map(str::trim).enumerate().map(|(index, line)| (index + 1, line));
    numbered.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
}

/// Reads a list; `end_of` is the first moment after a day, where the reader is.
pub fn read(
    text: &str,
    end_of: impl Fn(Range, Date) -> Option<Timestamp>,
    now: Timestamp,
) -> Typed {
    collect(lines(text).map(|(number, line)| (number, line, read_line(line, &end_of, now))))
}

/// All that was read: no range twice, and not too many.
fn collect<'a>(read: impl Iterator<Item = (usize, &'a str, Result<Entry, Problem>)>) -> Typed {
    let mut typed = Typed::default();
    let mut seen: HashMap<Range, usize> = HashMap::new();
    let mut networks = 0;
    for (number, line, read) in read {
        let wrong = |problem| Wrong { line: number, text: one_line(line, 60), problem };
        if typed.entries.len() >= MOST {
            typed.wrong.push(wrong(Problem::TooMany));
            break;
        }
        match read {
            Err(problem) => typed.wrong.push(wrong(problem)),
            Ok(entry) => {
                if let Some(first) = seen.get(&entry.range) {
                    typed.wrong.push(wrong(Problem::Same(*first)));
                    continue;
                }
                networks += entry.range.networks().len();
                if networks > MOST_NETWORKS {
                    typed.wrong.push(wrong(Problem::Scattered));
                    break;
                }
                seen.insert(entry.range, number);
                typed.entries.push((number, entry));
            }
        }
    }
    typed.overlaps = overlaps(&typed.entries);
    typed
}

/// Each line that meets one before it in the order of addresses: a sweep, so that ten
/// thousand lines are not compared with each other.
fn overlaps(entries: &[(usize, Entry)]) -> Vec<Overlap> {
    let mut sorted: Vec<&(usize, Entry)> = entries.iter().collect();
    sorted.sort_by_key(|(line, entry)| {
        (entry.range.first(), std::cmp::Reverse(entry.range.last()), *line)
    });
    let mut found: Vec<Overlap> = Vec::new();
    let mut widest: Option<&(usize, Entry)> = None;
    for one in sorted {
        let (line, entry) = one;
        if let Some((with, before)) = widest
            && before.range.meets(entry.range)
        {
            let covered = before.range.covers(entry.range);
            found.push(Overlap { line: *line, with: *with, covered });
        }
        let same_family = widest.is_some_and(|(_, before)| {
            before.range.first().is_ipv4() == entry.range.first().is_ipv4()
        });
        if !same_family || widest.is_none_or(|(_, before)| before.range.last() < entry.range.last())
        {
            widest = Some(one);
        }
    }
    found.sort_by_key(|overlap| overlap.line);
    found
}

/// The same text with what was meant where that is plain: networks without bits beyond
/// their length, and no line twice. Whatever else stands there stays.
pub fn without_flaws(text: &str) -> String {
    let mut seen: HashSet<Range> = HashSet::new();
    let mut kept = Vec::new();
    for line in text.lines() {
        let trimmed = line.trim();
        if trimmed.is_empty() || trimmed.starts_with('#') {
            kept.push(line.to_owned());
            continue;
        }
        let Parts { range: written, label, until } = parts(trimmed);
        let (Ok(range) | Err(NotARange::HostBits(range))) = Range::parse(&written) else {
            kept.push(line.to_owned());
            continue;
        };
        if seen.insert(range) {
            kept.push(as_line(range, &label, until));
        }
    }
    kept.join("\n")
}

/// An entry as it is typed.
pub(super) fn as_line(range: Range, label: &str, until: Option<&str>) -> String {
    let until = until.map(|day| format!("until {day}"));
    let parts = [Some(range.to_string()), Some(label.to_owned()), until];
    let parts: Vec<String> = parts.into_iter().flatten().filter(|part| !part.is_empty()).collect();
    parts.join(" ")
}

impl Entry {
    /// As it is typed; `day` is the last day on which it counts.
    pub fn line(&self, day: Option<&str>) -> String {
        as_line(self.range, &self.label, day)
    }

    /// As it is stored: range, expiry and label, with tabs between.
    pub fn stored(&self) -> String {
        let until = self.expires_at.map_or_else(String::new, |at| at.millis().to_string());
        format!("{}\t{until}\t{}", self.range, self.label)
    }

    /// Reads what was stored.
    pub fn from_stored(line: &str) -> Option<Self> {
        let mut fields = line.splitn(3, '\t');
        let range = Range::parse(fields.next()?).ok()?;
        let expires_at = match fields.next()? {
            "" => None,
            until => Some(Timestamp::from_millis(until.parse().ok()?)),
        };
        Some(Self { range, label: fields.next()?.to_owned(), expires_at })
    }
}

#[cfg(test)]
mod tests;
