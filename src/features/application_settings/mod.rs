//! What administrators and the operator do about applications: make, change and remove
//! them, and rotate their secrets. What a change takes away, it takes from everything
//! that carries it in the same transaction: whoever declares a permission later does not
//! inherit it, and nobody stays signed in to what is gone.

pub mod api;
mod change;
mod create;
mod remove;
pub mod rules;
mod secrets;
mod view;
pub mod web;

pub use change::{Changed, change};
pub use create::{Created, create};
pub use remove::{Removed, remove};
pub use secrets::{Made, Revoked, make_secret, revoke_secret};
pub use view::{Details, details};

use crate::error::Result;
use crate::features::administration::Act;
use crate::features::applications::Application;
use crate::features::applications::rules::GateOrigin;
use crate::features::security_log::{Event, Object, Reason};
use crate::features::{access_tokens, application_sessions, applications, consents};
use crate::ids::ApplicationId;
use portcullis_db::Tx;
use rules::Wanted;

/// What another application has of what one wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    /// It declares this permission.
    Permission(String),
    /// It lives at this origin.
    Origin(String),
}

impl Taken {
    const fn reason(&self) -> Reason {
        match self {
            Self::Permission(_) => Reason::PermissionTaken,
            Self::Origin(_) => Reason::OriginTaken,
        }
    }
}

/// Whether another application has some of it. Call with the installation's row taken.
async fn taken(tx: &mut Tx, id: ApplicationId, wanted: &Wanted) -> Result<Option<Taken>> {
    for (name, _) in wanted.permissions() {
        if applications::declarer(tx, name).await?.is_some_and(|other| other != id) {
            return Ok(Some(Taken::Permission(name.as_str().to_owned())));
        }
    }
    for origin in wanted.gates() {
        let found = applications::by_gate(tx, origin).await?;
        if found.is_some_and(|other| other.id != id) {
            return Ok(Some(Taken::Origin(GateOrigin::as_str(origin).to_owned())));
        }
    }
    Ok(None)
}

/// Takes permissions that are not declared any more from whatever carries them.
async fn withdraw(tx: &mut Tx, id: ApplicationId, permissions: &[String]) -> Result<()> {
    for permission in permissions {
        access_tokens::withdraw(tx, permission).await?;
        application_sessions::withdraw(tx, id, permission).await?;
        consents::withdraw(tx, id, permission).await?;
    }
    Ok(())
}

/// An act's application, taken; none where it is not there.
async fn application(act: &mut Act<'_>, id: ApplicationId) -> Result<Option<Application>> {
    applications::lock(&mut act.tx, id).await
}

fn event(act: &Act<'_>, id: ApplicationId) -> Event {
    act.event().object(Object::Application, id.uuid())
}
