//! What administrators and the operator say about who gets in.

use super::rules::{self, Known, MOST_RULES, Rules};
use super::store;
use crate::app::App;
use crate::error::Result;
use crate::features::administration::{Act, By};
use crate::features::applications::rules::{AddressKind, GateOrigin};
use crate::features::applications::{self, Application};
use crate::features::organisations;
use crate::features::security_log::{Kind, Object, Reason};
use crate::ids::ApplicationId;
use portcullis_db::Tx;
use std::collections::BTreeSet;

/// An application, as far as the gate is concerned.
#[derive(Debug, Clone)]
pub struct Guard {
    /// The application.
    pub application: Application,
    /// Where the gate stands before it, with the rules there.
    pub origins: Vec<(String, Rules)>,
    /// The permissions that it declares, by name.
    pub declared: BTreeSet<String>,
}

/// What the rules of a text can ask for: of all organisations, those that it names.
pub async fn known(app: &App, guard: &Guard, text: &str) -> Result<Known> {
    let mut organisations = BTreeSet::new();
    for slug in rules::organisations(text).into_iter().take(MOST_RULES) {
        if organisations::by_slug(&mut &app.db, &slug).await?.is_some() {
            organisations.insert(slug);
        }
    }
    Ok(Known { declared: guard.declared.clone(), organisations })
}

/// What the gate asks of whoever comes to an application; none where there is none.
pub async fn guard(app: &App, id: ApplicationId) -> Result<Option<Guard>> {
    let db = &mut &app.db;
    let Some(application) = applications::by_id(db, id).await? else {
        // Whoever removed it may still wait for other nodes.
        app.db.settled().await;
        return Ok(None);
    };
    let declared = applications::permissions(db, id).await?;
    let rules = store::rules(db, id).await?;
    let origins = applications::addresses(db, id).await?.of(AddressKind::Gate);
    let of = |origin: &String| rules.iter().find(|(own, _)| own == origin);
    Ok(Some(Guard {
        application,
        origins: origins
            .into_iter()
            .map(|origin| {
                let own = of(&origin).map(|(_, own)| own.clone()).unwrap_or_default();
                (origin, own)
            })
            .collect(),
        declared: declared.into_iter().map(|own| own.name).collect(),
    }))
}

/// Step: an application keeps the rules of these origins and of no others, so that whoever
/// comes to one that it takes again finds it closed; the origins whose rules went. Call
/// with the application's row taken.
pub async fn keep_rules(
    tx: &mut Tx,
    id: ApplicationId,
    origins: &[GateOrigin],
) -> Result<Vec<String>> {
    let mut gone = store::origins(tx, id).await?;
    gone.retain(|origin| !origins.iter().any(|own| own.as_str() == origin));
    for origin in &gone {
        store::remove_rules(tx, id, origin).await?;
    }
    Ok(gone)
}

/// What came of saving rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Saved {
    /// They count from now on.
    Done,
    /// There is no such application, or it does not live there.
    Unknown,
    /// Somebody else has changed the application since it was looked at.
    Meanwhile,
}

/// Action: these origins of an application have these rules from now on, and no others;
/// those that are not named keep theirs. The application was looked at when it had this
/// revision.
pub async fn save_rules(
    app: &App,
    by: By<'_>,
    id: ApplicationId,
    revision: i64,
    wanted: &[(String, Rules)],
) -> Result<Saved> {
    let mut act = Act::begin(app, by, Kind::GateRulesChanged).await?;
    // Looked at before its row is taken, which raises the revision.
    let Some(application) = applications::by_id(&mut act.tx, id).await? else {
        let event = act.event().refused(Reason::UnknownApplication);
        act.write(event).await?;
        return Ok(Saved::Unknown);
    };
    if application.revision != revision {
        let event = act.event().object(Object::Application, id.uuid());
        act.write(event.refused(Reason::ChangedMeanwhile)).await?;
        return Ok(Saved::Meanwhile);
    }
    let own = applications::addresses(&mut act.tx, id).await?.of(AddressKind::Gate);
    if wanted.iter().any(|(origin, _)| !own.contains(origin)) {
        let event = act.event().object(Object::Application, id.uuid());
        act.write(event.refused(Reason::UnknownApplication)).await?;
        return Ok(Saved::Unknown);
    }
    applications::lock(&mut act.tx, id).await?;
    for (origin, rules) in wanted {
        store::set_rules(&mut act.tx, id, origin, rules).await?;
    }
    let origins: Vec<&str> = wanted.iter().map(|(origin, _)| origin.as_str()).collect();
    let event = act.event().object(Object::Application, id.uuid()).detail(origins.join(" "));
    act.write(event).await?;
    Ok(Saved::Done)
}
