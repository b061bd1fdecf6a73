//! The security log: append-only, written in the transaction of the act, one
//! row an attempt. One function writes it.
//!
//! Each row carries a leaf hash over everything in it, in which personal fields
//! stand as salted commitments: rows can later be sealed, and a personal field
//! erased, without one spoiling the other.

mod area;
pub mod counts;
mod event;
pub mod export;
mod filter;
mod leaf;
mod reference;
pub mod review;
mod rows;
pub mod search;
mod store;
mod stored;

use crate::app::App;
use crate::error::Result;
use crate::http::Source;
use crate::ids::{AccountId, EventId};
use crate::random::Random;
use crate::time::Timestamp;
use portcullis_db::{Reader, Statement, Tx};
use std::sync::atomic::{AtomicU64, Ordering};

pub use area::Area;
pub use event::{Actor, Event, Kind, Method, Object, Outcome, Owner, Reason};
pub use filter::{Filter, Scope, Verdict};
pub use reference::reference;
pub use rows::{EventRow, event_row};
pub use store::{Entry, UsedFrom};
pub use stored::{Flaw, Leaf, Mark, Stored};

pub(crate) const fn statements() -> &'static [Statement] {
    store::ALL
}

/// Events of one millisecond keep the order in which this process wrote them.
static PLACE: AtomicU64 = AtomicU64::new(0);

/// So many events are erased at once.
const BATCH: i64 = 500;

/// Where a page of the log ends, and the next begins.
pub type Place = (Timestamp, EventId);

/// Step: writes one event.
pub async fn record(tx: &mut Tx, event: Event, now: Timestamp, random: &Random) -> Result<()> {
    record_one(tx, event, now, random).await.map(drop)
}

/// Step: writes one event, and says which it is. Who is told that something is over
/// already is told so no sooner than whoever has ended it.
pub async fn record_one(
    tx: &mut Tx,
    event: Event,
    now: Timestamp,
    random: &Random,
) -> Result<EventId> {
    if event.outcome.found_gone() {
        tx.found_done();
    }
    let id = EventId::in_order(now, PLACE.fetch_add(1, Ordering::Relaxed), random);
    let counted = (event.account, event.kind, event.outcome.verdict());
    let sealed = leaf::seal(id, event, now, random);
    store::insert(tx, &sealed).await?;
    counts::raise(tx, counted, &sealed.event.place, now).await?;
    Ok(id)
}

/// Action: writes an event of something that changed nothing else, such as a
/// refusal.
pub async fn note(app: &App, event: Event) -> Result<()> {
    let mut tx = app.db.begin().await?;
    record(&mut tx, event, app.clock.now(), &app.random).await?;
    Ok(tx.commit().await?)
}

/// Action: notes a request that was refused before it reached its action.
pub async fn note_refused_request(
    app: &App,
    reason: Reason,
    owner: Option<Owner>,
    source: &Source,
) -> Result<()> {
    let mut event = Event::new(Kind::RequestRefused).refused(reason).from(source);
    if let Some((account, session)) = owner {
        event = event.on(account).in_session(session);
    }
    note(app, event).await
}

/// The newest events of a log, the newest first.
pub async fn newest(db: &mut impl Reader, scope: Scope, limit: usize) -> Result<Vec<Entry>> {
    Ok(search::search(db, scope, &Filter::default(), None, limit).await?.entries)
}

/// Where an account's owner was since a moment, by what they did and was not refused: looked
/// for among so many of its newest events.
pub async fn used_from(
    db: &mut impl Reader,
    account: AccountId,
    since: Timestamp,
    limit: i64,
) -> Result<Vec<UsedFrom>> {
    store::used_from(db, account, since, limit).await
}

/// The leaves after a place in the order of commits; only what no open transaction
/// can stand before.
pub async fn leaves_after(db: &mut impl Reader, after: &Mark, limit: i64) -> Result<Vec<Leaf>> {
    store::leaves_after(db, after, limit).await
}

/// Rows as they stand, after one place in the order of commits and up to another.
pub async fn stored_between(
    db: &mut impl Reader,
    after: &Mark,
    last: &Mark,
    limit: i64,
) -> Result<Vec<Stored>> {
    store::stored_between(db, after, last, limit).await
}

/// Step: removes what stands after one place in the order of commits and up to
/// another; how many events went.
pub async fn remove_between(tx: &mut Tx, after: &Mark, last: &Mark) -> Result<u64> {
    store::remove_between(tx, after, last).await
}

/// Action: erases most of what [`erase_personal`] will, a few events at a time, so
/// that others can write in between. For an account whose time is over.
pub async fn erase_ahead(app: &App, account: AccountId) -> Result<()> {
    let mut after = (Timestamp::from_millis(0), EventId::from_uuid(uuid::Uuid::nil()));
    while let Some(last) = store::end_of_batch(&mut &app.db, account, after, BATCH).await? {
        let mut tx = app.db.begin().await?;
        store::erase_between(&mut tx, account, after, last).await?;
        tx.commit().await?;
        after = last;
    }
    Ok(())
}

/// Step: erases what is personal in an account's events, with its salts, so that
/// nothing can be tried against the commitments. Those stay, and the leaves hold.
pub async fn erase_personal(tx: &mut Tx, account: AccountId) -> Result<()> {
    counts::remove_account(tx, account).await?;
    store::erase_personal(tx, account).await
}
