//! Roles, removing and leaving. Whoever is the last owner stays one.

use super::rules::Role;
use super::{Organisation, confirm_with, letters, store};
use crate::app::App;
use crate::error::Result;
use crate::features::account;
use crate::features::security_log::{self, Actor, Event, Kind, Reason};
use crate::features::security_notices;
use crate::features::sessions::Current;
use crate::http::Source;
use crate::ids::AccountId;
use crate::time::Timestamp;
use portcullis_db::Tx;

/// What came of it; what was refused is in the log.
pub type Done = std::result::Result<(), Reason>;

struct Act<'a> {
    app: &'a App,
    organisation: &'a Organisation,
    now: Timestamp,
    tx: Tx,
    event: Event,
}

impl<'a> Act<'a> {
    async fn begin(
        app: &'a App,
        current: &Current,
        organisation: &'a Organisation,
        (kind, at_least): (Kind, Role),
        member: AccountId,
        source: &Source,
    ) -> Result<(Self, Role)> {
        let now = app.clock.now();
        let mut tx = app.db.begin().await?;
        let role = confirm_with(&mut tx, current, organisation.id, at_least, Some(member)).await?;
        let event = Event::new(kind)
            .by(Actor::Account(current.account.id))
            .in_session(current.session.id)
            .within(organisation.id)
            .from(source);
        Ok((Self { app, organisation, now, tx, event }, role))
    }

    /// The member's role, once nobody else can change it; else the refusal. An owner who
    /// is the last stays one.
    async fn may(&mut self, actor: Role, member: AccountId) -> Result<HeldRole> {
        let Some(held) = store::role(&mut self.tx, self.organisation.id, member).await? else {
            return Ok(Err(Reason::UnknownMember));
        };
        self.event = self.event.clone().on(member);
        Ok(if actor.may_manage(held) { Ok(held) } else { Err(Reason::Role) })
    }

    async fn stays_owned(&mut self, member: AccountId) -> Result<bool> {
        store::has_other_owner(&mut self.tx, self.organisation.id, member).await
    }

    async fn finish(mut self, done: Done, detail: Option<String>) -> Result<Done> {
        let mut event = match done {
            Ok(()) => self.event,
            Err(reason) => self.event.refused(reason),
        };
        if let Some(detail) = detail {
            event = event.detail(detail);
        }
        security_log::record(&mut self.tx, event, self.now, &self.app.random).await?;
        self.tx.commit().await?;
        Ok(done)
    }
}

type HeldRole = std::result::Result<Role, Reason>;

/// Action: gives a member another role.
pub async fn change_role(
    app: &App,
    current: &Current,
    organisation: &Organisation,
    member: AccountId,
    role: Role,
    source: &Source,
) -> Result<Done> {
    let kind = (Kind::MemberRoleChanged, Role::Admin);
    let (mut act, actor) = Act::begin(app, current, organisation, kind, member, source).await?;
    let held = match act.may(actor, member).await? {
        Ok(held) => held,
        Err(reason) => return act.finish(Err(reason), None).await,
    };
    let detail = Some(format!("{} → {}", held.tag(), role.tag()));
    let reason = if !actor.may_manage(role) {
        Some(Reason::Role)
    } else if held == role {
        Some(Reason::Already)
    } else if held == Role::Owner && !act.stays_owned(member).await? {
        Some(Reason::LastOwner)
    } else {
        None
    };
    if let Some(reason) = reason {
        return act.finish(Err(reason), detail).await;
    }
    store::set_role(&mut act.tx, organisation.id, member, role).await?;
    if let Some(account) = account::by_id(&mut act.tx, member).await?
        && member != current.account.id
    {
        let letter = letters::role_changed(app, &account, organisation, role, act.now);
        security_notices::tell(&mut act.tx, app, &account, &letter, act.now).await?;
    }
    act.finish(Ok(()), detail).await
}

/// Action: removes a member.
pub async fn remove(
    app: &App,
    current: &Current,
    organisation: &Organisation,
    member: AccountId,
    source: &Source,
) -> Result<Done> {
    let kind = (Kind::MemberRemoved, Role::Admin);
    let (mut act, actor) = Act::begin(app, current, organisation, kind, member, source).await?;
    let reason = match act.may(actor, member).await? {
        Err(reason) => Some(reason),
        // Whoever wants to go themselves leaves.
        Ok(_) if member == current.account.id => Some(Reason::OwnAccount),
        Ok(Role::Owner) if !act.stays_owned(member).await? => Some(Reason::LastOwner),
        Ok(_) => None,
    };
    if let Some(reason) = reason {
        return act.finish(Err(reason), None).await;
    }
    store::remove(&mut act.tx, organisation.id, member).await?;
    if let Some(account) = account::by_id(&mut act.tx, member).await? {
        let letter = letters::removed(app, &account, organisation, act.now);
        security_notices::tell(&mut act.tx, app, &account, &letter, act.now).await?;
    }
    act.finish(Ok(()), None).await
}

/// Action: leaves.
pub async fn leave(
    app: &App,
    current: &Current,
    organisation: &Organisation,
    source: &Source,
) -> Result<Done> {
    let (own, kind) = (current.account.id, (Kind::MemberLeft, Role::Member));
    let (mut act, role) = Act::begin(app, current, organisation, kind, own, source).await?;
    act.event = act.event.clone().on(own);
    if role == Role::Owner && !act.stays_owned(own).await? {
        return act.finish(Err(Reason::LastOwner), None).await;
    }
    store::remove(&mut act.tx, organisation.id, own).await?;
    act.finish(Ok(()), None).await
}
