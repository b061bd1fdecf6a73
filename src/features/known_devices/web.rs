//! The page of known browsers.

use super::{forget_others as forget, list};
use crate::error::Result;
use crate::http::{Answer, Page, SignedIn, SteppedUp, Visit};
use crate::text::Moment;
use askama::Template;

const PAGE: &str = "/settings/security/devices";

#[derive(Template)]
#[template(path = "features/known_devices/devices.html")]
struct DevicesPage {
    page: Page,
    devices: Vec<DeviceRow>,
    others: i64,
}

struct DeviceRow {
    this: bool,
    program: String,
    address: String,
    first_used: Moment,
    last_used: Moment,
}

/// The browsers that the account knows.
pub async fn page(visit: Visit, SignedIn(current): SignedIn) -> Result<Answer> {
    let mut devices = list(&visit.app, current.account.id).await?;
    devices.sort_by_key(|device| Some(device.id) != current.session.device);
    let others = devices.iter().filter(|device| Some(device.id) != current.session.device).count();
    let unknown = || visit.text.say("address-unknown").to_string();
    Answer::page(&DevicesPage {
        page: visit.page("title-devices", "devices"),
        devices: devices
            .into_iter()
            .map(|device| DeviceRow {
                this: Some(device.id) == current.session.device,
                program: device.user_agent,
                address: device.address.unwrap_or_else(unknown),
                first_used: visit.text.moment(device.first_used_at),
                last_used: visit.text.moment(device.last_used_at),
            })
            .collect(),
        others: i64::try_from(others).unwrap_or(i64::MAX),
    })
}

/// Forgets all but the one at hand.
pub async fn forget_others(visit: Visit, SteppedUp(current): SteppedUp) -> Result<Answer> {
    forget(&visit.app, &current, &visit.source).await?;
    Ok(Answer::redirect(PAGE).flash(&visit.app, "flash-devices-forgotten"))
}
