//! Organisations are made by those who run the installation; who belongs to one is its own
//! owners' from then on.

use super::by::{Act, By};
use crate::app::App;
use crate::error::Result;
use crate::features::account;
use crate::features::account::rules::{EmailAddress, Name};
use crate::features::organisations::invitations;
use crate::features::organisations::rules::{Plan, Role};
use crate::features::organisations::{
    self, ListedOrganisation, Member, NewOrganisation, Organisation,
};
use crate::features::security_log::{Kind, Reason};
use crate::features::{ip_allowlist, two_factor_requirement};
use crate::ids::OrganisationId;
use crate::time::Timestamp;

/// What came of it.
pub type OrganisationDone = std::result::Result<Organisation, Reason>;

/// Action: makes an organisation. Whose address it is is its first owner: at once, where
/// there is such an account, else by invitation.
pub async fn create_organisation(
    app: &App,
    by: By<'_>,
    new: &NewOrganisation,
    owner: &EmailAddress,
) -> Result<OrganisationDone> {
    let mut act = Act::begin(app, by, Kind::OrganisationCreated).await?;
    let now = act.now;
    let Some(made) = organisations::create(&mut act.tx, new, now, &app.random).await? else {
        let event = act.event().refused(Reason::SlugTaken);
        act.write(event).await?;
        return Ok(Err(Reason::SlugTaken));
    };
    let event = act.event().within(made.id).detail(format!("plan {}", made.plan.tag()));
    let account = account::by_email(&mut act.tx, owner).await?;
    let account = account.filter(|account| !account.is_gone(now));
    let event = if let Some(account) = account {
        account::lock(&mut act.tx, account.id).await?;
        organisations::appoint(&mut act.tx, app, &made, &account, Role::Owner, now).await?;
        event.on(account.id)
    } else {
        let whom = (owner, Role::Owner);
        invitations::send(&mut act.tx, app, &made, whom, None, now).await?;
        event.email(owner.typed())
    };
    act.write(event).await?;
    Ok(Ok(made))
}

/// Action: gives an organisation another name or plan. What it asks of its members goes on
/// whatever the plan is: nothing is opened by a bill.
pub async fn change_organisation(
    app: &App,
    by: By<'_>,
    slug: &str,
    name: Option<&Name>,
    plan: Option<Plan>,
) -> Result<OrganisationDone> {
    let mut act = Act::begin(app, by, Kind::OrganisationChanged).await?;
    let Some(before) = organisations::by_slug(&mut act.tx, slug).await? else {
        let event = act.event().refused(Reason::UnknownOrganisation);
        act.write(event).await?;
        return Ok(Err(Reason::UnknownOrganisation));
    };
    let event = act.event().within(before.id);
    let after = Organisation {
        name: name.map_or_else(|| before.name.clone(), |name| name.as_str().to_owned()),
        plan: plan.unwrap_or(before.plan),
        ..before.clone()
    };
    if after == before {
        act.write(event.refused(Reason::Already)).await?;
        return Ok(Err(Reason::Already));
    }
    organisations::change(&mut act.tx, &after).await?;
    let renamed = if after.name == before.name { "" } else { "; another name" };
    let (old, new) = (before.plan.tag(), after.plan.tag());
    act.write(event.detail(format!("plan {old} → {new}{renamed}"))).await?;
    Ok(Ok(after))
}

/// Action: removes an organisation, with all that it asks for. Its log stays.
pub async fn remove_organisation(app: &App, by: By<'_>, slug: &str) -> Result<OrganisationDone> {
    let mut act = Act::begin(app, by, Kind::OrganisationRemoved).await?;
    let Some(found) = organisations::by_slug(&mut act.tx, slug).await? else {
        let event = act.event().refused(Reason::UnknownOrganisation);
        act.write(event).await?;
        return Ok(Err(Reason::UnknownOrganisation));
    };
    let now = act.now;
    organisations::end(&mut act.tx, app, &found, now).await?;
    ip_allowlist::remove_organisation(&mut act.tx, found.id).await?;
    two_factor_requirement::remove_organisation(&mut act.tx, found.id).await?;
    let event = act.event().within(found.id);
    act.write(event).await?;
    Ok(Ok(found))
}

/// Organisations, the newest first, before one of them.
pub async fn list_organisations(
    app: &App,
    before: Option<(Timestamp, OrganisationId)>,
    limit: i64,
) -> Result<Vec<ListedOrganisation>> {
    organisations::list(&mut &app.db, before, limit).await
}

/// An organisation, those who run it, and how many belong to it.
pub async fn see_organisation(
    app: &App,
    slug: &str,
) -> Result<Option<(Organisation, Vec<Member>, i64)>> {
    const NAMED: i64 = 20;
    let db = &mut &app.db;
    let Some(found) = organisations::by_slug(db, slug).await? else { return Ok(None) };
    let in_charge = organisations::in_charge(db, found.id, NAMED).await?;
    let (_, count) = organisations::page_of_members(app, found.id, None, 0).await?;
    Ok(Some((found, in_charge, count)))
}
