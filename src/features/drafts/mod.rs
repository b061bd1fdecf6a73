//! What was typed into a form that a fresh proof came before, where it is too long for the
//! cookie that keeps shorter ones: sealed, for the session in which it was typed, and for a
//! few minutes.

mod store;

use crate::app::App;
use crate::error::Result;
use crate::ids::SessionId;
use crate::sealed::{self, Place, Sealed};
use crate::time::Timestamp;
use portcullis_db::{Statement, Tx};
use zeroize::Zeroizing;

pub(crate) const fn statements() -> &'static [Statement] {
    store::ALL
}

/// No session keeps more.
const LONGEST: usize = 2 * 1024 * 1024;

const fn place(session: SessionId) -> Place {
    Place { table: "drafts", column: "sealed", row: session.uuid(), owner: None }
}

/// Action: keeps a draft until then, in place of an earlier one; false where it is too long.
pub async fn keep(app: &App, session: SessionId, plain: &[u8], until: Timestamp) -> Result<bool> {
    if plain.len() > LONGEST {
        return Ok(false);
    }
    let sealed = sealed::seal(&app.keys, &app.random, place(session), plain)?;
    let mut tx = app.db.begin().await?;
    store::put(&mut tx, session, &sealed, until).await?;
    tx.commit().await?;
    Ok(true)
}

/// The draft of a session, if it is there still.
pub async fn find(
    app: &App,
    session: SessionId,
    now: Timestamp,
) -> Result<Option<Zeroizing<Vec<u8>>>> {
    let found: Option<Sealed> = store::find(&mut &app.db, session, now).await?;
    found.map(|sealed| sealed::open(&app.keys, place(session), &sealed)).transpose()
}

/// Step: removes those that are over, and says how many.
pub async fn prune(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    store::prune(tx, now).await
}
