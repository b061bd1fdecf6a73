//! What applications ask of the provider by themselves.

use super::claims::{Claims, Person};
use super::discovery::Document;
use super::exchange::{Exchanged, NotExchanged, Presented, exchange, revoke as give_up};
use super::membership::{Said, membership};
use super::rules::{Parameters, Verifier};
use crate::features::application_sessions::note_use;
use crate::features::organisation_access::Membership;
use crate::features::signing_keys;
use crate::http::oauth::{Answer, AnyApplication, Anybody, Call, Code, Failure, Holder, Result};
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use serde::Serialize;

/// Documents that are the same for everybody are kept so long: a new key is published
/// a day before it signs.
const KEPT_SECONDS: u32 = 300;

#[derive(Serialize)]
struct Granted<'a> {
    access_token: &'a str,
    token_type: &'static str,
    expires_in: u64,
    id_token: &'a str,
    scope: String,
}

/// From a code to an application session.
pub async fn token(call: Call, AnyApplication(application): AnyApplication) -> Result<Answer> {
    let form = &call.form;
    if form.need("grant_type")? != "authorization_code" {
        return Err(Code::UnsupportedGrantType.into());
    }
    let presented = Presented {
        code: form.need("code")?,
        return_address: form.need("redirect_uri")?,
        verifier: Verifier::parse(form.need("code_verifier")?),
    };
    let exchanged = exchange(&call.app, &application, presented, &call.source()).await?;
    let Exchanged { access_token, expires_in, id_token, scopes } =
        exchanged.map_err(|NotExchanged| {
            Failure::with(Code::InvalidGrant, "The code is not, or no longer, good.")
        })?;
    Ok(Answer::json(&Granted {
        access_token: access_token.encode().reveal(),
        token_type: "Bearer",
        expires_in,
        id_token: &id_token,
        scope: scopes.text(),
    })?)
}

/// Who has signed in, as far as the application may know.
pub async fn userinfo(call: Call, Holder(held): Holder) -> Result<Answer> {
    if !held.scopes.has("openid") {
        return Err(Code::InsufficientScope.into());
    }
    note_use(&call.app, &held, None, call.now).await;
    let said = membership(&call.app, &held, call.now).await?;
    let organisation = match &said {
        Said::Nothing => None,
        Said::Member(granted) => Some(Membership::of(granted)),
        Said::Gone => return Err(Code::InvalidToken.into()),
    };
    let person = Person::new(&held.account, &held.scopes);
    Ok(Answer::json(&Claims { person, organisation })?)
}

/// Gives an application session up.
pub async fn revoke(call: Call, AnyApplication(application): AnyApplication) -> Result<Answer> {
    let token = call.form.need("token")?;
    give_up(&call.app, &application, token, &call.source()).await?;
    Ok(Answer::empty(StatusCode::OK))
}

/// What our signatures are verified with.
pub async fn keys(call: Call, _: Anybody) -> Result<Answer> {
    let keys = signing_keys::published(&call.app).await?;
    Ok(Answer::json(&keys)?.public(KEPT_SECONDS))
}

/// Where everything is.
pub async fn discovery(call: Call, _: Anybody) -> Result<Answer> {
    Ok(Answer::json(&Document::new(&call.app))?.public(KEPT_SECONDS))
}

/// A request that an application has sent as a form. A form of another site brings no
/// cookie along, so the browser asks once more, by itself.
pub async fn authorize(call: Call, _: Anybody) -> Result<Answer> {
    Ok(once_more("/oauth/authorize", &call))
}

/// The same of signing out.
pub async fn sign_out(call: Call, _: Anybody) -> Result<Answer> {
    Ok(once_more("/oauth/sign-out", &call))
}

fn once_more(path: &str, call: &Call) -> Answer {
    let mut parameters = Parameters::default();
    for (name, value) in call.form.all() {
        parameters = parameters.with(name, Some(value.into()));
    }
    let to = format!("{path}?{}", parameters.query());
    Answer::empty(StatusCode::SEE_OTHER).header(LOCATION, &to)
}
