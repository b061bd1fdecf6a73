//! Tokens for programs: what there is, and its end. A token makes and widens none.

use super::rules::State;
use super::{By, Listed, list as list_tokens, revoke, revoke_all, revoke_leaked};
use crate::http::api::{
    Anybody, CURSOR, Call, Cursor, DEFAULT_LIMIT, Declares, Done, LIMIT, Result, Shown, Taken,
    TokensRead, TokensRevoke,
};
use crate::ids::TokenId;
use crate::secret::{Kind, Token as Secret};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a list of tokens can be asked for.
pub static LIST: &[&dyn Declares] = &[&LIMIT, &CURSOR];

/// A page of tokens.
#[derive(Debug, Serialize, ToSchema)]
pub struct Tokens {
    /// The newest first.
    tokens: Vec<Token>,
    /// Where to go on; null at the end.
    next: Option<String>,
}

/// A personal access token, without what it opens with.
#[derive(Debug, Serialize, ToSchema)]
pub struct Token {
    /// Its id, which opens nothing.
    #[schema(format = "uuid")]
    id: String,
    /// What its owner calls it.
    name: String,
    /// The last four characters of its text.
    tail: String,
    /// `live`, `expired` or `revoked`.
    state: &'static str,
    /// What it may do.
    permissions: Vec<String>,
    /// The networks that it is accepted from; empty for any.
    sources: Vec<String>,
    /// The ids of the organisations that it is limited to: it opens what is theirs, and
    /// nothing else. Empty for no such limit.
    organisations: Vec<String>,
    /// When it was made.
    #[schema(format = "date-time")]
    created_at: String,
    /// When it expires, if it does.
    #[schema(format = "date-time")]
    expires_at: Option<String>,
    /// When it was used last, to the minute.
    #[schema(format = "date-time")]
    last_used_at: Option<String>,
    /// The network address that it was used from then.
    last_used_address: Option<String>,
    /// When it was revoked.
    #[schema(format = "date-time")]
    revoked_at: Option<String>,
}

impl Token {
    fn of(call: &Call, listed: Listed) -> Self {
        Self {
            id: listed.id.to_string(),
            state: match listed.state(call.now) {
                State::Live => "live",
                State::Expired => "expired",
                State::Revoked => "revoked",
            },
            permissions: listed.permissions.names().map(str::to_owned).collect(),
            sources: listed.sources.text().lines().map(str::to_owned).collect(),
            organisations: listed.limits.ids().iter().map(ToString::to_string).collect(),
            created_at: listed.created_at.rfc3339(),
            expires_at: listed.expires_at.map(crate::time::Timestamp::rfc3339),
            last_used_at: listed.last_used_at.map(crate::time::Timestamp::rfc3339),
            revoked_at: listed.revoked_at.map(crate::time::Timestamp::rfc3339),
            name: listed.name,
            tail: listed.tail,
            last_used_address: listed.last_used_address,
        }
    }
}

/// The account's tokens.
pub async fn list(call: Call, TokensRead(bearer): TokensRead) -> Result<Shown<Tokens>> {
    let id = bearer.account.id;
    let list = format!("{} {id}", call.route());
    let mut query = call.query();
    let after = query.read_with(&CURSOR, |text| Cursor::decode(&call.app, &list, text));
    let limit = query.read(&LIMIT).unwrap_or(DEFAULT_LIMIT);
    query.done()?;
    let after = after.map(|cursor| (cursor.at, TokenId::from_uuid(cursor.id)));
    let wanted = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
    let mut found = list_tokens(&call.app, id, after, wanted).await?;
    let more = found.len() > limit;
    found.truncate(limit);
    let next = found
        .last()
        .filter(|_| more)
        .map(|last| Cursor { at: last.created_at, id: last.id.uuid() }.encode(&call.app, &list));
    let tokens = found.into_iter().map(|listed| Token::of(&call, listed)).collect();
    Ok(Shown(Tokens { tokens, next }))
}

/// Revokes one.
pub async fn revoke_one(call: Call, TokensRevoke(bearer): TokensRevoke) -> Result<Done> {
    revoke(&call.app, By::Bearer(&bearer), call.id()?, &call.source).await?;
    Ok(Done)
}

/// How many were revoked.
#[derive(Debug, Serialize, ToSchema)]
pub struct Revoked {
    /// So many tokens that opened anything.
    revoked: u64,
}

/// Revokes them all.
pub async fn revoke_every(
    call: Call,
    TokensRevoke(bearer): TokensRevoke,
) -> Result<Shown<Revoked>> {
    let revoked = revoke_all(&call.app, By::Bearer(&bearer), &call.source).await?;
    Ok(Shown(Revoked { revoked }))
}

/// A text that was found where no token should be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Leaked {
    /// The token, as it was found.
    token: String,
}

/// Takes a report. What comes of it comes after the answer, so that neither what
/// that says nor how long it takes tells a real token from any other text.
pub async fn leaked(call: Call, _: Anybody) -> Result<Taken> {
    let Leaked { token } = call.body()?;
    if let Some(token) = Secret::parse(Kind::AccessToken, &token) {
        let (app, source) = (call.app.clone(), call.source.clone());
        call.app.tasks.spawn(async move {
            if let Err(error) = revoke_leaked(&app, &token, &source).await {
                tracing::error!(?error, "a leaked token could not be revoked");
            }
            app.post.notify_one();
        });
    }
    Ok(Taken)
}
