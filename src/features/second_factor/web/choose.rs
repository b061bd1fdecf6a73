//! Which second factor to set up.

use super::{AUTHENTICATOR, PAGE, WayOn};
use crate::error::Result;
use crate::features::account::FactorKinds;
use crate::features::second_factor::{Begun, abandon, begin_authenticator};
use crate::http::{Answer, Page, SignedIn, SteppedUpForSecondFactors, Visit, onward};
use askama::Template;

#[derive(Template)]
#[template(path = "features/second_factor/choose.html")]
struct ChoosePage {
    page: Page,
    email_verified: bool,
    held: FactorKinds,
    sms_offered: bool,
    /// Behind the addresses that lead on from here.
    way_on: String,
    /// The application that one goes on to afterwards.
    application: Option<String>,
}

/// Choose method.
pub async fn page(
    visit: Visit,
    SteppedUpForSecondFactors(current): SteppedUpForSecondFactors,
) -> Result<Answer> {
    let way_on = WayOn::asked(&visit).await?;
    Answer::page(&ChoosePage {
        page: visit.page("title-choose-method", "two-factor"),
        email_verified: current.account.email_verified_at.is_some(),
        held: current.account.second_factors,
        sms_offered: visit.app.config.sms_offered(),
        way_on: WayOn::query(way_on.as_ref()),
        application: WayOn::name(way_on),
    })
}

/// Begins with what was chosen.
pub async fn set_up(
    visit: Visit,
    SteppedUpForSecondFactors(current): SteppedUpForSecondFactors,
) -> Result<Answer> {
    let way_on = WayOn::asked(&visit).await?;
    let to = way_on.as_ref().map(|own| &own.to);
    Ok(match begin_authenticator(&visit.app, &current, to, &visit.source).await? {
        Begun::Done => Answer::redirect(AUTHENTICATOR),
        Begun::EmailUnverified => {
            Answer::redirect(PAGE).flash(&visit.app, "flash-refused-email-unverified")
        }
    })
}

/// Gives up what is being set up: whoever was sent here is back where that was asked for.
pub async fn cancel(visit: Visit, SignedIn(current): SignedIn) -> Result<Answer> {
    let way_on = WayOn::kept(&visit, &current).await?;
    abandon(&visit.app, &current, &visit.source).await?;
    onward(&visit, way_on.as_ref().map_or(PAGE, |own| own.to.as_str()))
}
