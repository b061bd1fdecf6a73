use super::rules::{Switch, Switches};
use super::{letters, store};
use crate::app::App;
use crate::error::Result;
use crate::features::second_factor::phone;
use crate::features::security_log::{self, Event, Kind, Reason};
use crate::features::security_notices;
use crate::features::sessions::{self, Current};
use crate::http::Source;
use crate::ids::AccountId;

/// What came of switching.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Switched {
    /// It is as was asked.
    Done,
    /// It was so already.
    Already,
    /// The account holds no phone that messages could go to.
    NoPhone,
}

/// How an account's switches stand.
pub async fn switches(app: &App, account: AccountId) -> Result<Switches> {
    store::switches(&mut &app.db, account).await
}

/// Action: switches one notice on or off. Muting is what a thief does first, so
/// that it was switched off is told by mail, which can't be switched off.
pub async fn switch(
    app: &App,
    current: &Current,
    which: Switch,
    on: bool,
    source: &Source,
) -> Result<Switched> {
    let now = app.clock.now();
    let account = &current.account;
    let phone = match (which, on) {
        (Switch::Texts, true) => phone::number_of(app, account.id).await?,
        _ => None,
    };
    let reaches = phone.is_some_and(|number| app.config.sms_reaches(number.country()));
    let mut tx = app.db.begin().await?;
    sessions::confirm(&mut tx, current).await?;
    let switches = store::switches(&mut tx, account.id).await?;
    let state = if on { "on" } else { "off" };
    let event = Event::by_owner(Kind::LoginNotificationsChanged, current.owner())
        .detail(format!("{}: {state}", which.tag()))
        .from(source);
    let (outcome, event) = if switches.is_on(which) == on {
        (Switched::Already, event.refused(Reason::Already))
    } else if which == Switch::Texts && on && !reaches {
        (Switched::NoPhone, event.refused(Reason::NoSecondFactor))
    } else {
        store::write_switches(&mut tx, account.id, switches.with(which, on), now).await?;
        if !on {
            let letter = letters::switched_off(app, account, which, source, now);
            security_notices::tell(&mut tx, app, account, &letter, now).await?;
        }
        (Switched::Done, event)
    };
    security_log::record(&mut tx, event, now, &app.random).await?;
    tx.commit().await?;
    Ok(outcome)
}
