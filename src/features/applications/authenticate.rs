use super::store::{self, Application, HeldSecret};
use crate::app::App;
use crate::error::Result;
use crate::ids::{ApplicationId, ApplicationSecretId};
use crate::secret::{Kind, Token};
use crate::time::Timestamp;

/// Who says to be an application, and by which secret: not judged yet.
#[derive(Debug, Clone)]
pub struct Claim {
    /// Which application.
    pub id: ApplicationId,
    /// Its secret, as it was presented.
    pub secret: Token,
}

impl Claim {
    /// None where it can be nobody's.
    pub fn parse(id: &str, secret: &str) -> Option<Self> {
        let secret = Token::parse(Kind::ApplicationSecret, secret)?;
        Some(Self { id: id.parse().ok()?, secret })
    }

    /// What the secret is found by.
    pub fn secret_id(&self) -> ApplicationSecretId {
        ApplicationSecretId::from_uuid(self.secret.id())
    }
}

impl HeldSecret {
    /// Whether it proves a claim: it is that secret, it is in force, and it is of an
    /// application that is there and is the one.
    pub fn proves(&self, claim: &Claim, now: Timestamp) -> bool {
        claim.secret.hash().matches(&self.secret_hash)
            && self.revoked_at.is_none()
            && self.expires_at.is_none_or(|at| now < at)
            && self.removed_at.is_none()
            && self.application == claim.id
    }
}

/// Action: the application that this is a secret of, if it says that it is this one.
/// One look-up by the secret's own id, whichever of the two is wrong.
pub async fn authenticate(
    app: &App,
    id: ApplicationId,
    secret: &str,
    now: Timestamp,
) -> Result<Option<Application>> {
    let Some(secret) = Token::parse(Kind::ApplicationSecret, secret) else { return Ok(None) };
    let claim = Claim { id, secret };
    let found = store::find_secret(&mut &app.db, claim.secret_id()).await?;
    Ok(found.filter(|held| held.secret.proves(&claim, now)).map(|held| held.application))
}
