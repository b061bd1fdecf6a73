//! The organisations of the installation.

use crate::error::{Refused, Result};
use crate::features::account::rules::Name;
use crate::features::account::web::{read_email, read_name};
use crate::features::administration::{
    By, change_organisation, create_organisation, list_organisations, remove_organisation,
    see_organisation,
};
use crate::features::organisations::rules::{Plan, Slug};
use crate::features::organisations::web::{plan_name, role_name};
use crate::features::organisations::{Member, NewOrganisation, Organisation};
use crate::features::security_log::Reason;
use crate::http::{Administrator, AdministratorSteppedUp, Answer, Choice, Field, Page, Visit};
use crate::ids::OrganisationId;
use crate::text::{Moment, Text};
use crate::time::Timestamp;
use askama::Template;
use axum::http::StatusCode;
use serde::Deserialize;

const SHOWN: usize = 50;

#[derive(Template)]
#[template(path = "features/administration/organisations.html")]
struct ListPage {
    page: Page,
    rows: Vec<Row>,
    first: bool,
    next: Option<String>,
}

struct Row {
    slug: String,
    name: String,
    plan: String,
    members: i64,
    made: Moment,
}

#[derive(Deserialize)]
struct Asked {
    before: Option<String>,
}

fn read_place(text: &str) -> Option<(Timestamp, OrganisationId)> {
    let (millis, id) = text.split_once('.')?;
    Some((Timestamp::from_millis(millis.parse().ok()?), id.parse().ok()?))
}

/// All of them, the newest first.
pub async fn list(visit: Visit, _: Administrator) -> Result<Answer> {
    let asked: Asked = visit.query()?;
    let before = asked.before.as_deref().map(|text| read_place(text).ok_or(Refused::NotFound));
    let before = before.transpose()?;
    let limit = i64::try_from(SHOWN + 1).unwrap_or(i64::MAX);
    let mut found = list_organisations(&visit.app, before, limit).await?;
    let more = found.len() > SHOWN;
    found.truncate(SHOWN);
    let next = found.last().filter(|_| more).map(|last| {
        let last = &last.organisation;
        format!("/admin/organisations?before={}.{}", last.created_at.millis(), last.id)
    });
    let rows = found.into_iter().map(|listed| Row {
        plan: plan_name(&visit.text, listed.organisation.plan).to_string(),
        made: visit.text.moment(listed.organisation.created_at),
        members: listed.members,
        slug: listed.organisation.slug,
        name: listed.organisation.name,
    });
    Answer::page(&ListPage {
        page: visit.page("title-admin-organisations", "admin-organisations"),
        rows: rows.collect(),
        first: before.is_none(),
        next,
    })
}

#[derive(Template)]
#[template(path = "features/administration/new_organisation.html")]
struct NewPage {
    page: Page,
    name: Field,
    slug: Field,
    email: Field,
    plans: Vec<Choice>,
}

#[derive(Deserialize)]
struct NewForm {
    #[serde(default)]
    name: String,
    #[serde(default)]
    slug: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    plan: String,
}

fn plans(text: &Text, chosen: Plan) -> Vec<Choice> {
    let choice = |plan: &Plan| Choice {
        value: plan.tag().to_owned(),
        label: plan_name(text, *plan).to_string(),
        selected: *plan == chosen,
    };
    Plan::ALL.iter().map(choice).collect()
}

/// Asks for what a new one needs.
pub async fn new(visit: Visit, _: AdministratorSteppedUp) -> Result<Answer> {
    let kept = |name: &str| Field::new(visit.kept(name));
    let plan = Plan::from_tag(visit.kept("plan")).unwrap_or(Plan::Enterprise);
    Answer::page(&NewPage {
        page: visit.page("title-admin-new-organisation", "admin-organisations"),
        name: kept("name"),
        slug: kept("slug"),
        email: kept("email"),
        plans: plans(&visit.text, plan),
    })
}

/// Makes one.
pub async fn create(
    visit: Visit,
    AdministratorSteppedUp(current): AdministratorSteppedUp,
) -> Result<Answer> {
    let form: NewForm = visit.form()?;
    let plan = Plan::from_tag(&form.plan).ok_or(Refused::Unreadable)?;
    let (name, name_field) = read_name(&visit, &form.name);
    let (email, email_field) = read_email(&visit, &form.email);
    let (slug, slug_field) = match Slug::parse(&form.slug) {
        Ok(slug) => (Some(slug), Field::new(form.slug)),
        Err(_) => (None, Field::new(form.slug).wrong(visit.text.say("slug-invalid"))),
    };
    let mut shown = NewPage {
        page: visit.page("title-admin-new-organisation", "admin-organisations"),
        name: name_field,
        slug: slug_field,
        email: email_field,
        plans: plans(&visit.text, plan),
    };
    let (Some(name), Some(slug), Some(email)) = (name, slug, email) else {
        return Ok(Answer::page(&shown)?.status(StatusCode::BAD_REQUEST));
    };
    let by = By::Administrator(&current, &visit.source);
    let new = NewOrganisation { slug, name, plan };
    let Ok(made) = create_organisation(&visit.app, by, &new, &email).await? else {
        shown.slug = shown.slug.wrong(visit.text.say("slug-taken"));
        return Ok(Answer::page(&shown)?.status(StatusCode::UNPROCESSABLE_ENTITY));
    };
    Ok(Answer::redirect(format!("/admin/organisations/{}", made.slug))
        .flash(&visit.app, "flash-organisation-created"))
}

