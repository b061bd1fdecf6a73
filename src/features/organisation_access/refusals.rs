//! What is written down of those who do not get in: now and then, and after their answer.

use super::store;
use super::{NOTED_ONCE_IN, Question, Refusal, Why};
use crate::app::App;
use crate::error::Result;
use crate::features::security_log::{self, Actor, Event, Kind};
use crate::ids::{AccountId, OrganisationId};
use crate::time::Timestamp;
use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

/// Of what at most one event in ten minutes is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Noted {
    organisation: OrganisationId,
    account: AccountId,
    key: &'static str,
}

/// What is being written down: no more than once at a time, however often somebody is refused
/// meanwhile.
#[derive(Clone, Default)]
pub struct UnderWay(Arc<Mutex<HashSet<Noted>>>);

/// Its place there, until it is dropped.
struct Place(UnderWay, Noted);

impl UnderWay {
    /// A place; none where the same is being written down.
    fn take(&self, noted: Noted) -> Option<Place> {
        let is_new = self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(noted);
        is_new.then(|| Place(self.clone(), noted))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.1);
    }
}

/// A refusal changes nothing, so it is written down after its answer: an application must
/// not learn by the time of a "no" that there was something to write. A shutdown waits for it.
pub(super) fn note_later(app: &App, question: &Question<'_>, refusal: &Refusal, now: Timestamp) {
    let (organisation, account) = (refusal.organisation.id, question.account.id);
    let reason = refusal.why.reason();
    // An application that does not tell where its user is hides nothing of one who is elsewhere.
    let key = match (refusal.why, refusal.address) {
        (Why::Address, None) => "address-unknown",
        _ => reason.tag(),
    };
    let Some(place) = app.refusals.take(Noted { organisation, account, key }) else { return };
    let mut event = Event::new(Kind::OrganisationAccess)
        .on(account)
        .by(Actor::Account(account))
        .within(organisation)
        .from(question.source)
        .refused(reason);
    if let Some(session) = question.session {
        event = event.in_session(session);
    }
    let own = app.clone();
    app.tasks.spawn(async move {
        if let Err(error) = note(&own, &place, event, now).await {
            tracing::error!(?error, "a refusal by an organisation could not be written down");
        }
    });
}

async fn note(app: &App, place: &Place, event: Event, now: Timestamp) -> Result<()> {
    let Place(_, Noted { organisation: id, account, key }) = *place;
    let before = now.minus(NOTED_ONCE_IN);
    // Somebody who asks every second costs a look, and no write.
    let last = store::noted_at(&mut &app.db, id, account, key).await?;
    if last.is_some_and(|at| at > before) {
        return Ok(());
    }
    let mut tx = app.db.begin().await?;
    if !store::note(&mut tx, id, account, key, now, before).await? {
        return Ok(());
    }
    security_log::record(&mut tx, event, now, &app.random).await?;
    Ok(tx.commit().await?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    /// A thousand refusals at once are one note under way; another one's is not kept back.
    #[test]
    fn the_same_refusal_is_noted_once_at_a_time() {
        let noted = |account: u128| Noted {
            organisation: OrganisationId::from_uuid(Uuid::from_u128(1)),
            account: AccountId::from_uuid(Uuid::from_u128(account)),
            key: "address",
        };
        let all = UnderWay::default();
        let first = all.take(noted(1)).unwrap();
        assert!((0..1000).all(|_| all.take(noted(1)).is_none()));
        let other = all.take(noted(2)).unwrap();
        drop(first);
        assert!(all.take(noted(1)).is_some());
        drop(other);
        assert!(all.0.lock().unwrap().is_empty());
    }
}
