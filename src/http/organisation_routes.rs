//! The part of the table that organisations are: each path below `/organisations/{slug}`
//! names one, and its access says that it has to be asked; so does each invitation.

use super::access::{Invited, Member, OrganisationAdmin, OrganisationAdminSteppedUp, SignedIn};
use super::routes::{Route, form, page};
use crate::features::organisations::web::{leaving, members};
use crate::features::security_log::Kind;
use crate::features::{
    ip_allowlist, organisation_access, organisation_joining, organisation_log,
    two_factor_requirement,
};

/// Ten thousand entries with their labels.
const LONGEST_LIST: usize = 2 * 1024 * 1024;

pub(super) fn routes() -> Vec<Route> {
    const MEMBERS: &str = "/organisations/{slug}";
    const LEAVE: &str = "/organisations/{slug}/leave";
    let mut routes = vec![
        page::<SignedIn, _, _>("/organisations", organisation_access::web::list::page),
        page::<Member, _, _>(MEMBERS, members::page),
        form::<OrganisationAdminSteppedUp, _, _>(
            "/organisations/{slug}/invitations",
            MEMBERS,
            &[Kind::MemberInvited],
            members::invite,
        ),
        form::<OrganisationAdmin, _, _>(
            "/organisations/{slug}/invitations/{id}/withdraw",
            MEMBERS,
            &[Kind::MemberInvitationWithdrawn],
            members::withdraw,
        ),
        form::<OrganisationAdminSteppedUp, _, _>(
            "/organisations/{slug}/members/{id}/role",
            MEMBERS,
            &[Kind::MemberRoleChanged],
            members::change_role,
        ),
        form::<OrganisationAdminSteppedUp, _, _>(
            "/organisations/{slug}/members/{id}/remove",
            MEMBERS,
            &[Kind::MemberRemoved],
            members::remove,
        ),
        page::<Member, _, _>(LEAVE, leaving::page),
        form::<Member, _, _>(LEAVE, LEAVE, &[Kind::MemberLeft], leaving::submit),
    ];
    routes.extend(policies());
    routes.extend(log());
    routes.extend(joining());
    routes
}

fn policies() -> Vec<Route> {
    const SECURITY: &str = "/organisations/{slug}/security";
    const TWO_FACTOR: &str = "/organisations/{slug}/security/two-factor";
    let save = form::<OrganisationAdminSteppedUp, _, _>(
        "/organisations/{slug}/security/allowlist",
        SECURITY,
        &[Kind::AllowlistChanged],
        ip_allowlist::web::submit,
    );
    vec![
        page::<OrganisationAdminSteppedUp, _, _>(SECURITY, ip_allowlist::web::page),
        Route { longest: LONGEST_LIST, ..save },
        page::<OrganisationAdminSteppedUp, _, _>(TWO_FACTOR, two_factor_requirement::web::page),
        form::<OrganisationAdminSteppedUp, _, _>(
            TWO_FACTOR,
            TWO_FACTOR,
            &[Kind::TwoFactorRequirementChanged],
            two_factor_requirement::web::submit,
        ),
    ]
}

fn log() -> Vec<Route> {
    const EXPORT: &str = "/organisations/{slug}/log/export";
    use organisation_log::web;
    vec![
        page::<OrganisationAdmin, _, _>("/organisations/{slug}/log", web::log_page),
        page::<OrganisationAdmin, _, _>("/organisations/{slug}/log/{id}", web::event_page),
        page::<OrganisationAdminSteppedUp, _, _>(EXPORT, web::export_page),
        form::<OrganisationAdminSteppedUp, _, _>(EXPORT, EXPORT, &[Kind::LogExported], web::export),
    ]
}

fn joining() -> Vec<Route> {
    const LINK: &str = "/link/organisation/{link}";
    vec![
        page::<Invited, _, _>(LINK, organisation_joining::web::page),
        form::<Invited, _, _>(LINK, LINK, &[Kind::MemberJoined], organisation_joining::web::accept),
        form::<Invited, _, _>(
            "/link/organisation/{link}/sign-up",
            LINK,
            &[Kind::MemberJoined],
            organisation_joining::web::sign_up,
        ),
    ]
}
