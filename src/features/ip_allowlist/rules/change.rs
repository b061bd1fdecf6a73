use super::{Entry, Range};
use std::collections::BTreeSet;
use std::fmt;

/// So many ranges are named in the log; the others are counted.
const NAMED: usize = 40;

/// What a save changes: before and after, as the log tells it. Labels are no part of it:
/// they may name people, and the log can't forget.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    enabled: (bool, bool),
    entries: (usize, usize),
    /// Ranges that get in from now on.
    pub added: Vec<Range>,
    /// Ranges that don't any more.
    pub removed: Vec<Range>,
    expiry: bool,
}

impl Change {
    /// From one list to another.
    pub fn between(before: (bool, &[Entry]), after: (bool, &[Entry])) -> Self {
        let set = |entries: &[Entry]| entries.iter().map(|one| one.range).collect::<BTreeSet<_>>();
        let (old, new) = (set(before.1), set(after.1));
        let ends = |entries: &[Entry]| {
            entries.iter().map(|one| (one.range, one.expires_at)).collect::<BTreeSet<_>>()
        };
        Self {
            enabled: (before.0, after.0),
            entries: (before.1.len(), after.1.len()),
            added: new.difference(&old).copied().collect(),
            removed: old.difference(&new).copied().collect(),
            expiry: old == new && ends(before.1) != ends(after.1),
        }
    }

    /// Whether who gets in is the same: it was on, and stays on with the same ranges.
    pub fn changes_nobodys_access(&self) -> bool {
        self.enabled == (true, true)
            && self.added.is_empty()
            && self.removed.is_empty()
            && !self.expiry
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let yes = |is: bool| if is { "on" } else { "off" };
        write!(f, "{} → {}", yes(self.enabled.0), yes(self.enabled.1))?;
        write!(f, "; entries {} → {}", self.entries.0, self.entries.1)?;
        named(f, "added", &self.added)?;
        named(f, "removed", &self.removed)?;
        if self.expiry { write!(f, "; other expiry dates") } else { Ok(()) }
    }
}

fn named(f: &mut fmt::Formatter<'_>, what: &str, ranges: &[Range]) -> fmt::Result {
    if ranges.is_empty() {
        return Ok(());
    }
    let some: Vec<String> = ranges.iter().take(NAMED).map(ToString::to_string).collect();
    write!(f, "; {what} {}", some.join(", "))?;
    match ranges.len().saturating_sub(NAMED) {
        0 => Ok(()),
        more => write!(f, " and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(ranges: &[&str]) -> Vec<Entry> {
        let entry = |text: &&str| Entry {
            range: Range::parse(text).unwrap(),
            label: "Mira’s flat".into(),
            expires_at: None,
        };
        ranges.iter().map(entry).collect()
    }

    #[test]
    fn before_and_after_are_told_without_labels() {
        let (old, new) = (entries(&["192.0.2.1", "192.0.2.2"]), entries(&["192.0.2.2", "::/0"]));
        let change = Change::between((false, &old), (true, &new));
        let said = "off → on; entries 2 → 2; added ::/0; removed 192.0.2.1";
        assert_eq!(change.to_string(), said);
        assert!(!change.changes_nobodys_access());
        assert!(Change::between((true, &old), (true, &old)).changes_nobodys_access());
        let mut later = old.clone();
        later[0].expires_at = Some(crate::time::Timestamp::from_millis(5));
        assert!(!Change::between((true, &old), (true, &later)).changes_nobodys_access());
        let many: Vec<String> = (0..45).map(|last| format!("192.0.2.{last}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let said = Change::between((true, &[]), (true, &entries(&many))).to_string();
        assert!(said.ends_with("192.0.2.39 and 5 more"), "{said}");
    }
}
