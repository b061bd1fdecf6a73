//! Making a token. It is shown by the answer to the form that makes it, and never
//! again: the form makes one, however often it is sent.

use super::authenticate::note_network;
use super::letters;
use super::rules::{self, Permission, Permissions, Sources};
use super::store::{self, Listed, NewRow};
use crate::app::App;
use crate::error::{Fault, Result};
use crate::features::account::rules::Name;
use crate::features::applications;
use crate::features::organisations::rules::Limits;
use crate::features::security_log::{self, Event, Kind, Object, Reason};
use crate::features::security_notices;
use crate::features::sessions::{self, Current};
use crate::http::Source;
use crate::ids::TokenId;
use crate::secret::{Kind as Secret, Token};
use crate::time::Timestamp;
use uuid::Uuid;

/// The last characters of a token's text that are shown in lists.
const TAIL: usize = 4;

/// What its owner has chosen.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// What it is called.
    pub name: Name,
    /// When it expires, if it does.
    pub expires_at: Option<Timestamp>,
    /// What it may do.
    pub permissions: Permissions,
    /// Where it is accepted from.
    pub sources: Sources,
    /// The organisations that it is limited to.
    pub limits: Limits,
    /// The page that it is made on.
    pub form: Uuid,
}

/// What came of making one.
#[derive(Debug)]
pub enum Made {
    /// The token, to be shown now, and how it is listed.
    Token(Token, Box<Listed>),
    /// This page has made its token already.
    Already,
    /// There are too many.
    TooMany,
    /// No application declares one of the permissions, or not any more.
    Withdrawn,
}

/// Action: makes a token, and tells its owner. Call for somebody who has just proved
/// who they are.
pub async fn make(app: &App, current: &Current, wanted: Wanted, source: &Source) -> Result<Made> {
    let now = app.clock.now();
    let account = &current.account;
    let mut tx = app.db.begin().await?;
    sessions::confirm(&mut tx, current).await?;
    let event = Event::by_owner(Kind::AccessTokenMade, current.owner()).from(source);
    if let Some(made) = store::made_on(&mut tx, account.id, wanted.form).await? {
        let event = event.object(Object::AccessToken, made.uuid()).refused(Reason::Already);
        security_log::record(&mut tx, event, now, &app.random).await?;
        tx.commit().await?;
        return Ok(Made::Already);
    }
    if store::count_live(&mut tx, account.id, now).await? >= rules::MOST {
        let event = event.refused(Reason::TooManyTokens);
        security_log::record(&mut tx, event, now, &app.random).await?;
        tx.commit().await?;
        return Ok(Made::TooMany);
    }
    let declared = wanted.permissions.names().filter(|name| Permission::from_tag(name).is_none());
    if !applications::hold(&mut tx, None, declared).await? {
        let event = event.refused(Reason::UnknownPermission);
        security_log::record(&mut tx, event, now, &app.random).await?;
        tx.commit().await?;
        return Ok(Made::Withdrawn);
    }
    let id = TokenId::new(now, &app.random);
    let token = Token::new(Secret::AccessToken, id.uuid(), &app.random);
    let text = token.encode();
    let tail = text.reveal().len().checked_sub(TAIL).and_then(|at| text.reveal().get(at..));
    let new = NewRow {
        id,
        account: account.id,
        secret_hash: &token.hash(),
        name: wanted.name.as_str(),
        tail: tail.unwrap_or_default(),
        sources: &wanted.sources,
        limits: &wanted.limits,
        form: wanted.form,
        permissions: &wanted.permissions,
        expires_at: wanted.expires_at,
        due_at: rules::next_due(now, wanted.expires_at),
    };
    store::insert(&mut tx, &new, now).await?;
    if let Some(address) = source.address {
        // What it is first used from is told of, unless it is where it was made.
        note_network(&mut tx, id, address, now).await?;
    }
    let Some(listed) = store::one(&mut tx, account.id, id).await? else {
        return Err(Fault::new("a token is gone in the transaction that made it").into());
    };
    let letter = letters::made(app, account, &listed, source, now);
    security_notices::tell(&mut tx, app, account, &letter, now).await?;
    let event = event.object(Object::AccessToken, id.uuid());
    security_log::record(&mut tx, event, now, &app.random).await?;
    tx.commit().await?;
    Ok(Made::Token(token, Box::new(listed)))
}
