//! Who has passed, signed: for an application that would rather not rely on its proxy
//! alone. Whoever reaches it by another way can write headers, but signs nothing.

use super::Identity;
use super::rules::Origin;
use crate::app::App;
use crate::error::Result;
use crate::features::applications::rules::Algorithm;
use crate::features::signing_keys;
use crate::time::Timestamp;
use quick_cache::sync::Cache;
use serde::Serialize;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// An assertion is good for so many seconds after it was signed, whatever ends meanwhile.
const LIFETIME: i64 = 60;
/// It is handed out again for so long, so that each has half of that left.
const HANDED_OUT: Duration = Duration::from_secs(30);
/// People at applications, within half a minute; who is beyond that costs a signature.
const MOST: usize = 4096;

/// Says what it is, so that nothing else of ours that is signed passes for one.
const MEDIA_TYPE: &str = "portcullis-identity+jwt";

/// What it says: no less than the other headers do, so that nothing else need be believed.
#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    /// Where it is said: no ID token is for an origin, so neither passes for the other.
    aud: &'a str,
    sub: &'a str,
    iat: i64,
    exp: i64,
    email: &'a str,
    name: &'a str,
    permissions: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    organisation: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    organisation_role: Option<&'a str>,
}

/// What was signed is for this, and for nobody else.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Subject {
    origin: String,
    algorithm: &'static str,
    identity: Identity,
}

#[derive(Debug, Clone)]
struct Signed {
    text: Arc<str>,
    at: Timestamp,
}

/// What was signed lately. It is looked at only once a request has been judged, so nothing
/// of it opens anything.
#[derive(Default)]
pub struct Assertions(OnceLock<Cache<Subject, Signed>>);

impl Assertions {
    fn cache(&self) -> &Cache<Subject, Signed> {
        self.0.get_or_init(|| Cache::new(MOST))
    }
}

/// What an application at an origin can verify of whoever has just passed there. Call once
/// the request is judged, each time: whoever is out gets none.
pub(super) async fn of(
    app: &App,
    origin: &Origin,
    algorithm: Algorithm,
    identity: &Identity,
    now: Timestamp,
) -> Result<Arc<str>> {
    let subject = Subject {
        origin: origin.text().to_owned(),
        algorithm: algorithm.tag(),
        identity: identity.clone(),
    };
    let cache = app.assertions.cache();
    if let Some(signed) = cache.get(&subject)
        && signed.at <= now
        && now < signed.at.plus(HANDED_OUT)
    {
        return Ok(signed.text);
    }
    let signer = signing_keys::signer(app, algorithm, now).await?;
    let issued = now.millis().div_euclid(1000);
    let claims = Claims {
        iss: app.config.public_url.origin(),
        aud: origin.text(),
        sub: &identity.user,
        iat: issued,
        exp: issued.saturating_add(LIFETIME),
        email: &identity.email,
        name: &identity.name,
        permissions: &identity.permissions,
        organisation: identity.organisation.as_ref().map(|(slug, _)| slug.as_str()),
        organisation_role: identity.organisation.as_ref().map(|(_, role)| role.as_str()),
    };
    let text: Arc<str> = signer.sign(MEDIA_TYPE, &claims)?.into();
    cache.insert(subject, Signed { text: Arc::clone(&text), at: now });
    Ok(text)
}
