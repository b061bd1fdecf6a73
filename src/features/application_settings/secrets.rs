//! What proves an application. A new secret is shown by the answer to the form that
//! makes it, and never again; the old ones go on for as long as the programs need that
//! have to learn it.

use super::{application, event};
use crate::app::App;
use crate::error::Result;
use crate::features::administration::{Act, By};
use crate::features::applications;
use crate::features::applications::rules::{ApplicationKind, MOST_SECRETS, Overlap};
use crate::features::security_log::{Kind, Reason};
use crate::ids::{ApplicationId, ApplicationSecretId};
use crate::secret::{Kind as SecretKind, SecretText, Token};

/// The last characters of a secret's text that are shown in lists.
const TAIL: usize = 4;

/// A secret that was just made.
#[derive(Debug)]
pub struct Secret {
    /// Its public id.
    pub id: ApplicationSecretId,
    /// Its text, to be shown now.
    pub text: SecretText,
}

/// What came of making a secret.
#[derive(Debug)]
pub enum Made {
    /// The secret.
    Done(Secret),
    /// This page has made its secret already.
    Already,
    /// There are too many.
    TooMany,
    /// A public application has none.
    Public,
    /// There is no such application.
    Unknown,
}

/// Adds a secret, by an id where one is chosen; none where that is there already.
pub(super) async fn add(
    act: &mut Act<'_>,
    application: ApplicationId,
    id: Option<ApplicationSecretId>,
) -> Result<Option<Secret>> {
    let (now, random) = (act.now, &act.app.random);
    let id = id.unwrap_or_else(|| ApplicationSecretId::new(now, random));
    let secret = Token::new(SecretKind::ApplicationSecret, id.uuid(), random);
    let text = secret.encode();
    let tail = text.reveal().len().checked_sub(TAIL).and_then(|at| text.reveal().get(at..));
    let tail = tail.unwrap_or_default();
    let added =
        applications::add_secret(&mut act.tx, application, id, &secret.hash(), tail, now).await?;
    Ok(added.then_some(Secret { id, text }))
}

/// Action: makes another secret; the others expire after the overlap. Its id is known
/// before, so that a page makes one.
pub async fn make_secret(
    app: &App,
    by: By<'_>,
    id: ApplicationId,
    secret: ApplicationSecretId,
    overlap: Overlap,
) -> Result<Made> {
    let mut act = Act::begin(app, by, Kind::ApplicationSecretMade).await?;
    let (made, event) = match application(&mut act, id).await? {
        None => (Made::Unknown, act.event().refused(Reason::UnknownApplication)),
        Some(own) if own.kind == ApplicationKind::Public => {
            (Made::Public, event(&act, id).refused(Reason::PublicApplication))
        }
        Some(_) => {
            let live = applications::secrets(&mut act.tx, id, act.now).await?.len();
            if overlap != Overlap::None && live >= MOST_SECRETS {
                (Made::TooMany, event(&act, id).refused(Reason::TooManySecrets))
            } else if let Some(made) = add(&mut act, id, Some(secret)).await? {
                let at = act.now.plus(overlap.duration());
                applications::expire_other_secrets(&mut act.tx, id, made.id, at).await?;
                let detail = format!("secret {}, others {}", made.id, overlap.tag());
                (Made::Done(made), event(&act, id).detail(detail))
            } else {
                (Made::Already, event(&act, id).refused(Reason::Already))
            }
        }
    };
    act.write(event).await?;
    Ok(made)
}

/// What came of revoking a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Revoked {
    /// It proves nothing any more.
    Done,
    /// There is no such secret, or it did not before.
    Unknown,
}

/// Action: revokes a secret, the last one too: an application without one can't prove
/// itself, which is what whoever has lost it wants.
pub async fn revoke_secret(
    app: &App,
    by: By<'_>,
    id: ApplicationId,
    secret: ApplicationSecretId,
) -> Result<Revoked> {
    let mut act = Act::begin(app, by, Kind::ApplicationSecretRevoked).await?;
    let now = act.now;
    let refusal = if application(&mut act, id).await?.is_none() {
        Some(Reason::UnknownApplication)
    } else if applications::revoke_secret(&mut act.tx, id, secret, now).await? {
        None
    } else {
        Some(Reason::UnknownSecret)
    };
    let event = match refusal {
        None => event(&act, id).detail(format!("secret {secret}")),
        Some(Reason::UnknownSecret) => event(&act, id).refused(Reason::UnknownSecret),
        Some(reason) => act.event().refused(reason),
    };
    act.write(event).await?;
    Ok(if refusal.is_none() { Revoked::Done } else { Revoked::Unknown })
}
