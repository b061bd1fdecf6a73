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
            CapKind::Pair | CapKind::Account | CapKind::Notice => Self::Account,
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

/// Step: counts a text message, or says that none is sent. Where it says to wait,
/// nothing is counted, so trying on lengthens no wait. Where enough were sent, the
/// account’s own counters go on as if this one had been, too: by the pause that
/// does not follow one could tell that none was sent.
pub async fn admit_text(
    app: &App,
    tx: &mut Tx,
    asker: &Asker,
    number: &PhoneNumber,
    now: Timestamp,
) -> Result<TextAdmission> {
    let counters = counters(app, asker, number);
    admit(app, tx, counters, asker.proved, number, now).await
}

/// Step: the same for a notice to an account's own number. It has a counter of its
/// own beside that of codes: neither must keep the other from its owner.
pub async fn admit_notice(
    app: &App,
    tx: &mut Tx,
    asker: &Asker,
    number: &PhoneNumber,
    now: Timestamp,
) -> Result<TextAdmission> {
    let account = asker.account.uuid();
    let mut counters =
        vec![(CapKind::Notice, subject(app, CapKind::Notice, &[account.as_bytes().as_slice()]))];
    counters.extend(shared_counters(app, asker, number));
    admit(app, tx, counters, asker.proved, number, now).await
}

async fn admit(
    app: &App,
    tx: &mut Tx,
    counters: Vec<(CapKind, [u8; 32])>,
    proved: bool,
    number: &PhoneNumber,
    now: Timestamp,
) -> Result<TextAdmission> {
    if !app.config.sms_reaches(number.country()) {
        return Ok(refused(Cap::Country));
    }
    let (mut counted, mut full) = (Vec::new(), None);
    for (kind, subject) in counters {
        let history = store::lock_counter(tx, kind.tag(), subject, now).await?;
        match history.open_at(kind, now, proved) {
            Some(at) if kind.is_own() => return Ok(TextAdmission::Wait(seconds_until(at, now))),
            Some(_) => full = full.or(Some(Cap::from(kind))),
            None => counted.push((kind, subject, history)),
        }
    }
    if full.is_none() && !count_day(app, tx, proved, now).await? {
        full = Some(Cap::Day);
    }
    for (kind, subject, history) in counted {
        if full.is_none() || kind.is_own() {
            let history = history.with(now, proved);
            store::write_counter(tx, kind.tag(), subject, &history, now).await?;
        }
    }
    Ok(full.map_or(TextAdmission::Admitted, refused))
}

/// What counts for a text message, in the order in which it is locked.
fn counters(app: &App, asker: &Asker, number: &PhoneNumber) -> Vec<(CapKind, [u8; 32])> {
    let (own, e164) = (own_counters(app, asker.account, number), number.e164().as_bytes());
    let [pair, account] = own;
    let mut all = vec![pair, (CapKind::Number, subject(app, CapKind::Number, &[e164])), account];
    all.extend(shared_counters(app, asker, number));
    all
}

/// What is counted of all that goes to a neighbourhood, or is asked for from one.
fn shared_counters(app: &App, asker: &Asker, number: &PhoneNumber) -> Vec<(CapKind, [u8; 32])> {
    let mut all = Vec::new();
    for (kind, network) in rules::networks(asker.address) {
        all.push((kind, subject(app, kind, &[network.as_bytes()])));
    }
    let block = number.block().as_bytes();
    all.push((CapKind::Block, subject(app, CapKind::Block, &[block])));
    all
}

fn own_counters(app: &App, account: AccountId, number: &PhoneNumber) -> [(CapKind, [u8; 32]); 2] {
    let account = account.uuid();
    let (id, e164) = (account.as_bytes().as_slice(), number.e164().as_bytes());
    let pair = subject(app, CapKind::Pair, &[id, e164]);
    [(CapKind::Pair, pair), (CapKind::Account, subject(app, CapKind::Account, &[id]))]
}

fn seconds_until(at: Timestamp, now: Timestamp) -> u64 {
    u64::try_from(at.since(now).as_millis().div_ceil(1000)).unwrap_or(u64::MAX)
}

/// What an account itself has asked for, which it may be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    /// When it last asked for a message to the number, and had not to wait.
    pub last: Option<Timestamp>,
    /// In how many seconds the next is to be had, if not at once.
    pub wait: Option<u64>,
}

/// What an account has asked for, to a number that is its own.
pub async fn asked(
    app: &App,
    account: AccountId,
    number: &PhoneNumber,
    now: Timestamp,
) -> Result<Asked> {
    let mut asked = Asked { last: None, wait: None };
    for (kind, subject) in own_counters(app, account, number) {
        let history = store::counter(&mut &app.db, kind.tag(), subject).await?;
        if kind == CapKind::Pair {
            asked.last = history.last();
        }
        let wait = history.open_at(kind, now, true).map(|at| seconds_until(at, now));
        asked.wait = asked.wait.max(wait);
    }
    Ok(asked)
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
