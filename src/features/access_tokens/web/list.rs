//! The list of tokens, and revoking them.

use crate::app::App;
use crate::error::{Refused, Result};
use crate::features::access_tokens::letters::PAGE;
use crate::features::access_tokens::rules::State;
use crate::features::access_tokens::{
    By, Listed, Place, count_live, list, organisations_of, revoke, revoke_all,
};
use crate::features::organisations::rules::Limits;
use crate::http::{Answer, Page, SignedIn, Visit};
use crate::ids::{AccountId, OrganisationId, TokenId};
use crate::seen::Seen;
use crate::text::{Moment, Text};
use crate::time::Timestamp;
use askama::Template;
use serde::Deserialize;

/// Tokens on a page.
const SHOWN: usize = 50;

#[derive(Template)]
#[template(path = "features/access_tokens/tokens.html")]
struct TokensPage {
    page: Page,
    tokens: Vec<TokenRow>,
    first: bool,
    next: Option<String>,
    live: i64,
}

#[derive(Template)]
#[template(path = "features/access_tokens/revoke_all.html")]
struct RevokeAllPage {
    page: Page,
    live: i64,
}

/// A token for a reader.
pub struct TokenRow {
    /// Its public id.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// The end of its text.
    pub tail: String,
    /// What it may do, by name.
    pub permissions: String,
    /// Where it is accepted from, if not from anywhere.
    pub sources: Option<String>,
    /// The organisations that it is limited to, by name.
    pub limits: Option<String>,
    /// When it was made.
    pub made: Moment,
    /// When it expires, or did.
    pub expires: Option<Moment>,
    /// When it was revoked.
    pub revoked: Option<Moment>,
    /// When it was used last.
    pub used: Option<Moment>,
    /// Where that was.
    pub used_place: Option<String>,
    /// How it stands.
    pub state: State,
}

impl TokenRow {
    /// Whether it opens something.
    pub fn is_live(&self) -> bool {
        self.state == State::Live
    }
}

/// The names of organisations that tokens may be limited to: those of their owner alone.
pub struct Names(Vec<(OrganisationId, String)>);

impl Names {
    /// For the tokens of an account.
    pub async fn of(app: &App, account: AccountId) -> Result<Self> {
        let all = organisations_of(app, account).await?;
        Ok(Self(all.into_iter().map(|one| (one.id, one.name)).collect()))
    }

    fn say(&self, text: &Text, limits: &Limits) -> Option<String> {
        let name = |id: &OrganisationId| {
            let known = self.0.iter().find(|(own, _)| own == id).map(|(_, name)| name.clone());
            known.unwrap_or_else(|| text.say("tokens-limited-gone").to_string())
        };
        let names = limits.ids().iter().map(name).collect::<Vec<_>>().join(", ");
        limits.is_limited().then_some(names)
    }
}

/// A token as lists show it.
pub fn token_row(visit: &Visit, token: Listed, names: &Names) -> TokenRow {
    let (text, places) = (&visit.text, &visit.app.places);
    let moment = |at| text.moment(at);
    let sources = token.sources.entries().collect::<Vec<_>>().join(", ");
    let address = token.last_used_address.as_deref();
    TokenRow {
        id: token.id.to_string(),
        state: token.state(visit.now),
        permissions: token.permissions.names().collect::<Vec<_>>().join(", "),
        sources: Some(sources).filter(|_| !token.sources.is_anywhere()),
        limits: names.say(text, &token.limits),
        made: moment(token.created_at),
        expires: token.expires_at.map(moment),
        revoked: token.revoked_at.map(moment),
        used: token.last_used_at.map(moment),
        used_place: address.map(|address| Seen::new(text, places, Some(address), "").place),
        name: token.name,
        tail: token.tail,
    }
}

/// A place in the list, as a page's address names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlaceInList(pub Place);

impl std::fmt::Display for PlaceInList {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (at, id) = self.0;
        write!(f, "{}.{id}", at.millis())
    }
}

impl std::str::FromStr for PlaceInList {
    type Err = Refused;

    fn from_str(text: &str) -> std::result::Result<Self, Refused> {
        let (at, id) = text.split_once('.').ok_or(Refused::Unreadable)?;
        let at: i64 = at.parse().map_err(|_| Refused::Unreadable)?;
        let id: TokenId = id.parse().map_err(|_| Refused::Unreadable)?;
        Ok(Self((Timestamp::from_millis(at), id)))
    }
}

#[derive(Deserialize)]
struct Asked {
    after: Option<String>,
}

/// The tokens, the newest first.
pub async fn list_page(visit: Visit, SignedIn(current): SignedIn) -> Result<Answer> {
    let asked: Asked = visit.query()?;
    let after = asked.after.as_deref().map(str::parse::<PlaceInList>).transpose()?;
    let account = current.account.id;
    let limit = i64::try_from(SHOWN + 1).unwrap_or(i64::MAX);
    let mut tokens = list(&visit.app, account, after.map(|place| place.0), limit).await?;
    let more = tokens.len() > SHOWN;
    tokens.truncate(SHOWN);
    let last = tokens.last().filter(|_| more);
    let next = last.map(|last| PlaceInList((last.created_at, last.id)));
    let names = Names::of(&visit.app, account).await?;
    Answer::page(&TokensPage {
        page: visit.page("title-api-keys", "tokens"),
        next: next.map(|next| format!("{PAGE}?after={next}")),
        first: after.is_none(),
        live: count_live(&visit.app, account, visit.now).await?,
        tokens: tokens.into_iter().map(|token| token_row(&visit, token, &names)).collect(),
    })
}

/// Revokes one.
pub async fn revoke_token(visit: Visit, SignedIn(current): SignedIn) -> Result<Answer> {
    let id = visit.param("id").parse().map_err(|_| Refused::NotFound)?;
    revoke(&visit.app, By::Owner(&current), id, &visit.source).await?;
    Ok(Answer::redirect(PAGE).flash(&visit.app, "flash-token-revoked"))
}

/// Asks before it revokes all.
pub async fn revoke_all_page(visit: Visit, SignedIn(current): SignedIn) -> Result<Answer> {
    let live = count_live(&visit.app, current.account.id, visit.now).await?;
    Answer::page(&RevokeAllPage { page: visit.page("title-revoke-tokens", "tokens"), live })
}

/// Revokes all.
pub async fn revoke_all_tokens(visit: Visit, SignedIn(current): SignedIn) -> Result<Answer> {
    revoke_all(&visit.app, By::Owner(&current), &visit.source).await?;
    Ok(Answer::redirect(PAGE).flash(&visit.app, "flash-tokens-revoked"))
}
