//! Counters of failed proofs. An attempt is counted before it is judged, in a
//! transaction of its own, so that attempts made at once can't slip past the
//! limit; a success takes its own count back.
//!
//! A known device has a counter of its own and asks no other: strangers, on the
//! same network or elsewhere, can't lock the owner out of it.

pub mod rules;
mod store;

use crate::app::App;
use crate::error::Result;
use crate::http::Source;
use crate::ids::{AccountId, DeviceId};
use crate::time::Timestamp;
use portcullis_db::{Reader, Statement, Tx};
use rules::{Alarm, CounterKind, Guarded, Limit, Wait};
use std::net::IpAddr;

pub(crate) const fn statements() -> &'static [Statement] {
    store::ALL
}

/// Who tries to prove what.
#[derive(Debug, Clone)]
pub struct Attempt<'a> {
    /// What is tried.
    pub guarded: Guarded,
    /// The account, if there is one.
    pub account: Option<AccountId>,
    /// The address: in canonical form it stands for an account that isn't there.
    pub email: &'a str,
    /// The known device that it comes from.
    pub device: Option<DeviceId>,
    /// Where it comes from.
    pub source: &'a Source,
}

/// One counter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counter {
    kind: CounterKind,
    subject: [u8; 32],
}

/// The counters that an attempt was counted in.
#[derive(Debug)]
#[must_use = "a success must take back its count"]
pub struct Charge {
    guarded: Guarded,
    /// Each with its failures, this attempt among them.
    counters: Vec<(Counter, i64)>,
    /// What a success opens again, should they be spent: by waiting they can't.
    reopens: Vec<Counter>,
    /// What its owner is told, should the attempt fail.
    pub alarm: Option<Alarm>,
}

impl Charge {
    /// The failures of the account, or of the known device, this attempt among
    /// them: the most of its counters that have not come to their end, so that
    /// going from one secret to another hides none.
    pub fn failures(&self) -> i64 {
        let counters = self.counters.iter().filter(|(counter, failures)| {
            let goes_on = *failures <= counter.kind.never_forgotten_from();
            !counter.kind.is_network() && (goes_on || self.guarded.owns(counter.kind))
        });
        counters.map(|(_, failures)| *failures).max().unwrap_or(0)
    }
}

/// Whether an attempt may be judged.
#[derive(Debug)]
pub enum Admission {
    /// It may; it has been counted.
    Admitted(Charge),
    /// It may not, for so long.
    Wait(Wait),
}

/// Action: counts an attempt by itself.
pub async fn admit_alone(app: &App, attempt: &Attempt<'_>, now: Timestamp) -> Result<Admission> {
    let mut tx = app.db.begin().await?;
    let admission = admit(app, &mut tx, attempt, now).await?;
    if matches!(admission, Admission::Admitted(_)) {
        tx.commit().await?;
    }
    Ok(admission)
}

/// Step: counts an attempt, or says how long to wait. One that has to wait must
/// not be counted, so that trying on does not lengthen the wait: drop the
/// transaction then, and commit it before the attempt is judged.
pub async fn admit(
    app: &App,
    tx: &mut Tx,
    attempt: &Attempt<'_>,
    now: Timestamp,
) -> Result<Admission> {
    let guarded = attempt.guarded;
    let counters = guarded.of_account().iter().map(|kind| match attempt.account {
        Some(id) => of_account(app, *kind, id),
        None => counter(app, *kind, &[b"email", attempt.email.as_bytes()]),
    });
    let mut wanted: Vec<Counter> = counters.collect();
    let mut reopens = Vec::new();
    if let (Some(id), Some(device)) = (attempt.account, attempt.device) {
        let kinds = guarded.of_device().iter();
        let own: Vec<Counter> = kinds.map(|kind| of_device(app, *kind, id, device)).collect();
        match charge(tx, guarded, &own, now).await? {
            Ok((counters, _)) => {
                let reopens = wanted;
                let charge = Charge { guarded, counters, reopens, alarm: None };
                return Ok(Admission::Admitted(charge));
            }
            Err(Barred::Wait(wait)) => return Ok(Admission::Wait(wait)),
            // From here it is a stranger like any other.
            Err(Barred::Spent(spent, failures)) => store::give_back(tx, spent, failures).await?,
        }
        reopens = own;
    }
    // Always in the same order, so that two transactions can't wait for each other.
    for (kind, network) in rules::networks(attempt.source.address) {
        wanted.push(counter(app, kind, &[network.as_bytes()]));
    }
    Ok(match charge(tx, guarded, &wanted, now).await? {
        Ok((counters, alarm)) => Admission::Admitted(Charge { guarded, counters, reopens, alarm }),
        Err(Barred::Wait(wait)) => Admission::Wait(wait),
        Err(Barred::Spent(..)) => Admission::Wait(Wait::Closed),
    })
}

