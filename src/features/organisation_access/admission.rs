//! Whether whoever holds an invitation may accept it from where they are: joining is an act
//! of the organisation, too.

use crate::app::App;
use crate::error::Result;
use crate::features::ip_allowlist;
use crate::features::mailed_links::Dead;
use crate::features::organisations::invitations::{self, Invitation, Opened};
use crate::http::Source;
use crate::time::Timestamp;
use portcullis_db::Tx;

/// The answer to whoever presents an invitation.
#[derive(Debug, Clone)]
pub enum Admission {
    /// They may accept it.
    Admitted(Box<Admitted>),
    /// The organisation's allowlist keeps them out. The invitation is as good as before.
    NotFromHere(Box<Invitation>),
    /// It opens nothing.
    Dead(Dead),
}

/// An invitation that may be accepted from where its holder is. Nothing but [`admit`] makes
/// one, and nobody joins by an invitation without.
#[derive(Debug, Clone)]
pub struct Admitted(Opened);

impl Admitted {
    /// What was presented.
    pub const fn opened(&self) -> &Opened {
        &self.0
    }

    /// Step: spends the invitation; false where it is no longer open.
    pub async fn spend(&self, tx: &mut Tx, now: Timestamp) -> Result<bool> {
        invitations::spend(tx, &self.0.invitation, now).await
    }
}

/// The decision alone: it writes nothing.
pub async fn admit(app: &App, text: &str, source: &Source, now: Timestamp) -> Result<Admission> {
    let opened = match invitations::open(app, text, now).await? {
        Ok(opened) => opened,
        Err(dead) => return Ok(Admission::Dead(dead)),
    };
    let id = opened.organisation.id;
    let state = ip_allowlist::state(&mut &app.db, id).await?;
    Ok(if ip_allowlist::allows(app, id, &state, source.address, now).await? {
        Admission::Admitted(Box::new(Admitted(opened)))
    } else {
        Admission::NotFromHere(Box::new(opened.invitation))
    })
}
