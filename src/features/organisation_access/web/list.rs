//! The organisations that one belongs to.

use crate::error::Result;
use crate::features::organisation_access::{Listed, Why, list};
use crate::features::organisations::rules::Plan;
use crate::features::organisations::web::{plan_name, role_name};
use crate::http::{Answer, Page, SignedIn, Visit};
use askama::Template;

#[derive(Template)]
#[template(path = "features/organisation_access/list.html")]
struct ListPage {
    page: Page,
    rows: Vec<Row>,
}

struct Row {
    path: String,
    name: String,
    role: String,
    enterprise: bool,
    plan: String,
    /// What is in the way of its pages, as a badge; nothing where they open.
    closed: &'static str,
}

/// Each with whether its pages open from here. More than the name is not shown of one that
/// does not.
pub async fn page(visit: Visit, SignedIn(current): SignedIn) -> Result<Answer> {
    let all = list(&visit.app, &current, &visit.source, visit.now).await?;
    let rows = all.into_iter().map(|Listed { organisation, role, closed }| Row {
        path: organisation.path(""),
        role: role_name(&visit.text, role).to_string(),
        enterprise: organisation.plan == Plan::Enterprise,
        plan: plan_name(&visit.text, organisation.plan).to_string(),
        name: organisation.name,
        closed: match closed {
            None => "",
            Some(Why::Address) => "state-organisation-address",
            Some(Why::Enrol | Why::Prove) => "state-organisation-factor",
        },
    });
    let page = visit.page("title-organisations", "organisations");
    Answer::page(&ListPage { page, rows: rows.collect() })
}
