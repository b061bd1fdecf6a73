//! The phone that an account holds: its number, and codes to it.

use super::sms::{self, Cap, PhoneNumber, TextAdmission};
use super::{SecondFactor, Use, place, store};
use crate::app::App;
use crate::delivery::text_for;
use crate::error::{Fault, Result};
use crate::features::account::{Account, FactorKind};
use crate::features::security_log::{self, Event, Reason};
use crate::http::Source;
use crate::ids::AccountId;
use crate::sealed;
use crate::time::Timestamp;
use portcullis_db::{Reader, Tx};
use std::net::IpAddr;

/// What came of asking for a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sent {
    /// It is on its way, or enough were sent: which of the two is not said, for by
    /// that one could tell who else uses a number.
    Noted,
    /// The account has asked for enough: the next is to be had in so many seconds.
    Wait(u64),
    /// The account holds no phone, or one that gets no messages any more.
    NoPhone,
}

/// Reads the number that was sealed.
pub(super) fn number(secret: &[u8]) -> Result<PhoneNumber> {
    let text = std::str::from_utf8(secret).ok();
    let number = text.and_then(PhoneNumber::from_e164);
    number.ok_or_else(|| Fault::new("a phone number that is kept can’t be read").into())
}

pub(super) async fn held(
    db: &mut impl Reader,
    app: &App,
    account: AccountId,
) -> Result<Option<(SecondFactor, PhoneNumber)>> {
    let held = store::held(db, account).await?;
    let Some(factor) = held.into_iter().find(|own| own.kind == FactorKind::Phone) else {
        return Ok(None);
    };
    let secret = sealed::open(&app.keys, place(factor.id, account), &factor.sealed)?;
    let number = number(&secret)?;
    Ok(Some((factor, number)))
}

/// What a sign-in that waits for a code by SMS can say of it.
#[derive(Debug)]
pub struct Standing {
    /// Where it goes.
    pub number: PhoneNumber,
    /// Whether one was asked for since then.
    pub asked: bool,
    /// In how many seconds the next is to be had, if not at once.
    pub wait: Option<u64>,
}

/// How it stands with codes to the account’s phone, for what began at a time.
pub async fn standing(
    app: &App,
    account: AccountId,
    since: Timestamp,
    now: Timestamp,
) -> Result<Option<Standing>> {
    let Some(number) = number_of(app, account).await? else { return Ok(None) };
    let asked = sms::asked(app, account, &number, now).await?;
    let was_asked = asked.last.is_some_and(|last| last >= since);
    Ok(Some(Standing { number, asked: was_asked, wait: asked.wait }))
}

/// The number of the phone that an account holds.
pub async fn number_of(app: &App, account: AccountId) -> Result<Option<PhoneNumber>> {
    Ok(held(&mut &app.db, app, account).await?.map(|(_, number)| number))
}

/// Action: sends a code to the account’s phone, for one thing. What is noted of it
/// is the event that it is given.
pub async fn send_code(
    app: &App,
    account: &Account,
    for_what: Use,
    event: Event,
    source: &Source,
) -> Result<Sent> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let (sent, reason) = match send(&mut tx, app, account, for_what, source, now).await? {
        Some(TextAdmission::Admitted) => (Sent::Noted, None),
        None | Some(TextAdmission::Enough(Cap::Country)) => {
            (Sent::NoPhone, Some(Reason::NoSecondFactor))
        }
        Some(TextAdmission::Enough(_)) => (Sent::Noted, Some(Reason::Throttled)),
        Some(TextAdmission::Wait(seconds)) => (Sent::Wait(seconds), Some(Reason::Throttled)),
    };
    if sent != Sent::Noted {
        // What was refused and said so leaves nothing but its event.
        drop(tx);
        tx = app.db.begin().await?;
    }
    let event = match reason {
        Some(reason) => event.refused(reason),
        None => event,
    };
    security_log::record(&mut tx, event, now, &app.random).await?;
    tx.commit().await?;
    Ok(sent)
}

/// Step: sends a code to the account’s phone; none when it holds none.
pub async fn send(
    tx: &mut Tx,
    app: &App,
    account: &Account,
    for_what: Use,
    source: &Source,
    now: Timestamp,
) -> Result<Option<TextAdmission>> {
    let Some((_, number)) = held(tx, app, account.id).await? else { return Ok(None) };
    let binding = for_what.binding(account.id);
    let text = text_for(app, account, now);
    let to = (&text, source.address);
    Ok(Some(sms::send_code(tx, app, &binding, &number, to, now).await?))
}

/// Step: sends a notice to the account’s phone, of use until a moment; none when it
/// holds none, or enough were sent.
pub async fn send_notice(
    tx: &mut Tx,
    app: &App,
    account: AccountId,
    words: String,
    (address, until): (Option<IpAddr>, Timestamp),
    now: Timestamp,
) -> Result<Option<TextAdmission>> {
    let Some((_, number)) = held(tx, app, account).await? else { return Ok(None) };
    let about = (address, until);
    Ok(Some(sms::send_notice(tx, app, account, &number, words, about, now).await?))
}
