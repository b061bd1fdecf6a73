//! What can be changed about a token: its name, and to allow it less. Never more:
//! whoever wants that makes another, with a proof.

use super::rules::{Permissions, State};
use super::store::{self, Listed};
use crate::app::App;
use crate::error::{Refused, Result};
use crate::features::account::rules::Name;
use crate::features::security_log::{self, Event, Kind, Object, Reason};
use crate::features::sessions::{self, Current};
use crate::http::Source;
use crate::ids::TokenId;
use crate::time::Timestamp;
use portcullis_db::Tx;

/// A token that opens something, for its owner.
pub async fn find(app: &App, current: &Current, id: TokenId, now: Timestamp) -> Result<Listed> {
    let found = store::one(&mut &app.db, current.account.id, id).await?;
    let live = found.filter(|token| token.state(now) == State::Live);
    live.ok_or_else(|| Refused::NotFound.into())
}

/// Action: gives a token another name.
pub async fn rename(
    app: &App,
    current: &Current,
    id: TokenId,
    name: &Name,
    source: &Source,
) -> Result<()> {
    let (mut tx, event, now) = begin(app, current, id, Kind::AccessTokenRenamed, source).await?;
    let done = store::rename(&mut tx, current.account.id, id, name.as_str(), now).await?;
    let event = if done { event } else { event.refused(Reason::UnknownToken) };
    security_log::record(&mut tx, event, now, &app.random).await?;
    tx.commit().await?;
    if done { Ok(()) } else { Err(Refused::NotFound.into()) }
}

/// What came of allowing less.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Narrowed {
    /// It may do only that from now on.
    Done,
    /// That is not less than it may do, or it is nothing.
    NotNarrower,
}

/// Action: leaves a token only these permissions, all of which it has. Nothing here
/// writes one, so that of several at once none can give back what another took.
pub async fn narrow(
    app: &App,
    current: &Current,
    id: TokenId,
    left: &Permissions,
    source: &Source,
) -> Result<Narrowed> {
    let (mut tx, event, now) = begin(app, current, id, Kind::AccessTokenNarrowed, source).await?;
    let found = store::one(&mut tx, current.account.id, id).await?;
    let (event, outcome) = match found.filter(|token| token.state(now) == State::Live) {
        None => (event.refused(Reason::UnknownToken), Err(Refused::NotFound.into())),
        Some(Listed { permissions: held, .. })
            if left.is_empty() || *left == held || !held.contain(left) =>
        {
            (event.refused(Reason::NotNarrower), Ok(Narrowed::NotNarrower))
        }
        Some(Listed { permissions: held, .. }) => {
            for name in held.names().filter(|name| !left.has(name)) {
                store::forbid(&mut tx, current.account.id, id, name).await?;
            }
            let names = left.names().collect::<Vec<_>>().join(" ");
            (event.detail(names), Ok(Narrowed::Done))
        }
    };
    security_log::record(&mut tx, event, now, &app.random).await?;
    tx.commit().await?;
    outcome
}

async fn begin(
    app: &App,
    current: &Current,
    id: TokenId,
    kind: Kind,
    source: &Source,
) -> Result<(Tx, Event, Timestamp)> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    sessions::confirm(&mut tx, current).await?;
    let event =
        Event::by_owner(kind, current.owner()).object(Object::AccessToken, id.uuid()).from(source);
    Ok((tx, event, now))
}
