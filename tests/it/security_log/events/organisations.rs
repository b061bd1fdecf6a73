//! Organisations: who belongs to them, and what they ask.

use super::*;
use crate::organisations::{ACME, SECURITY, joins, member, organisation, seen};
use crate::support::{Browser, enables_two_factor};
use portcullis::features::ip_allowlist;
use portcullis::features::organisations::Organisation;
use portcullis::features::organisations::rules::{Plan, Role};
use std::time::Duration;

const OWNER: &str = "owner@example.com";
const ADMIN: &str = "admin@example.com";
const MEMBER: &str = "member@example.com";
const GUEST: &str = "newcomer@example.com";
const NOBODY: &str = "01900000-0000-7000-8000-000000000000";

pub async fn organisations(watch: &mut Watch<'_>, ada: &mut Browser) {
    let app = watch.app;
    app.tamper("UPDATE accounts SET administrator_since = 1 WHERE email = 'ada@example.com'").await;
    let owner = app.account(OWNER).await.id;
    ada.forget("-session");
    ada.signs_in(ADA, PASSWORD).await;
    watch.fresh().await;
    let acme = made(watch, ada, owner).await;
    let admin = member(app, &acme, ADMIN, Role::Admin).await;
    let mate = member(app, &acme, MEMBER, Role::Member).await;
    let mut own = agent(app, "Owner");
    own.signs_in(OWNER, PASSWORD).await;
    enables_two_factor(app, &mut own).await;
    watch.fresh().await;
    inviting(watch, &mut own).await;
    let mut other = agent(app, "Admin");
    other.signs_in(ADMIN, PASSWORD).await;
    roles(watch, &mut own, &mut other, [owner, admin, mate]).await;
    policies(watch, &mut own, &acme).await;
    leaving(watch, &mut own, &acme).await;
    removing(watch, ada).await;
}

async fn made(watch: &mut Watch<'_>, ada: &mut Browser, owner: AccountId) -> Organisation {
    const NEW: &str = "/admin/organisations/new";
    const ONE: &str = "/admin/organisations/acme";
    let app = watch.app;
    let fields = [("name", "Acme"), ("slug", "acme"), ("email", OWNER), ("plan", "enterprise")];
    for (reason, account) in [(None, Some(owner)), (Some(Reason::SlugTaken), None)] {
        ada.get(NEW).await.is(200);
        ada.post(NEW, &fields).await;
        let entry = watch.one_of(Kind::OrganisationCreated, reason).await;
        assert_eq!((entry.account, entry.actor_kind.as_str()), (account, "account"));
    }
    let change = [("name", "Acme Ltd"), ("plan", "enterprise")];
    for reason in [None, Some(Reason::Already)] {
        ada.get(ONE).await.is(200);
        ada.post(ONE, &change).await.leads_to(ONE);
        watch.one_of(Kind::OrganisationChanged, reason).await;
    }
    ada.post("/admin/organisations/nowhere", &change).await.is(404);
    watch.one_of(Kind::OrganisationChanged, Some(Reason::UnknownOrganisation)).await;
    let mut db = &app.db;
    portcullis::features::organisations::by_slug(&mut db, "acme").await.unwrap().unwrap()
}

