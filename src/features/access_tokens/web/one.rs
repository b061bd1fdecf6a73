//! The page of one token: another name, and less that it may do.

use super::list::{Names, TokenRow, token_row};
use crate::error::{Refused, Result};
use crate::features::access_tokens::letters::PAGE;
use crate::features::access_tokens::rules::{Permission, Permissions, State};
use crate::features::access_tokens::{Listed, Narrowed, find, narrow, rename};
use crate::features::account::web::read_name;
use crate::features::applications::catalogue;
use crate::features::sessions::Current;
use crate::http::{Answer, Field, Page, SignedIn, Visit};
use crate::ids::TokenId;
use askama::Template;
use axum::http::StatusCode;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "features/access_tokens/token.html")]
struct TokenPage {
    page: Page,
    token: TokenRow,
    name: Field,
    /// Each by its name, with what it says; none where nobody declares it any more.
    permissions: Vec<(String, Option<String>)>,
}

#[derive(Deserialize)]
struct NameForm {
    #[serde(default)]
    name: String,
}

fn id(visit: &Visit) -> Result<TokenId> {
    visit.param("id").parse().map_err(|_| Refused::NotFound.into())
}

async fn token(visit: &Visit, current: &Current) -> Result<Listed> {
    find(&visit.app, current, id(visit)?, visit.now).await
}

async fn show(visit: &Visit, current: &Current, token: Listed, name: Field) -> Result<Answer> {
    let catalogue = catalogue(&visit.app).await?;
    let said = |name: &str| match Permission::from_tag(name) {
        Some(permission) => Some(permission.say(&visit.text).to_string()),
        None => catalogue.iter().find_map(|offered| {
            let own = offered.permissions.iter().find(|own| own.name == name)?;
            Some(format!("{}: {}", offered.application, own.about))
        }),
    };
    let names = token.permissions.names();
    let permissions = names.map(|name| (name.to_owned(), said(name))).collect();
    let page = visit.page("title-token", "tokens");
    let known = Names::of(&visit.app, current.account.id).await?;
    let token = token_row(visit, token, &known);
    Answer::page(&TokenPage { page, token, name, permissions })
}

/// One token that opens something.
pub async fn one_page(visit: Visit, SignedIn(current): SignedIn) -> Result<Answer> {
    let token = token(&visit, &current).await?;
    let name = Field::new(token.name.clone());
    show(&visit, &current, token, name).await
}

/// Another name.
pub async fn rename_token(visit: Visit, SignedIn(current): SignedIn) -> Result<Answer> {
    let form: NameForm = visit.form()?;
    let (name, field) = read_name(&visit, &form.name);
    let Some(name) = name else {
        let token = token(&visit, &current).await?;
        return Ok(show(&visit, &current, token, field).await?.status(StatusCode::BAD_REQUEST));
    };
    rename(&visit.app, &current, id(&visit)?, &name, &visit.source).await?;
    Ok(Answer::redirect(PAGE).flash(&visit.app, "flash-token-renamed"))
}

/// Fewer permissions.
pub async fn narrow_token(visit: Visit, SignedIn(current): SignedIn) -> Result<Answer> {
    let id = id(&visit)?;
    let fields: Vec<(String, String)> = visit.form()?;
    let chosen = fields.into_iter().filter(|(name, _)| name == "permission");
    let left: Permissions = chosen.map(|(_, value)| value).collect();
    Ok(match narrow(&visit.app, &current, id, &left, &visit.source).await? {
        Narrowed::Done => Answer::redirect(PAGE).flash(&visit.app, "flash-token-narrowed"),
        Narrowed::NotNarrower => {
            let back = Answer::redirect(format!("{PAGE}/{id}"));
            back.flash(&visit.app, "flash-refused-not-narrower")
        }
    })
}
