//! The page of what deserves a look.

pub mod view;

use super::rules::Standing;
use super::{Answer as Said, answer_own, findings_of};
use crate::error::{Refused, Result};
use crate::http::{Answer, Page, SignedIn, Visit};
use askama::Template;
use serde::Deserialize;
use view::FindingView;

/// Where it is.
pub const PAGE: &str = "/settings/security/review";
const SECURE: &str = "/settings/security/review/secure";

#[derive(Template)]
#[template(path = "features/suspicious_activity/review.html")]
struct ReviewPage {
    page: Page,
    open: Vec<FindingView>,
    in_sight: Vec<FindingView>,
    settled: Vec<FindingView>,
}

#[derive(Deserialize)]
struct Form {
    #[serde(default)]
    answer: String,
}

/// Settings → Security → Review suspicious activity.
pub async fn page(visit: Visit, SignedIn(current): SignedIn) -> Result<Answer> {
    let found = findings_of(&visit.app, current.account.id, visit.now).await?;
    let mut shown = ReviewPage {
        page: visit.page("title-review", "security"),
        open: Vec::new(),
        in_sight: Vec::new(),
        settled: Vec::new(),
    };
    for finding in found {
        let list = match finding.standing {
            Standing::Open => &mut shown.open,
            Standing::InSight(_) => &mut shown.in_sight,
            Standing::Settled(_) => &mut shown.settled,
        };
        list.push(FindingView::of(&visit.text, &visit.app.places, finding));
    }
    Answer::page(&shown)
}

/// This was me, or it wasn't.
pub async fn submit(visit: Visit, SignedIn(current): SignedIn) -> Result<Answer> {
    let form: Form = visit.form()?;
    let said = Said::from_tag(&form.answer).ok_or(Refused::Unreadable)?;
    answer_own(&visit.app, &current, visit.param("finding"), said, &visit.source).await?;
    Ok(match said {
        Said::Me => Answer::redirect(PAGE).flash(&visit.app, "flash-finding-answered"),
        Said::NotMe => Answer::redirect(SECURE),
    })
}
