//! The page of known browsers.

use super::{end_all_trust, forget_others as forget, list};
use crate::error::Result;
use crate::http::{Answer, Page, SignedIn, SteppedUp, Visit};
use crate::seen::Seen;
use crate::text::Moment;
use askama::Template;

const PAGE: &str = "/settings/security/devices";

#[derive(Template)]
#[template(path = "features/known_devices/devices.html")]
struct DevicesPage {
    page: Page,
    devices: Vec<DeviceRow>,
    others: i64,
    trusted: bool,
}

struct DeviceRow {
    this: bool,
    seen: Seen,
    first_used: Moment,
    last_used: Moment,
    trusted_until: Option<Moment>,
}

/// The browsers that the account knows.
pub async fn page(visit: Visit, SignedIn(current): SignedIn) -> Result<Answer> {
    let mut devices = list(&visit.app, current.account.id).await?;
    devices.sort_by_key(|device| Some(device.id) != current.session.device);
    let others = devices.iter().filter(|device| Some(device.id) != current.session.device).count();
    let trusted =
        devices.iter().any(|device| device.trusted_until.is_some_and(|until| visit.now < until));
    let (text, places) = (&visit.text, &visit.app.places);
    Answer::page(&DevicesPage {
        page: visit.page("title-devices", "devices"),
        devices: devices
            .into_iter()
            .map(|device| DeviceRow {
                this: Some(device.id) == current.session.device,
                seen: Seen::new(text, places, device.address.as_deref(), &device.user_agent),
                first_used: visit.text.moment(device.first_used_at),
                last_used: visit.text.moment(device.last_used_at),
                trusted_until: device
                    .trusted_until
                    .filter(|until| visit.now < *until)
                    .map(|until| visit.text.moment(until)),
            })
            .collect(),
        others: i64::try_from(others).unwrap_or(i64::MAX),
        trusted,
    })
}

/// Asks every browser for a second factor again.
pub async fn end_trust(visit: Visit, SteppedUp(current): SteppedUp) -> Result<Answer> {
    end_all_trust(&visit.app, &current, &visit.source).await?;
    Ok(Answer::redirect(PAGE).flash(&visit.app, "flash-trust-ended"))
}

/// Forgets all but the one at hand.
pub async fn forget_others(visit: Visit, SteppedUp(current): SteppedUp) -> Result<Answer> {
    forget(&visit.app, &current, &visit.source).await?;
    Ok(Answer::redirect(PAGE).flash(&visit.app, "flash-devices-forgotten"))
}
