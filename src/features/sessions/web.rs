//! Signing out.

use super::sign_out as end_current;
use crate::error::Result;
use crate::http::{Answer, Page, SignedInAnyhow, Visit};
use askama::Template;

#[derive(Template)]
#[template(path = "features/sign_in/sign_out.html")]
struct SignOutPage {
    page: Page,
}

/// Asks first, for those who follow a link.
pub async fn sign_out_page(visit: Visit, _: SignedInAnyhow) -> Result<Answer> {
    Answer::page(&SignOutPage { page: visit.page("title-sign-out", "") })
}

/// Signs out here.
pub async fn sign_out(visit: Visit, SignedInAnyhow(current): SignedInAnyhow) -> Result<Answer> {
    end_current(&visit.app, &current, &visit.source).await?;
    let answer = Answer::redirect("/sign-in").without_session(&visit.app);
    Ok(answer.flash(&visit.app, "flash-signed-out"))
}
