//! Which second factor to set up.

use super::{AUTHENTICATOR, PAGE};
use crate::error::Result;
use crate::features::account::FactorKinds;
use crate::features::second_factor::{Begun, abandon, begin_authenticator};
use crate::http::{Answer, Page, SignedIn, SteppedUpForSecondFactors, Visit};
use askama::Template;

#[derive(Template)]
#[template(path = "features/second_factor/choose.html")]
struct ChoosePage {
    page: Page,
    email_verified: bool,
    held: FactorKinds,
    sms_offered: bool,
}

/// Choose method.
pub async fn page(
    visit: Visit,
    SteppedUpForSecondFactors(current): SteppedUpForSecondFactors,
) -> Result<Answer> {
    Answer::page(&ChoosePage {
        page: visit.page("title-choose-method", "two-factor"),
        email_verified: current.account.email_verified_at.is_some(),
        held: current.account.second_factors,
        sms_offered: visit.app.config.sms_offered(),
    })
}

/// Begins with what was chosen.
pub async fn set_up(
    visit: Visit,
    SteppedUpForSecondFactors(current): SteppedUpForSecondFactors,
) -> Result<Answer> {
    Ok(match begin_authenticator(&visit.app, &current, &visit.source).await? {
        Begun::Done => Answer::redirect(AUTHENTICATOR),
        Begun::EmailUnverified => {
            Answer::redirect(PAGE).flash(&visit.app, "flash-refused-email-unverified")
        }
    })
}

/// Gives up what is being set up.
pub async fn cancel(visit: Visit, SignedIn(current): SignedIn) -> Result<Answer> {
    abandon(&visit.app, &current, &visit.source).await?;
    Ok(Answer::redirect(PAGE))
}
