//! The pages of two-factor authentication.

mod authenticator;
mod backup_codes;
mod choose;
mod disable;
mod manage;
mod phone;

pub use authenticator::{page as authenticator_page, verify};
pub use backup_codes::{confirm, download, generate, page as backup_codes_page, save_page};
pub use choose::{cancel, page as choose_page, set_up};
pub use disable::{page as disable_page, send as send_disable_code, submit as disable_submit};
pub use manage::{page as two_factor_page, prefer, remove};
pub use phone::{
    page as phone_page, resend, submit as phone_submit, verify as verify_phone,
    verify_page as verify_phone_page,
};

use super::PhoneNumber;
use crate::error::Result;
use crate::features::account::FactorKinds;
use crate::features::applications;
use crate::features::enrolments;
use crate::features::security_log::{Method, Reason};
use crate::features::sessions::Current;
use crate::http::{Answer, Field, ReturnPath, Visit, onward};
use crate::secret::Token;
use crate::text::Text;
use serde::Deserialize;

pub(super) const PAGE: &str = "/settings/security/two-factor";
pub(super) const ENABLE: &str = "/settings/security/two-factor/enable";
pub(super) const AUTHENTICATOR: &str = "/settings/security/two-factor/authenticator";
pub(super) const PHONE: &str = "/settings/security/two-factor/phone";
pub(super) const VERIFY_PHONE: &str = "/settings/security/two-factor/phone/verify";
pub(super) const SAVE_CODES: &str = "/settings/security/two-factor/backup-codes/save";

/// Where somebody goes on who was sent here to set something up.
struct WayOn {
    to: ReturnPath,
    /// The application that waits there, if it is one.
    name: Option<String>,
}

#[derive(Deserialize)]
struct Sent {
    return_to: Option<String>,
}

impl WayOn {
    /// As the page's address says.
    async fn asked(visit: &Visit) -> Result<Option<Self>> {
        let sent: Sent = visit.query()?;
        Self::read(visit, sent.return_to.as_deref()).await
    }

    /// As it was when what is being set up began.
    async fn kept(visit: &Visit, current: &Current) -> Result<Option<Self>> {
        let found = enrolments::current(&visit.app, current, visit.now).await?;
        let return_to = found.and_then(|(enrolment, _)| enrolment.return_to);
        Self::read(visit, return_to.as_deref()).await
    }

    async fn read(visit: &Visit, text: Option<&str>) -> Result<Option<Self>> {
        let Some(to) = text.and_then(ReturnPath::parse) else { return Ok(None) };
        let name = applications::bound_for(&visit.app, &to).await?;
        Ok(Some(Self { to, name }))
    }

    /// What stands behind the address of a page that leads on there, too.
    fn query(way_on: Option<&Self>) -> String {
        way_on.map_or_else(String::new, |own| {
            let pair = [("return_to", own.to.as_str())];
            format!("?{}", serde_urlencoded::to_string(pair).unwrap_or_default())
        })
    }

    /// The name of the application that one goes on to.
    fn name(way_on: Option<Self>) -> Option<String> {
        way_on.and_then(|own| own.name)
    }
}

/// It is set up: on to where they were going, or to what is held now.
fn done(
    visit: &Visit,
    way_on: Option<&WayOn>,
    session: &Token,
    flash: &'static str,
) -> Result<Answer> {
    let to = way_on.map_or(PAGE, |own| own.to.as_str());
    Ok(onward(visit, to)?.session(&visit.app, session).flash(&visit.app, flash))
}

/// What is wrong with a code, next to its field.
pub fn wrong_code(text: &Text, method: Method, reason: Reason) -> Field {
    Field::default().wrong(match (method, reason) {
        (_, Reason::UsedCode) => text.say("code-used"),
        (Method::BackupCode, _) => text.say("backup-code-wrong"),
        (Method::Sms, _) => text.say("code-sms-wrong"),
        _ => text.say("code-wrong"),
    })
}

/// What is wrong with a text that can be no code, next to its field.
pub fn no_code(text: &Text, method: Method, typed: &str) -> Field {
    Field::default().wrong(match method {
        _ if typed.trim().is_empty() => text.say("field-required"),
        Method::BackupCode => text.say("backup-code-malformed"),
        _ => text.say("code-malformed"),
    })
}

/// What is held, as people call it.
pub fn names(text: &Text, held: FactorKinds) -> Vec<String> {
    held.held().map(|kind| text.say(format!("factor-{}", kind.tag())).to_string()).collect()
}

/// How long to wait for another code by SMS.
pub fn said_of(text: &Text, seconds: u64) -> String {
    let seconds = i64::try_from(seconds).unwrap_or(i64::MAX);
    let said = match seconds {
        ..=90 => text.say("code-wait-seconds").number("count", seconds),
        _ => text.say("code-wait-minutes").number("count", seconds.saturating_add(59) / 60),
    };
    said.to_string()
}

/// A way as a page offers it.
pub struct Way {
    /// What is sent for it.
    pub tag: &'static str,
    /// How it is called.
    pub name: String,
}

/// Ways for a reader, less the one that is shown.
pub fn others(text: &Text, ways: &[Method], shown: Method) -> Vec<Way> {
    ways.iter()
        .filter(|way| **way != shown)
        .map(|way| Way {
            tag: way.tag(),
            name: text.say(format!("use-way-{}", way.tag())).to_string(),
        })
        .collect()
}

/// What is said of a phone that would be asked for, and gets no messages any more.
pub fn said_of_silent(text: &Text, silent: Option<&PhoneNumber>) -> Option<String> {
    let number = silent?.masked();
    Some(text.say("way-sms-silent").with("number", number).to_string())
}
