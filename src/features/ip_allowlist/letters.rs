//! What owners and admins are told of the list by mail. It is about the organisation, not
//! about their account.

use super::rules::{Change, Range, TIME_TO_CONFIRM};
use crate::app::App;
use crate::delivery::{self, Letter, Purpose};
use crate::error::Result;
use crate::features::account::{self, Account};
use crate::features::organisations::{self, Organisation};
use crate::secret::SecretText;
use crate::text::Text;
use crate::time::Timestamp;
use portcullis_db::Tx;

/// So many of those in charge are told.
const TOLD: i64 = 50;
/// So many ranges are named.
const NAMED: usize = 10;

/// What has happened to it.
#[derive(Clone, Copy)]
pub(super) enum What<'a> {
    /// Somebody has saved it.
    Changed(&'a Account),
    /// Nobody has confirmed it in time.
    RolledBack,
    /// The operator has switched it off.
    Disabled,
}

/// Step: tells owners and admins.
pub(super) async fn tell(
    tx: &mut Tx,
    app: &App,
    organisation: &Organisation,
    what: What<'_>,
    change: &Change,
    now: Timestamp,
) -> Result<()> {
    for member in organisations::in_charge(tx, organisation.id, TOLD).await? {
        let Some(account) = account::by_id(tx, member.account).await? else { continue };
        let text = delivery::text_for(app, &account, now);
        let letter = letter(app, &text, organisation, what, change);
        delivery::enqueue(tx, app, &account.email, Some(account.id), &letter, now).await?;
    }
    Ok(())
}

fn letter(
    app: &App,
    text: &Text,
    organisation: &Organisation,
    what: What<'_>,
    change: &Change,
) -> Letter {
    let name = &organisation.name;
    let page = SecretText::new(app.config.public_url.link(&organisation.path("/security")));
    let minutes = i64::try_from(TIME_TO_CONFIRM.as_secs() / 60).unwrap_or(i64::MAX);
    let letter = match what {
        What::Changed(by) => {
            let subject = text.say("mail-allowlist-changed-subject").with("organisation", name);
            let said = text
                .say("mail-allowlist-changed-text")
                .with("by", &by.name)
                .with("organisation", name);
            Letter::new(text, Purpose::AllowlistChanged, subject).paragraph(said)
        }
        What::RolledBack => {
            let subject = text.say("mail-allowlist-undone-subject").with("organisation", name);
            let said = text
                .say("mail-allowlist-undone-text")
                .with("organisation", name)
                .number("minutes", minutes);
            Letter::new(text, Purpose::AllowlistRolledBack, subject).paragraph(said)
        }
        What::Disabled => {
            let subject = text.say("mail-allowlist-disabled-subject").with("organisation", name);
            let said = text.say("mail-allowlist-disabled-text").with("organisation", name);
            Letter::new(text, Purpose::AllowlistDisabled, subject).paragraph(said)
        }
    };
    let letter = match named(&change.added) {
        Some(ranges) => letter.paragraph(text.say("mail-allowlist-added").with("ranges", ranges)),
        None => letter,
    };
    let letter = match named(&change.removed) {
        Some(ranges) => letter.paragraph(text.say("mail-allowlist-removed").with("ranges", ranges)),
        None => letter,
    };
    letter.action(text.say("mail-allowlist-button"), page)
}

fn named(ranges: &[Range]) -> Option<String> {
    let some: Vec<String> = ranges.iter().take(NAMED).map(ToString::to_string).collect();
    let more = if ranges.len() > NAMED { ", …" } else { "" };
    (!some.is_empty()).then(|| format!("{}{more}", some.join(", ")))
}
