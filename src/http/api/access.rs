//! What a token must be allowed: the type of a handler's second argument, as
//! with pages. What is not declared is not reachable.

use super::call::Call;
use super::problem::{Code, Problem};
use crate::features::access_tokens::Bearer;
use crate::features::access_tokens::rules::Permission;
use crate::features::account::Account;
use crate::features::organisation_access::{Verdict, Why};
use crate::features::organisations::Granted;
use crate::features::organisations::rules::Role;

/// What a route asks for, for the document and the tests that walk the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Nothing: anybody may call it.
    Nothing,
    /// A token with this permission.
    Permission(Permission),
    /// The same, of an account that is an auditor or administrator.
    Auditor(Permission),
    /// The same, of an administrator's account.
    Administrator(Permission),
    /// The same, of a member of the organisation that the path names, from where and with
    /// what it asks for.
    Member(Permission),
    /// The same, of one of its owners and admins.
    OrganisationAdmin(Permission),
}

impl Needs {
    /// The permission, if one is needed.
    pub const fn permission(self) -> Option<Permission> {
        match self {
            Self::Nothing => None,
            Self::Permission(one)
            | Self::Auditor(one)
            | Self::Administrator(one)
            | Self::Member(one)
            | Self::OrganisationAdmin(one) => Some(one),
        }
    }

    /// Whether the path names an organisation, which is asked at each call.
    pub const fn is_of_organisation(self) -> bool {
        matches!(self, Self::Member(_) | Self::OrganisationAdmin(_))
    }

    /// Whether the account has the right that is asked for beside the permission.
    const fn has_right(self, account: &Account) -> bool {
        match self {
            Self::Nothing | Self::Permission(_) | Self::Member(_) | Self::OrganisationAdmin(_) => {
                true
            }
            Self::Auditor(_) => account.may_audit(),
            Self::Administrator(_) => account.administrator_since.is_some(),
        }
    }
}

/// The proof that a call may reach a handler.
pub trait ApiAccess: Sized + Send + 'static {
    /// What it proves, in the table.
    const NEEDS: Needs;

    /// Looks at the call's token.
    fn prove(call: &Call) -> Result<Self, Problem>;
}

/// Anybody.
#[derive(Debug)]
pub struct Anybody;

impl ApiAccess for Anybody {
    const NEEDS: Needs = Needs::Nothing;

    fn prove(_: &Call) -> Result<Self, Problem> {
        Ok(Self)
    }
}

macro_rules! bearers {
    ($($(#[doc = $about:literal])+ $name:ident = $needs:expr;)+) => {$(
        $(#[doc = $about])+
        #[derive(Debug)]
        pub struct $name(pub Bearer);

        impl ApiAccess for $name {
            const NEEDS: Needs = $needs;

            fn prove(call: &Call) -> Result<Self, Problem> {
                bearer(call, Self::NEEDS).map(Self)
            }
        }
    )+};
}

bearers! {
    /// Whoever may read the profile.
    ProfileRead = Needs::Permission(Permission::ProfileRead);
    /// Whoever may list sessions.
    SessionsRead = Needs::Permission(Permission::SessionsRead);
    /// Whoever may end them.
    SessionsEnd = Needs::Permission(Permission::SessionsEnd);
    /// Whoever may read the account's log.
    LogRead = Needs::Permission(Permission::LogRead);
    /// Whoever may take it elsewhere.
    LogExport = Needs::Permission(Permission::LogExport);
    /// Whoever may list tokens.
    TokensRead = Needs::Permission(Permission::TokensRead);
    /// Whoever may list the organisations that they belong to.
    OrganisationsRead = Needs::Permission(Permission::OrganisationsRead);
    /// Whoever may revoke them.
    TokensRevoke = Needs::Permission(Permission::TokensRevoke);
    /// An auditor or administrator whose token may read what is everybody's.
    AdminAuditor = Needs::Auditor(Permission::AdminRead);
    /// An administrator whose token may.
    AdminRead = Needs::Administrator(Permission::AdminRead);
    /// An administrator whose token may make organisations.
    AdminOrganisations = Needs::Administrator(Permission::AdminOrganisations);
}

macro_rules! of_organisations {
    ($($(#[doc = $about:literal])+ $name:ident = $needs:expr;)+) => {$(
        $(#[doc = $about])+
        #[derive(Debug)]
        pub struct $name(pub Bearer, pub Granted);

        impl ApiAccess for $name {
            const NEEDS: Needs = $needs;

            fn prove(call: &Call) -> Result<Self, Problem> {
                let bearer = bearer(call, Self::NEEDS)?;
                let granted = granted(call, Self::NEEDS)?;
                Ok(Self(bearer, granted))
            }
        }
    )+};
}

of_organisations! {
    /// A member whose token may read what is their organisation's.
    OrganisationRead = Needs::Member(Permission::OrganisationsRead);
    /// One of its owners and admins whose token may.
    OrganisationAdminRead = Needs::OrganisationAdmin(Permission::OrganisationsRead);
    /// One of them whose token may change what it asks of its members.
    OrganisationAdminWrite = Needs::OrganisationAdmin(Permission::OrganisationsWrite);
    /// One of them whose token may read its security log, and take it elsewhere.
    OrganisationLog = Needs::OrganisationAdmin(Permission::OrganisationsLog);
}

/// What the organisation has said, which was asked before the handler is called.
fn granted(call: &Call, needs: Needs) -> Result<Granted, Problem> {
    let detailed = |code, detail: String| Problem { detail: Some(detail), ..Problem::new(code) };
    match &call.organisation {
        Some(Verdict::Granted(granted)) => {
            let may = granted.role >= Role::Admin || matches!(needs, Needs::Member(_));
            if may { Ok(Granted::clone(granted)) } else { Err(Problem::new(Code::MissingRight)) }
        }
        Some(Verdict::Refused(refusal)) => Err(match refusal.why {
            Why::Address => {
                let own = refusal.address.map_or_else(|| "not known".into(), |it| it.to_string());
                let ask: Vec<&str> = refusal.ask.iter().map(|one| one.email.as_str()).collect();
                let said = format!("The address of the call is {own}. Ask {}.", ask.join(", "));
                detailed(Code::OrganisationAddress, said)
            }
            Why::Enrol | Why::Prove => Problem::new(Code::OrganisationSecondFactor),
        }),
        Some(Verdict::Stranger) | None => Err(Problem::new(Code::NotFound)),
    }
}

fn bearer(call: &Call, needs: Needs) -> Result<Bearer, Problem> {
    let (Some(bearer), Some(permission)) = (&call.bearer, needs.permission()) else {
        return Err(Problem::new(Code::InvalidToken));
    };
    if bearer.limits.is_limited() && !needs.is_of_organisation() {
        return Err(Problem::new(Code::LimitedToken));
    }
    if !bearer.may(permission) {
        let permission = Some(permission.tag());
        return Err(Problem { permission, ..Problem::new(Code::MissingPermission) });
    }
    if !needs.has_right(&bearer.account) {
        return Err(Problem::new(Code::MissingRight));
    }
    Ok(bearer.clone())
}
