use crate::text::{Say, Text};
use std::collections::BTreeSet;

/// What a token can be allowed of Portcullis's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Permission {
    /// Reading the profile.
    ProfileRead,
    /// Listing sessions.
    SessionsRead,
    /// Ending sessions.
    SessionsEnd,
    /// Reading the security log.
    LogRead,
    /// Taking the security log elsewhere as a file.
    LogExport,
    /// Listing access tokens.
    TokensRead,
    /// Revoking access tokens.
    TokensRevoke,
    /// Reading what is an organisation's, where the account may.
    OrganisationsRead,
    /// Changing what an organisation asks of its members, where the account may.
    OrganisationsWrite,
    /// Reading an organisation's security log, and taking it elsewhere, where the account may.
    OrganisationsLog,
    /// Reading what is everybody's, where the account may.
    AdminRead,
    /// Making organisations, where the account may.
    AdminOrganisations,
}

/// What permissions stand together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// The profile.
    Profile,
    /// Sessions.
    Sessions,
    /// The security log.
    Log,
    /// Access tokens.
    Tokens,
    /// Organisations.
    Organisations,
    /// The installation.
    Administration,
}

impl Group {
    /// All there are, in the order in which they are offered.
    pub const ALL: &[Self] = &[
        Self::Profile,
        Self::Sessions,
        Self::Log,
        Self::Tokens,
        Self::Organisations,
        Self::Administration,
    ];

    /// What it is called.
    pub fn say(self, text: &Text) -> Say<'_> {
        match self {
            Self::Profile => text.say("permissions-profile"),
            Self::Sessions => text.say("permissions-sessions"),
            Self::Log => text.say("permissions-log"),
            Self::Tokens => text.say("permissions-tokens"),
            Self::Organisations => text.say("permissions-organisations"),
            Self::Administration => text.say("permissions-administration"),
        }
    }
}

impl Permission {
    /// All there are, in the order in which they are offered.
    pub const ALL: &[Self] = &[
        Self::ProfileRead,
        Self::SessionsRead,
        Self::SessionsEnd,
        Self::LogRead,
        Self::LogExport,
        Self::TokensRead,
        Self::TokensRevoke,
        Self::OrganisationsRead,
        Self::OrganisationsWrite,
        Self::OrganisationsLog,
        Self::AdminRead,
        Self::AdminOrganisations,
    ];

    /// Its name: as stored, shown, and asked for by programs.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::ProfileRead => "profile:read",
            Self::SessionsRead => "sessions:read",
            Self::SessionsEnd => "sessions:end",
            Self::LogRead => "log:read",
            Self::LogExport => "log:export",
            Self::TokensRead => "tokens:read",
            Self::TokensRevoke => "tokens:revoke",
            Self::OrganisationsRead => "organisations:read",
            Self::OrganisationsWrite => "organisations:write",
            Self::OrganisationsLog => "organisations:log",
            Self::AdminRead => "admin:read",
            Self::AdminOrganisations => "admin:organisations",
        }
    }

    /// The one of this name.
    pub fn from_tag(tag: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|permission| permission.tag() == tag)
    }

    /// What it stands with.
    pub const fn group(self) -> Group {
        match self {
            Self::ProfileRead => Group::Profile,
            Self::SessionsRead | Self::SessionsEnd => Group::Sessions,
            Self::LogRead | Self::LogExport => Group::Log,
            Self::TokensRead | Self::TokensRevoke => Group::Tokens,
            Self::OrganisationsRead | Self::OrganisationsWrite | Self::OrganisationsLog => {
                Group::Organisations
            }
            Self::AdminRead | Self::AdminOrganisations => Group::Administration,
        }
    }

    /// What it lets a token do, in a line.
    pub fn say(self, text: &Text) -> Say<'_> {
        match self {
            Self::ProfileRead => text.say("permission-profile-read"),
            Self::SessionsRead => text.say("permission-sessions-read"),
            Self::SessionsEnd => text.say("permission-sessions-end"),
            Self::LogRead => text.say("permission-log-read"),
            Self::LogExport => text.say("permission-log-export"),
            Self::TokensRead => text.say("permission-tokens-read"),
            Self::TokensRevoke => text.say("permission-tokens-revoke"),
            Self::OrganisationsRead => text.say("permission-organisations-read"),
            Self::OrganisationsWrite => text.say("permission-organisations-write"),
            Self::OrganisationsLog => text.say("permission-organisations-log"),
            Self::AdminRead => text.say("permission-admin-read"),
            Self::AdminOrganisations => text.say("permission-admin-organisations"),
        }
    }
}

/// What one token may do. A name that this program does not know, such as an
/// application's, is kept and allows nothing here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Permissions(BTreeSet<String>);

impl Permissions {
    /// Whether it may.
    pub fn allow(&self, permission: Permission) -> bool {
        self.0.contains(permission.tag())
    }

    /// Whether this name is among them.
    pub fn has(&self, name: &str) -> bool {
        self.0.contains(name)
    }

    /// Their names, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether others allow nothing that these don't.
    pub fn contain(&self, others: &Self) -> bool {
        others.0.is_subset(&self.0)
    }
}

impl FromIterator<String> for Permissions {
    fn from_iter<I: IntoIterator<Item = String>>(names: I) -> Self {
        Self(names.into_iter().collect())
    }
}

impl FromIterator<Permission> for Permissions {
    fn from_iter<I: IntoIterator<Item = Permission>>(permissions: I) -> Self {
        permissions.into_iter().map(|permission| permission.tag().to_owned()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_permission_is_read_back() {
        for permission in Permission::ALL {
            assert_eq!(Permission::from_tag(permission.tag()), Some(*permission));
            assert!(Group::ALL.contains(&permission.group()));
        }
        assert_eq!(Permission::from_tag("tokens:make"), None);
        assert_eq!(Permission::from_tag("PROFILE:READ"), None);
    }
}
