//! `portcullis application gate …`: who gets in to an application that the gate stands
//! before.

use super::{Reply, USAGE};
use crate::app::App;
use crate::error::Result;
use crate::features::administration::By;
use crate::features::gate::rules::{MOST_RULES, Why, WrongLine, read, write};
use crate::features::gate::{Guard, Saved, guard, known, save_rules};
use crate::ids::ApplicationId;
use serde_json::{Value, json};

/// Shows the rules, or sets those of one origin.
pub(super) async fn gate(
    app: &App,
    id: ApplicationId,
    origin: Option<String>,
    rules: &[String],
) -> Result<Option<Reply>> {
    let Some(found) = guard(app, id).await? else { return Ok(None) };
    let Some(origin) = origin else {
        let is_lost = !rules.is_empty();
        let lost = || Reply::problem(USAGE, "--rule needs the --origin that it is for".into());
        return Ok(Some(if is_lost { lost() } else { shown(&found) }));
    };
    if !found.origins.iter().any(|(own, _)| *own == origin) {
        let why = "is no address of the application for the gate: portcullis application show";
        return Ok(Some(Reply::refused(format!("{} {why}", origin.escape_debug()))));
    }
    if rules.is_empty() {
        let why = "--origin needs a --rule; an empty one closes it to everybody";
        return Ok(Some(Reply::problem(USAGE, why.into())));
    }
    // A line break within one would make two of it.
    let lines: Vec<String> =
        rules.iter().map(|rule| rule.replace(['\r', '\n'], "\u{fffd}")).collect();
    let text = lines.join("\n");
    let wanted = match read(&text, &known(app, &found, &text).await?) {
        Ok(wanted) => vec![(origin, wanted)],
        Err(wrong) => {
            let said: Vec<String> = wrong.iter().map(|line| say(&lines, line)).collect();
            return Ok(Some(Reply::problem(USAGE, said.join("\n"))));
        }
    };
    let revision = found.application.revision;
    Ok(match save_rules(app, By::Operator, id, revision, &wanted).await? {
        Saved::Done => guard(app, id).await?.map(|found| shown(&found)),
        Saved::Unknown => None,
        Saved::Meanwhile => {
            let why = "somebody else has changed it just now; look at it, and try again";
            Some(Reply::refused(why))
        }
    })
}

fn shown(found: &Guard) -> Reply {
    let mut text = Vec::new();
    for (origin, rules) in &found.origins {
        text.push(origin.clone());
        match write(rules) {
            lines if lines.is_empty() => text.push("  closed: there is no rule".to_owned()),
            lines => text.extend(lines.lines().map(|line| format!("  {line}"))),
        }
    }
    if text.is_empty() {
        text.push("the gate stands before none of its addresses".to_owned());
    }
    let origins: Vec<Value> = found
        .origins
        .iter()
        .map(|(origin, rules)| {
            let lines: Vec<String> = write(rules).lines().map(str::to_owned).collect();
            json!({ "origin": origin, "rules": lines })
        })
        .collect();
    Reply::done(text.join("\n"), json!({ "gate": origins }))
}

fn say(lines: &[String], WrongLine { number, why }: &WrongLine) -> String {
    let line = number.checked_sub(1).and_then(|index| lines.get(index)).map_or("", String::as_str);
    let why = match why {
        Why::Path => "begins with no path that everybody reads alike".to_owned(),
        Why::Requirement => {
            "says none of: public, signed-in, second-factor, permissions NAME …".to_owned()
        }
        Why::Permission(name) => {
            format!("names {}, which the application does not declare", name.escape_debug())
        }
        Why::Organisation(slug) => {
            format!("names the organisation {}, which there is not", slug.escape_debug())
        }
        Why::PublicInOrganisation => {
            "is open to anybody, and so belongs to no organisation".to_owned()
        }
        Why::Twice => "is about a path that another rule is about".to_owned(),
        Why::Own => "is about the gate's own paths".to_owned(),
        Why::TooMany => format!("is one too many: there can be {MOST_RULES}"),
    };
    format!("{} {why}", line.escape_debug())
}