async fn inviting(watch: &mut Watch<'_>, own: &mut Browser) {
    let app = watch.app;
    let path = format!("{ACME}/invitations");
    let guest = [("email", GUEST), ("role", "admin")];
    own.get(ACME).await.is(200);
    own.post(&path, &guest).await.leads_to(ACME);
    let entry = watch.one_of(Kind::MemberInvited, None).await;
    assert_eq!((entry.account, entry.email.as_deref()), (None, Some(GUEST)));
    own.post(&path, &[("email", MEMBER), ("role", "member")]).await.is(422);
    watch.one_of(Kind::MemberInvited, Some(Reason::Already)).await;
    for _ in 1..5 {
        app.wait(Duration::from_secs(1));
        own.post(&path, &guest).await;
        watch.one_of(Kind::MemberInvited, None).await;
    }
    own.post(&path, &guest).await.is(422);
    watch.one_of(Kind::MemberInvited, Some(Reason::TooMany)).await;
    let page = own.get(ACME).await;
    let (_, rest) = page.body.split_once(&format!("{path}/")).unwrap();
    let id = rest.split_once('/').unwrap().0;
    let link = app.link(GUEST, "organisation").await;
    let mut stranger = agent(app, "Guest");
    stranger.get(&link).await.is(200);
    let sign_up = format!("{link}/sign-up");
    let fields = |password: &'static str| {
        [("name", "Gus"), ("new_password", password), ("confirm_new_password", password)]
    };
    stranger.post(&sign_up, &fields("short")).await.is(422);
    watch.one_of(Kind::MemberJoined, Some(Reason::Policy)).await;
    own.get("/forgot-password").await;
    own.post(&link, &[]).await.leads_to(&link);
    watch.one_of(Kind::MemberJoined, Some(Reason::OtherAddress)).await;
    for reason in [None, Some(Reason::UnknownInvitation)] {
        own.get(ACME).await;
        own.post(&format!("{path}/{id}/withdraw"), &[]).await;
        watch.one_of(Kind::MemberInvitationWithdrawn, reason).await;
    }
    stranger.get("/sign-in").await;
    stranger.post(&sign_up, &fields(PASSWORD)).await.is(410);
    watch.one_of(Kind::MemberJoined, Some(Reason::Link)).await;
    app.tamper("UPDATE organisation_invitations SET withdrawn_at = NULL, created_at = 1").await;
    stranger.get(&link).await.is(200);
    app.account(GUEST).await;
    watch.fresh().await;
    stranger.post(&sign_up, &fields(PASSWORD)).await.leads_to(&link);
    watch.one_of(Kind::MemberJoined, Some(Reason::EmailTaken)).await;
    stranger.forget("-session");
    stranger.signs_in(GUEST, PASSWORD).await;
    watch.fresh().await;
    stranger.get(&link).await.is(200);
    stranger.post(&link, &[]).await.leads_to(ACME);
    watch.one_of(Kind::MemberJoined, None).await;
    app.tamper("UPDATE organisation_invitations SET accepted_at = NULL").await;
    stranger.get(&link).await.is(200);
    stranger.post(&link, &[]).await.leads_to(ACME);
    watch.one_of(Kind::MemberJoined, Some(Reason::Already)).await;
    app.tamper("DELETE FROM organisation_invitations").await;
}

async fn roles(
    watch: &mut Watch<'_>,
    own: &mut Browser,
    admin: &mut Browser,
    [owner, admin_id, mate]: [AccountId; 3],
) {
    let role = |id: String| format!("{ACME}/members/{id}/role");
    let remove = |id: String| format!("{ACME}/members/{id}/remove");
    admin.get(ACME).await.is(200);
    watch.fresh().await;
    let invite = [("email", "x@example.com"), ("role", "owner")];
    admin.post(&format!("{ACME}/invitations"), &invite).await.is(404);
    watch.one_of(Kind::MemberInvited, Some(Reason::Role)).await;
    own.get(ACME).await.is(200);
    own.post(&format!("{ACME}/invitations"), &invite).await.leads_to(ACME);
    watch.fresh().await;
    let page = own.get(ACME).await;
    let (_, rest) = page.body.split_once(&format!("{ACME}/invitations/")).unwrap();
    let id = rest.split_once('/').unwrap().0.to_owned();
    admin.post(&format!("{ACME}/invitations/{id}/withdraw"), &[]).await.is(404);
    watch.one_of(Kind::MemberInvitationWithdrawn, Some(Reason::Role)).await;
    admin.post(&role(owner.to_string()), &[("role", "member")]).await.is(404);
    watch.one_of(Kind::MemberRoleChanged, Some(Reason::Role)).await;
    admin.post(&remove(owner.to_string()), &[]).await.is(404);
    watch.one_of(Kind::MemberRemoved, Some(Reason::Role)).await;
    own.get(ACME).await.is(200);
    for (id, to, reason) in [
        (mate.to_string(), "admin", None),
        (mate.to_string(), "admin", Some(Reason::Already)),
        (NOBODY.to_owned(), "admin", Some(Reason::UnknownMember)),
        (owner.to_string(), "member", Some(Reason::LastOwner)),
    ] {
        own.post(&role(id), &[("role", to)]).await;
        watch.one_of(Kind::MemberRoleChanged, reason).await;
    }
    for (id, reason) in [
        (NOBODY.to_owned(), Some(Reason::UnknownMember)),
        (owner.to_string(), Some(Reason::OwnAccount)),
        (mate.to_string(), None),
    ] {
        own.post(&remove(id), &[]).await;
        let entry = watch.one_of(Kind::MemberRemoved, reason).await;
        assert_eq!(entry.actor, Some(owner));
    }
    // Of two owners who would remove each other the second is the last one.
    let _ = admin_id;
}

