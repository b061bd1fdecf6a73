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
    /// There is no such organisation.
    Organisation(String),
    /// What is open to anybody is no organisation's.
    PublicInOrganisation,
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

/// What a rule can ask for.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// The permissions that the application declares.
    pub declared: BTreeSet<String>,
    /// Short names of organisations; of all that there are, those that are named will do.
    pub organisations: BTreeSet<String>,
}

/// The short names that lines name as organisations, whether or not there are such.
pub fn organisations(text: &str) -> BTreeSet<String> {
    text.lines().filter_map(|line| within(line).1).map(str::to_owned).collect()
}

/// A line's part before ` in ` and an organisation, and that.
fn within(line: &str) -> (&str, Option<&str>) {
    let line = line.trim();
    let Some((before, slug)) = line.rsplit_once(char::is_whitespace) else { return (line, None) };
    match before.trim_end().strip_suffix("in") {
        Some(before) if before.ends_with(char::is_whitespace) => (before.trim_end(), Some(slug)),
        _ => (line, None),
    }
}

/// Reads all lines; empty ones are none.
pub fn read(text: &str, known: &Known) -> Result<Rules, Vec<WrongLine>> {
    let (mut rules, mut wrong) = (Vec::new(), Vec::new());
    let mut seen = BTreeSet::new();
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    for (index, line) in lines {
        match rule(line, known) {
            Ok(_) if rules.len() >= MOST_RULES => {
                wrong.push(WrongLine { number: index + 1, why: Why::TooMany });
                break;
            }
            Ok(rule) if !seen.insert(rule.prefix.carelessly().into_owned()) => {
                wrong.push(WrongLine { number: index + 1, why: Why::Twice });
            }
            Ok(rule) => rules.push(rule),
            Err(why) => wrong.push(WrongLine { number: index + 1, why }),
        }
    }
    if wrong.is_empty() { Ok(Rules::new(rules)) } else { Err(wrong) }
}

fn rule(line: &str, known: &Known) -> Result<Rule, Why> {
    let (line, organisation) = within(line);
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
        && let Some(unknown) = names.iter().find(|name| !known.declared.contains(*name))
    {
        return Err(Why::Permission(unknown.clone()));
    }
    if let Some(slug) = organisation {
        if requirement == Requirement::Public {
            return Err(Why::PublicInOrganisation);
        }
        if !known.organisations.contains(slug) {
            return Err(Why::Organisation(slug.to_owned()));
        }
    }
    Ok(Rule { prefix, requirement, organisation: organisation.map(str::to_owned) })
}

/// The lines of rules, the shortest path first.
pub fn write(rules: &Rules) -> String {
    let mut lines: Vec<String> =
        rules.all().iter().map(|rule| format!("{} {}", rule.prefix.typed(), rule.line())).collect();
    lines.sort();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known() -> Known {
        Known {
            declared: BTreeSet::from(["app:admin".to_owned(), "app:read".to_owned()]),
            organisations: BTreeSet::from(["acme".to_owned()]),
        }
    }

    fn why(text: &str) -> Vec<(usize, Why)> {
        let wrong = read(text, &known()).unwrap_err();
        wrong.into_iter().map(|line| (line.number, line.why)).collect()
    }

    #[test]
    fn what_is_read_is_written_so() {
        let text = "/ signed-in\r\n\n  /public/   public \n/a%20b/100%25 second-factor\n/admin permissions app:read  app:admin\n/büro signed-in";
        let rules = read(text, &known()).unwrap();
        let written = write(&rules);
        assert_eq!(
            written,
            "/ signed-in\n/a%20b/100%25 second-factor\n/admin permissions app:admin app:read\n/büro signed-in\n/public public"
        );
        assert_eq!(read(&written, &known()).unwrap(), rules);
        assert_eq!(read("\n \n", &known()).unwrap(), Rules::default());
        let within =
            "/acme signed-in in acme\n/acme/admin permissions app:read  in  acme\n/in signed-in";
        let rules = read(within, &known()).unwrap();
        assert_eq!(write(&rules), within.replace("  ", " "));
        assert_eq!(read(&write(&rules), &known()).unwrap(), rules);
        let named =
            organisations("/a signed-in in acme\n/b signed-in\n/c public in other\n/in public");
        assert_eq!(named, BTreeSet::from(["acme".to_owned(), "other".to_owned()]));
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
        assert_eq!(
            why(
                "/a signed-in in\n/b signed-in acme\n/c in acme\n/d public in acme\n/e signed-in in umbrella\n/f signed-in in acme acme"
            ),
            [
                (1, Why::Requirement),
                (2, Why::Requirement),
                (3, Why::Requirement),
                (4, Why::PublicInOrganisation),
                (5, Why::Organisation("umbrella".into())),
                (6, Why::Requirement),
            ]
        );
        assert_eq!(why("/gate/x public\n/GATE public"), [(1, Why::Own), (2, Why::Own)]);
        let many: Vec<String> =
            (0..=MOST_RULES).map(|number| format!("/{number} public")).collect();
        assert_eq!(why(&many.join("\n")), [(MOST_RULES + 1, Why::TooMany)]);
        assert_eq!(why(&format!("/{} public", "a".repeat(LONGEST_PREFIX))), [(1, Why::Path)]);
    }
}