/// Why a counter does not let an attempt in.
enum Barred {
    /// For so long.
    Wait(Wait),
    /// Not by waiting; it was counted.
    Spent(Counter, i64),
}

/// Raises every counter, and says what the owner is told; or which of them does
/// not let it in. A counter that can be spent is the first.
async fn charge(
    tx: &mut Tx,
    guarded: Guarded,
    wanted: &[Counter],
    now: Timestamp,
) -> Result<std::result::Result<(Vec<(Counter, i64)>, Option<Alarm>), Barred>> {
    let mut counters = Vec::new();
    let mut alarm = None;
    for own in wanted.iter().copied() {
        let counted = store::charge(tx, own, now).await?;
        match guarded.decide(own.kind, counted, now) {
            Limit::Open { wait_until } => {
                set_wait(tx, own, wait_until, now).await?;
                counters.push((own, counted.failures()));
                alarm = alarm.or(Alarm::of(own.kind, counted));
            }
            Limit::Wait { remaining } if own.kind.is_network() => {
                return Ok(Err(Barred::Wait(Wait::Network(remaining))));
            }
            Limit::Wait { remaining } => {
                return Ok(Err(Barred::Wait(Wait::Account(remaining))));
            }
            Limit::Spent => return Ok(Err(Barred::Spent(own, counted.failures()))),
        }
    }
    Ok(Ok((counters, alarm)))
}

/// Whether an account's counter still stands where an alarm was raised: not when
/// the attempt was right after all, or not judged.
pub async fn stands(
    app: &App,
    db: &mut impl Reader,
    account: AccountId,
    alarm: Alarm,
) -> Result<bool> {
    Ok(store::failures(db, of_account(app, CounterKind::Account, account)).await?
        >= alarm.threshold())
}

/// Whether mail that anybody may ask for is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailAdmission {
    /// It is.
    Admitted,
    /// The address has had enough for now; nobody is told.
    Enough,
    /// Too much was asked from the network: for so long. Nothing is counted
    /// where the transaction is dropped.
    Wait(Wait),
}

/// Step: counts a request for mail to a canonical address, whoever has that, and for the
/// network that it comes from.
pub async fn admit_mail(
    app: &App,
    tx: &mut Tx,
    email: &str,
    address: Option<IpAddr>,
    now: Timestamp,
) -> Result<MailAdmission> {
    let to = counter(app, CounterKind::MailAddress, &[email.as_bytes()]);
    let enough = match rules::decide(to.kind, store::charge(tx, to, now).await?, now) {
        Limit::Open { wait_until } => {
            set_wait(tx, to, wait_until, now).await?;
            false
        }
        Limit::Wait { .. } | Limit::Spent => true,
    };
    for (kind, network) in rules::mail_networks(address) {
        let own = counter(app, kind, &[network.as_bytes()]);
        match rules::decide(kind, store::charge(tx, own, now).await?, now) {
            Limit::Open { wait_until } => set_wait(tx, own, wait_until, now).await?,
            Limit::Wait { remaining } => {
                return Ok(MailAdmission::Wait(Wait::Network(remaining)));
            }
            Limit::Spent => return Ok(MailAdmission::Wait(Wait::Closed)),
        }
    }
    Ok(if enough { MailAdmission::Enough } else { MailAdmission::Admitted })
}

