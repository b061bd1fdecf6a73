//! Who belongs to an organisation, and who is asked to.

use super::{Tabs, role_name};
use crate::error::{Refused, Result};
use crate::features::account::web::read_email;
use crate::features::organisations::rules::{Plan, Role};
use crate::features::organisations::{self, Granted, PlaceOfMember, invitations, page_of_members};
use crate::features::security_log::Reason;
use crate::http::{
    Answer, Choice, Field, Member, OrganisationAdmin, OrganisationAdminSteppedUp, Page, Visit,
};
use crate::ids::AccountId;
use crate::text::{Moment, Text};
use crate::time::Timestamp;
use askama::Template;
use axum::http::StatusCode;
use serde::Deserialize;

/// Members on a page.
const SHOWN: usize = 50;

#[derive(Template)]
#[template(path = "features/organisations/members.html")]
struct MembersPage {
    page: Page,
    tabs: Tabs,
    enterprise: bool,
    count: i64,
    rows: Vec<MemberRow>,
    first: bool,
    next: Option<String>,
    invitations: Vec<InvitationRow>,
    email: Field,
    roles: Vec<Choice>,
    /// Until when the reader has to set up a second factor.
    grace: Option<String>,
}

struct MemberRow {
    id: String,
    name: String,
    email: String,
    own: bool,
    role: String,
    joined: Moment,
    has_factor: bool,
    /// The roles that the reader may give them; none for who is not theirs to manage.
    roles: Vec<Choice>,
    removable: bool,
}

struct InvitationRow {
    id: String,
    email: String,
    role: String,
    sent: Moment,
    until: Moment,
    mine: bool,
}

#[derive(Deserialize)]
struct Asked {
    after: Option<String>,
}

#[derive(Deserialize)]
struct InviteForm {
    #[serde(default)]
    email: String,
    #[serde(default)]
    role: String,
}

#[derive(Deserialize)]
struct RoleForm {
    #[serde(default)]
    role: String,
}

fn read_place(text: &str) -> Option<PlaceOfMember> {
    let (millis, id) = text.split_once('.')?;
    Some((Timestamp::from_millis(millis.parse().ok()?), id.parse().ok()?))
}

fn choices(text: &Text, giver: Role, chosen: Role) -> Vec<Choice> {
    let choice = |role: Role| Choice {
        value: role.tag().to_owned(),
        label: role_name(text, role).to_string(),
        selected: role == chosen,
    };
    giver.gives().map(choice).collect()
}

/// The list.
pub async fn page(visit: Visit, Member(current, granted): Member) -> Result<Answer> {
    let email = Field::new(visit.kept("email"));
    let role = Role::from_tag(visit.kept("role")).unwrap_or(Role::Member);
    Answer::page(&view(&visit, current.account.id, &granted, (email, role)).await?)
}

async fn view(
    visit: &Visit,
    own: AccountId,
    granted: &Granted,
    (email, chosen): (Field, Role),
) -> Result<MembersPage> {
    let asked: Asked = visit.query()?;
    let after = asked.after.as_deref().map(|text| read_place(text).ok_or(Refused::NotFound));
    let after = after.transpose()?;
    let (id, role) = (granted.organisation.id, granted.role);
    let limit = i64::try_from(SHOWN + 1).unwrap_or(i64::MAX);
    let (mut found, count) = page_of_members(&visit.app, id, after, limit).await?;
    let more = found.len() > SHOWN;
    found.truncate(SHOWN);
    let last = found.last().filter(|_| more);
    let next = last.map(|last| format!("?after={}.{}", last.joined_at.millis(), last.account));
    let waiting = match role {
        Role::Member => Vec::new(),
        Role::Admin | Role::Owner => invitations::waiting(&visit.app, id, visit.now).await?,
    };
    let text = &visit.text;
    let rows = found.into_iter().map(|member| MemberRow {
        id: member.account.to_string(),
        own: member.account == own,
        role: role_name(text, member.role).to_string(),
        joined: text.moment(member.joined_at),
        has_factor: member.second_factors.any(),
        roles: if role.may_manage(member.role) {
            choices(text, role, member.role)
        } else {
            Vec::new()
        },
        removable: role.may_manage(member.role) && member.account != own,
        name: member.name,
        email: member.email,
    });
    let invited = waiting.into_iter().map(|one| InvitationRow {
        id: one.id.to_string(),
        role: role_name(text, one.role).to_string(),
        sent: text.moment(one.created_at),
        until: text.moment(one.expires_at),
        mine: role.may_manage(one.role),
        email: one.email,
    });
    Ok(MembersPage {
        page: visit.page("title-members", "organisations"),
        tabs: Tabs::new(&granted.organisation, role, "members"),
        enterprise: granted.organisation.plan == Plan::Enterprise,
        count,
        rows: rows.collect(),
        first: after.is_none(),
        next,
        invitations: invited.collect(),
        email,
        roles: choices(text, role, chosen),
        grace: granted.grace_until.map(|until| text.moment(until).absolute),
    })
}

