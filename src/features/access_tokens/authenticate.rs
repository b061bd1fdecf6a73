//! Who holds a presented token: asked at each call of a program, so one look-up and
//! nothing else, but for a note of its use once a minute.

use super::rules::{self, Permission, Permissions, State};
use super::store::{self, Held};
use crate::app::App;
use crate::error::{Refused, Result};
use crate::features::account::{self, Account};
use crate::features::organisations::rules::Limits;
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
    /// The organisations that it is limited to.
    pub limits: Limits,
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
    if !held.is_held_by(token) || !held.is_good(now) || !held.is_accepted_from(source.address) {
        return Ok(None);
    }
    if held.is_use_due(now) {
        note_use(app, &held, source, now).await;
    }
    let Held { id, account, permissions, limits, .. } = held;
    Ok(Some(Bearer { token: id, account, permissions, limits }))
}

impl Held {
    /// Whether this text is its secret.
    pub fn is_held_by(&self, token: &Token) -> bool {
        token.hash().matches(&self.secret_hash)
    }

    /// Whether the token is live, and everything is open to its account.
    pub fn is_good(&self, now: Timestamp) -> bool {
        let account = &self.account;
        State::at(now, self.expires_at, self.revoked_at) == State::Live
            && !account.is_shut()
            && !account.is_gone(now)
            && account.closes_at.is_none()
            && account.password_change_required_at.is_none()
    }

    /// Whether its owner lets it be used from there; where it is used from may be unknown.
    pub fn is_accepted_from(&self, address: Option<IpAddr>) -> bool {
        self.sources.accept(address)
    }

    /// Whether the use on record is old enough to be written anew.
    pub fn is_use_due(&self, now: Timestamp) -> bool {
        self.last_used_at.is_none_or(|last| now.since(last) >= rules::USE_LAG)
    }
}

/// Action: notes that it is in use, and from where. It may lag, so a failure is only
/// logged: what asks must not fail for it.
pub async fn note_use(app: &App, held: &Held, source: &Source, now: Timestamp) {
    if let Err(error) = touch(app, held, source, now).await {
        tracing::warn!(?error, "a token's use could not be noted");
    }
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
        && held.is_good(now)
    {
        Ok(())
    } else {
        Err(Refused::OldForm.into())
    }
}
