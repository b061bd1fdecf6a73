//! Signing out at an application's word (OpenID Connect RP-Initiated Logout).

use super::rules::{NotParameters, Parameters, with_parameters};
use crate::app::App;
use crate::error::Result;
use crate::features::application_sessions;
use crate::features::applications::rules::AddressKind;
use crate::features::applications::{self, Application};
use crate::features::sessions::Current;
use crate::features::signing_keys;
use crate::ids::ApplicationSessionId;
use serde::Deserialize;

/// What an application wants.
#[derive(Debug)]
pub struct SignOut {
    /// Where the browser goes afterwards, if anywhere.
    pub leaving: Option<Leaving>,
    /// Who asks, where that is known.
    pub application: Option<Application>,
    /// Whether it comes with a token that only the application of this very session
    /// holds, so that nobody need be asked whether they meant it.
    pub is_meant: bool,
}

/// Where a browser goes after signing out.
#[derive(Debug)]
pub struct Leaving {
    /// A registered address with the application's state behind it.
    pub address: String,
    /// What the application is called.
    pub name: String,
}

/// Why nobody is sent anywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotLeaving {
    /// It can't be read in one way only, or not at all.
    Unreadable,
    /// There is no such application.
    UnknownApplication,
    /// The address is none of the application's.
    ForeignAddress,
}

#[derive(Clone, Deserialize)]
struct Hint {
    iss: String,
    sub: String,
    aud: String,
    sid: String,
}

/// Reads what an application wants of the session at hand.
pub async fn read(
    app: &App,
    query: &str,
    current: Option<&Current>,
) -> Result<std::result::Result<SignOut, NotLeaving>> {
    let (parameters, wrong) = Parameters::parse(query);
    if let Some(NotParameters::Encoding | NotParameters::Repeated(_)) = wrong {
        return Ok(Err(NotLeaving::Unreadable));
    }
    let hint = match parameters.get("id_token_hint") {
        None => None,
        Some(text) => {
            let own = signing_keys::verified::<Hint>(app, text).await?;
            match own.filter(|hint| hint.iss == app.config.public_url.origin()) {
                Some(hint) => Some(hint),
                None => return Ok(Err(NotLeaving::Unreadable)),
            }
        }
    };
    let named = parameters.get("client_id");
    if let (Some(named), Some(hint)) = (named, &hint)
        && named != hint.aud
    {
        return Ok(Err(NotLeaving::Unreadable));
    }
    let application = match named.or(hint.as_ref().map(|hint| hint.aud.as_str())) {
        None => None,
        Some(id) => {
            let found = match id.parse() {
                Ok(id) => applications::by_id(&mut &app.db, id).await?,
                Err(_) => None,
            };
            match found {
                Some(application) => Some(application),
                None => return Ok(Err(NotLeaving::UnknownApplication)),
            }
        }
    };
    let leaving = match (parameters.get("post_logout_redirect_uri"), &application) {
        (None, _) => None,
        (Some(_), None) => return Ok(Err(NotLeaving::UnknownApplication)),
        (Some(address), Some(application)) => {
            let (db, kind) = (&mut &app.db, AddressKind::AfterSignOut);
            let own = applications::return_addresses(db, application, kind).await?;
            if !own.has(address) {
                return Ok(Err(NotLeaving::ForeignAddress));
            }
            let state = parameters.get("state").map(|state| [("state", state)]);
            let address = with_parameters(address, state.as_ref().map_or(&[], |it| it.as_slice()));
            Some(Leaving { address, name: application.name.clone() })
        }
    };
    let is_meant = match (&hint, current) {
        (Some(hint), Some(current)) => is_of(app, hint, current).await?,
        _ => false,
    };
    Ok(Ok(SignOut { leaving, application, is_meant }))
}

/// Whether the token was made for a child of this session.
async fn is_of(app: &App, hint: &Hint, current: &Current) -> Result<bool> {
    let Ok(id) = hint.sid.parse::<ApplicationSessionId>() else { return Ok(false) };
    let found = application_sessions::find(&mut &app.db, id).await?;
    Ok(hint.sub == current.account.id.to_string()
        && found.is_some_and(|held| held.parent.id == current.session.id))
}
