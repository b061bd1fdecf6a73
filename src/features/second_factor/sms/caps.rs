//! How many text messages are sent: by number, account, network and block of
//! numbers, and in a day over the installation, where a breaker stops them all.
//!
//! Nobody's number, account or address stands in the tables: only what the key
//! makes of them. Rows are locked in one order, so that two transactions can't
//! wait for each other.

use super::number::PhoneNumber;
use super::rules::{self, CapKind};
use super::store;
use crate::app::App;
use crate::error::Result;
use crate::features::security_log::{self, Actor, Event, Kind};
use crate::ids::AccountId;
use crate::keys::Purpose;
use crate::time::Timestamp;
use portcullis_db::{Reader, Tx};
use std::net::IpAddr;

/// Whether a text message is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextAdmission {
    /// It is; it has been counted.
    Admitted,
    /// This account itself has asked for enough: the next is to be had in so many
    /// seconds.
    Wait(u64),
    /// Enough were sent for now, perhaps for others. Which cap it was is for the
    /// log alone: by it one could tell that somebody uses a number.
    Enough(Cap),
}

/// What is used up, or why else none is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cap {
    /// What one number gets.
    Number,
    /// What one account may ask for.
    Account,
    /// What may be asked for from one network.
    Network,
    /// What numbers in a row get.
    Block,
    /// What the installation sends in a day.
    Day,
    /// The number's country is not served any more.
    Country,
}

impl Cap {
    /// For metrics and the server's log.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Account => "account",
            Self::Network => "network",
            Self::Block => "block",
            Self::Day => "day",
            Self::Country => "country",
        }
    }
}

impl From<CapKind> for Cap {
    fn from(kind: CapKind) -> Self {
        match kind {
            CapKind::Pair | CapKind::Account => Self::Account,
            CapKind::Number => Self::Number,
            CapKind::Network32 | CapKind::Network64 | CapKind::Network48 | CapKind::Unknown => {
                Self::Network
            }
            CapKind::Block => Self::Block,
        }
    }
}

/// Who asks for a text message.
#[derive(Debug, Clone, Copy)]
pub struct Asker {
    /// The account.
    pub account: AccountId,
    /// Whether the number is proved to be the account's. One that is only typed
    /// gets less.
    pub proved: bool,
    /// The network address that it is asked from.
    pub address: Option<IpAddr>,
}

/// Step: counts a text message, or says that none is sent. What is refused is
/// counted nowhere, so trying on lengthens no wait.
pub async fn admit_text(
    app: &App,
    tx: &mut Tx,
    asker: &Asker,
    number: &PhoneNumber,
    now: Timestamp,
) -> Result<TextAdmission> {
    if !app.config.sms_countries.has(number.country()) {
        return Ok(refused(Cap::Country));
    }
    let account = asker.account.uuid();
    let (id, e164) = (account.as_bytes().as_slice(), number.e164().as_bytes());
    let mut wanted = vec![
        (CapKind::Pair, subject(app, CapKind::Pair, &[id, e164])),
        (CapKind::Number, subject(app, CapKind::Number, &[e164])),
        (CapKind::Account, subject(app, CapKind::Account, &[id])),
    ];
    for (kind, network) in rules::networks(asker.address) {
        wanted.push((kind, subject(app, kind, &[network.as_bytes()])));
    }
    let block = number.block().as_bytes();
    wanted.push((CapKind::Block, subject(app, CapKind::Block, &[block])));
    let mut counted = Vec::with_capacity(wanted.len());
    for (kind, subject) in wanted {
        let history = store::lock_counter(tx, kind.tag(), subject, now).await?;
        match history.open_at(kind, now, asker.proved) {
            // What the account itself has asked for may be told.
            Some(at) if matches!(kind, CapKind::Pair | CapKind::Account) => {
                let left = at.since(now).as_millis().div_ceil(1000);
                return Ok(TextAdmission::Wait(u64::try_from(left).unwrap_or(u64::MAX)));
            }
            Some(_) => return Ok(refused(kind.into())),
            None => counted.push((kind, subject, history)),
        }
    }
    if !count_day(app, tx, asker.proved, now).await? {
        return Ok(refused(Cap::Day));
    }
    for (kind, subject, history) in counted {
        let history = history.with(now, asker.proved);
        store::write_counter(tx, kind.tag(), subject, &history, now).await?;
    }
    Ok(TextAdmission::Admitted)
}

fn refused(cap: Cap) -> TextAdmission {
    metrics::counter!("portcullis_texts_refused_total", "cap" => cap.tag()).increment(1);
    TextAdmission::Enough(cap)
}

fn subject(app: &App, kind: CapKind, parts: &[&[u8]]) -> [u8; 32] {
    let mut all = vec![kind.tag().as_bytes()];
    all.extend_from_slice(parts);
    app.keys.derive_lasting(Purpose::SmsCounter).mac(&all)
}

/// The breaker. The message that reaches the limit is the last of its day, and
/// its transaction carries the event.
async fn count_day(app: &App, tx: &mut Tx, proved: bool, now: Timestamp) -> Result<bool> {
    let day = rules::day(now);
    let limit = app.config.sms_daily_limit;
    let unproved_limit = limit.div_euclid(2).max(1);
    let counted = store::count_day(tx, day, proved, limit, unproved_limit).await?;
    let Some((sent, unproved)) = counted else { return Ok(false) };
    let is_over = sent >= limit || (!proved && unproved >= unproved_limit);
    if is_over && store::stop_day(tx, day, now).await? {
        tracing::error!(sent, unproved, limit, "the day's text messages are used up");
        let event = Event::new(Kind::TextsStopped).by(Actor::Server);
        security_log::record(tx, event, now, &app.random).await?;
    }
    Ok(true)
}

/// Today's text messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Today {
    /// So many were sent.
    pub sent: i64,
    /// Of them, to numbers that nobody had proved.
    pub unproved: i64,
    /// Since when the breaker is open, for all or for such numbers.
    pub stopped_at: Option<Timestamp>,
    /// When administrators were told.
    pub told_at: Option<Timestamp>,
}

/// Today's text messages, for the operator.
pub async fn today(db: &mut impl Reader, now: Timestamp) -> Result<Today> {
    store::day(db, rules::day(now)).await
}

/// Step: whether administrators are to be told that today's text messages are
/// used up; true once a day.
pub async fn take_notice(tx: &mut Tx, now: Timestamp) -> Result<bool> {
    store::tell_day(tx, rules::day(now), now).await
}
