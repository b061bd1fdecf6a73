use crate::app::App;
use crate::error::Result;
use crate::features::application_sessions::rules::Ended;
use crate::features::security_log::{self, Event, Kind, Object};
use crate::features::{account, application_sessions};
use crate::http::Source;
use crate::secret::Token;

/// Action: ends the application session that a browser holds. Whoever holds none is out
/// already.
pub async fn sign_out(app: &App, session: &Token, source: &Source) -> Result<()> {
    let now = app.clock.now();
    let Some(held) = application_sessions::authenticate(app, session, now).await? else {
        return application_sessions::already_out(app, session).await;
    };
    let (account, parent) = (held.account.id, held.parent.id);
    let mut tx = app.db.begin().await?;
    account::lock(&mut tx, account).await?;
    if application_sessions::end(&mut tx, account, held.id, Ended::SignedOut, now).await? {
        let event = Event::by_owner(Kind::ApplicationSignedOut, (account, parent))
            .object(Object::Application, held.application.uuid())
            .from(source);
        security_log::record(&mut tx, event, now, &app.random).await?;
    }
    Ok(tx.commit().await?)
}
