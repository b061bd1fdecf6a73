use super::by::{Act, By};
use super::rules;
use crate::app::App;
use crate::delivery::rules::QueuePlace;
use crate::delivery::{self, Backlog, Queued};
use crate::error::Result;
use crate::features::security_log::{Kind, Object, Reason};
use crate::ids::MessageId;

/// What the outbox's page and list show.
#[derive(Debug, Clone)]
pub struct Outbox {
    /// How full it is.
    pub backlog: Backlog,
    /// What is not tried any more, the latest first: a page of it.
    pub dead: Vec<Queued>,
}

/// How full the outbox is, and what is not tried any more, after a given place.
/// What a mail server answered is shown without the addresses in it.
pub async fn look_at_outbox(app: &App, after: Option<QueuePlace>, limit: i64) -> Result<Outbox> {
    let backlog = delivery::backlog(&mut &app.db).await?;
    let dead = delivery::list_dead(&mut &app.db, after, limit).await?;
    Ok(Outbox { backlog, dead: dead.into_iter().map(without_addresses).collect() })
}

/// What waits to be sent, the next to be tried first, after a given place.
pub async fn list_waiting(app: &App, after: Option<QueuePlace>, limit: i64) -> Result<Vec<Queued>> {
    let waiting = delivery::list_waiting(&mut &app.db, after, limit).await?;
    Ok(waiting.into_iter().map(without_addresses).collect())
}

fn without_addresses(queued: Queued) -> Queued {
    let last_error = queued.last_error.as_deref().map(rules::without_addresses);
    Queued { last_error, ..queued }
}

/// Action: lets a dead message be tried again at once; false when there is no
/// such message, or it is of no use any more.
pub async fn retry(app: &App, by: By<'_>, id: MessageId) -> Result<bool> {
    let mut act = Act::begin(app, by, Kind::MessageRetried).await?;
    let now = act.now;
    let retried = delivery::retry(&mut act.tx, id, now).await?;
    let event = act.event();
    let event = if retried {
        event.object(Object::Message, id.uuid())
    } else {
        event.refused(Reason::UnknownMessage)
    };
    act.write(event).await?;
    Ok(retried)
}
