//! Signing out, here and elsewhere.

use super::{sign_out as end_current, sign_out_one as end_one, sign_out_others as end_others};
use crate::error::{Refused, Result};
use crate::http::{Answer, Page, SignedIn, SignedInAnyhow, Visit};
use askama::Template;

const BACK: &str = "/settings/security";

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

/// Signs one other session out.
pub async fn sign_out_one(visit: Visit, SignedIn(current): SignedIn) -> Result<Answer> {
    let id = visit.param("id").parse().map_err(|_| Refused::NotFound)?;
    end_one(&visit.app, &current, id, &visit.source).await?;
    if id == current.session.id {
        return Ok(Answer::redirect("/sign-in").without_session(&visit.app));
    }
    Ok(Answer::redirect(BACK).flash(&visit.app, "flash-session-ended"))
}

/// Signs all others out.
pub async fn sign_out_others(visit: Visit, SignedIn(current): SignedIn) -> Result<Answer> {
    end_others(&visit.app, &current, &visit.source).await?;
    Ok(Answer::redirect(BACK).flash(&visit.app, "flash-other-sessions-ended"))
}
