//! Rules as a person writes them: one a line, a path and what it takes.

use super::path::RequestPath;
use super::requirement::{Requirement, Rule, Rules};
use super::{LONGEST_PREFIX, MOST_RULES};
use std::collections::BTreeSet;

/// Why a line is no rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// It does not begin with a path that everybody reads alike.
    Path,
    /// It says none of the four things that a path can take.
    Requirement,
    /// The application does not declare this permission.
    Permission(String),
    /// Another line is about the same path, or about one that a careless application
    /// takes for it.
    Twice,
    /// The path is for the gate itself.
    Own,
    /// There are more than an origin may have.
    TooMany,
}

/// A line that is no rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrongLine {
    /// Which, from one on.
    pub number: usize,
    /// Why.
    pub why: Why,
}

/// Reads all lines; empty ones are none. What the application declares is what a rule can
/// ask for.
pub fn read(text: &str, declared: &BTreeSet<String>) -> Result<Rules, Vec<WrongLine>> {
    let (mut rules, mut wrong) = (Vec::new(), Vec::new());
    let mut seen = BTreeSet::new();
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    for (index, line) in lines {
        match rule(line, declared) {
            Ok(_) if rules.len() >= MOST_RULES => {
                wrong.push(WrongLine { number: index + 1, why: Why::TooMany });
                break;
            }
            Ok(rule) if !seen.insert(rule.prefix.carelessly()) => {
                wrong.push(WrongLine { number: index + 1, why: Why::Twice });
            }
            Ok(rule) => rules.push(rule),
            Err(why) => wrong.push(WrongLine { number: index + 1, why }),
        }
    }
    if wrong.is_empty() { Ok(Rules::new(rules)) } else { Err(wrong) }
}

fn rule(line: &str, declared: &BTreeSet<String>) -> Result<Rule, Why> {
    let line = line.trim();
    let (path, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let prefix = RequestPath::parse_typed(path).map_err(|_| Why::Path)?;
    if path.len() > LONGEST_PREFIX {
        return Err(Why::Path);
    }
    let gate = prefix.carelessly();
    if gate.text() == "/gate" || gate.text().starts_with("/gate/") {
        return Err(Why::Own);
    }
    let rest = rest.trim();
    let (tag, names) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    let requirement = Requirement::read(tag, names).ok_or(Why::Requirement)?;
    if let Requirement::Permissions(names) = &requirement
        && let Some(unknown) = names.iter().find(|name| !declared.contains(*name))
    {
        return Err(Why::Permission(unknown.clone()));
    }
    Ok(Rule { prefix, requirement })
}

/// The lines of rules, the shortest path first.
pub fn write(rules: &Rules) -> String {
    let mut lines: Vec<String> = rules
        .all()
        .iter()
        .map(|rule| format!("{} {}", rule.prefix.typed(), rule.requirement.line()))
        .collect();
    lines.sort();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn declared() -> BTreeSet<String> {
        BTreeSet::from(["app:admin".to_owned(), "app:read".to_owned()])
    }

    fn why(text: &str) -> Vec<(usize, Why)> {
        let wrong = read(text, &declared()).unwrap_err();
        wrong.into_iter().map(|line| (line.number, line.why)).collect()
    }

    #[test]
    fn what_is_read_is_written_so() {
        let text = "/ signed-in\r\n\n  /public/   public \n/a%20b/100%25 second-factor\n/admin permissions app:read  app:admin\n/büro signed-in";
        let rules = read(text, &declared()).unwrap();
        let written = write(&rules);
        assert_eq!(
            written,
            "/ signed-in\n/a%20b/100%25 second-factor\n/admin permissions app:admin app:read\n/büro signed-in\n/public public"
        );
        assert_eq!(read(&written, &declared()).unwrap(), rules);
        assert_eq!(read("\n \n", &declared()).unwrap(), Rules::default());
    }

    #[test]
    fn what_is_wrong_is_said_of_its_line() {
        assert_eq!(
            why(
                "/ signed-in\npublic\n/a\n/b everybody\n/c permissions\n/d public app:read\n/../e public\n/f permissions app:other"
            ),
            [
                (2, Why::Path),
                (3, Why::Requirement),
                (4, Why::Requirement),
                (5, Why::Requirement),
                (6, Why::Requirement),
                (7, Why::Path),
                (8, Why::Permission("app:other".into())),
            ]
        );
        assert_eq!(why("/a public\n/A/ signed-in"), [(2, Why::Twice)]);
        assert_eq!(why("/gate/x public\n/GATE public"), [(1, Why::Own), (2, Why::Own)]);
        let many: Vec<String> =
            (0..=MOST_RULES).map(|number| format!("/{number} public")).collect();
        assert_eq!(why(&many.join("\n")), [(MOST_RULES + 1, Why::TooMany)]);
        assert_eq!(why(&format!("/{} public", "a".repeat(LONGEST_PREFIX))), [(1, Why::Path)]);
    }
}