/// The first failures have no wait, and an attempt is let in only once the last
/// one is over, so there is mostly nothing to write.
async fn set_wait(tx: &mut Tx, own: Counter, until: Timestamp, now: Timestamp) -> Result<()> {
    if until > now { store::set_wait(tx, own, until).await } else { Ok(()) }
}

/// Step: a success. The account's or device's failures are forgotten; the
/// network gets back only the attempt that was counted for this. A success on a
/// known device opens the account's spent counters, and a success elsewhere those
/// of the device it was made on.
pub async fn forgive(tx: &mut Tx, charge: &Charge) -> Result<()> {
    // Devices first, here too, so that two transactions can't wait for each other.
    for counter in charge.reopens.iter().filter(|counter| counter.kind.is_of_device()) {
        store::reopen(tx, *counter).await?;
    }
    for (counter, failures) in &charge.counters {
        if !counter.kind.is_network() && charge.guarded.owns(counter.kind) {
            store::clear(tx, *counter).await?;
        } else {
            store::give_back(tx, *counter, *failures).await?;
        }
        if !charge.guarded.owns(counter.kind) {
            store::reopen(tx, *counter).await?;
        }
    }
    for counter in charge.reopens.iter().filter(|counter| !counter.kind.is_of_device()) {
        store::reopen(tx, *counter).await?;
    }
    Ok(())
}

/// Step: a browser is a known device of the account anew: what was counted for it
/// before it became a stranger is over.
pub async fn begin_anew(
    app: &App,
    tx: &mut Tx,
    account: AccountId,
    device: DeviceId,
) -> Result<()> {
    for kind in Guarded::Password.of_device() {
        store::clear(tx, of_device(app, *kind, account, device)).await?;
    }
    Ok(())
}

/// Action: takes back an attempt that was counted but not judged, because there
/// was too much to do. It says nothing about the password, so it is no failure.
pub async fn take_back(app: &App, charge: &Charge) -> Result<()> {
    let mut tx = app.db.begin().await?;
    for (counter, failures) in &charge.counters {
        store::give_back(&mut tx, *counter, *failures).await?;
    }
    Ok(tx.commit().await?)
}

/// Step: forgets an account's failures at something, whoever made them; false
/// when there were none.
pub async fn clear_account(
    app: &App,
    tx: &mut Tx,
    guarded: Guarded,
    account: AccountId,
) -> Result<bool> {
    let mut cleared = false;
    for kind in guarded.of_account() {
        cleared |= store::clear(tx, of_account(app, *kind, account)).await?;
    }
    Ok(cleared)
}

/// Action: removes counters that no longer count, and says how many. A
/// transaction a kind, because an attempt locks them in another order.
pub async fn prune(app: &App, now: Timestamp) -> Result<u64> {
    let mut tx = app.db.begin().await?;
    let mut removed = store::prune_networks(&mut tx, now).await?;
    tx.commit().await?;
    let mut tx = app.db.begin().await?;
    removed += store::prune_passwords(&mut tx, now).await?;
    tx.commit().await?;
    Ok(removed)
}

fn of_account(app: &App, kind: CounterKind, account: AccountId) -> Counter {
    counter(app, kind, &[b"account", account.uuid().as_bytes()])
}

fn of_device(app: &App, kind: CounterKind, account: AccountId, device: DeviceId) -> Counter {
    let (device, account) = (device.uuid(), account.uuid());
    counter(app, kind, &[device.as_bytes(), account.as_bytes()])
}

/// Neither addresses nor e-mails stand in the table: only what the key makes of
/// them.
fn counter(app: &App, kind: CounterKind, parts: &[&[u8]]) -> Counter {
    let mut all = vec![kind.tag().as_bytes()];
    all.extend_from_slice(parts);
    Counter { kind, subject: app.counter_key.mac(&all) }
}
