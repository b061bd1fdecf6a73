//! Settings → Security → Login Notifications.

use crate::error::{Refused, Result};
use crate::features::login_notifications::rules::Switch;
use crate::features::login_notifications::{Switched, switch, switches};
use crate::features::second_factor::phone::number_of;
use crate::features::sessions::Current;
use crate::http::{Answer, Page, SignedIn, SteppedUp, Visit};
use crate::text::Text;
use askama::Template;
use serde::Deserialize;

const PAGE: &str = "/settings/security/notifications";

#[derive(Template)]
#[template(path = "features/login_notifications/settings.html")]
struct NotificationsPage {
    page: Page,
    email: String,
    notices: Vec<Row>,
    texts: bool,
    /// Where text messages go, if there is a phone that gets any.
    number: Option<String>,
}

struct Row {
    tag: &'static str,
    icon: &'static str,
    title: String,
    note: String,
    on: bool,
}

impl Row {
    fn of(text: &Text, which: Switch, on: bool) -> Self {
        let (icon, title, told, muted) = match which {
            Switch::Location => (
                "map-pin",
                text.say("notification-location"),
                text.say("notification-location-on"),
                text.say("notification-location-off"),
            ),
            Switch::Browser => (
                "globe",
                text.say("notification-browser"),
                text.say("notification-browser-on"),
                text.say("notification-browser-off"),
            ),
            Switch::Device | Switch::Texts => (
                "computer",
                text.say("notification-device"),
                text.say("notification-device-on"),
                text.say("notification-device-off"),
            ),
        };
        let note = if on { told } else { muted };
        Self { tag: which.tag(), icon, title: title.to_string(), note: note.to_string(), on }
    }
}

#[derive(Deserialize)]
struct Form {
    #[serde(default)]
    notice: String,
}

/// How the switches stand.
pub async fn page(visit: Visit, SignedIn(current): SignedIn) -> Result<Answer> {
    let app = &visit.app;
    let switches = switches(app, current.account.id).await?;
    let number = number_of(app, current.account.id).await?;
    let number = number.filter(|number| app.config.sms_reaches(number.country()));
    let row = |which| Row::of(&visit.text, which, switches.is_on(which));
    Answer::page(&NotificationsPage {
        page: visit.page("title-notifications", "notifications"),
        email: current.account.email.clone(),
        notices: [Switch::Device, Switch::Location, Switch::Browser].map(row).into(),
        texts: switches.texts,
        number: number.map(|number| number.masked()),
    })
}

/// Switches one on.
pub async fn switch_on(visit: Visit, SignedIn(current): SignedIn) -> Result<Answer> {
    set(&visit, &current, true).await
}

/// Switches one off: only by who has just proved who they are.
pub async fn switch_off(visit: Visit, SteppedUp(current): SteppedUp) -> Result<Answer> {
    set(&visit, &current, false).await
}

async fn set(visit: &Visit, current: &Current, on: bool) -> Result<Answer> {
    let form: Form = visit.form()?;
    let which = Switch::from_tag(&form.notice).ok_or(Refused::NotFound)?;
    let flash = match switch(&visit.app, current, which, on, &visit.source).await? {
        Switched::Done if on => "flash-notification-on",
        Switched::Done => "flash-notification-off",
        Switched::Already => "flash-refused-already",
        Switched::NoPhone => "flash-refused-no-phone",
    };
    Ok(Answer::redirect(PAGE).flash(&visit.app, flash))
}
