use super::store::{self, Application};
use crate::app::App;
use crate::error::Result;
use crate::ids::{ApplicationId, ApplicationSecretId};
use crate::secret::{Kind, Token};
use crate::time::Timestamp;

/// Action: the application that this is a secret of, if it says that it is this one.
/// One look-up by the secret's own id, whichever of the two is wrong.
pub async fn authenticate(
    app: &App,
    id: ApplicationId,
    secret: &str,
    now: Timestamp,
) -> Result<Option<Application>> {
    let Some(secret) = Token::parse(Kind::ApplicationSecret, secret) else { return Ok(None) };
    let found =
        store::find_secret(&mut &app.db, ApplicationSecretId::from_uuid(secret.id())).await?;
    Ok(found
        .filter(|held| {
            secret.hash().matches(&held.secret_hash)
                && held.revoked_at.is_none()
                && held.expires_at.is_none_or(|at| now < at)
                && held.removed_at.is_none()
                && held.application.id == id
        })
        .map(|held| held.application))
}
