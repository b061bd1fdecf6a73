//! Who holds a presented token: asked at each call of a program, so one look-up and
//! nothing else, but for a note of its use once a minute.

use super::rules::{self, Permission, Permissions, State};
use super::store::{self, Held};
use crate::app::App;
use crate::error::{Refused, Result};
use crate::features::account::{self, Account};
use crate::features::security_log::{self, Actor, Event, Kind, Object};
use crate::http::Source;
use crate::ids::TokenId;
use crate::secret::Token;
use crate::time::Timestamp;
use portcullis_db::Tx;
use std::net::IpAddr;

/// A program that holds a token.
#[derive(Debug, Clone)]
pub struct Bearer {
    /// The token.
    pub token: TokenId,
    /// Whose it is.
    pub account: Account,
    /// What it may do.
    pub permissions: Permissions,
}

impl Bearer {
    /// Whether it may.
    pub fn may(&self, permission: Permission) -> bool {
        self.permissions.allow(permission)
    }

    /// The beginning of an event that it writes in its account: by the owner, with
    /// the token as its detail.
    pub fn event(&self, kind: Kind) -> Event {
        let account = self.account.id;
        Event::new(kind)
            .on(account)
            .by(Actor::Account(account))
            .detail(format!("token {}", self.token))
    }
}

/// Action: who holds this token, if it opens anything. Notes that it is in use, and
/// from where, at most once a minute.
pub async fn authenticate(
    app: &App,
    token: &Token,
    source: &Source,
    now: Timestamp,
) -> Result<Option<Bearer>> {
    let Some(held) = store::find(&mut &app.db, TokenId::from_uuid(token.id())).await? else {
        return Ok(None);
    };
    if !is_accepted(&held, token, now) || !held.sources.accept(source.address) {
        return Ok(None);
    }
    let is_due = held.last_used_at.is_none_or(|last| now.since(last) >= rules::USE_LAG);
    if is_due && let Err(error) = touch(app, &held, source, now).await {
        // It may lag; what only asks must not fail for it.
        tracing::warn!(?error, "a token's use could not be noted");
    }
    let Held { id, account, permissions, .. } = held;
    Ok(Some(Bearer { token: id, account, permissions }))
}

fn is_accepted(held: &Held, token: &Token, now: Timestamp) -> bool {
    token.hash().matches(&held.secret_hash) && is_open(held, now)
}

/// Whether the token is live, and everything is open to its account.
fn is_open(held: &Held, now: Timestamp) -> bool {
    let account = &held.account;
    State::at(now, held.expires_at, held.revoked_at) == State::Live
        && !account.is_shut()
        && !account.is_gone(now)
        && account.closes_at.is_none()
        && account.password_change_required_at.is_none()
}

/// One node notes it, whichever is first, and looks then whether the network is new.
async fn touch(app: &App, held: &Held, source: &Source, now: Timestamp) -> Result<()> {
    let mut tx = app.db.begin().await?;
    let not_since = now.minus(rules::USE_LAG);
    let address = source.address_text();
    if store::touch(&mut tx, held.id, address.as_deref(), now, not_since).await?
        && let Some(address) = source.address
        && note_network(&mut tx, held.id, address, now).await?
    {
        let account = held.account.id;
        let event = Event::new(Kind::AccessTokenUsedElsewhere)
            .on(account)
            .by(Actor::Account(account))
            .object(Object::AccessToken, held.id.uuid())
            .from(source);
        security_log::record(&mut tx, event, now, &app.random).await?;
    }
    Ok(tx.commit().await?)
}

/// Whether a token is new in the network of an address.
pub(super) async fn note_network(
    tx: &mut Tx,
    id: TokenId,
    address: IpAddr,
    now: Timestamp,
) -> Result<bool> {
    let network = rules::network_of(address);
    store::note_network(tx, id, &network, rules::MOST_NETWORKS, now).await
}

/// Step: takes the account's row, and sees that account and token still open what
/// they did when the request came.
pub async fn confirm(tx: &mut Tx, bearer: &Bearer, now: Timestamp) -> Result<()> {
    if account::lock_active(tx, bearer.account.id).await?
        && let Some(held) = store::find(tx, bearer.token).await?
        && is_open(&held, now)
    {
        Ok(())
    } else {
        Err(Refused::OldForm.into())
    }
}
