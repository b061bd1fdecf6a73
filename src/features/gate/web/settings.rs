//! The page on which administrators say who gets in.

use crate::error::{Refused, Result};
use crate::features::administration::By;
use crate::features::gate::rules::{Known, MOST_RULES, Rules, Why, WrongLine, read, write};
use crate::features::gate::{Guard, Saved, guard, known, save_rules};
use crate::http::{AdministratorSteppedUp, Answer, Page, Visit};
use crate::ids::ApplicationId;
use askama::Template;
use axum::http::StatusCode;

struct OriginView {
    origin: String,
    field: String,
    rules: String,
    /// What counts, where that is not what stands in the field.
    counts: Option<String>,
    is_closed: bool,
    errors: Vec<String>,
}

#[derive(Template)]
#[template(path = "features/gate/settings.html")]
struct GateSettingsPage {
    page: Page,
    id: String,
    name: String,
    revision: i64,
    problem: Option<String>,
    is_wrong: bool,
    origins: Vec<OriginView>,
    declared: Vec<String>,
    example: String,
}

impl GateSettingsPage {
    fn of(visit: &Visit, guard: &Guard, origins: Vec<OriginView>) -> Self {
        let declared: Vec<String> = guard.declared.iter().cloned().collect();
        Self {
            page: visit.page("title-admin-gate", "admin-applications"),
            id: guard.application.id.to_string(),
            name: guard.application.name.clone(),
            revision: guard.application.revision,
            problem: None,
            is_wrong: origins.iter().any(|own| !own.errors.is_empty()),
            origins,
            example: declared.first().cloned().unwrap_or_else(|| "billing:read".to_owned()),
            declared,
        }
    }
}

async fn find(visit: &Visit) -> Result<Guard> {
    let id: ApplicationId = visit.param("id").parse().map_err(|_| Refused::NotFound)?;
    Ok(guard(&visit.app, id).await?.ok_or(Refused::NotFound)?)
}

/// The rules as they are, of each address that the gate stands before.
fn current(guard: &Guard) -> Vec<OriginView> {
    let views = guard.origins.iter().enumerate().map(|(index, (origin, rules))| OriginView {
        origin: origin.clone(),
        field: format!("rules-{index}"),
        rules: write(rules),
        counts: None,
        is_closed: rules.all().is_empty(),
        errors: Vec::new(),
    });
    views.collect()
}

/// The page.
pub async fn settings_page(visit: Visit, _: AdministratorSteppedUp) -> Result<Answer> {
    let guard = find(&visit).await?;
    Answer::page(&GateSettingsPage::of(&visit, &guard, current(&guard)))
}

/// What was typed there.
pub async fn submit_settings(
    visit: Visit,
    AdministratorSteppedUp(admin): AdministratorSteppedUp,
) -> Result<Answer> {
    let found = find(&visit).await?;
    let id = found.application.id;
    let fields: Vec<(String, String)> = visit.form()?;
    let revision = value(&fields, "revision").parse().map_err(|_| Refused::Unreadable)?;
    let text = fields.iter().map(|(_, value)| value.as_str()).collect::<Vec<_>>().join("\n");
    let known = known(&visit.app, &found, &text).await?;
    let (wanted, shown) = typed(&visit, &fields, &known);
    let Some(wanted) = wanted else {
        let page = GateSettingsPage::of(&visit, &found, shown);
        return Ok(Answer::page(&page)?.status(StatusCode::UNPROCESSABLE_ENTITY));
    };
    let by = By::Administrator(&admin, &visit.source);
    match save_rules(&visit.app, by, id, revision, &wanted).await? {
        Saved::Done => Ok(Answer::redirect(format!("/admin/applications/{id}/gate"))
            .flash(&visit.app, "flash-admin-gate-saved")),
        Saved::Unknown | Saved::Meanwhile => {
            let found = find(&visit).await?;
            let views = beside(&shown, current(&found));
            let mut page = GateSettingsPage::of(&visit, &found, views);
            page.problem = Some(visit.text.say("admin-gate-meanwhile").to_string());
            Ok(Answer::page(&page)?.status(StatusCode::CONFLICT))
        }
    }
}

/// What was typed, with what counts meanwhile: whoever saves again has seen both.
fn beside(typed: &[OriginView], current: Vec<OriginView>) -> Vec<OriginView> {
    let views = current.into_iter().map(|own| {
        let typed = typed.iter().find(|typed| typed.origin == own.origin);
        match typed.filter(|typed| typed.rules.trim() != own.rules.trim()) {
            Some(typed) => {
                OriginView { rules: typed.rules.clone(), counts: Some(own.rules), ..own }
            }
            None => own,
        }
    });
    views.collect()
}

fn value<'a>(fields: &'a [(String, String)], name: &str) -> &'a str {
    fields.iter().find(|(own, _)| own == name).map_or("", |(_, value)| value)
}

type Read = Option<Vec<(String, Rules)>>;

/// What was typed, as it comes back; and what it comes to, if nothing is wrong with it.
fn typed(visit: &Visit, fields: &[(String, String)], known: &Known) -> (Read, Vec<OriginView>) {
    let (mut wanted, mut shown) = (Some(Vec::new()), Vec::new());
    for (name, origin) in fields {
        let Some(field) = name.strip_suffix("-origin") else { continue };
        let rules = value(fields, field);
        let mut own = OriginView {
            origin: origin.clone(),
            field: format!("rules-{}", shown.len()),
            rules: rules.to_owned(),
            counts: None,
            is_closed: rules.trim().is_empty(),
            errors: Vec::new(),
        };
        match read(rules, known) {
            Ok(read) => wanted.iter_mut().for_each(|all| all.push((origin.clone(), read.clone()))),
            Err(wrong) => {
                wanted = None;
                own.errors = wrong.iter().map(|line| say(visit, line)).collect();
            }
        }
        shown.push(own);
    }
    (wanted, shown)
}

fn say(visit: &Visit, WrongLine { number, why }: &WrongLine) -> String {
    let line = number.to_string();
    match why {
        Why::Path => visit.text.say("admin-gate-error-path").with("line", line).to_string(),
        Why::Requirement => {
            visit.text.say("admin-gate-error-requirement").with("line", line).to_string()
        }
        Why::Permission(name) => visit
            .text
            .say("admin-gate-error-permission")
            .with("line", line)
            .with("permission", name)
            .to_string(),
        Why::Organisation(slug) => visit
            .text
            .say("admin-gate-error-organisation")
            .with("line", line)
            .with("organisation", slug)
            .to_string(),
        Why::PublicInOrganisation => {
            visit.text.say("admin-gate-error-public-in").with("line", line).to_string()
        }
        Why::Twice => visit.text.say("admin-gate-error-twice").with("line", line).to_string(),
        Why::Own => visit.text.say("admin-gate-error-own").with("line", line).to_string(),
        Why::TooMany => visit
            .text
            .say("admin-gate-error-too-many")
            .with("line", line)
            .with("most", MOST_RULES.to_string())
            .to_string(),
    }
}
