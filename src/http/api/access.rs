//! What a token must be allowed: the type of a handler's second argument, as
//! with pages. What is not declared is not reachable.

use super::call::Call;
use super::problem::{Code, Problem};
use crate::features::access_tokens::Bearer;
use crate::features::access_tokens::rules::Permission;
use crate::features::account::Account;

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
}

impl Needs {
    /// The permission, if one is needed.
    pub const fn permission(self) -> Option<Permission> {
        match self {
            Self::Nothing => None,
            Self::Permission(one) | Self::Auditor(one) | Self::Administrator(one) => Some(one),
        }
    }

    /// Whether the account has the right that is asked for beside the permission.
    const fn has_right(self, account: &Account) -> bool {
        match self {
            Self::Nothing | Self::Permission(_) => true,
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
    /// Whoever may revoke them.
    TokensRevoke = Needs::Permission(Permission::TokensRevoke);
    /// An auditor or administrator whose token may read what is everybody's.
    AdminAuditor = Needs::Auditor(Permission::AdminRead);
    /// An administrator whose token may.
    AdminRead = Needs::Administrator(Permission::AdminRead);
}

fn bearer(call: &Call, needs: Needs) -> Result<Bearer, Problem> {
    let (Some(bearer), Some(permission)) = (&call.bearer, needs.permission()) else {
        return Err(Problem::new(Code::InvalidToken));
    };
    if !bearer.may(permission) {
        let permission = Some(permission.tag());
        return Err(Problem { permission, ..Problem::new(Code::MissingPermission) });
    }
    if !needs.has_right(&bearer.account) {
        return Err(Problem::new(Code::MissingRight));
    }
    Ok(bearer.clone())
}
