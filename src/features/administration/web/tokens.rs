//! An account's access tokens, as an administrator sees them: nothing that opens anything.

use crate::error::{Refused, Result};
use crate::features::access_tokens::list;
use crate::features::access_tokens::rules::State;
use crate::features::access_tokens::web::{Names, PlaceInList, TokenRow, token_row};
use crate::features::administration::{By, Changed, Whom, find_account, revoke_token};
use crate::features::security_log::Reason;
use crate::http::{Administrator, AdministratorSteppedUp, Answer, Page, Visit};
use crate::ids::AccountId;
use askama::Template;
use serde::Deserialize;

const SHOWN: usize = 50;

#[derive(Template)]
#[template(path = "features/administration/tokens.html")]
struct TokensPage {
    page: Page,
    id: String,
    email: String,
    tokens: Vec<TokenRow>,
    next: Option<String>,
}

#[derive(Deserialize)]
struct Asked {
    after: Option<String>,
}

fn account_id(visit: &Visit) -> Result<AccountId> {
    visit.param("id").parse().map_err(|_| Refused::NotFound.into())
}

/// The tokens, the newest first.
pub async fn page(visit: Visit, _: Administrator) -> Result<Answer> {
    let id = account_id(&visit)?;
    let asked: Asked = visit.query()?;
    let after = asked.after.as_deref().map(str::parse::<PlaceInList>).transpose()?;
    let account = find_account(&visit.app, id).await?.ok_or(Refused::NotFound)?;
    let limit = i64::try_from(SHOWN + 1).unwrap_or(i64::MAX);
    let mut tokens = list(&visit.app, id, after.map(|place| place.0), limit).await?;
    let more = tokens.len() > SHOWN;
    tokens.truncate(SHOWN);
    let last = tokens.last().filter(|_| more);
    let next = last.map(|last| PlaceInList((last.created_at, last.id)));
    let names = Names::of(&visit.app, id).await?;
    Answer::page(&TokensPage {
        page: visit.page("tokens-title", "admin-accounts"),
        id: id.to_string(),
        email: account.email,
        next: next.map(|next| format!("/admin/accounts/{id}/tokens?after={next}")),
        tokens: tokens.into_iter().map(|token| token_row(&visit, token, &names)).collect(),
    })
}

/// Revokes one.
pub async fn revoke(
    visit: Visit,
    AdministratorSteppedUp(current): AdministratorSteppedUp,
) -> Result<Answer> {
    let id = account_id(&visit)?;
    let token = visit.param("token").parse().map_err(|_| Refused::NotFound)?;
    let (by, whom) = (By::Administrator(&current, &visit.source), Whom::Id(id));
    match revoke_token(&visit.app, by, whom, token).await? {
        Changed::Done(..) | Changed::Refused(Reason::Already) => {
            let back = Answer::redirect(format!("/admin/accounts/{id}/tokens"));
            Ok(back.flash(&visit.app, "flash-admin-token-revoked"))
        }
        Changed::Refused(_) => Err(Refused::NotFound.into()),
    }
}
