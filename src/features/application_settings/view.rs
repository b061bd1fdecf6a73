use crate::app::App;
use crate::error::Result;
use crate::features::applications::{self, Addresses, Application, Declared, Secret};
use crate::ids::ApplicationId;
use crate::time::Timestamp;
use portcullis_db::Reader;

/// An application with everything that is added to it.
#[derive(Debug, Clone)]
pub struct Details {
    /// The application.
    pub application: Application,
    /// Where it lives.
    pub addresses: Addresses,
    /// What it declares, by name.
    pub permissions: Vec<Declared>,
    /// What proves it, the newest first: nothing that opens anything.
    pub secrets: Vec<Secret>,
}

/// An application, if it is there.
pub async fn details(app: &App, id: ApplicationId, now: Timestamp) -> Result<Option<Details>> {
    let found = find(&mut &app.db, id, now).await?;
    if found.is_none() {
        // Whoever removed it may still wait for other nodes.
        app.db.settled().await;
    }
    Ok(found)
}

pub(super) async fn find(
    db: &mut impl Reader,
    id: ApplicationId,
    now: Timestamp,
) -> Result<Option<Details>> {
    let Some(application) = applications::by_id(db, id).await? else { return Ok(None) };
    Ok(Some(Details {
        application,
        addresses: applications::addresses(db, id).await?,
        permissions: applications::permissions(db, id).await?,
        secrets: applications::secrets(db, id, now).await?,
    }))
}