/// Invites somebody.
pub async fn invite(
    visit: Visit,
    OrganisationAdminSteppedUp(current, granted): OrganisationAdminSteppedUp,
) -> Result<Answer> {
    let form: InviteForm = visit.form()?;
    let role = Role::from_tag(&form.role).ok_or(Refused::Unreadable)?;
    let (email, field) = read_email(&visit, &form.email);
    let own = current.account.id;
    let Some(email) = email else {
        let shown = view(&visit, own, &granted, (field, role)).await?;
        return Ok(Answer::page(&shown)?.status(StatusCode::BAD_REQUEST));
    };
    let organisation = &granted.organisation;
    let wanted = (&email, role);
    let said = match invitations::invite(&visit.app, &current, organisation, wanted, &visit.source)
        .await?
    {
        Ok(()) => {
            let back = Answer::redirect(organisation.path(""));
            return Ok(back.flash(&visit.app, "flash-invited"));
        }
        Err(Reason::Already) => visit.text.say("invite-already"),
        Err(Reason::TooMany) => visit.text.say("invite-too-many"),
        Err(_) => return Err(Refused::NotFound.into()),
    };
    let shown = view(&visit, own, &granted, (field.wrong(said), role)).await?;
    Ok(Answer::page(&shown)?.status(StatusCode::UNPROCESSABLE_ENTITY))
}

/// Takes an invitation back.
pub async fn withdraw(
    visit: Visit,
    OrganisationAdmin(current, granted): OrganisationAdmin,
) -> Result<Answer> {
    let id = visit.param("id").parse().map_err(|_| Refused::NotFound)?;
    let organisation = &granted.organisation;
    let done = invitations::withdraw(&visit.app, &current, organisation, id, &visit.source).await?;
    done.map_err(|_| Refused::NotFound)?;
    Ok(Answer::redirect(organisation.path("")).flash(&visit.app, "flash-invitation-withdrawn"))
}

/// Gives a member another role.
pub async fn change_role(
    visit: Visit,
    OrganisationAdminSteppedUp(current, granted): OrganisationAdminSteppedUp,
) -> Result<Answer> {
    let form: RoleForm = visit.form()?;
    let role = Role::from_tag(&form.role).ok_or(Refused::Unreadable)?;
    let id = visit.param("id").parse().map_err(|_| Refused::NotFound)?;
    let (app, organisation) = (&visit.app, &granted.organisation);
    let done =
        organisations::change_role(app, &current, organisation, id, role, &visit.source).await?;
    let flash = match done {
        Ok(()) | Err(Reason::Already) => "flash-role-changed",
        Err(Reason::LastOwner) => "flash-refused-last-owner",
        Err(_) => return Err(Refused::NotFound.into()),
    };
    Ok(Answer::redirect(organisation.path("")).flash(app, flash))
}

/// Removes a member.
pub async fn remove(
    visit: Visit,
    OrganisationAdminSteppedUp(current, granted): OrganisationAdminSteppedUp,
) -> Result<Answer> {
    let id = visit.param("id").parse().map_err(|_| Refused::NotFound)?;
    let (app, organisation) = (&visit.app, &granted.organisation);
    let done = organisations::remove(app, &current, organisation, id, &visit.source).await?;
    let flash = match done {
        Ok(()) => "flash-member-removed",
        Err(Reason::LastOwner) => "flash-refused-last-owner",
        Err(_) => return Err(Refused::NotFound.into()),
    };
    Ok(Answer::redirect(organisation.path("")).flash(app, flash))
}