#[derive(Template)]
#[template(path = "features/administration/organisation.html")]
struct OnePage {
    page: Page,
    slug: String,
    title: String,
    made: Moment,
    members: i64,
    in_charge: Vec<(String, String, String)>,
    name: Field,
    plans: Vec<Choice>,
}

#[derive(Deserialize)]
struct ChangeForm {
    #[serde(default)]
    name: String,
    #[serde(default)]
    plan: String,
}

fn one_page(
    visit: &Visit,
    organisation: &Organisation,
    (in_charge, members): (Vec<Member>, i64),
    (name, plan): (Field, Plan),
) -> OnePage {
    let text = &visit.text;
    let row = |one: Member| (one.name, one.email, role_name(text, one.role).to_string());
    OnePage {
        page: visit.page("title-admin-organisation", "admin-organisations"),
        slug: organisation.slug.clone(),
        title: organisation.name.clone(),
        made: text.moment(organisation.created_at),
        members,
        in_charge: in_charge.into_iter().map(row).collect(),
        name,
        plans: plans(text, plan),
    }
}

/// One of them.
pub async fn one(visit: Visit, _: Administrator) -> Result<Answer> {
    let found = see_organisation(&visit.app, visit.param("slug")).await?;
    let (organisation, in_charge, count) = found.ok_or(Refused::NotFound)?;
    let typed = (Field::new(organisation.name.clone()), organisation.plan);
    Answer::page(&one_page(&visit, &organisation, (in_charge, count), typed))
}

/// Another name or plan.
pub async fn change(
    visit: Visit,
    AdministratorSteppedUp(current): AdministratorSteppedUp,
) -> Result<Answer> {
    let form: ChangeForm = visit.form()?;
    let slug = visit.param("slug");
    let plan = Plan::from_tag(&form.plan).ok_or(Refused::Unreadable)?;
    let (name, field): (Option<Name>, Field) = read_name(&visit, &form.name);
    let Some(name) = name else {
        let found = see_organisation(&visit.app, slug).await?;
        let (organisation, in_charge, count) = found.ok_or(Refused::NotFound)?;
        let shown = one_page(&visit, &organisation, (in_charge, count), (field, plan));
        return Ok(Answer::page(&shown)?.status(StatusCode::BAD_REQUEST));
    };
    let by = By::Administrator(&current, &visit.source);
    match change_organisation(&visit.app, by, slug, Some(&name), Some(plan)).await? {
        Ok(_) | Err(Reason::Already) => {
            Ok(Answer::redirect(format!("/admin/organisations/{slug}"))
                .flash(&visit.app, "flash-organisation-saved"))
        }
        Err(_) => Err(Refused::NotFound.into()),
    }
}

#[derive(Template)]
#[template(path = "features/administration/remove_organisation.html")]
struct RemovePage {
    page: Page,
    action: String,
    back: String,
    name: String,
    members: i64,
}

/// Asks whether one is to be removed.
pub async fn remove_page(visit: Visit, _: AdministratorSteppedUp) -> Result<Answer> {
    let found = see_organisation(&visit.app, visit.param("slug")).await?;
    let (organisation, _, members) = found.ok_or(Refused::NotFound)?;
    let back = format!("/admin/organisations/{}", organisation.slug);
    Answer::page(&RemovePage {
        page: visit.page("title-admin-organisation-remove", "admin-organisations"),
        action: format!("{back}/remove"),
        back,
        name: organisation.name,
        members,
    })
}

/// Removes one.
pub async fn remove(
    visit: Visit,
    AdministratorSteppedUp(current): AdministratorSteppedUp,
) -> Result<Answer> {
    let by = By::Administrator(&current, &visit.source);
    match remove_organisation(&visit.app, by, visit.param("slug")).await? {
        Ok(_) => Ok(Answer::redirect("/admin/organisations")
            .flash(&visit.app, "flash-organisation-removed")),
        Err(_) => Err(Refused::NotFound.into()),
    }
}