async fn policies(watch: &mut Watch<'_>, own: &mut Browser, acme: &Organisation) {
    const TWO_FACTOR: &str = "/organisations/acme/security/two-factor";
    let app = watch.app;
    let list = format!("{SECURITY}/allowlist");
    let address = own.address.to_string();
    let page = own.get(SECURITY).await;
    page.is(200);
    let number = seen(&page);
    let form = |number: &str, entries: &str, on: &str| {
        [
            ("seen".to_owned(), number.to_owned()),
            ("entries".to_owned(), entries.to_owned()),
            ("enabled".to_owned(), on.to_owned()),
            ("act".to_owned(), "save".to_owned()),
        ]
    };
    let plan = "UPDATE organisations SET plan = ";
    for (number, entries, on, to, reason) in [
        ("9", address.as_str(), "yes", "enterprise", Some(Reason::StalePage)),
        (number.as_str(), "192.0.2.1", "yes", "enterprise", Some(Reason::LocksOut)),
        (number.as_str(), address.as_str(), "yes", "free", Some(Reason::Plan)),
        (number.as_str(), "", "", "enterprise", Some(Reason::Already)),
        (number.as_str(), address.as_str(), "yes", "enterprise", None),
    ] {
        app.tamper(&format!("{plan}'{to}'")).await;
        let form = form(number, entries, on);
        let fields: Vec<(&str, &str)> =
            form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        own.post(&list, &fields).await;
        watch.one_of(Kind::AllowlistChanged, reason).await;
    }
    app.wait(Duration::from_mins(15));
    ip_allowlist::roll_back_due(app).await.unwrap();
    let undone = watch.one_of(Kind::AllowlistRolledBack, None).await;
    assert_eq!(undone.actor_kind, "server");
    proves(watch, own).await;
    let page = own.get(SECURITY).await;
    let form = form(&seen(&page), &address, "yes");
    let fields: Vec<(&str, &str)> =
        form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    own.post(&list, &fields).await.leads_to(SECURITY);
    watch.one_of(Kind::AllowlistChanged, None).await;
    own.get(SECURITY).await.is(200);
    watch.one_of(Kind::AllowlistConfirmed, None).await;
    let mut guest = agent(app, "Guest");
    guest.signs_in(GUEST, PASSWORD).await;
    watch.fresh().await;
    for _ in 0..3 {
        guest.get(ACME).await.is(403);
    }
    app.settles().await;
    watch.one_of(Kind::OrganisationAccess, Some(Reason::AddressNotAllowed)).await;
    for (slug, reason) in [
        ("acme", None),
        ("acme", Some(Reason::Already)),
        ("nowhere", Some(Reason::UnknownOrganisation)),
    ] {
        app.cli(&["organisation", "allowlist", "disable", slug], "").await;
        watch.one(Kind::AllowlistDisabled, reason, None, By::Operator).await;
    }
    let required = [("required", "yes"), ("grace", "0")];
    own.get(TWO_FACTOR).await.is(200);
    own.post(TWO_FACTOR, &[("grace", "0")]).await;
    watch.one_of(Kind::TwoFactorRequirementChanged, Some(Reason::Already)).await;
    app.tamper(&format!("{plan}'free'")).await;
    own.post(TWO_FACTOR, &required).await.is(422);
    watch.one_of(Kind::TwoFactorRequirementChanged, Some(Reason::Plan)).await;
    app.tamper(&format!("{plan}'enterprise'")).await;
    let mut other = agent(app, "Admin");
    other.signs_in(ADMIN, PASSWORD).await;
    other.get(TWO_FACTOR).await.is(200);
    watch.fresh().await;
    other.post(TWO_FACTOR, &required).await.is(422);
    watch.one_of(Kind::TwoFactorRequirementChanged, Some(Reason::LocksOut)).await;
    own.post(TWO_FACTOR, &required).await.leads_to(SECURITY);
    watch.one_of(Kind::TwoFactorRequirementChanged, None).await;
    guest.get(ACME).await.is(403);
    app.settles().await;
    watch.one_of(Kind::OrganisationAccess, Some(Reason::SecondFactorRequired)).await;
    let _ = acme;
}

