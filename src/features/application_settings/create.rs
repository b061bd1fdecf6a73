use super::rules::Wanted;
use super::secrets::{self, Secret};
use super::{Taken, event, taken};
use crate::app::App;
use crate::error::{Fault, Result};
use crate::features::administration::{Act, By};
use crate::features::applications;
use crate::features::applications::rules::ApplicationKind;
use crate::features::security_log::{Kind, Reason};
use crate::ids::ApplicationId;

/// What came of making an application.
#[derive(Debug)]
pub enum Created {
    /// It is there; with its first secret, to be shown now, where it can keep one.
    Done(Option<Secret>),
    /// This page has made its application already.
    Already,
    /// Another one has some of it.
    Taken(Taken),
}

/// Action: makes an application. Its id is known before, so that a page makes one.
pub async fn create(app: &App, by: By<'_>, id: ApplicationId, wanted: &Wanted) -> Result<Created> {
    let mut act = Act::begin(app, by, Kind::ApplicationMade).await?;
    if let Some(taken) = taken(&mut act.tx, id, wanted).await? {
        let event = act.event().refused(taken.reason());
        act.write(event).await?;
        return Ok(Created::Taken(taken));
    }
    let now = act.now;
    if !applications::create(&mut act.tx, id, wanted.properties(), now).await? {
        let event = event(&act, id).refused(Reason::Already);
        act.write(event).await?;
        return Ok(Created::Already);
    }
    applications::set_addresses(&mut act.tx, id, wanted.addresses()).await?;
    applications::declare(&mut act.tx, id, wanted.permissions()).await?;
    let secret = match wanted.properties().kind {
        ApplicationKind::Public => None,
        ApplicationKind::Confidential => {
            let made = secrets::add(&mut act, id, None).await?;
            Some(made.ok_or_else(|| Fault::new("a new secret has another's id"))?)
        }
    };
    let event = event(&act, id).detail(wanted.properties().kind.tag());
    act.write(event).await?;
    Ok(Created::Done(secret))
}