/// Fifteen minutes are longer than a proof lasts.
async fn proves(watch: &mut Watch<'_>, own: &mut Browser) {
    let app = watch.app;
    let now = app.clock.now().millis();
    app.tamper(&format!("UPDATE sessions SET totp_at = {now} WHERE totp_at IS NOT NULL")).await;
    let _ = own.get("/organisations").await;
    watch.fresh().await;
}

async fn leaving(watch: &mut Watch<'_>, own: &mut Browser, acme: &Organisation) {
    let app = watch.app;
    let leave = format!("{ACME}/leave");
    own.get(&leave).await.is(200);
    own.post(&leave, &[]).await.leads_to(ACME);
    watch.one_of(Kind::MemberLeft, Some(Reason::LastOwner)).await;
    own.get("/settings/profile/close").await;
    own.post("/settings/profile/close", &[]).await.is(422);
    watch.one_of(Kind::AccountClosing, Some(Reason::LastOwner)).await;
    let second = app.account("second@example.com").await.id;
    joins(app, acme, second, Role::Owner).await;
    // Who can't sign in is no owner that could help.
    app.suspend("second@example.com").await;
    watch.fresh().await;
    own.get(ACME).await.is(200);
    app.restore_account("second@example.com").await;
    watch.fresh().await;
    let remove = format!("{ACME}/members/{second}/remove");
    own.post(&remove, &[]).await.leads_to(ACME);
    watch.one_of(Kind::MemberRemoved, None).await;
    joins(app, acme, second, Role::Owner).await;
    own.get(&leave).await.is(200);
    own.post(&leave, &[]).await.leads_to("/organisations");
    watch.one_of(Kind::MemberLeft, None).await;
    let _ = organisation(app, "other", Plan::Free, "second@example.com").await;
    watch.fresh().await;
}

async fn removing(watch: &mut Watch<'_>, ada: &mut Browser) {
    const REMOVE: &str = "/admin/organisations/other/remove";
    ada.forget("-session");
    ada.signs_in(ADA, PASSWORD).await;
    ada.get(REMOVE).await.is(200);
    watch.fresh().await;
    ada.post(REMOVE, &[]).await.leads_to("/admin/organisations");
    watch.one_of(Kind::OrganisationRemoved, None).await;
    ada.get("/admin/organisations").await.is(200);
    ada.post(REMOVE, &[]).await.is(404);
    watch.one_of(Kind::OrganisationRemoved, Some(Reason::UnknownOrganisation)).await;
}
